import { oneBank, twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';

export default {
  series: 'STM32G4',
  defaults: {
    flash: {
      unit: 'page',
      programUnit: 8,
      writeAlign: 8,
      eraseValue: 0xff,
      overwrite: 'all-zero-only',
      layouts: {
        32: oneBank('16*2K'),
        64: oneBank('32*2K'),
        128: oneBank('64*2K'),
        256: [
          { start: 0x0800_0000, first: 0, pages: ['64*2K'] },
          { start: 0x0804_0000, first: 64, pages: ['64*2K'] },
        ],
        512: twoBanks('128*2K'),
      },
    },
    systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_7000 }],
    bootloaderIdAddress: 0x1fff_6ffe,
    bootloader: {
      protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1', USB: '2.2' },
      ramUsed: [{ start: 0x2000_0000, end: 0x2000_4000 }],
      ramAccessible: [{ start: 0x2000_4000, end: 0x2001_8000 }],
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
      startupMs: 0.39,
      quirks: [],
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'hardware' },
      USART2: { protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'hardware' },
      USART3: { protocol: 'USART', rx: 'PC11', tx: 'PC10', autobaud: 'hardware' },
      I2C2: { protocol: 'I2C', scl: 'PC4', sda: 'PA8' },
      I2C3: { protocol: 'I2C', scl: 'PC8', sda: 'PC9' },
      I2C4: { protocol: 'I2C', scl: 'PC6', sda: 'PC7' },
      SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      SPI2: { protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
    },
    lacks: ['I2C4'],
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
          length: 48,
          complement: 'words',
          words: {
            OPTR: { offset: 0, width: 32, factory: 0xffef_f8aa },
            PCROP1SR: { offset: 8, width: 32, factory: 0xffff_ffff },
            PCROP1ER: { offset: 0x10, width: 32, factory: 0x00ff_0000 },
            WRP1AR: { offset: 0x18, width: 32, factory: 0xff00_ffff },
            WRP1BR: { offset: 0x20, width: 32, factory: 0xff00_ffff },
            SEC1R: { offset: 0x28, width: 32, factory: 0xff00_ff00 },
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
        SRAM_PE: { word: 'OPTR', bit: 24, width: 1 },
        CCMSRAM_RST: { word: 'OPTR', bit: 25, width: 1 },
        nSWBOOT0: { word: 'OPTR', bit: 26, width: 1 },
        nBOOT0: { word: 'OPTR', bit: 27, width: 1 },
        NRST_MODE: { word: 'OPTR', bit: 28, width: 2 },
        IRHEN: { word: 'OPTR', bit: 30, width: 1 },
        BOOT_LOCK: { word: 'SEC1R', bit: 16, width: 1 },
        WRP1A_STRT: { word: 'WRP1AR', bit: 0, width: 7 },
        WRP1A_END: { word: 'WRP1AR', bit: 16, width: 7 },
        WRP1B_STRT: { word: 'WRP1BR', bit: 0, width: 7 },
        WRP1B_END: { word: 'WRP1BR', bit: 16, width: 7 },
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
      pattern: 15,
      pins: ['BOOT0'],
      table: [
        { when: { BOOT_LOCK: 1 }, boots: 'main-flash' },
        { when: { BOOT_LOCK: 0, nSWBOOT0: 1, BOOT0: 0 }, boots: 'main-flash' },
        { when: { BOOT_LOCK: 0, nSWBOOT0: 1, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
        { when: { BOOT_LOCK: 0, nSWBOOT0: 1, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
        { when: { BOOT_LOCK: 0, nSWBOOT0: 0, nBOOT0: 1 }, boots: 'main-flash' },
        { when: { BOOT_LOCK: 0, nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
        { when: { BOOT_LOCK: 0, nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
      ],
      rdpLevel2: 'main-flash',
    },
    timing: {
      operations: {
        program: { bytes: 8, us: { typ: 81.7, max: 83.35 } },
        erase: [{ KiB: 2, ms: { typ: 22.02, max: 24.47 } }],
        massErase: { any: { typ: 22.13, max: 24.6 } },
      },
      source: 'ST DS12288 Rev 6 (STM32G474) table 47',
      confidence: 'high',
    },
    connection: { usartUs: 3, usbMs: 300, i2cStretchUs: 2, i2cTimeoutMs: 1000 },
    dfuGeneration: 'B',
    sources: {
      ...readForAll,
      options: ['BMP', 'OPENBL', 'CMSIS', 'HAL', 'CUBE-DB'],
      boot: ['AN2606', 'RM0440'],
      timing: ['DS', 'AN2606'],
    },
  },
  lines: [
    {
      id: 'STM32G431_441',
      parts: ['STM32G431*', 'STM32G441*'],
      productId: 0x468,
      flashKiB: [32, 64, 128],
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 16 * KiB },
        { name: 'SRAM2', start: 0x2000_4000, length: 6 * KiB },
        { name: 'CCM', start: 0x1000_0000, length: 10 * KiB, alias: 0x2000_5800 },
      ],
      bootloader: { ramAccessible: [{ start: 0x2000_4000, end: 0x2000_5800 }] },
      bootloaders: [
        {
          version: '13.3',
          id: 0xd3,
          quirks: ['ccm-ram-not-writable', 'engineering-bytes-unsupported'],
        },
        { version: '13.4', id: 0xd4 },
      ],
      i2cAddress: 0x54,
      timing: { source: 'ST DS12589 Rev 6 (STM32G431) table 46' },
      usbStrings: {
        strings: ['@Internal Flash   /0x08000000/64*02Kg'],
        bcdDevice: 0x0200,
        capturedOn: '128 KiB; alternate 0 only',
      },
      notes: [
        'No FDCAN in the G4 bootloader, whatever is said elsewhere.',
        'The CCM SRAM shows again at 0x2000_5800.',
      ],
      sources: { usbStrings: ['DFU-LOGS'] },
    },
    {
      id: 'STM32G47_48',
      parts: ['STM32G471*', 'STM32G473*', 'STM32G474*', 'STM32G483*', 'STM32G484*'],
      productId: 0x469,
      flashKiB: [128, 256, 512],
      flash: {
        alternative: {
          field: 'DBANK',
          value: 0,
          layouts: {
            128: oneBank('32*4K'),
            256: oneBank('64*4K'),
            512: oneBank('128*4K'),
          },
        },
        layouts: {
          128: [
            { start: 0x0800_0000, first: 0, pages: ['32*2K'] },
            { start: 0x0804_0000, first: 32, pages: ['32*2K'] },
          ],
        },
      },
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 80 * KiB },
        { name: 'SRAM2', start: 0x2001_4000, length: 16 * KiB },
        { name: 'CCM', start: 0x1000_0000, length: 32 * KiB, alias: 0x2001_8000 },
      ],
      bootloaders: [
        {
          version: '13.3',
          id: 0xd3,
          quirks: ['ccm-ram-not-writable', 'engineering-bytes-unsupported', 'bank-2-boot-broken'],
        },
        {
          version: '13.4',
          id: 0xd4,
          quirks: ['ccm-ram-not-writable', 'engineering-bytes-unsupported'],
        },
        { version: '13.5', id: 0xd5 },
      ],
      lacks: [],
      i2cAddress: 0x53,
      options: {
        areas: {
          bank1: { bases: [0x28] },
          bank2: {
            start: 0x1fff_f800,
            length: 48,
            complement: 'words',
            bases: [8, 0x28],
            words: {
              PCROP2SR: { offset: 8, width: 32, factory: 0xffff_ffff },
              PCROP2ER: { offset: 0x10, width: 32, factory: undefined },
              WRP2AR: { offset: 0x18, width: 32, factory: 0xff00_ffff },
              WRP2BR: { offset: 0x20, width: 32, factory: 0xff00_ffff },
              SEC2R: { offset: 0x28, width: 32, factory: 0xff00_ff00 },
            },
          },
        },
        fields: {
          BFB2: { word: 'OPTR', bit: 20, width: 1 },
          DBANK: { word: 'OPTR', bit: 22, width: 1 },
          WRP2A_STRT: { word: 'WRP2AR', bit: 0, width: 7 },
          WRP2A_END: { word: 'WRP2AR', bit: 16, width: 7 },
          WRP2B_STRT: { word: 'WRP2BR', bit: 0, width: 7 },
          WRP2B_END: { word: 'WRP2BR', bit: 16, width: 7 },
        },
      },
      boot: {
        pattern: 14,
        table: [
          { when: { BOOT_LOCK: 1 }, boots: 'main-flash' },
          { when: { BOOT_LOCK: 0, BFB2: 1, nSWBOOT0: 1, BOOT0: 0 }, boots: 'banks' },
          { when: { BOOT_LOCK: 0, BFB2: 1, nSWBOOT0: 0, nBOOT0: 1 }, boots: 'banks' },
          { when: { BOOT_LOCK: 0, nSWBOOT0: 1, BOOT0: 0 }, boots: 'main-flash' },
          { when: { BOOT_LOCK: 0, nSWBOOT0: 1, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { BOOT_LOCK: 0, nSWBOOT0: 1, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
          { when: { BOOT_LOCK: 0, nSWBOOT0: 0, nBOOT0: 1 }, boots: 'main-flash' },
          { when: { BOOT_LOCK: 0, nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { BOOT_LOCK: 0, nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
        ],
      },
      timing: {
        operations: {
          erase: [
            { KiB: 2, ms: { typ: 22.02, max: 24.47 } },
            { KiB: 4, ms: { typ: 22.02, chosen: 'datasheet typ' } },
          ],
        },
      },
      usbStrings: {
        strings: [
          '@Internal Flash   /0x08000000/256*02Kg',
          '@Option Bytes   /0x1FFF7800/01*048 e/0x1FFFF800/01*048 e',
          '@OTP Memory   /0x1FFF7000/01*1024 e',
        ],
        bcdDevice: 0x0200,
        capturedOn: '512 KiB',
      },
      optionalQuirks: ['spi-checksum-one-ack-less'],
      notes: [
        'The CCM SRAM shows again at 0x2001_8000.',
        'stlink gives the option bytes as 4 bytes at 0x1FFF_F800: that is the area of bank 2.',
        'Bank 2 always starts at 0x0804_0000, so parts below 512 KiB have a gap between the banks (OpenOCD). Page numbers are taken to go on after bank 1; the other reading is offset by page size.',
        'BFB2 is looked at whenever flash would boot; AN2606 writes it as a condition of its own.',
        'Factory value of PCROP2ER not found.',
        'A G473 user saw the checksum over SPI follow the acknowledge of the initial value at once (forum).',
      ],
      sources: {
        options: ['BMP', 'OPENBL', 'CMSIS', 'DFU-LOGS', 'HAL', 'CUBE-DB'],
        usbStrings: ['DFU-LOGS'],
      },
    },
    {
      id: 'STM32G491_4A1',
      parts: ['STM32G491*', 'STM32G4A1*'],
      productId: 0x479,
      flashKiB: [256, 512],
      flash: {
        layouts: {
          256: oneBank('128*2K'),
          512: oneBank('256*2K'),
        },
      },
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 80 * KiB },
        { name: 'SRAM2', start: 0x2001_4000, length: 16 * KiB },
        { name: 'CCM', start: 0x1000_0000, length: 16 * KiB, alias: 0x2001_8000 },
      ],
      bootloaders: [
        { version: '13.2', id: 0xd2, ramAccessible: [{ start: 0x2000_4000, end: 0x2001_c000 }] },
      ],
      i2cAddress: 0x5f,
      options: {
        areas: { bank1: { words: { SEC1R: { factory: 0xff00_fe00 } } } },
        fields: {
          PB4_PUPEN: { word: 'OPTR', bit: 22, width: 1 },
          WRP1A_STRT: { width: 8 },
          WRP1A_END: { width: 8 },
          WRP1B_STRT: { width: 8 },
          WRP1B_END: { width: 8 },
        },
      },
      timing: { confidence: 'medium', note: 'Sister line.' },
      notes: [
        'The CCM SRAM shows again at 0x2001_8000, behind SRAM2: inferred from the printed RAM end 0x2001_BFFF.',
      ],
    },
  ],
} satisfies Series;
