import { oneBank, twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';
import { BOOT_BY_BFB2, BOOT_BY_nSWBOOT0 } from './boot-tables.ts';

const EMPTY_CHECK = 'Pattern 16 lists the empty check only for nSWBOOT0 = 1 and BOOT0 = 0.';

const RAM_12K =
  'The bootloader is said to use 12 KiB while hosts may only go in from 0x2000_3100 on.';

const PAGES_OF_BANK_2 = 'Page numbers of bank 2 are taken to go on after bank 1; not documented.';

// AN2606 table 2, pattern 6. It has no BFB2, which CMSIS and STM32CubeProgrammer's data base have: as in pattern 7.
const PATTERN_6_WITH_BFB2 = [
  { when: { BFB2: 1, nSWBOOT0: 1, BOOT0: 0 }, boots: 'banks' },
  { when: { BFB2: 1, nSWBOOT0: 0, nBOOT0: 1 }, boots: 'banks' },
  { when: { nSWBOOT0: 1, BOOT0: 0, FLASH_EMPTY: 1 }, boots: 'system-memory' },
  { when: { nSWBOOT0: 1, BOOT0: 0 }, boots: 'main-flash' },
  { when: { nSWBOOT0: 1, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
  { when: { nSWBOOT0: 1, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
  { when: { nSWBOOT0: 0, nBOOT0: 1, FLASH_EMPTY: 1 }, boots: 'system-memory' },
  { when: { nSWBOOT0: 0, nBOOT0: 1 }, boots: 'main-flash' },
  { when: { nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
  { when: { nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
] as const;

const AS_L4 = 'the figure of sister line L4 / WB55 (4 KiB page 22.0/24.5)';

export default {
  series: 'STM32L4',
  defaults: {
    flash: {
      unit: 'page',
      programUnit: 8,
      writeAlign: 8,
      eraseValue: 0xff,
      overwrite: 'all-zero-only',
      layouts: {
        64: oneBank('32*2K'),
        128: oneBank('64*2K'),
        256: oneBank('128*2K'),
        512: twoBanks('128*2K'),
        1024: twoBanks('256*2K'),
        2048: twoBanks('256*4K'),
      },
    },
    systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_7000 }],
    bootloaderIdAddress: 0x1fff_6ffe,
    bootloader: {
      protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1', USB: '2.2', CAN: '2.0' },
      ramUsed: [{ start: 0x2000_0000, end: 0x2000_3100 }],
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
      USART2: { protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
      USART3: { protocol: 'USART', rx: 'PC11', tx: 'PC10', autobaud: 'software' },
      I2C1: { protocol: 'I2C', scl: 'PB6', sda: 'PB7' },
      I2C2: { protocol: 'I2C', scl: 'PB10', sda: 'PB11' },
      I2C3: { protocol: 'I2C', scl: 'PC0', sda: 'PC1' },
      SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      SPI2: { protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
      CAN1: { protocol: 'CAN', rx: 'PB8', tx: 'PB9' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
    },
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
          length: 40,
          complement: 'words',
          words: {
            OPTR: { offset: 0, width: 32, factory: 0xffef_f8aa },
            PCROP1SR: { offset: 8, width: 32, factory: 0xffff_ffff },
            PCROP1ER: { offset: 0x10, width: 32, factory: 0x0 },
            WRP1AR: { offset: 0x18, width: 32, factory: 0xff },
            WRP1BR: { offset: 0x20, width: 32, factory: 0xff },
          },
        },
        bank2: {
          start: 0x1fff_f800,
          length: 40,
          complement: 'words',
          bases: [8],
          words: {
            PCROP2SR: { offset: 8, width: 32, factory: 0xffff_ffff },
            PCROP2ER: { offset: 0x10, width: 32, factory: 0x0 },
            WRP2AR: { offset: 0x18, width: 32, factory: 0xff },
            WRP2BR: { offset: 0x20, width: 32, factory: 0xff },
          },
        },
      },
      fields: {
        RDP: { word: 'OPTR', bit: 0, width: 8 },
        BOR_LEV: { word: 'OPTR', bit: 8, width: 3 },
        nRST_STOP: { word: 'OPTR', bit: 12, width: 1 },
        nRST_STDBY: { word: 'OPTR', bit: 13, width: 1 },
        nRST_SHDW: { word: 'OPTR', bit: 14, width: 1 },
        IWDG_SW: { word: 'OPTR', bit: 16, width: 1 },
        IWDG_STOP: { word: 'OPTR', bit: 17, width: 1 },
        IWDG_STDBY: { word: 'OPTR', bit: 18, width: 1 },
        WWDG_SW: { word: 'OPTR', bit: 19, width: 1 },
        nBOOT1: { word: 'OPTR', bit: 23, width: 1 },
        SRAM2_PE: { word: 'OPTR', bit: 24, width: 1 },
        SRAM2_RST: { word: 'OPTR', bit: 25, width: 1 },
        nSWBOOT0: { word: 'OPTR', bit: 26, width: 1 },
        nBOOT0: { word: 'OPTR', bit: 27, width: 1 },
        WRP1A_STRT: { word: 'WRP1AR', bit: 0, width: 8 },
        WRP1A_END: { word: 'WRP1AR', bit: 16, width: 8 },
        WRP1B_STRT: { word: 'WRP1BR', bit: 0, width: 8 },
        WRP1B_END: { word: 'WRP1BR', bit: 16, width: 8 },
        WRP2A_STRT: { word: 'WRP2AR', bit: 0, width: 8 },
        WRP2A_END: { word: 'WRP2AR', bit: 16, width: 8 },
        WRP2B_STRT: { word: 'WRP2BR', bit: 0, width: 8 },
        WRP2B_END: { word: 'WRP2BR', bit: 16, width: 8 },
      },
      rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0xbb },
      writeProtection: {
        kind: 'areas',
        areas: [
          { start: 'WRP1A_STRT', end: 'WRP1A_END', bank: 0 },
          { start: 'WRP1B_STRT', end: 'WRP1B_END', bank: 0 },
          { start: 'WRP2A_STRT', end: 'WRP2A_END', bank: 1 },
          { start: 'WRP2B_STRT', end: 'WRP2B_END', bank: 1 },
        ],
      },
    },
    boot: {
      pattern: 16,
      pins: ['BOOT0'],
      table: BOOT_BY_nSWBOOT0,
      emptyCheck: { sampled: 'power-on' },
      rdpLevel2: 'main-flash',
    },
    timing: {
      operations: {
        program: {
          bytes: 8,
          us: { typ: 81.7, chosen: 'quoted values; program from sister technology G4/WB55 (81.7)' },
        },
        erase: [
          {
            KiB: 2,
            ms: {
              typ: 22,
              max: 24.47,
              chosen: 'quoted values; program from sister technology G4/WB55 (81.7)',
            },
          },
        ],
        massErase: { any: { typ: 22, max: 24.59 } },
      },
      source:
        'Zephyr issue #16934 quoting the STM32L496 datasheet 6.3.10; code comment quoting DS10198 Rev 8 (STM32L476) table 63; stm32-bootloader-client-rs (max mass erase: G071 40.1 ms, L452 24.59 ms); Zephyr dts/arm/st/l4/stm32l4.dtsi (max-erase-time) = 25',
      confidence: 'medium',
      note: 'Page and mass erase quoted, 64-bit program time not found.',
    },
    connection: { usartUs: 3, i2cStretchUs: 2, i2cTimeoutMs: 1000 },
    dfuGeneration: 'A',
    optionalQuirks: ['dfu-status-stalls-while-erasing'],
    sources: {
      ...readForAll,
      options: ['BMP', 'CMSIS', 'STLINK', 'HAL', 'CUBE-DB'],
      timing: ['DS', 'ZEPHYR', 'AN2606'],
    },
  },
  lines: [
    {
      id: 'STM32L412_422',
      parts: ['STM32L412*', 'STM32L422*'],
      productId: 0x464,
      flashKiB: [64, 128],
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 32 * KiB },
        { name: 'SRAM2', start: 0x2000_8000, length: 8 * KiB },
      ],
      bootloaders: [
        {
          version: '13.1',
          id: 0xd1,
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_3000 }],
          ramAccessible: [{ start: 0x2000_3000, end: 0x2000_8000 }],
          startupMs: 0.86,
          quirks: ['pcrop-options-not-writable', 'two-acks-at-connect'],
        },
      ],
      lacks: ['CAN1'],
      i2cAddress: 0x52,
      options: { areas: { bank2: undefined } },
      connection: { usartUs: 5, usbMs: 820 },
      notes: [
        'AN2606 gives 12 KiB of RAM to the bootloader but lets hosts in from 0x2000_2100 on; 12 KiB are refused here.',
        'No CAN.',
        EMPTY_CHECK,
      ],
    },
    {
      id: 'STM32L43_44',
      parts: ['STM32L431*', 'STM32L432*', 'STM32L433*', 'STM32L442*', 'STM32L443*'],
      productId: 0x435,
      flashKiB: [128, 256],
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 48 * KiB },
        { name: 'SRAM2', start: 0x2000_c000, length: 16 * KiB },
      ],
      bootloaders: [
        {
          version: '9.1',
          id: 0x91,
          ramAccessible: [{ start: 0x2000_3100, end: 0x2000_c000 }],
          startupMs: 0.86,
          quirks: [
            'pcrop-options-not-writable',
            'spi-write-leaves-blanks',
            'go-clears-rtcapben',
            'can-needs-rtc-reset',
          ],
        },
      ],
      i2cAddress: 0x48,
      options: { areas: { bank2: undefined } },
      connection: { usbMs: 820, hseTimeoutMs: 100 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/0128*0002Kg',
          '@Option Bytes  /0x1FFF7800/01*040 e',
          '@OTP Memory /0x1FFF7000/01*0001Ke',
          '@Device Feature/0xFFFF0000/01*004 e',
        ],
        bcdDevice: 0x2200,
        capturedOn: '256 KiB',
      },
      dfu: {
        wTransferSize: 1024,
        pollMs: { erase: 21 },
        source: 'FORUM, USB DFU on L432 and L433, community.st.com 85626',
      },
      optionalQuirks: [
        'short-system-reads-refused',
        'dfu-status-stalls-while-erasing',
        'dfu-transfer-size-says-2048',
      ],
      notes: [
        'Real parts announce DFU blocks of 1024 bytes; in two older reports 2048 are announced and only 1024 work.',
        'One AN2606 table puts the bootloader ID at 0x1FFF_6FF2.',
        RAM_12K,
        EMPTY_CHECK,
        'After the first programming the part stayed in the bootloader until a power cycle (stm32flash ticket 180).',
        'A short read of the flash size was refused at the address (forum).',
      ],
      sources: { usbStrings: ['DFU-LOGS'] },
    },
    {
      id: 'STM32L45_46',
      parts: ['STM32L451*', 'STM32L452*', 'STM32L462*'],
      productId: 0x462,
      flashKiB: [256, 512],
      flash: { layouts: { 512: oneBank('256*2K') } },
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 128 * KiB },
        { name: 'SRAM2', start: 0x2002_0000, length: 32 * KiB },
      ],
      bootloaders: [
        {
          version: '9.2',
          id: 0x92,
          ramAccessible: [{ start: 0x2000_3100, end: 0x2002_0000 }],
          startupMs: 0.86,
          quirks: ['pcrop-options-not-writable', 'spi-write-leaves-blanks'],
        },
      ],
      i2cAddress: 0x4a,
      options: { areas: { bank2: undefined } },
      connection: { usartUs: 70, usbMs: 330 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/0256*0002Kg',
          '@Option Bytes  /0x1FFF7800/01*040 e',
          '@OTP Memory /0x1FFF7000/01*0001Ke',
          '@Device Feature/0xFFFF0000/01*004 e',
        ],
        bcdDevice: 0x2200,
        capturedOn: '512 KiB',
      },
      notes: [EMPTY_CHECK],
      sources: { usbStrings: ['DFU-LOGS'] },
    },
    {
      id: 'STM32L47_48',
      parts: ['STM32L471*', 'STM32L475*', 'STM32L476*', 'STM32L485*', 'STM32L486*'],
      productId: 0x415,
      flashKiB: [256, 512, 1024],
      flash: {
        alternative: {
          field: 'DUALBANK',
          value: 0,
          layouts: {
            256: oneBank('128*2K'),
            512: oneBank('256*2K'),
          },
        },
        layouts: {
          256: twoBanks('64*2K'),
        },
      },
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 96 * KiB },
        { name: 'SRAM2', start: 0x1000_0000, length: 32 * KiB },
      ],
      bootloader: { ramAccessible: [{ start: 0x2000_3000, end: 0x2001_8000 }], startupMs: 2560 },
      bootloaders: [
        {
          version: '10.1',
          id: 0xa1,
          interfaces: ['USART1', 'USART2', 'USART3', 'I2C1', 'I2C2', 'I2C3', 'USB'],
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_3000 }],
          quirks: [
            'pcrop-options-not-writable',
            'ram-write-corrupted',
            'dfu-long-blocks-corrupted',
            'dfu-needs-crystal',
          ],
        },
        {
          version: '10.2',
          id: 0xa2,
          interfaces: ['USART1', 'USART2', 'USART3', 'I2C1', 'I2C2', 'I2C3', 'USB'],
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_3000 }],
          quirks: ['pcrop-options-not-writable', 'dfu-needs-crystal'],
        },
        {
          version: '10.3',
          id: 0xa3,
          interfaces: ['USART1', 'USART2', 'USART3', 'I2C1', 'I2C2', 'I2C3', 'USB'],
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_3000 }],
          quirks: ['pcrop-options-not-writable', 'dfu-needs-crystal'],
        },
        {
          version: '9.0',
          id: 0x90,
          ramAccessible: [{ start: 0x2000_3100, end: 0x2001_8000 }],
          startupMs: 2560.5,
          quirks: [
            'pcrop-options-not-writable',
            'ram-write-corrupted',
            'dfu-long-blocks-corrupted',
          ],
        },
        {
          version: '9.2',
          id: 0x92,
          ramAccessible: [{ start: 0x2000_3100, end: 0x2001_8000 }],
          startupMs: 2560.5,
          quirks: ['pcrop-options-not-writable', 'spi-write-leaves-blanks'],
        },
      ],
      i2cAddress: 0x43,
      options: {
        fields: {
          nSWBOOT0: undefined,
          nBOOT0: undefined,
          BFB2: { word: 'OPTR', bit: 20, width: 1 },
          DUALBANK: { word: 'OPTR', bit: 21, width: 1 },
        },
      },
      boot: { emptyCheck: undefined, pattern: 7, table: BOOT_BY_BFB2 },
      connection: { usbMs: 300, hseTimeoutMs: 100 },
      notes: [
        'V10.x is on silicon revisions 2 and 3 (no SPI, no CAN), V9.x on revision 4.',
        'AN2606 says 13 KiB are used by V9.x and lets hosts in from 0x2000_3100: 12.25 KiB taken.',
        'stm32flash ends the option bytes at 0x1FFF_F80F, in the area of bank 2.',
        'The bootloader waits for LSE: 55 ms with a 32 kHz crystal, 2560 ms without.',
        'Blank double-words after SPI writes were also reported on L471 (forum).',
        PAGES_OF_BANK_2,
      ],
    },
    {
      id: 'STM32L496_4A6',
      parts: ['STM32L496*', 'STM32L4A6*'],
      productId: 0x461,
      flashKiB: [512, 1024],
      flash: {
        alternative: {
          field: 'DUALBANK',
          value: 0,
          layouts: { 512: oneBank('256*2K') },
        },
      },
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 256 * KiB },
        { name: 'SRAM2', start: 0x2004_0000, length: 64 * KiB },
      ],
      bootloaders: [
        {
          version: '9.3',
          id: 0x93,
          ramAccessible: [{ start: 0x2000_3100, end: 0x2004_0000 }],
          startupMs: 76.93,
          quirks: ['pcrop-options-not-writable', 'spi-write-leaves-blanks', 'bank-erase-refused'],
        },
      ],
      i2cAddress: 0x4c,
      options: {
        fields: {
          BFB2: { word: 'OPTR', bit: 20, width: 1 },
          DUALBANK: { word: 'OPTR', bit: 21, width: 1 },
        },
      },
      boot: { pattern: 6, table: PATTERN_6_WITH_BFB2 },
      connection: { usbMs: 430, hseTimeoutMs: 100 },
      notes: [
        'Pattern 6 has an empty check; CMSIS has no such flag for L496: AN2606 is followed.',
        RAM_12K,
        PAGES_OF_BANK_2,
      ],
    },
    {
      id: 'STM32L4R_4S',
      parts: ['STM32L4R*', 'STM32L4S*'],
      productId: 0x470,
      flashKiB: [1024, 2048],
      flash: {
        alternative: {
          field: 'DBANK',
          value: 0,
          layouts: { 2048: oneBank('256*8K') },
        },
        layouts: {
          1024: twoBanks('128*4K'),
        },
      },
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 192 * KiB },
        { name: 'SRAM2', start: 0x2003_0000, length: 64 * KiB },
        { name: 'SRAM3', start: 0x2004_0000, length: 384 * KiB },
      ],
      bootloaders: [
        {
          version: '9.5',
          id: 0x95,
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_3200 }],
          startupMs: 10.12,
          quirks: [],
        },
      ],
      i2cAddress: 0x50,
      options: {
        areas: {
          bank1: { start: 0x1ff0_0000 },
          bank2: { start: 0x1ff0_1000 },
        },
        fields: {
          BFB2: { word: 'OPTR', bit: 20, width: 1 },
          DB1M: { word: 'OPTR', bit: 21, width: 1 },
          DBANK: { word: 'OPTR', bit: 22, width: 1 },
        },
      },
      boot: { pattern: 6, table: PATTERN_6_WITH_BFB2 },
      timing: {
        note: undefined,
        operations: {
          program: { us: { typ: 81.7, chosen: AS_L4 } },
          erase: [
            { KiB: 4, ms: { typ: 22, chosen: AS_L4 } },
            {
              KiB: 8,
              ms: { typ: 22, chosen: 'no figure for single-bank pages; that of a dual-bank page' },
            },
          ],
          massErase: { any: { typ: 22, chosen: AS_L4 } },
        },
        source: 'OpenOCD stm32l4x.c comment: "erase time can be as high as 25 ms"',
        confidence: 'low',
      },
      connection: { usartUs: 23.5, usbMs: 322 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/512*0004Kg',
          '@Option Bytes  /0x1FF00000/01*040 e/0x1FF01000/01*040 e',
          '@OTP Memory /0x1FFF7000/01*0001Ke',
        ],
        bcdDevice: 0x2200,
        capturedOn: '2 MiB',
      },
      notes: [
        'stm32flash 0.7 has pages of 2 KiB, 1 MiB of flash and the option bytes of L4 for this line; the DFU string says 4 KiB, 2 MiB and 0x1FF0_0000.',
        'AN2606 gives the bootloader as 0x95 in one table and V9.0 in another.',
        'Option bytes lie at 0x1FF0_0000 and 0x1FF0_1000, as stlink and a DFU log agree.',
        'Whether 1 MiB parts are dual is told by DB1M, not DBANK; the layout for DB1M = 0 is left out.',
        PAGES_OF_BANK_2,
      ],
      sources: { timing: ['OPENOCD', 'AN2606'], usbStrings: ['DFU-LOGS'] },
    },
    {
      id: 'STM32L4P_4Q',
      parts: ['STM32L4P*', 'STM32L4Q*'],
      productId: 0x471,
      like: 'STM32L4R_4S',
      flashKiB: [512, 1024],
      flash: {
        alternative: {
          field: 'DBANK',
          value: 0,
          layouts: { 1024: oneBank('128*8K') },
        },
        layouts: {
          512: twoBanks('64*4K'),
        },
      },
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 128 * KiB },
        { name: 'SRAM2', start: 0x2002_0000, length: 64 * KiB },
        { name: 'SRAM3', start: 0x2003_0000, length: 128 * KiB },
      ],
      bootloaders: [
        {
          version: '9.0',
          id: 0x90,
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_4000 }],
          startupMs: 9.891,
          quirks: ['pcrop-options-not-writable'],
        },
      ],
      i2cAddress: 0x5b,
      boot: {
        emptyCheck: undefined,
        pattern: 7,
        table: [
          { when: { BFB2: 1, nSWBOOT0: 1, BOOT0: 0 }, boots: 'banks' },
          { when: { BFB2: 1, nSWBOOT0: 0, nBOOT0: 1 }, boots: 'banks' },
          { when: { nSWBOOT0: 1, BOOT0: 0 }, boots: 'main-flash' },
          { when: { nSWBOOT0: 1, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { nSWBOOT0: 1, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
          { when: { nSWBOOT0: 0, nBOOT0: 1 }, boots: 'main-flash' },
          { when: { nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
        ],
      },
      usbStrings: undefined,
      notes: [
        'Pattern 7 has no nSWBOOT0 and no empty check; CMSIS has nSWBOOT0, nBOOT0 and an empty flag: the rows are merged, the empty check is left out.',
        'stlink gives L4P 640 KiB of RAM, stm32-data 320.',
        'On 512 KiB parts DB1M (called DB512K) takes the place of DBANK; the layout for 0 is left out.',
        PAGES_OF_BANK_2,
      ],
      sources: { usbStrings: undefined },
    },
  ],
} satisfies Series;
