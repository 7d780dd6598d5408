import { oneBank, twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';
import { BOOT_BY_LOCK_AND_nBOOT_SEL, BOOT_BY_nBOOT_SEL } from './boot-tables.ts';

const EMPTY_FLAG =
  'When the empty flag is taken is that of STM32C0, whose flash block is the same (RM0490).';

const VALUE_LINE =
  'Value line: no BOOT_LOCK, and another factory value of OPTR than the rest of this product ID.';

const WRITE_ALIGN =
  'AN2606 prints 4 as the write alignment; STM32G031 acknowledged and lost a write aligned to 4 (forum).';

const SECURE_EXIT =
  'Two addresses are printed for leaving secure memory: 0x1FFF_1D00 and 0x1FFF_1E00.';

const DEAF = 'One wrong byte before 0x7F left STM32G031 deaf until reset (forum).';

const RAM_END = 'AN2606 prints the RAM end as 0x2000_2000; the part has 18 KiB.';

const SECURE_EXIT_G05 =
  'The printed address for leaving secure memory, 0x1FFF_6800, lies outside the 8 KiB of system memory.';

const SYSTEM_MEMORY_G05 = 'stlink gives the system memory 28 KiB, stm32loader 4 KiB, AN2606 8 KiB.';

const RAM_G07 =
  'AN2606 gives 12 KiB of RAM to the bootloader but lets hosts in from 0x2000_2700 on; 12 KiB are refused here.';

const READ_PAST_END =
  'On V11.2 a read one byte past the end of flash was answered, after which the bootloader was dead (forum); the other lines are taken to do the same.';

const OPTIONS_OF_BANK_2 =
  'The option bytes of bank 2 lie at offsets that were not found: its write protection is left out.';

const PAGES_OF_BANK_2 = 'Page numbers of bank 2 are taken to go on after bank 1; not documented.';

// Parts that are not of the value line have BOOT_LOCK, and another factory value of OPTR.
const WITH_BOOT_LOCK = {
  areas: { bank1: { words: { OPTR: { factory: 0xffff_feaa } } } },
  fields: { BOOT_LOCK: { word: 'SECR', bit: 16, width: 1 } },
} as const;

export default {
  series: 'STM32G0',
  defaults: {
    flash: {
      unit: 'page',
      programUnit: 8,
      writeAlign: 8,
      eraseValue: 0xff,
      overwrite: 'all-zero-only',
      layouts: {
        16: oneBank('8*2K'),
        32: oneBank('16*2K'),
        64: oneBank('32*2K'),
        128: oneBank('64*2K'),
        256: twoBanks('64*2K'),
        512: twoBanks('128*2K'),
      },
    },
    systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_2000 }],
    bootloaderIdAddress: 0x1fff_1ffe,
    bootloader: {
      protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1', USB: '2.2', FDCAN: '1.0' },
      ramUsed: [{ start: 0x2000_0000, end: 0x2000_1000 }],
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
      startupMs: 0.39,
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'hardware' },
      USART2: { protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
      USART3: { protocol: 'USART', rx: 'PC11', tx: 'PC10', autobaud: 'software' },
      I2C1: { protocol: 'I2C', scl: 'PB6', sda: 'PB7' },
      I2C2: { protocol: 'I2C', scl: 'PB10', sda: 'PB11' },
      SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      SPI2: { protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      FDCAN1: { protocol: 'FDCAN', rx: 'PD0', tx: 'PD1' },
    },
    lacks: ['USART3', 'SPI1', 'SPI2', 'USB', 'FDCAN1'],
    massErase: true,
    flashSizeRegister: { address: 0x1fff_75e0 },
    uid: [0x1fff_7590, 0x1fff_7594, 0x1fff_7598],
    otp: { start: 0x1fff_7000, length: 1 * KiB },
    options: {
      access: 'mirror',
      accessSource: 'OPENBL',
      areas: {
        bank1: {
          start: 0x1fff_7800,
          length: 128,
          complement: 'words',
          bases: [0x70],
          words: {
            OPTR: { offset: 0, width: 32, factory: 0xdfff_e1aa },
            PCROP1ASR: { offset: 8, width: 32, factory: 0xffff_ffff },
            PCROP1AER: { offset: 0x10, width: 32, factory: 0x0 },
            WRP1AR: { offset: 0x18, width: 32, factory: 0x1f },
            WRP1BR: { offset: 0x20, width: 32, factory: 0x1f },
            PCROP1BSR: { offset: 0x28, width: 32, factory: 0xffff_ffff },
            PCROP1BER: { offset: 0x30, width: 32, factory: 0x0 },
            SECR: { offset: 0x70, width: 32, factory: 0x0 },
          },
        },
      },
      fields: {
        RDP: { word: 'OPTR', bit: 0, width: 8 },
        BOR_EN: { word: 'OPTR', bit: 8, width: 1 },
        BORR_LEV: { word: 'OPTR', bit: 9, width: 2 },
        BORF_LEV: { word: 'OPTR', bit: 11, width: 2 },
        nRST_STOP: { word: 'OPTR', bit: 13, width: 1 },
        nRST_STDBY: { word: 'OPTR', bit: 14, width: 1 },
        nRST_SHDW: { word: 'OPTR', bit: 15, width: 1 },
        IWDG_SW: { word: 'OPTR', bit: 16, width: 1 },
        IWDG_STOP: { word: 'OPTR', bit: 17, width: 1 },
        IWDG_STDBY: { word: 'OPTR', bit: 18, width: 1 },
        WWDG_SW: { word: 'OPTR', bit: 19, width: 1 },
        RAM_PARITY_CHECK: { word: 'OPTR', bit: 22, width: 1 },
        nBOOT_SEL: { word: 'OPTR', bit: 24, width: 1 },
        nBOOT1: { word: 'OPTR', bit: 25, width: 1 },
        nBOOT0: { word: 'OPTR', bit: 26, width: 1 },
        NRST_MODE: { word: 'OPTR', bit: 27, width: 2 },
        IRHEN: { word: 'OPTR', bit: 29, width: 1 },
        WRP1A_STRT: { word: 'WRP1AR', bit: 0, width: 5 },
        WRP1A_END: { word: 'WRP1AR', bit: 16, width: 5 },
        WRP1B_STRT: { word: 'WRP1BR', bit: 0, width: 5 },
        WRP1B_END: { word: 'WRP1BR', bit: 16, width: 5 },
      },
      rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0xbb },
      writeProtection: {
        kind: 'areas',
        areas: [
          { start: 'WRP1A_STRT', end: 'WRP1A_END', bank: 0 },
          { start: 'WRP1B_STRT', end: 'WRP1B_END', bank: 0 },
        ],
      },
    },
    boot: {
      pattern: 11,
      pins: ['BOOT0'],
      table: BOOT_BY_nBOOT_SEL,
      emptyCheck: { sampled: 'option-load' },
      rdpLevel2: 'main-flash',
    },
    timing: {
      operations: {
        program: { bytes: 8, us: { typ: 85, max: 125 } },
        erase: [{ KiB: 2, ms: { typ: 22, max: 40 } }],
        massErase: { any: { typ: 22.1, max: 40.1 } },
      },
      confidence: 'medium',
    },
    connection: { usartUs: 10, i2cStretchUs: 2, i2cTimeoutMs: 1000 },
    sources: {
      ...readForAll,
      options: ['G0-IMAGE', 'BMP', 'CMSIS', 'RM0490', 'HAL', 'CUBE-DB'],
      boot: ['AN2606', 'RM0490', 'DERIVED'],
      timing: ['DS', 'AN2606'],
    },
  },
  lines: [
    {
      id: 'STM32G030',
      parts: ['STM32G030*'],
      productId: 0x466,
      flashKiB: [16, 32, 64],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 8 * KiB }],
      bootloaders: [
        {
          version: '5.1',
          id: 0x51,
          quirks: ['deaf-after-bad-sync', 'usart2-rx-low-blocks-detection'],
        },
        {
          version: '5.2',
          id: 0x52,
          quirks: ['deaf-after-bad-sync', 'usart2-rx-low-blocks-detection'],
        },
        { version: '5.3', id: 0x53, quirks: ['deaf-after-bad-sync'] },
        { version: '5.4', id: 0x54, quirks: ['deaf-after-bad-sync'] },
      ],
      i2cAddress: 0x56,
      timing: {
        source: 'ST DS12991 Rev 4 (STM32G030) table 41; ST DS12992 Rev 3 (STM32G031) table 44',
        confidence: 'high',
      },
      notes: [WRITE_ALIGN, SECURE_EXIT, DEAF, EMPTY_FLAG, VALUE_LINE],
    },
    {
      id: 'STM32G03_04',
      parts: ['STM32G031*', 'STM32G041*'],
      productId: 0x466,
      like: 'STM32G030',
      options: WITH_BOOT_LOCK,
      boot: { table: BOOT_BY_LOCK_AND_nBOOT_SEL },
      notes: [WRITE_ALIGN, SECURE_EXIT, DEAF, EMPTY_FLAG],
    },
    {
      id: 'STM32G050',
      parts: ['STM32G050*'],
      productId: 0x456,
      flashKiB: [32, 64],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 18 * KiB }],
      bootloader: { ramAccessible: [{ start: 0x2000_1000, end: 0x2000_2000 }] },
      bootloaders: [
        { version: '5.0', id: 0x50, quirks: ['usart2-jitter'] },
        { version: '5.1', id: 0x51, quirks: ['i2c-no-stretch-stretches'] },
      ],
      i2cAddress: 0x62,
      timing: {
        source: 'ST DS12992 Rev 3 (STM32G031) table 44',
        note: 'Sister line, identical table in three G0 datasheets.',
      },
      notes: [
        RAM_END,
        SECURE_EXIT_G05,
        SYSTEM_MEMORY_G05,
        'Write alignment as for STM32G03x: printed 4, 8 needed.',
        EMPTY_FLAG,
        VALUE_LINE,
      ],
    },
    {
      id: 'STM32G05_061',
      parts: ['STM32G051*', 'STM32G061*'],
      productId: 0x456,
      like: 'STM32G050',
      options: WITH_BOOT_LOCK,
      boot: { table: BOOT_BY_LOCK_AND_nBOOT_SEL },
      notes: [
        RAM_END,
        SECURE_EXIT_G05,
        SYSTEM_MEMORY_G05,
        'Write alignment as for STM32G03x: printed 4, 8 needed.',
        EMPTY_FLAG,
      ],
    },
    {
      id: 'STM32G070',
      parts: ['STM32G070*'],
      productId: 0x460,
      flashKiB: [32, 64, 128],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 36 * KiB }],
      systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_7000 }],
      bootloaderIdAddress: 0x1fff_6ffe,
      bootloader: { ramUsed: [{ start: 0x2000_0000, end: 0x2000_3000 }], quirks: [] },
      bootloaders: [
        {
          version: '11.0',
          id: 0xb0,
          notModelled: ['Fitted in the LQFP64 package only: the model has no packages.'],
        },
        { version: '11.1', id: 0xb1 },
        {
          version: '11.2',
          id: 0xb2,
          quirks: ['option-load-missing', 'hsitrim-kept-at-go', 'ram-parity-fault'],
        },
        {
          version: '11.3',
          id: 0xb3,
          quirks: [
            'empty-flag-cleared',
            'multi-page-erase-broken',
            'i2c-stretches-while-usart3-is-polled',
          ],
        },
        { version: '11.4', id: 0xb4 },
      ],
      lacks: ['USB', 'FDCAN1'],
      i2cAddress: 0x51,
      options: {
        areas: {
          bank1: {
            words: {
              WRP1AR: { factory: 0x3f },
              WRP1BR: { factory: 0x3f },
            },
          },
        },
        fields: {
          WRP1A_STRT: { width: 6 },
          WRP1A_END: { width: 6 },
          WRP1B_STRT: { width: 6 },
          WRP1B_END: { width: 6 },
        },
      },
      timing: {
        source:
          'ST DS13560 Rev 4 (STM32G0B1) table 48; stm32-bootloader-client-rs (max mass erase: G071 40.1 ms, L452 24.59 ms)',
        note: 'Sister line; max mass erase 40.1 ms confirmed.',
      },
      notes: [
        RAM_G07,
        'Write alignment as for STM32G03x: printed 4, 8 needed.',
        READ_PAST_END,
        EMPTY_FLAG,
        VALUE_LINE,
      ],
    },
    {
      id: 'STM32G07_08',
      parts: ['STM32G071*', 'STM32G081*'],
      productId: 0x460,
      like: 'STM32G070',
      options: WITH_BOOT_LOCK,
      boot: { table: BOOT_BY_LOCK_AND_nBOOT_SEL },
      notes: [
        RAM_G07,
        'Write alignment as for STM32G03x: printed 4, 8 needed.',
        READ_PAST_END,
        EMPTY_FLAG,
      ],
    },
    {
      id: 'STM32G0B0',
      parts: ['STM32G0B0*'],
      productId: 0x467,
      flashKiB: [512],
      flash: {
        alternative: {
          field: 'DUAL_BANK',
          value: 0,
          layouts: { 512: oneBank('256*2K') },
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 144 * KiB }],
      systemMemory: [
        { start: 0x1fff_0000, end: 0x1fff_7000 },
        { start: 0x1fff_8000, end: 0x1fff_f000 },
      ],
      bootloaderIdAddress: 0x1fff_9ffe,
      bootloaders: [
        {
          version: '13.0',
          id: 0xd0,
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_4000 }],
          ramAccessible: [{ start: 0x2000_4000, end: 0x2002_0000 }],
          quirks: ['empty-flag-cleared', 'bank-2-multi-page-erase-broken'],
        },
      ],
      lacks: ['FDCAN1'],
      i2cAddress: 0x5d,
      options: {
        areas: {
          bank1: {
            words: {
              WRP1AR: { factory: 0x7f },
              WRP1BR: { factory: 0x7f },
            },
          },
        },
        fields: {
          BOR_EN: undefined,
          BORR_LEV: undefined,
          BORF_LEV: undefined,
          nRST_SHDW: undefined,
          NRST_MODE: undefined,
          IRHEN: undefined,
          nSWAP_BANK: { word: 'OPTR', bit: 20, width: 1 },
          DUAL_BANK: { word: 'OPTR', bit: 21, width: 1 },
          WRP1A_STRT: { width: 7 },
          WRP1A_END: { width: 7 },
          WRP1B_STRT: { width: 7 },
          WRP1B_END: { width: 7 },
        },
      },
      boot: { emptyCheck: { clearedByBootloader: true } },
      timing: { source: 'ST DS13560 Rev 4 (STM32G0B1) table 48', note: 'Sister line.' },
      dfuGeneration: 'B',
      notes: [
        'USB needs HSE and is not on LQFP32.',
        OPTIONS_OF_BANK_2,
        PAGES_OF_BANK_2,
        EMPTY_FLAG,
      ],
    },
    {
      id: 'STM32G0B1_0C1',
      parts: ['STM32G0B1*', 'STM32G0C1*'],
      productId: 0x467,
      like: 'STM32G0B0',
      flashKiB: [128, 256, 512],
      flash: {
        alternative: {
          field: 'DUAL_BANK',
          value: 0,
          layouts: {
            256: oneBank('128*2K'),
            512: oneBank('256*2K'),
          },
        },
      },
      bootloaders: [
        {
          version: '9.2',
          id: 0x92,
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_4000 }],
          ramAccessible: [{ start: 0x2000_4000, end: 0x2002_0000 }],
          quirks: [
            'dfu-alternates-duplicated',
            'empty-flag-cleared',
            'bank-2-multi-page-erase-broken',
          ],
          notModelled: ['Go switches the debug port off (DBG_SWEN): the model has no debug port.'],
        },
      ],
      lacks: [],
      options: {
        areas: { bank1: { words: { OPTR: { factory: 0xffff_feaa } } } },
        fields: {
          BOR_EN: { word: 'OPTR', bit: 8, width: 1 },
          BORR_LEV: { word: 'OPTR', bit: 9, width: 2 },
          BORF_LEV: { word: 'OPTR', bit: 11, width: 2 },
          nRST_SHDW: { word: 'OPTR', bit: 15, width: 1 },
          NRST_MODE: { word: 'OPTR', bit: 27, width: 2 },
          IRHEN: { word: 'OPTR', bit: 29, width: 1 },
          BOOT_LOCK: { word: 'SECR', bit: 16, width: 1 },
        },
      },
      boot: { table: BOOT_BY_LOCK_AND_nBOOT_SEL },
      timing: { note: undefined, confidence: 'high' },
      connection: { usbMs: 300 },
      usbStrings: {
        strings: [
          '@Internal Flash   /0x08000000/256*02Kg',
          '@Internal Flash   /0x08000000/256*02Kg',
          '@Internal Flash   /0x08000000/256*02Kg',
        ],
        bcdDevice: 0x0200,
        capturedOn: '512 KiB',
      },
      notes: [
        'stm32-data calls the 128 KiB part single-bank, the others dual.',
        'All three DFU alternates carry the flash string (seen on 128 KiB and 512 KiB parts).',
        OPTIONS_OF_BANK_2,
        PAGES_OF_BANK_2,
        EMPTY_FLAG,
      ],
      sources: { usbStrings: ['DFU-LOGS'] },
    },
  ],
} satisfies Series;
