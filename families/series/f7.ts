import { oneBank, twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';

export default {
  series: 'STM32F7',
  defaults: {
    flash: {
      unit: 'sector',
      programUnit: 1,
      writeAlign: 8,
      eraseValue: 0xff,
      overwrite: 'and',
      layouts: {
        64: oneBank('4*16K'),
        256: oneBank('4*16K', '1*64K', '1*128K'),
        512: oneBank('4*16K', '1*64K', '3*128K'),
        1024: oneBank('4*32K', '1*128K', '3*256K'),
        2048: oneBank('4*32K', '1*128K', '7*256K'),
      },
    },
    systemMemory: [{ start: 0x1ff0_0000, end: 0x1ff0_edc0 }],
    bootloaderIdAddress: 0x1ff0_edbe,
    bootloader: {
      protocols: { USART: '3.1', I2C: '1.2', SPI: '1.2', CAN: '2.0', USB: '2.2' },
      ramUsed: [{ start: 0x2000_0000, end: 0x2000_4000 }],
      ramAccessible: [{ start: 0x2000_4000, end: 0x2005_0000 }],
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
      startupMs: 16.63,
      quirks: ['auto-baud-jitter', 'nacks-after-option-write'],
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
      USART3: { protocol: 'USART', rx: 'PB11', tx: 'PB10', autobaud: 'software' },
      'USART3:PC11/PC10': { protocol: 'USART', rx: 'PC11', tx: 'PC10', autobaud: 'software' },
      CAN1: { protocol: 'CAN', rx: 'PD0', tx: 'PD1' },
      CAN2: { protocol: 'CAN', rx: 'PB5', tx: 'PB13' },
      I2C1: { protocol: 'I2C', scl: 'PB6', sda: 'PB9' },
      I2C2: { protocol: 'I2C', scl: 'PF1', sda: 'PF0' },
      I2C3: { protocol: 'I2C', scl: 'PA8', sda: 'PC9' },
      SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      SPI2: { protocol: 'SPI', mosi: 'PI3', miso: 'PI2', sck: 'PI1', nss: 'PI0' },
      SPI4: { protocol: 'SPI', mosi: 'PE14', miso: 'PE13', sck: 'PE12', nss: 'PE11' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
    },
    i2cAddress: 0x49,
    massErase: true,
    flashSizeRegister: { address: 0x1ff0_f442 },
    uid: [0x1ff0_f420, 0x1ff0_f424, 0x1ff0_f428],
    otp: { start: 0x1ff0_f000, length: 1 * KiB, lockBytes: 32 },
    options: {
      access: 'mirror',
      accessSource: 'BMP',
      areas: {
        bank1: {
          start: 0x1fff_0000,
          length: 44,
          complement: 'half-words',
          words: {
            USER: { offset: 0, width: 16, factory: 0xaaff },
            WRP: { offset: 8, width: 16, factory: 0xffff },
            BOOT_ADD0: { offset: 0x10, width: 16, factory: 0x80 },
            BOOT_ADD1: { offset: 0x18, width: 16, factory: 0x40 },
          },
        },
      },
      fields: {
        BOR_LEV: { word: 'USER', bit: 2, width: 2 },
        WWDG_SW: { word: 'USER', bit: 4, width: 1 },
        IWDG_SW: { word: 'USER', bit: 5, width: 1 },
        nRST_STOP: { word: 'USER', bit: 6, width: 1 },
        nRST_STDBY: { word: 'USER', bit: 7, width: 1 },
        RDP: { word: 'USER', bit: 8, width: 8 },
        nWRP: { word: 'WRP', bit: 0, width: 8 },
        IWDG_STDBY: { word: 'WRP', bit: 14, width: 1 },
        IWDG_STOP: { word: 'WRP', bit: 15, width: 1 },
        BOOT_ADD0: { word: 'BOOT_ADD0', bit: 0, width: 16 },
        BOOT_ADD1: { word: 'BOOT_ADD1', bit: 0, width: 16 },
      },
      rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0x55 },
      writeProtection: { kind: 'bits', fields: ['nWRP'], protects: 0, pagesPerBit: 1 },
    },
    supplyRegister: 0xffff_0000,
    boot: {
      pattern: 8,
      pins: ['BOOT0'],
      table: [
        { when: { BOOT0: 0 }, boots: { address: 'BOOT_ADD0', unit: 0x4000 } },
        { when: { BOOT0: 1 }, boots: { address: 'BOOT_ADD1', unit: 0x4000 } },
      ],
      rdpLevel2: 'main-flash',
    },
    timing: {
      byParallelism: {
        8: { program: { bytes: 1, us: { typ: 16, max: 100 } } },
        16: { program: { bytes: 2, us: { typ: 16, max: 100 } } },
        32: { program: { bytes: 4, us: { typ: 16, max: 100 } } },
        64: {
          program: { bytes: 8, us: { typ: 16, max: 100 } },
          erase: [
            { KiB: 32, ms: { typ: 180 } },
            { KiB: 128, ms: { typ: 450 } },
            { KiB: 256, ms: { typ: 900 } },
          ],
        },
      },
      confidence: 'high',
    },
    connection: { i2cStretchUs: 2, hseTimeoutMs: 50 },
    dfuGeneration: 'A',
    sources: {
      ...readForAll,
      options: ['F7-IMAGE', 'CMSIS', 'BMP', 'OPENOCD', 'HAL', 'CUBE-DB'],
      timing: ['DS', 'AN2606'],
      usbStrings: ['DFU-LOGS'],
    },
  },
  lines: [
    {
      id: 'STM32F72_73',
      parts: ['STM32F722*', 'STM32F723*', 'STM32F730*', 'STM32F732*', 'STM32F733*'],
      productId: 0x452,
      flashKiB: [64, 256, 512],
      ram: [
        { name: 'DTCM', start: 0x2000_0000, length: 64 * KiB },
        { name: 'SRAM1', start: 0x2001_0000, length: 176 * KiB },
        { name: 'SRAM2', start: 0x2003_c000, length: 16 * KiB },
        { name: 'ITCM', start: 0x0000_0000, length: 16 * KiB },
      ],
      systemMemory: [
        { start: 0x1ff0_0000, end: 0x1ff0_7800 },
        { start: 0x1ff0_7a10, end: 0x1ff0_edc0 },
      ],
      aliases: [
        { start: 0x0020_0000, end: 0x0028_0000, of: 'main-flash' },
        { start: 0x0010_0000, end: 0x0010_edc0, of: 'system-memory' },
      ],
      bootloaders: [
        {
          version: '9.0',
          id: 0x90,
          ramAccessible: [{ start: 0x2000_4000, end: 0x2004_0000 }],
          startupMs: 17.93,
        },
      ],
      lacks: ['CAN2'],
      interfaces: { I2C2: { address: 0x4d } },
      flashSizeRegister: { address: 0x1ff0_7a22 },
      uid: [0x1ff0_7a10, 0x1ff0_7a14, 0x1ff0_7a18],
      otp: { start: 0x1ff0_7800, length: 512, lockBytes: 16 },
      options: { areas: { bank1: { length: 48 } } },
      timing: {
        byParallelism: {
          8: {
            erase: [
              { KiB: 16, ms: { typ: 346, max: 418 } },
              { KiB: 64, ms: { typ: 1027, max: 1298 } },
              { KiB: 128, ms: { typ: 1953, max: 2500 } },
            ],
            massErase: { 512: { typ: 7718, max: 9883 } },
          },
          16: {
            erase: [
              { KiB: 16, ms: { typ: 252, max: 312 } },
              { KiB: 64, ms: { typ: 675, max: 840 } },
              { KiB: 128, ms: { typ: 1252, max: 1639 } },
            ],
            massErase: { 512: { typ: 4869, max: 6379 } },
          },
          32: {
            erase: [
              { KiB: 16, ms: { typ: 208, max: 265 } },
              { KiB: 64, ms: { typ: 505, max: 682 } },
              { KiB: 128, ms: { typ: 927, max: 1322 } },
            ],
            massErase: { 512: { typ: 3503, max: 5180 } },
          },
          64: {
            erase: [
              { KiB: 16, ms: { typ: 180 } },
              { KiB: 64, ms: { typ: 450 } },
              { KiB: 128, ms: { typ: 900 } },
            ],
            massErase: { 512: { typ: 6900 } },
          },
        },
        source: 'ST DocID029808 Rev 3 (STM32F722/723) tables 54-55',
        note: 'VPP mass erase printed 6.9 s, longer than x16/x32: probable copy from a 1 MiB part.',
      },
      connection: { usartUs: 70, usbMs: 320, i2cTimeoutMs: 1000 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/04*016Kg,01*64Kg,03*128Kg',
          '@Option Bytes  /0x1FFF0000/01*048 e',
          '@OTP Memory /0x1FF07800/01*528e',
          '@Device Feature/0xFFFF0000/01*004 e',
        ],
        bcdDevice: 0x2200,
        capturedOn: '512 KiB',
      },
      usbSerial: { fixed: 'STM32FxSTM32' },
      optionalQuirks: ['i2c-no-stretch-erase-stretches', 'i2c-address-refused-after-reset'],
      notes: [
        'OTP and unique ID lie within the printed system memory; the OTP range is taken out of it here.',
        'AN2606 prints 0x4D as the I2C2 address and 0x49 for the others: probably a misprint, kept.',
        'The option area is 48 bytes by its own DFU string; stm32flash says 32. PCROP (OPTCR2 in CMSIS) lies in the rest, its offset is not sourced and left out.',
        'A mass erase of 6.9 s at x64 is printed, longer than at x16 and x32: probably copied from a 1 MiB part.',
        'Two users of F723 saw a no-stretch erase stretch for about 7 s, and the I2C address refused after a reset (forum).',
      ],
    },
    {
      id: 'STM32F74_75',
      parts: ['STM32F745*', 'STM32F746*', 'STM32F750*', 'STM32F756*'],
      productId: 0x449,
      flashKiB: [64, 512, 1024],
      flash: {
        layouts: {
          64: oneBank('2*32K'),
          512: oneBank('4*32K', '1*128K', '1*256K'),
        },
      },
      ram: [
        { name: 'DTCM', start: 0x2000_0000, length: 64 * KiB },
        { name: 'SRAM1', start: 0x2001_0000, length: 240 * KiB },
        { name: 'SRAM2', start: 0x2004_c000, length: 16 * KiB },
        { name: 'ITCM', start: 0x0000_0000, length: 16 * KiB },
      ],
      aliases: [
        { start: 0x0020_0000, end: 0x0030_0000, of: 'main-flash' },
        { start: 0x0010_0000, end: 0x0010_edc0, of: 'system-memory' },
      ],
      bootloaders: [
        {
          version: '7.0',
          id: 0x70,
          interfaces: [
            'USART1',
            'USART3',
            'USART3:PC11/PC10',
            'CAN2',
            'I2C1',
            'I2C2',
            'I2C3',
            'USB',
          ],
        },
        { version: '9.0', id: 0x90 },
      ],
      lacks: ['CAN1'],
      i2cAddress: 0x45,
      boot: { rdpLevel2: 'system-memory-limited' },
      timing: {
        byParallelism: {
          8: {
            erase: [
              { KiB: 32, ms: { typ: 400, max: 800 } },
              { KiB: 128, ms: { typ: 1100, max: 2400 } },
              { KiB: 256, ms: { typ: 2100, max: 4000 } },
            ],
            massErase: { 1024: { typ: 8000, max: 16000 } },
          },
          16: {
            erase: [
              { KiB: 32, ms: { typ: 250, max: 600 } },
              { KiB: 128, ms: { typ: 800, max: 1400 } },
              { KiB: 256, ms: { typ: 1500, max: 2600 } },
            ],
            massErase: { 1024: { typ: 5600, max: 11200 } },
          },
          32: {
            erase: [
              { KiB: 32, ms: { typ: 200, max: 500 } },
              { KiB: 128, ms: { typ: 500, max: 1100 } },
              { KiB: 256, ms: { typ: 1000, max: 2000 } },
            ],
            massErase: { 1024: { typ: 4000, max: 8000 } },
          },
          64: { massErase: { 1024: { typ: 6900 } } },
        },
        source: 'ST DS10916 Rev 5 (STM32F745/746) tables 49-50',
      },
      connection: { usartUs: 65, usbMs: 230, i2cTimeoutMs: 500 },
      usbStrings: {
        strings: ['@Internal Flash  /0x08000000/04*032Kg,01*128Kg,03*256Kg'],
        bcdDevice: 0x2200,
        capturedOn: '1 MiB; alternate 0 only',
      },
      dfu: {
        pollMs: { address: 5, write: 5, erase: 100 },
        source: 'FORUM, fwupd pull request 1944 and issue 2696 (F745)',
      },
      notes: [
        'The 64 KiB part (F750) has two sectors of 32 KiB.',
        'RDP level 2 still boots the bootloader, but only Get, Get Version and Get ID answer (AN2606).',
        'STM32CubeProgrammer reads 44 option bytes (CUBE-DB, and its log of an F746); stm32flash says 32. The last 12 read as erased here.',
      ],
    },
    {
      id: 'STM32F76_77',
      parts: [
        'STM32F765*',
        'STM32F767*',
        'STM32F768*',
        'STM32F769*',
        'STM32F777*',
        'STM32F778*',
        'STM32F779*',
      ],
      productId: 0x451,
      flashKiB: [1024, 2048],
      flash: {
        alternative: {
          field: 'nDBANK',
          value: 0,
          layouts: {
            1024: [
              { start: 0x0800_0000, first: 0, pages: ['4*16K', '1*64K', '3*128K'] },
              { start: 0x0808_0000, first: 12, pages: ['4*16K', '1*64K', '3*128K'] },
            ],
            2048: twoBanks('4*16K', '1*64K', '7*128K'),
          },
        },
      },
      ram: [
        { name: 'DTCM', start: 0x2000_0000, length: 128 * KiB },
        { name: 'SRAM1', start: 0x2002_0000, length: 368 * KiB },
        { name: 'SRAM2', start: 0x2007_c000, length: 16 * KiB },
        { name: 'ITCM', start: 0x0000_0000, length: 16 * KiB },
      ],
      aliases: [
        { start: 0x0020_0000, end: 0x0040_0000, of: 'main-flash' },
        { start: 0x0010_0000, end: 0x0010_edc0, of: 'system-memory' },
      ],
      bootloaders: [
        {
          version: '9.3',
          id: 0x93,
          ramAccessible: [{ start: 0x2000_4000, end: 0x2008_0000 }],
          startupMs: undefined,
          quirks: [
            'auto-baud-jitter',
            'nacks-after-option-write',
            'boot-add1-ignored',
            'dfu-bank-2-erase-shifted',
          ],
        },
      ],
      lacks: ['CAN1'],
      options: {
        fields: {
          nWRP: { width: 12 },
          nDBOOT: { word: 'WRP', bit: 12, width: 1 },
          nDBANK: { word: 'WRP', bit: 13, width: 1 },
        },
      },
      boot: {
        pattern: 9,
        table: [
          {
            when: { nDBANK: 0, nDBOOT: 0, BOOT0: 0 },
            boots: { address: 'BOOT_ADD0', unit: 0x4000, banks: true },
          },
          {
            when: { nDBANK: 0, nDBOOT: 0, BOOT0: 1 },
            boots: { address: 'BOOT_ADD1', unit: 0x4000, banks: true },
          },
          { when: { BOOT0: 0 }, boots: { address: 'BOOT_ADD0', unit: 0x4000 } },
          { when: { BOOT0: 1 }, boots: { address: 'BOOT_ADD1', unit: 0x4000 } },
        ],
      },
      timing: {
        byParallelism: {
          8: {
            erase: [
              { KiB: 32, ms: { typ: 400, max: 800 } },
              { KiB: 128, ms: { typ: 1100, max: 2400 } },
              { KiB: 256, ms: { typ: 2100, max: 4000 } },
              { KiB: 16, ms: { typ: 400, max: 800 } },
              { KiB: 64, ms: { typ: 1100, max: 2400 } },
            ],
            massErase: { 2048: { typ: 16000, max: 32000 } },
            bankErase: { 1024: { typ: 16000, max: 32000 } },
          },
          16: {
            erase: [
              { KiB: 32, ms: { typ: 250, max: 600 } },
              { KiB: 128, ms: { typ: 800, max: 1400 } },
              { KiB: 256, ms: { typ: 1500, max: 2600 } },
              { KiB: 16, ms: { typ: 250, max: 600 } },
              { KiB: 64, ms: { typ: 800, max: 1400 } },
            ],
            massErase: { 2048: { typ: 11000, max: 22000 } },
            bankErase: { 1024: { typ: 11000, max: 22000 } },
          },
          32: {
            erase: [
              { KiB: 32, ms: { typ: 200, max: 500 } },
              { KiB: 128, ms: { typ: 500, max: 1100 } },
              { KiB: 256, ms: { typ: 1000, max: 2000 } },
              { KiB: 16, ms: { typ: 200, max: 500 } },
              { KiB: 64, ms: { typ: 500, max: 1100 } },
            ],
            massErase: { 2048: { typ: 8000, max: 16000 } },
            bankErase: { 1024: { typ: 8000, max: 16000 } },
          },
          64: { massErase: { 2048: { typ: 6900 } } },
        },
        source: 'ST DS11532 Rev 9 (STM32F765/767/768/769) tables 56-58',
        note: 'The VPP table lists 32/128/256 KiB sectors only.',
      },
      connection: undefined,
      usbStrings: {
        strings: ['@Internal Flash  /0x08000000/04*032Kg,01*128Kg,07*256Kg'],
        bcdDevice: 0x2200,
        capturedOn: '2 MiB; alternate 0 only, asterisks restored',
      },
      notes: [
        'Sector 12 as the first of bank 2 follows F42x: not documented.',
        'While nDBANK is 0, each nWRP bit covers a pair of sectors in the manual; the model counts one sector per bit.',
        'The x64 table lists sectors of 32, 128 and 256 KiB only.',
        'Start-up time not found.',
        'STM32CubeProgrammer reads 44 option bytes (CUBE-DB); the last 12 read as erased here.',
      ],
      sources: { timing: ['DERIVED', 'AN2606'] },
    },
  ],
} satisfies Series;
