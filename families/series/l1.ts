import { oneBank, twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';
import { BOOT_BY_BOOT1_PIN } from './boot-tables.ts';

const READ_REFUSED =
  'The step at which a Read is refused, and the second NACK there, are inferred from a log of 0x429.';

const USER_FACTORY = 'USER factory value 0xF8 follows from the reset value of FLASH_OBR.';

const MOST_PAGES = 'stm32flash never erases more than 512 pages with one command.';

const DEBUG_PORT_AND_RTC = 'Slow debug port and a reset of the RTC: the model has neither.';

const PAGES_OF_BANK_2 = 'Page numbers of bank 2 are taken to go on after bank 1; not documented.';

export default {
  series: 'STM32L1',
  defaults: {
    flash: {
      unit: 'page',
      programUnit: 4,
      writeAlign: 8,
      eraseValue: 0x00,
      overwrite: undefined,
      layouts: {
        32: oneBank('128*256'),
        64: oneBank('256*256'),
        128: oneBank('512*256'),
        256: oneBank('1024*256'),
        384: twoBanks('768*256'),
        512: twoBanks('1024*256'),
      },
    },
    ram: [{ name: 'SRAM', start: 0x2000_0000, length: 32 * KiB }],
    systemMemory: [{ start: 0x1ff0_0000, end: 0x1ff0_2000 }],
    bootloaderIdAddress: 0x1ff0_1ffe,
    bootloader: {
      protocols: { USART: '3.1', USB: '2.2' },
      ramUsed: [{ start: 0x2000_0000, end: 0x2000_1000 }],
      readRefusedAt: 'length',
      writeRefusedAt: 'address',
      startupMs: 0.708,
      quirks: ['two-nacks', 'two-nacks-at-length'],
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
      USART2: { protocol: 'USART', rx: 'PD6', tx: 'PD5', autobaud: 'software' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
    },
    massErase: false,
    flashSizeRegister: { address: 0x1ff8_00cc },
    uid: [0x1ff8_00d0, 0x1ff8_00d4, 0x1ff8_00e4],
    eeprom: { start: 0x0808_0000, length: { 32: 4 * KiB, 64: 4 * KiB, 128: 4 * KiB } },
    options: {
      access: 'words',
      accessSource: 'BMP',
      areas: {
        bank1: {
          start: 0x1ff8_0000,
          length: 32,
          complement: 'half-words',
          words: {
            RDP: { offset: 0, width: 16, factory: 0xaa },
            USER: { offset: 4, width: 16, factory: 0xf8 },
            WRP1_LOW: { offset: 8, width: 16, factory: 0x0 },
            WRP1_HIGH: { offset: 0x0c, width: 16, factory: 0x0 },
          },
        },
      },
      fields: {
        RDP: { word: 'RDP', bit: 0, width: 8 },
        BOR_LEV: { word: 'USER', bit: 0, width: 4 },
        IWDG_SW: { word: 'USER', bit: 4, width: 1 },
        nRST_STOP: { word: 'USER', bit: 5, width: 1 },
        nRST_STDBY: { word: 'USER', bit: 6, width: 1 },
        WRP1_LOW: { word: 'WRP1_LOW', bit: 0, width: 16 },
        WRP1_HIGH: { word: 'WRP1_HIGH', bit: 0, width: 16 },
        WRP2_LOW: { word: 'WRP2_LOW', bit: 0, width: 16 },
        WRP2_HIGH: { word: 'WRP2_HIGH', bit: 0, width: 16 },
        WRP3_LOW: { word: 'WRP3_LOW', bit: 0, width: 16 },
        WRP3_HIGH: { word: 'WRP3_HIGH', bit: 0, width: 16 },
      },
      rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0xbb },
      writeProtection: {
        kind: 'bits',
        fields: ['WRP1_LOW', 'WRP1_HIGH'],
        protects: 1,
        pagesPerBit: 16,
      },
    },
    boot: {
      pattern: 1,
      pins: ['BOOT0', 'BOOT1'],
      table: BOOT_BY_BOOT1_PIN,
      rdpLevel2: 'main-flash',
    },
    timing: {
      operations: {
        program: {
          bytes: 4,
          us: { typ: 3200, max: 3940, chosen: 'the figure of sister line L0 typ, L1 max 3.94 ms' },
        },
        erase: [
          {
            KiB: 0.25,
            ms: { typ: 3.2, max: 4, chosen: 'the figure of sister line L0 typ, L1 max 3.94 ms' },
          },
        ],
        massErase: 'sum',
      },
      source:
        'libopencm3-derived STM32L1 header quoting DS6876/DS8890/DS8576 (3.94 ms); Zephyr dts/arm/st/l1/stm32l1.dtsi (max-erase-time) = 4',
      confidence: 'medium',
    },
    connection: { usartUs: 8 },
    optionalQuirks: ['erase-512-pages-at-most'],
    sources: {
      ...readForAll,
      options: ['CMSIS', 'OPENOCD', 'STM32FLASH', 'SVD', 'HAL', 'CUBE-DB'],
      timing: ['DS', 'ZEPHYR', 'AN2606'],
    },
  },
  lines: [
    {
      id: 'STM32L1xxx6_8_B',
      parts: [
        'STM32L100?6*',
        'STM32L151?6*',
        'STM32L152?6*',
        'STM32L100?8*',
        'STM32L151?8*',
        'STM32L152?8*',
        'STM32L100?B*',
        'STM32L151?B*',
        'STM32L152?B*',
      ],
      productId: 0x416,
      flashKiB: [32, 64, 128],
      flash: { overwrite: 'or' },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 16 * KiB }],
      ramBySize: { 32: 10, 64: 10 },
      ramOfParts: [{ parts: ['STM32L100*'], ramBySize: { 32: 4, 64: 8, 128: 10 } }],
      systemMemory: [{ start: 0x1ff0_0000, end: 0x1ff0_1000 }],
      bootloaderIdAddress: 0x1ff0_0ffe,
      bootloaders: [
        {
          version: '2.0',
          id: 0x20,
          protocols: { USART: '3.0' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_0800 }],
          startupMs: 0.542,
          quirks: ['missing-nack', 'two-nacks-at-length'],
        },
      ],
      lacks: ['USB'],
      flashSizeRegister: { address: 0x1ff8_004c },
      uid: [0x1ff8_0050, 0x1ff8_0054, 0x1ff8_0064],
      notes: [
        READ_REFUSED,
        'AN2606 says 4 KiB of system memory in one table and an end of 0x1FF0_1FFF in another.',
        'RAM is 10 or 16 KiB by part.',
        USER_FACTORY,
        MOST_PAGES,
      ],
    },
    {
      id: 'STM32L1xxx6A_8A_BA',
      parts: [
        'STM32L151?6??A*',
        'STM32L152?6??A*',
        'STM32L100?6??A*',
        'STM32L151?8??A*',
        'STM32L152?8??A*',
        'STM32L100?8??A*',
        'STM32L151?B??A*',
        'STM32L152?B??A*',
        'STM32L100?B??A*',
      ],
      productId: 0x429,
      like: 'STM32L1xxx6_8_B',
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 32 * KiB }],
      ramBySize: { 32: 16 },
      ramOfParts: [{ parts: ['STM32L100*'], ramBySize: { 32: 4, 64: 8, 128: 16 } }],
      bootloaders: [
        {
          version: '2.0',
          id: 0x20,
          startupMs: 0.542,
          quirks: ['missing-nack', 'two-nacks-at-length'],
        },
      ],
      options: { fields: { SPRMOD: { word: 'RDP', bit: 8, width: 1 } } },
      notes: [
        'A Read of 0x4002_3C1C was refused at the length, and the next command too (log of a RAK811, stm32duino/Arduino_Core_STM32 pull request 254).',
        'The bootloader is said to use 2 KiB while hosts may only go in from 0x2000_1000 on.',
        'Only the low 8 bits of the flash size register are valid (OpenOCD).',
        'Sold as STM32L15xxBxxA.',
        USER_FACTORY,
        MOST_PAGES,
      ],
    },
    {
      id: 'STM32L1xxxC',
      parts: [
        'STM32L100RC*',
        'STM32L151CC*',
        'STM32L151RC*',
        'STM32L151UC*',
        'STM32L151VC*',
        'STM32L152CC*',
        'STM32L152RC*',
        'STM32L152UC*',
        'STM32L152VC*',
        'STM32L162RC*',
        'STM32L162VC*',
      ],
      productId: 0x427,
      flashKiB: [256],
      ramOfParts: [{ parts: ['STM32L100*'], ramBySize: { 256: 16 } }],
      bootloaders: [{ version: '4.0', id: 0x40 }],
      eeprom: { start: 0x0808_0000, length: { 256: 8 * KiB } },
      options: {
        areas: {
          bank1: {
            words: {
              WRP2_LOW: { offset: 0x10, width: 16, factory: 0x0 },
              WRP2_HIGH: { offset: 0x14, width: 16, factory: 0x0 },
            },
          },
        },
        fields: { SPRMOD: { word: 'RDP', bit: 8, width: 1 } },
        writeProtection: { fields: ['WRP1_LOW', 'WRP1_HIGH', 'WRP2_LOW', 'WRP2_HIGH'] },
      },
      connection: { usbMs: 849, hseTimeoutMs: 80 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/1024*256 g',
          '@Option Bytes  /0x1FF80000/01*032 e',
          '@DATA Memory /0x08080000/02*004Ke',
        ],
        bcdDevice: 0x2200,
        capturedOn: '256 KiB',
      },
      dfuGeneration: 'A',
      notes: [
        READ_REFUSED,
        'stlink gives the system memory 4 KiB.',
        'USB needs HSE.',
        'Write protection values of WRP2 on are taken equal to WRP1.',
        MOST_PAGES,
        'What programming a used word does was not found.',
      ],
      sources: { usbStrings: ['DFU-LOGS'] },
    },
    {
      id: 'STM32L1xxxD',
      parts: [
        'STM32L151?D*',
        'STM32L152?D*',
        'STM32L162?D*',
        'STM32L15?QC*',
        'STM32L15?ZC*',
        'STM32L162QC*',
        'STM32L162ZC*',
        'STM32L15?RC??A*',
        'STM32L15?VC??A*',
        'STM32L162RC??A*',
        'STM32L162VC??A*',
      ],
      productId: 0x436,
      flashKiB: [256, 384],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 48 * KiB }],
      ramBySize: { 256: 32 },
      bootloaders: [
        {
          version: '4.1',
          id: 0x41,
          quirks: ['stack-overflow-on-bank-jump', 'two-nacks-at-length'],
          notModelled: [DEBUG_PORT_AND_RTC],
        },
        {
          version: '4.2',
          id: 0x42,
          quirks: ['go-refuses-foreign-stack', 'two-nacks-at-length'],
          notModelled: [DEBUG_PORT_AND_RTC],
        },
        { version: '4.5', id: 0x45 },
      ],
      flashSizeRegister: { codes: { 256: 1, 384: 0 } },
      eeprom: { start: 0x0808_0000, length: { 256: 8 * KiB, 384: 12 * KiB } },
      options: {
        areas: {
          bank1: {
            words: {
              WRP2_LOW: { offset: 0x10, width: 16, factory: 0x0 },
              WRP2_HIGH: { offset: 0x14, width: 16, factory: 0x0 },
              WRP3_LOW: { offset: 0x18, width: 16, factory: 0x0 },
              WRP3_HIGH: { offset: 0x1c, width: 16, factory: 0x0 },
            },
          },
        },
        fields: { BFB2: { word: 'USER', bit: 7, width: 1 } },
        writeProtection: {
          fields: ['WRP1_LOW', 'WRP1_HIGH', 'WRP2_LOW', 'WRP2_HIGH', 'WRP3_LOW', 'WRP3_HIGH'],
        },
      },
      boot: {
        pattern: 4,
        table: [
          { when: { BOOT0: 0, BFB2: 0 }, boots: 'banks' },
          { when: { BOOT0: 0, BFB2: 1 }, boots: 'main-flash' },
          { when: { BOOT0: 1, BOOT1: 0 }, boots: 'system-memory' },
          { when: { BOOT0: 1, BOOT1: 1 }, boots: 'sram' },
        ],
      },
      connection: { usbMs: 849, hseTimeoutMs: 80 },
      dfuGeneration: 'A',
      notes: [
        READ_REFUSED,
        'BFB2 is active low here: 0 boots bank 2.',
        'The flash size register holds a code: 0 is 384 KiB, 1 is 256 KiB (OpenOCD, from the manual).',
        'CMSIS ends the option bytes at offset 0x1F, stm32flash at 0x9F for the whole series.',
        'stm32flash 0.5 does not flag mass erase as missing here, 0.7 does as for all L0 and L1.',
        'USB needs HSE.',
        PAGES_OF_BANK_2,
        MOST_PAGES,
        'What programming a used word does was not found.',
      ],
    },
    {
      id: 'STM32L1xxxE',
      parts: [
        'STM32L151?E*',
        'STM32L152?E*',
        'STM32L162?E*',
        'STM32L151VD??X*',
        'STM32L152VD??X*',
        'STM32L162VD??X*',
      ],
      productId: 0x437,
      like: 'STM32L1xxxD',
      flashKiB: [384, 512],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 80 * KiB }],
      ramBySize: undefined,
      bootloaders: [{ version: '4.0', id: 0x40 }],
      flashSizeRegister: { codes: undefined },
      eeprom: { start: 0x0808_0000, length: { 384: 16 * KiB, 512: 16 * KiB } },
      options: {
        areas: {
          bank1: {
            length: 160,
            bases: [0x80],
            words: {
              WRP4_LOW: { offset: 0x80, width: 16, factory: 0x0 },
              WRP4_HIGH: { offset: 0x84, width: 16, factory: 0x0 },
            },
          },
        },
        fields: {
          WRP4_LOW: { word: 'WRP4_LOW', bit: 0, width: 16 },
          WRP4_HIGH: { word: 'WRP4_HIGH', bit: 0, width: 16 },
        },
        writeProtection: {
          fields: [
            'WRP1_LOW',
            'WRP1_HIGH',
            'WRP2_LOW',
            'WRP2_HIGH',
            'WRP3_LOW',
            'WRP3_HIGH',
            'WRP4_LOW',
            'WRP4_HIGH',
          ],
        },
      },
      connection: { usbMs: undefined, hseTimeoutMs: 200 },
      notes: [
        READ_REFUSED,
        'BFB2 is active low here: 0 boots bank 2.',
        'WRP4 lies at offset 0x80 (CMSIS); the end is that of stm32flash.',
        'USB needs HSE.',
        PAGES_OF_BANK_2,
        MOST_PAGES,
        'What programming a used word does was not found.',
      ],
    },
  ],
} satisfies Series;
