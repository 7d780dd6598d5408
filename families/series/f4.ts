import { oneBank, twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';
import { BOOT_BY_BOOT1_PIN } from './boot-tables.ts';

const SHORT_READS =
  'Short reads of the unique ID and the flash size were refused on STM32F401, blocks of 256 bytes work (stm32loader pull request 25): quirk short-system-reads-refused, off by default, version not known.';

const SPRMOD =
  'SPRMOD is 0 from the factory by the reset value of FLASH_OPTCR; the option half-word is also given as 0xFFFF, which would set it. CMSIS names the bit on F42x/F43x, F446, F469/F479 only; a limitation that AN2606 prints for F401xB/C shows that F401 has it, and it is taken over for the others.';

const RAM_16K =
  'AN2606 gives 16 KiB of RAM to the bootloader but lets hosts in from 0x2000_3000 on; 16 KiB are refused here.';

const DFU_STRINGS_512 = [
  '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,03*128Kg',
  '@Option Bytes  /0x1FFFC000/01*016 e',
  '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
  '@Device Feature/0xFFFF0000/01*004 e',
] as const;

export default {
  series: 'STM32F4',
  defaults: {
    flash: {
      unit: 'sector',
      // RM0090 §3.6.4: bits go from 1 to 0 without an erase; the bootloader programs bytes by default
      // (AN2606) but wants words.
      programUnit: 1,
      writeAlign: 4,
      eraseValue: 0xff,
      overwrite: 'and',
      // RM0090 §3.3 table 5, §3.4 tables 8 and 10. Bank 2 starts with sector 12 whatever the size of bank 1
      // (tables 6, 7 and 9).
      layouts: {
        64: oneBank('4*16K'),
        128: oneBank('4*16K', '1*64K'),
        256: oneBank('4*16K', '1*64K', '1*128K'),
        384: oneBank('4*16K', '1*64K', '2*128K'),
        512: oneBank('4*16K', '1*64K', '3*128K'),
        1024: oneBank('4*16K', '1*64K', '7*128K'),
        1536: oneBank('4*16K', '1*64K', '11*128K'),
        2048: twoBanks('4*16K', '1*64K', '7*128K'),
      },
    },
    systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_7800 }],
    bootloaderIdAddress: 0x1fff_76de,
    bootloader: {
      protocols: { USART: '3.1', CAN: '2.0', USB: '2.2', I2C: '1.2', SPI: '1.1' },
      ramUsed: [{ start: 0x2000_0000, end: 0x2000_3000 }],
      readRefusedAt: 'address',
      writeRefusedAt: 'block',
      quirks: ['go-clears-ahb1enr'],
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
      USART2: { protocol: 'USART', rx: 'PD6', tx: 'PD5', autobaud: 'software' },
      USART3: { protocol: 'USART', rx: 'PB11', tx: 'PB10', autobaud: 'software' },
      'USART3:PC11/PC10': { protocol: 'USART', rx: 'PC11', tx: 'PC10', autobaud: 'software' },
      CAN2: { protocol: 'CAN', rx: 'PB5', tx: 'PB13' },
      I2C1: { protocol: 'I2C', scl: 'PB6', sda: 'PB7' },
      I2C2: { protocol: 'I2C', scl: 'PF1', sda: 'PF0' },
      I2C3: { protocol: 'I2C', scl: 'PA8', sda: 'PB4' },
      I2C4: { protocol: 'I2C', scl: 'PB15', sda: 'PB14' },
      SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      SPI2: { protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
      SPI3: { protocol: 'SPI', mosi: 'PC12', miso: 'PC11', sck: 'PC10', nss: 'PA15' },
      SPI4: { protocol: 'SPI', mosi: 'PE14', miso: 'PE13', sck: 'PE12', nss: 'PE11' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
    },
    massErase: true,
    flashSizeRegister: { address: 0x1fff_7a22 },
    uid: [0x1fff_7a10, 0x1fff_7a14, 0x1fff_7a18],
    otp: { start: 0x1fff_7800, length: 512, lockBytes: 16 },
    // RM0090 §3.7.1 tables 15 and 16. Only the lower half-word of each line is data; the rest reads as ones.
    options: {
      access: 'mirror',
      accessSource: 'RM0090',
      areas: {
        bank1: {
          start: 0x1fff_c000,
          length: 16,
          complement: 'none',
          words: {
            USER: { offset: 0, width: 16, factory: 0xaaff },
            WRP: { offset: 8, width: 16, factory: 0x7fff },
          },
        },
      },
      fields: {
        BOR_LEV: { word: 'USER', bit: 2, width: 2 },
        WDG_SW: { word: 'USER', bit: 5, width: 1 },
        nRST_STOP: { word: 'USER', bit: 6, width: 1 },
        nRST_STDBY: { word: 'USER', bit: 7, width: 1 },
        RDP: { word: 'USER', bit: 8, width: 8 },
        nWRP: { word: 'WRP', bit: 0, width: 12 },
        SPRMOD: { word: 'WRP', bit: 15, width: 1 },
        nWRP2: { word: 'WRP2', bit: 0, width: 12 },
      },
      rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0x55 },
      writeProtection: {
        kind: 'bits',
        fields: ['nWRP'],
        protects: 0,
        pagesPerBit: 1,
        pcropField: 'SPRMOD',
      },
    },
    supplyRegister: 0xffff_0000,
    boot: {
      pattern: 1,
      pins: ['BOOT0', 'BOOT1'],
      table: BOOT_BY_BOOT1_PIN,
      rdpLevel2: 'main-flash',
    },
    timing: {
      // The same in every F4 datasheet read. The bootloader starts with x8 (AN2606) until a host writes the
      // supply range to 0xFFFF_0000.
      byParallelism: {
        8: {
          program: { bytes: 1, us: { typ: 16, max: 100 } },
          erase: [
            { KiB: 16, ms: { typ: 400, max: 800 } },
            { KiB: 64, ms: { typ: 1200, max: 2400 } },
            { KiB: 128, ms: { typ: 2000, max: 4000 } },
          ],
        },
        16: {
          program: { bytes: 2, us: { typ: 16, max: 100 } },
          erase: [
            { KiB: 16, ms: { typ: 300, max: 600 } },
            { KiB: 64, ms: { typ: 700, max: 1400 } },
            { KiB: 128, ms: { typ: 1300, max: 2600 } },
          ],
        },
        32: {
          program: { bytes: 4, us: { typ: 16, max: 100 } },
          erase: [
            { KiB: 16, ms: { typ: 250, max: 500 } },
            { KiB: 64, ms: { typ: 550, max: 1100 } },
            { KiB: 128, ms: { typ: 1000, max: 2000 } },
          ],
        },
        64: {
          program: { bytes: 8, us: { typ: 16, max: 100 } },
          erase: [
            { KiB: 16, ms: { typ: 230 } },
            { KiB: 64, ms: { typ: 490 } },
            { KiB: 128, ms: { typ: 875 } },
          ],
        },
      },
      confidence: 'high',
      note: 'Maxima after 100 000 cycles. x8 is what the bootloader takes by itself; that it rules its erase times too is an inference.',
    },
    connection: { usartUs: 3.26, usbMs: 250, i2cStretchUs: 2.2, i2cTimeoutMs: 1000 },
    dfuGeneration: 'A',
    sources: {
      ...readForAll,
      bootloaders: ['AN2606', 'AN2606-20'],
      flash: ['STM32DATA', 'OPENOCD', 'CMSIS', 'RM0090'],
      options: ['RM0090', 'CMSIS', 'BMP', 'OPENOCD', 'HAL', 'CUBE-DB'],
      timing: ['DS', 'AN2606'],
      usbStrings: ['DFU-LOGS'],
    },
  },
  lines: [
    {
      id: 'STM32F405_407_415_417',
      parts: ['STM32F405*', 'STM32F407*', 'STM32F415*', 'STM32F417*'],
      productId: 0x413,
      flashKiB: [512, 1024],
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 112 * KiB },
        { name: 'SRAM2', start: 0x2001_c000, length: 16 * KiB },
        { name: 'CCM', start: 0x1000_0000, length: 64 * KiB },
      ],
      bootloaderIdAddress: 0x1fff_77de,
      bootloaders: [
        {
          version: '3.0',
          id: 0x30,
          interfaces: ['USART1', 'USART3', 'USART3:PC11/PC10', 'CAN2', 'USB'],
          protocols: { USART: '3.0' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_2000 }],
          ramAccessible: [{ start: 0x2000_2000, end: 0x2002_0000 }],
          writeRefusedAt: 'address',
          startupMs: 84.59,
          quirks: [
            'mass-erase-poll',
            'missing-nack',
            'go-clears-ahb1enr',
            'dfu-option-bytes-marked-g',
          ],
        },
        {
          version: '3.1',
          id: 0x31,
          interfaces: ['USART1', 'USART3', 'USART3:PC11/PC10', 'CAN2', 'USB'],
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_2000 }],
          ramAccessible: [{ start: 0x2000_2000, end: 0x2002_0000 }],
          readRefusedAt: 'length',
          startupMs: 84.59,
          quirks: [
            'mass-erase-poll',
            'two-nacks',
            'go-clears-ahb1enr',
            'can-write-unprotect-broken',
          ],
        },
        {
          version: '9.0',
          id: 0x90,
          protocols: { I2C: '1.0' },
          ramAccessible: [{ start: 0x2000_3000, end: 0x2002_0000 }],
          readRefusedAt: 'length',
          startupMs: 74,
          quirks: [
            'mass-erase-poll',
            'i2c-probe-locks',
            'two-nacks',
            'go-clears-ahb1enr',
            'can-write-unprotect-broken',
          ],
        },
        {
          version: '9.1',
          id: 0x91,
          protocols: { I2C: '1.0' },
          ramAccessible: [{ start: 0x2000_3000, end: 0x2002_0000 }],
          readRefusedAt: 'length',
          startupMs: 74,
          quirks: ['mass-erase-poll', 'i2c-probe-locks'],
        },
      ],
      lacks: ['USART2', 'I2C4', 'SPI3', 'SPI4'],
      interfaces: {
        I2C3: { sda: 'PC9' },
        SPI2: { mosi: 'PI3', miso: 'PI2', sck: 'PI1', nss: 'PI0' },
      },
      i2cAddress: 0x3a,
      options: {
        areas: { bank1: { words: { WRP: { factory: 0xffff } } } },
        fields: { SPRMOD: undefined },
        writeProtection: { pcropField: undefined },
      },
      timing: {
        byParallelism: {
          8: { massErase: { 1024: { typ: 16000, max: 32000 } } },
          16: { massErase: { 1024: { typ: 11000, max: 22000 } } },
          32: { massErase: { 1024: { typ: 8000, max: 16000 } } },
          64: { massErase: { 1024: { typ: 6900 } } },
        },
        source: 'ST DS8626 Rev 11 (STM32F405/407) tables 40-41',
      },
      connection: { usartUs: 3.5, hseTimeoutMs: 96 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
          '@Option Bytes  /0x1FFFC000/01*016 e',
          '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
          '@Device Feature/0xFFFF0000/01*004 e',
        ],
        bcdDevice: 0x2200,
        capturedOn: '1 MiB F40x',
      },
      dfu: { pollMs: { write: 104 }, source: 'FORUM, 2 KiB on an F4 of no named line' },
      notes: [
        'Bootloader ID 0x30 of V3.0 follows from the numbering rule (high digit: set of interfaces, low digit: version); one printed row covers V3.0 and V3.1.',
        'Bootloader RAM: stm32flash has the RAM from 0x2000_3000, stm32loader lists both; AN2606 gives 8 KiB to V3.x and 12 KiB to V9.x.',
        'CAN2 RX/TX is PB5/PB13; PB5/PB6 belongs to STM32F105/107.',
        'A read at an address outside every region was acknowledged at the address and refused at the length (CubeProgrammer log, V3.1 or newer); V3.0 is silent by its limitation.',
        'V9.0 was only fitted in the WLCSP90 package (AN2606).',
        'No SPRMOD here: RM0090 §3.7.5 gives PCROP to STM32F42x/F43x only.',
      ],
    },
    {
      id: 'STM32F401xB_C',
      parts: ['STM32F401?B*', 'STM32F401?C*'],
      productId: 0x423,
      flashKiB: [128, 256],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 64 * KiB }],
      bootloaders: [
        {
          version: '13.1',
          id: 0xd1,
          protocols: { I2C: '1.0' },
          readRefusedAt: 'length',
          startupMs: 74.5,
          quirks: ['i2c-probe-locks', 'go-clears-ahb1enr', 'sprmod-kept'],
        },
      ],
      lacks: ['USART3', 'USART3:PC11/PC10', 'CAN2', 'I2C4', 'SPI4'],
      interfaces: { I2C2: { scl: 'PB10', sda: 'PB3' } },
      i2cAddress: 0x3a,
      options: { fields: { nWRP: { width: 6 } } },
      timing: {
        byParallelism: {
          8: { massErase: { 256: { typ: 4000, max: 8000 } } },
          16: { massErase: { 256: { typ: 2750, max: 5500 } } },
          32: { massErase: { 256: { typ: 2000, max: 4000 } } },
          64: { massErase: { 256: { typ: 1750 } } },
        },
        source: 'ST DocID024738 Rev 10 (STM32F401xB/C) tables 45-46',
      },
      connection: { hseTimeoutMs: 85 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,01*128Kg',
          '@Option Bytes  /0x1FFFC000/01*016 e',
          '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
          '@Device Feature/0xFFFF0000/01*004 e',
        ],
        bcdDevice: 0x2200,
        capturedOn: '256 KiB',
      },
      optionalQuirks: ['short-system-reads-refused'],
      notes: [
        'AN2606 prints the bootloader as 0xD1 (V13.1) in two tables and as V13.0 in the version table; the ID byte decides here.',
        SHORT_READS,
        SPRMOD,
      ],
    },
    {
      id: 'STM32F401xD_E',
      parts: ['STM32F401?D*', 'STM32F401?E*'],
      productId: 0x433,
      flashKiB: [384, 512],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 96 * KiB }],
      bootloaders: [
        {
          version: '13.1',
          id: 0xd1,
          protocols: { I2C: '1.1' },
          readRefusedAt: 'length',
          startupMs: 74.5,
          quirks: ['i2c-probe-locks', 'go-clears-ahb1enr'],
        },
      ],
      lacks: ['USART3', 'USART3:PC11/PC10', 'CAN2', 'I2C4', 'SPI4'],
      interfaces: { I2C2: { scl: 'PB10', sda: 'PB3' } },
      i2cAddress: 0x39,
      options: { fields: { nWRP: { width: 8 } } },
      timing: {
        byParallelism: {
          8: { massErase: { 512: { typ: 8000, max: 16000 } } },
          16: { massErase: { 512: { typ: 5500, max: 11000 } } },
          32: { massErase: { 512: { typ: 4000, max: 8000 } } },
          64: { massErase: { 512: { typ: 1750 } } },
        },
        source: 'ST DocID025644 Rev 3 (STM32F401xD/E) tables 45-46',
      },
      connection: { hseTimeoutMs: 85 },
      usbStrings: { strings: DFU_STRINGS_512, bcdDevice: 0x2200, capturedOn: '512 KiB' },
      optionalQuirks: ['short-system-reads-refused'],
      notes: [
        SHORT_READS,
        'The datasheet prints a mass erase of 1750 ms at x64, the figure of the 256 KiB parts; kept as printed.',
        SPRMOD,
      ],
    },
    {
      id: 'STM32F410',
      parts: ['STM32F410*'],
      productId: 0x458,
      flashKiB: [64, 128],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 32 * KiB }],
      bootloader: { startupMs: 0.614 },
      bootloaders: [
        { version: '11.0', id: 0xb0 },
        { version: '11.1', id: 0xb1 },
      ],
      lacks: ['USART3', 'USART3:PC11/PC10', 'CAN2', 'I2C3', 'SPI3', 'SPI4', 'USB'],
      interfaces: {
        USART2: { rx: 'PA3', tx: 'PA2' },
        I2C2: { scl: 'PB10', sda: 'PB11' },
        SPI2: { mosi: 'PC3', miso: 'PC2' },
      },
      i2cAddress: 0x47,
      options: { fields: { nWRP: { width: 5 } } },
      timing: {
        byParallelism: {
          8: { massErase: 'sum' },
          16: { massErase: 'sum' },
          32: { massErase: 'sum' },
          64: { massErase: 'sum' },
        },
        source: 'ST DocID024738 Rev 10 (STM32F401xB/C) tables 45-46',
        confidence: 'medium',
      },
      connection: { usbMs: undefined, usartUs: 2, i2cStretchUs: 2 },
      dfuGeneration: undefined,
      notes: [
        'AN2606 gives 5 KiB of RAM to the bootloader in the configuration table but lets hosts in from 0x2000_3000 (12 KiB) on: the larger range is refused here.',
        'No USB and no CAN in this bootloader.',
        'Sector and program times are those of the sister line STM32F401.',
        SPRMOD,
      ],
      sources: { usbStrings: undefined },
    },
    {
      id: 'STM32F411',
      parts: ['STM32F411*'],
      productId: 0x431,
      like: 'STM32F401xD_E',
      flashKiB: [256, 512],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 128 * KiB }],
      bootloaders: [
        {
          version: '13.0',
          id: 0xd0,
          protocols: { I2C: '1.1' },
          startupMs: 74.5,
          quirks: ['i2c-probe-locks', 'go-clears-ahb1enr'],
        },
      ],
      timing: {
        byParallelism: { 64: { massErase: { 512: { typ: 3500 } } } },
        source: 'ST DocID026289 Rev 7 (STM32F411) tables 45-46',
      },
      optionalQuirks: undefined,
      notes: [SPRMOD],
    },
    {
      id: 'STM32F412',
      parts: ['STM32F412*'],
      productId: 0x441,
      flashKiB: [512, 1024],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 256 * KiB }],
      bootloader: { ramUsed: [{ start: 0x2000_0000, end: 0x2000_4000 }], startupMs: 0.614 },
      bootloaders: [
        {
          version: '9.0',
          id: 0x90,
          notModelled: [
            'The USART3 pins are wrong in this version (fixed in 9.1): which pins it takes instead is not published.',
          ],
        },
        { version: '9.1', id: 0x91 },
      ],
      lacks: ['USART3:PC11/PC10', 'SPI2'],
      i2cAddress: 0x46,
      timing: {
        byParallelism: {
          8: { massErase: { 1024: { typ: 16000, max: 32000 } } },
          16: { massErase: { 1024: { typ: 11000, max: 22000 } } },
          32: { massErase: { 1024: { typ: 8000, max: 16000 } } },
          64: { massErase: { 1024: { typ: 6900 } } },
        },
        source: 'ST DS11139 Rev 8 (STM32F412) tables 49-50',
      },
      connection: { usartUs: 2, usbMs: 380, i2cStretchUs: 2, hseTimeoutMs: 180 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,011*128Kg',
          '@Option Bytes  /0x1FFFC000/01*016 e',
          '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
          '@Device Feature/0xFFFF0000/01*004 e',
        ],
        bcdDevice: 0x2200,
        capturedOn: '1 MiB and 1.5 MiB class; the captured string is the 1.5 MiB one (11 x 128K)',
      },
      usbSerial: { sum: 'halves', plus: 0x000a },
      optionalQuirks: ['spi-needs-two-resets'],
      notes: [
        'AN2606 names the newest bootloader 0x91 in one table and 0x90 in another.',
        RAM_16K,
        'The captured DFU string shows 11 sectors of 128 KiB, which is the 1.5 MiB layout of STM32F413; which part it came from is in doubt.',
        'One user had to reset twice before SPI answered; quirk spi-needs-two-resets, off by default.',
        'A line that is not a multiple of 4 bytes made all later writes fail until reset (forum): byte-wise programming does not make alignment harmless.',
        SPRMOD,
      ],
    },
    {
      id: 'STM32F413_423',
      parts: ['STM32F413*', 'STM32F423*'],
      productId: 0x463,
      like: 'STM32F412',
      flashKiB: [1024, 1536],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 320 * KiB }],
      bootloaders: [{ version: '9.0', id: 0x90, startupMs: 0.642 }],
      i2cAddress: 0x4b,
      options: {
        fields: { nWRP: { width: 15 } },
        writeProtection: { lastCoversRest: true },
      },
      timing: {
        byParallelism: {
          8: { massErase: 'sum' },
          16: { massErase: 'sum' },
          32: { massErase: 'sum' },
          64: { massErase: 'sum' },
        },
        confidence: 'medium',
      },
      connection: { usbMs: 350, hseTimeoutMs: 165 },
      optionalQuirks: undefined,
      notes: [
        'AN2606 prints the system memory as 60 KiB from 0x1FF0_0000 in one table, and 0x1FFF_0000 to 0x1FFF_77FF in another; the second agrees with the ID address.',
        RAM_16K,
        '15 nWRP bits for 16 sectors: CMSIS defines the bit of sector 15 as that of sector 14, so the last bit covers both.',
        'Sector and program times are those of the sister line STM32F412; no mass erase is printed.',
        SPRMOD,
      ],
    },
    {
      id: 'STM32F427_429_437_439',
      parts: ['STM32F427*', 'STM32F429*', 'STM32F437*', 'STM32F439*'],
      productId: 0x419,
      flashKiB: [512, 1024, 2048],
      flash: {
        alternative: {
          field: 'DB1M',
          value: 1,
          layouts: {
            1024: [
              { start: 0x0800_0000, first: 0, pages: ['4*16K', '1*64K', '3*128K'] },
              { start: 0x0808_0000, first: 12, pages: ['4*16K', '1*64K', '3*128K'] },
            ],
          },
        },
      },
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 112 * KiB },
        { name: 'SRAM2', start: 0x2001_c000, length: 16 * KiB },
        { name: 'SRAM3', start: 0x2002_0000, length: 64 * KiB },
        { name: 'CCM', start: 0x1000_0000, length: 64 * KiB },
      ],
      bootloader: { ramAccessible: [{ start: 0x2000_3000, end: 0x2003_0000 }], startupMs: 74 },
      bootloaders: [
        {
          version: '7.0',
          id: 0x70,
          interfaces: ['USART1', 'USART3', 'USART3:PC11/PC10', 'CAN2', 'I2C1', 'USB'],
          protocols: { I2C: '1.0' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_2000 }],
          ramAccessible: [{ start: 0x2000_2000, end: 0x2003_0000 }],
          startupMs: 82,
          quirks: [
            'i2c-probe-locks',
            'go-clears-ahb1enr',
            'can-write-unprotect-broken',
            'dfu-bank-2-erase-broken',
            'dfu-garbage-behind-flash-string',
          ],
        },
        {
          version: '9.0',
          id: 0x90,
          protocols: { I2C: '1.0' },
          quirks: ['i2c-probe-locks', 'go-clears-ahb1enr', 'dfu-garbage-behind-flash-string'],
        },
        {
          version: '9.1',
          id: 0x91,
          protocols: { I2C: '1.1' },
          quirks: [
            'i2c-probe-locks',
            'go-clears-ahb1enr',
            'rdunp-clears-pcrop',
            'can-write-unprotect-broken',
            'dfu-bank-2-erase-broken',
            'dfu-garbage-behind-flash-string',
          ],
        },
      ],
      lacks: ['USART2', 'I2C4', 'SPI3'],
      interfaces: {
        I2C1: { sda: 'PB9' },
        I2C3: { sda: 'PC9' },
        SPI2: { mosi: 'PI3', miso: 'PI2', sck: 'PI1', nss: 'PI0' },
      },
      i2cAddress: 0x38,
      // Two banks: DB1M and BFB2, and a second area for sectors 12 to 23 (RM0090 §3.7.1 table 17).
      options: {
        areas: {
          bank1: {
            words: {
              USER: { factory: 0xaaef },
              WRP: { factory: 0x3fff },
            },
          },
          bank2: {
            start: 0x1ffe_c000,
            length: 16,
            complement: 'none',
            bases: [8],
            words: { WRP2: { offset: 8, width: 16, factory: 0xffff } },
          },
        },
        fields: {
          BFB2: { word: 'USER', bit: 4, width: 1 },
          DB1M: { word: 'WRP', bit: 14, width: 1 },
        },
        writeProtection: { fields: ['nWRP', 'nWRP2'] },
      },
      // With BFB2 = 1 the bootloader runs first and picks a bank.
      boot: {
        pattern: 5,
        table: [
          { when: { BOOT0: 0, BFB2: 1 }, boots: 'banks' },
          { when: { BOOT0: 0, BFB2: 0 }, boots: 'main-flash' },
          { when: { BOOT0: 1, BOOT1: 0 }, boots: 'system-memory' },
          { when: { BOOT0: 1, BOOT1: 1 }, boots: 'sram' },
        ],
      },
      timing: {
        byParallelism: {
          8: {
            massErase: { 2048: { typ: 16000, max: 32000 } },
            bankErase: { 1024: { typ: 16000, max: 32000 } },
          },
          16: {
            massErase: { 2048: { typ: 11000, max: 22000 } },
            bankErase: { 1024: { typ: 11000, max: 22000 } },
          },
          32: {
            massErase: { 2048: { typ: 8000, max: 16000 } },
            bankErase: { 1024: { typ: 8000, max: 16000 } },
          },
          64: { massErase: { 2048: { typ: 6900 } }, bankErase: { 1024: { typ: 6900 } } },
        },
        source: 'ST DS9405 Rev 13 (STM32F427/429) tables 48-49 (public text conversion)',
      },
      connection: { hseTimeoutMs: 97 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg,04*016Kg,01*064Kg,07*128Kg',
          '@Option Bytes  /0x1FFFC000/01*016 e/0x1FFEC000/01*016 e',
          '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
          '@Device Feature/0xFFFF0000/01*004 e',
        ],
        garbage: {
          behind: '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
          units: '챐ƨ⹔뺿䭼뛮컸',
        },
        bcdDevice: 0x2200,
        capturedOn: '2 MiB',
      },
      notes: [
        'stm32flash and stm32loader give 0x1FFE_C000 as the option bytes; that is the area of bank 2.',
        'AN2606 lets hosts into RAM from 0x2000_3000 for all versions although V7.0 uses 8 KiB only.',
        'I2C of V9.1 is printed as 1.0 in a table and 1.1 in the text.',
        'Bank erase and mass erase carry the same figures: both banks erase in parallel.',
        'SPRMOD, DB1M and BFB2 are 0 by default (RM0090 table 17).',
      ],
    },
    {
      id: 'STM32F446',
      parts: ['STM32F446*'],
      productId: 0x421,
      like: 'STM32F401xD_E',
      flashKiB: [256, 512],
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 112 * KiB },
        { name: 'SRAM2', start: 0x2001_c000, length: 16 * KiB },
      ],
      bootloaders: [{ version: '9.0', id: 0x90, startupMs: 73.61 }],
      lacks: ['USART2', 'I2C4', 'SPI3'],
      interfaces: {
        I2C1: { sda: 'PB9' },
        I2C2: { scl: 'PF1', sda: 'PF0' },
        I2C3: { sda: 'PC9' },
        SPI2: { sck: 'PC7' },
      },
      i2cAddress: 0x3c,
      timing: {
        byParallelism: {
          32: { massErase: { 512: { typ: 8000, max: 16000 } } },
          64: { massErase: { 512: { typ: 3500 } } },
        },
        source: 'ST DS10693 Rev 10 (STM32F446) tables 48-49',
      },
      connection: { usartUs: 4, usbMs: 200, i2cStretchUs: 2, hseTimeoutMs: 96 },
      usbSerial: { fixed: 'STM32FxSTM32' },
      optionalQuirks: undefined,
      notes: [
        'USB serial number STM32FxSTM32 in logs of some boards; others may follow the rule of F4.',
        'Mass erase at x32 is printed as 8000/16000 ms, longer than at x16 (5500/11000 ms): kept as printed, probably a misprint of 4000/8000 ms.',
        SPRMOD,
      ],
    },
    {
      id: 'STM32F469_479',
      parts: ['STM32F469*', 'STM32F479*'],
      productId: 0x434,
      like: 'STM32F427_429_437_439',
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 160 * KiB },
        { name: 'SRAM2', start: 0x2002_8000, length: 32 * KiB },
        { name: 'SRAM3', start: 0x2003_0000, length: 128 * KiB },
        { name: 'CCM', start: 0x1000_0000, length: 64 * KiB },
      ],
      bootloaders: [
        {
          version: '9.0',
          id: 0x90,
          ramAccessible: [{ start: 0x2000_3000, end: 0x2005_0000 }],
          startupMs: 73.68,
        },
      ],
      i2cAddress: 0x44,
      timing: {
        byParallelism: {
          16: { bankErase: undefined },
          64: { bankErase: undefined },
        },
        confidence: 'medium',
      },
      connection: { usartUs: 3, usbMs: 270, i2cStretchUs: 2, hseTimeoutMs: 230 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg,04*016Kg,01*064Kg,07*128Kg',
          '@Option Bytes  /0x1FFFC000/01*016 e/0x1FFEC000/01*016 e',
          '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
          '@Device Feature/0xFFFF0000/01*004 e',
        ],
        bcdDevice: 0x2200,
        capturedOn: '2 MiB',
      },
      notes: [
        'AN2606 prints SCL and SDA of I2C2 swapped; the pins here follow the alternate-function table.',
        'AN2606 and stm32flash end the RAM at 0x2005_FFFF; the contiguous SRAM ends at 0x2004_FFFF, and the other 64 KiB are CCM at 0x1000_0000. stlink says 256 KiB.',
        'Flash times are those of the sister line STM32F429.',
        SPRMOD,
      ],
    },
  ],
} satisfies Series;
