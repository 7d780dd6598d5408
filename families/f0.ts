import { KiB, type Family } from './family.ts';

// Smallest program operation, alignment the bootloader asks for (AN2606 table 7), blank value.
const CELLS = {
  programUnit: 2,
  writeAlign: 4,
  eraseValue: 0xff,
  overwrite: 'all-zero-only',
} as const;

const SYSTEM_MEMORY = [{ start: 0x1fff_ec00, end: 0x1fff_f800 }] as const;

const SYSTEM_MEMORY_F030XC = [{ start: 0x1fff_d800, end: 0x1fff_f800 }] as const;

const SYSTEM_MEMORY_F04X = [{ start: 0x1fff_c400, end: 0x1fff_f800 }] as const;

const SYSTEM_MEMORY_F070XB = [{ start: 0x1fff_c800, end: 0x1fff_f800 }] as const;

const RDP = { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0xbb } as const;

// Option bytes: words as they lie in memory, and their fields.
const AREAS = [
  {
    start: 0x1fff_f800,
    length: 16,
    complement: 'bytes',
    words: [
      { name: 'RDP_USER', offset: 0, width: 16, factory: 0xffaa },
      { name: 'DATA', offset: 4, width: 16, factory: 0xffff },
      { name: 'WRP01', offset: 8, width: 16, factory: 0xffff },
    ],
  },
] as const;

const AREAS_F030XC = [
  {
    start: 0x1fff_f800,
    length: 16,
    complement: 'bytes',
    words: [
      { name: 'RDP_USER', offset: 0, width: 16, factory: 0xffaa },
      { name: 'DATA', offset: 4, width: 16, factory: 0xffff },
      { name: 'WRP01', offset: 8, width: 16, factory: 0xffff },
      { name: 'WRP23', offset: 0x0c, width: 16, factory: 0xffff },
    ],
  },
] as const;

const FIELDS = [
  { name: 'RDP', word: 'RDP_USER', bit: 0, width: 8 },
  { name: 'WDG_SW', word: 'RDP_USER', bit: 8, width: 1 },
  { name: 'nRST_STOP', word: 'RDP_USER', bit: 9, width: 1 },
  { name: 'nRST_STDBY', word: 'RDP_USER', bit: 10, width: 1 },
  { name: 'nBOOT1', word: 'RDP_USER', bit: 12, width: 1 },
  { name: 'VDDA_MONITOR', word: 'RDP_USER', bit: 13, width: 1 },
  { name: 'RAM_PARITY_CHECK', word: 'RDP_USER', bit: 14, width: 1 },
  { name: 'Data0', word: 'DATA', bit: 0, width: 8 },
  { name: 'Data1', word: 'DATA', bit: 8, width: 8 },
  { name: 'WRP0', word: 'WRP01', bit: 0, width: 8 },
  { name: 'WRP1', word: 'WRP01', bit: 8, width: 8 },
  { name: 'WRP2', word: 'WRP23', bit: 0, width: 8 },
  { name: 'WRP3', word: 'WRP23', bit: 8, width: 8 },
] as const;

const OPTIONS = {
  access: 'flash',
  accessSource: 'AN3155',
  areas: AREAS,
  fields: [
    { name: 'RDP', word: 'RDP_USER', bit: 0, width: 8 },
    { name: 'WDG_SW', word: 'RDP_USER', bit: 8, width: 1 },
    { name: 'nRST_STOP', word: 'RDP_USER', bit: 9, width: 1 },
    { name: 'nRST_STDBY', word: 'RDP_USER', bit: 10, width: 1 },
    { name: 'nBOOT1', word: 'RDP_USER', bit: 12, width: 1 },
    { name: 'VDDA_MONITOR', word: 'RDP_USER', bit: 13, width: 1 },
    { name: 'RAM_PARITY_CHECK', word: 'RDP_USER', bit: 14, width: 1 },
    { name: 'Data0', word: 'DATA', bit: 0, width: 8 },
    { name: 'Data1', word: 'DATA', bit: 8, width: 8 },
    { name: 'WRP0', word: 'WRP01', bit: 0, width: 8 },
  ],
  rdp: RDP,
  writeProtection: { kind: 'bits', fields: ['WRP0'], protects: 0, pagesPerBit: 4 },
} as const;

const OPTIONS_F070XB = {
  access: 'flash',
  accessSource: 'AN3155',
  areas: AREAS_F030XC,
  fields: FIELDS,
  rdp: RDP,
  writeProtection: {
    kind: 'bits',
    fields: ['WRP0', 'WRP1', 'WRP2', 'WRP3'],
    protects: 0,
    pagesPerBit: 2,
  },
} as const;

// AN2606 table 2, pattern 2.
const BOOT_PATTERN_2 = {
  pattern: 2,
  pins: ['BOOT0'],
  table: [
    { when: { BOOT0: 0 }, boots: 'main-flash' },
    { when: { BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
    { when: { BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
  ],
  rdpLevel2: 'main-flash',
} as const;

// AN2606 table 2, pattern 6.
const BOOT_PATTERN_6 = {
  pattern: 6,
  pins: ['BOOT0'],
  table: [
    { when: { BOOT_SEL: 1, BOOT0: 0, FLASH_EMPTY: 1 }, boots: 'system-memory' },
    { when: { BOOT_SEL: 1, BOOT0: 0 }, boots: 'main-flash' },
    { when: { BOOT_SEL: 1, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
    { when: { BOOT_SEL: 1, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
    { when: { BOOT_SEL: 0, nBOOT0: 1, FLASH_EMPTY: 1 }, boots: 'system-memory' },
    { when: { BOOT_SEL: 0, nBOOT0: 1 }, boots: 'main-flash' },
    { when: { BOOT_SEL: 0, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
    { when: { BOOT_SEL: 0, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
  ],
  emptyCheck: { sampled: 'option-load', reads: 4 },
  rdpLevel2: 'main-flash',
} as const;

// Times of the datasheets; `source` names them.
const TIMING = {
  operations: {
    program: { bytes: 2, us: { typ: 53.5 } },
    erase: [{ KiB: 1, ms: { typ: 30, min: 20, max: 40 } }],
    massErase: { any: { typ: 30 } },
  },
  source:
    'code comments quoting the STM32F0 datasheet; ChromiumOS EC chip/stm32/flash-f.c comment; Zephyr dts/arm/st/f0/stm32f0.dtsi (max-erase-time) = 40',
  confidence: 'medium',
} as const;

const TIMING_F030XC = {
  operations: {
    program: { bytes: 2, us: { typ: 53.5 } },
    erase: [{ KiB: 2, ms: { typ: 30, min: 20, max: 40 } }],
    massErase: { any: { typ: 30 } },
  },
  source:
    'code comments quoting the STM32F0 datasheet; ChromiumOS EC chip/stm32/flash-f.c comment; Zephyr dts/arm/st/f0/stm32f0.dtsi (max-erase-time) = 40',
  confidence: 'medium',
} as const;

const SOURCES = {
  productId: ['AN2606', 'STM32FLASH', 'STM32LOADER', 'STLINK', 'STM32DATA'],
  bootloaders: ['AN2606'],
  interfaces: ['AN2606', 'STM32DATA'],
  flash: ['STM32DATA', 'OPENOCD', 'CMSIS'],
  ram: ['STM32DATA', 'CMSIS', 'AN2606'],
  registers: ['CMSIS', 'STLINK', 'OPENOCD'],
  options: ['CMSIS', 'BMP', 'OPENOCD', 'HAL'],
  boot: ['AN2606', 'RM0091', 'RM0360'],
  timing: ['DS', 'ZEPHYR', 'CHROMEEC', 'AN2606'],
} as const;
const SOURCES_WITH_DFU = { ...SOURCES, usbStrings: ['DFU-LOGS'] } as const;

export default {
  series: 'STM32F0',
  devices: [
    {
      id: 'STM32F03xx4_6',
      parts: ['STM32F030?4*', 'STM32F030?6*', 'STM32F031*', 'STM32F038*'],
      productId: 0x444,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          16: [{ start: 0x0800_0000, first: 0, pages: ['16*1K'] }],
          32: [{ start: 0x0800_0000, first: 0, pages: ['32*1K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 4 * KiB }],
      systemMemory: SYSTEM_MEMORY,
      bootloaderIdAddress: 0x1fff_f7a6,
      bootloaders: [
        {
          version: '1.0',
          id: 0x10,
          interfaces: ['USART1', 'USART1:PA15/PA14'],
          protocols: { USART: '3.1' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_0800 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 1.612,
          quirks: ['two-nacks'],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        {
          name: 'USART1:PA15/PA14',
          protocol: 'USART',
          rx: 'PA15',
          tx: 'PA14',
          autobaud: 'software',
        },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: { address: 0x1fff_f7cc },
      uid: [0x1fff_f7ac, 0x1fff_f7b0, 0x1fff_f7b4],
      options: OPTIONS,
      boot: BOOT_PATTERN_2,
      timing: TIMING,
      connection: { usartUs: 6.4 },
      notes: ['The second pin pair of USART1 is PA15/PA14.'],
      sources: SOURCES,
    },
    {
      id: 'STM32F030xC',
      parts: ['STM32F030?C*'],
      productId: 0x442,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          256: [{ start: 0x0800_0000, first: 0, pages: ['128*2K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 32 * KiB }],
      systemMemory: SYSTEM_MEMORY_F030XC,
      bootloaderIdAddress: 0x1fff_f796,
      bootloaders: [
        {
          version: '5.2',
          id: 0x52,
          interfaces: ['USART1', 'USART2', 'USART2:PA15/PA14', 'I2C1'],
          protocols: { USART: '3.1', I2C: '1.0' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1800 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 2,
          quirks: ['i2c-probe-locks'],
          notModelled: [
            'PA13 has its pull-up on while the bootloader runs: pins have no resistors in the model.',
          ],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2', protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
        {
          name: 'USART2:PA15/PA14',
          protocol: 'USART',
          rx: 'PA15',
          tx: 'PA14',
          autobaud: 'software',
        },
        { name: 'I2C1', protocol: 'I2C', scl: 'PB6', sda: 'PB7', address: 0x41 },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: { address: 0x1fff_f7cc },
      uid: [0x1fff_f7ac, 0x1fff_f7b0, 0x1fff_f7b4],
      options: {
        access: 'flash',
        accessSource: 'AN3155',
        areas: AREAS_F030XC,
        fields: FIELDS,
        rdp: RDP,
        writeProtection: {
          kind: 'bits',
          fields: ['WRP0', 'WRP1', 'WRP2', 'WRP3'],
          protects: 0,
          pagesPerBit: 2,
          lastCoversRest: true,
        },
      },
      boot: {
        pattern: 2,
        pins: ['BOOT0'],
        table: [
          { when: { BOOT0: 0, FLASH_EMPTY: 1 }, boots: 'system-memory' },
          { when: { BOOT0: 0 }, boots: 'main-flash' },
          { when: { BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
        ],
        emptyCheck: { sampled: 'option-load', reads: 4 },
        rdpLevel2: 'main-flash',
      },
      timing: TIMING_F030XC,
      connection: { usartUs: 70, i2cStretchUs: 2.5, i2cTimeoutMs: 1000 },
      notes: [
        'AN2606 lists USART1 and I2C1 only in one table; the configuration table adds USART2.',
        'RM0360 describes an empty check for F030xC, AN2606 gives pattern 2 without one: the manual is followed. Its text also says that nSWBOOT0 = 0 with nBOOT0 = 1 turns the check off, bits that its option bytes do not have.',
      ],
      sources: SOURCES,
    },
    {
      id: 'STM32F05x_F030x8',
      parts: ['STM32F051*', 'STM32F058*', 'STM32F030?8*'],
      productId: 0x440,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          16: [{ start: 0x0800_0000, first: 0, pages: ['16*1K'] }],
          32: [{ start: 0x0800_0000, first: 0, pages: ['32*1K'] }],
          64: [{ start: 0x0800_0000, first: 0, pages: ['64*1K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 8 * KiB }],
      systemMemory: SYSTEM_MEMORY,
      bootloaderIdAddress: 0x1fff_f7a6,
      bootloaders: [
        {
          version: '2.1',
          id: 0x21,
          interfaces: ['USART1', 'USART2'],
          protocols: { USART: '3.1' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_0800 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 1.612,
          quirks: ['hsitrim-cleared', 'two-nacks'],
          notModelled: [
            'PA13 has its pull-up on while the bootloader runs: pins have no resistors in the model.',
          ],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2', protocol: 'USART', rx: 'PA15', tx: 'PA14', autobaud: 'software' },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: { address: 0x1fff_f7cc },
      uid: [0x1fff_f7ac, 0x1fff_f7b0, 0x1fff_f7b4],
      options: {
        access: 'flash',
        accessSource: 'AN3155',
        areas: AREAS,
        fields: [
          { name: 'RDP', word: 'RDP_USER', bit: 0, width: 8 },
          { name: 'WDG_SW', word: 'RDP_USER', bit: 8, width: 1 },
          { name: 'nRST_STOP', word: 'RDP_USER', bit: 9, width: 1 },
          { name: 'nRST_STDBY', word: 'RDP_USER', bit: 10, width: 1 },
          { name: 'nBOOT1', word: 'RDP_USER', bit: 12, width: 1 },
          { name: 'VDDA_MONITOR', word: 'RDP_USER', bit: 13, width: 1 },
          { name: 'RAM_PARITY_CHECK', word: 'RDP_USER', bit: 14, width: 1 },
          { name: 'Data0', word: 'DATA', bit: 0, width: 8 },
          { name: 'Data1', word: 'DATA', bit: 8, width: 8 },
          { name: 'WRP0', word: 'WRP01', bit: 0, width: 8 },
          { name: 'WRP1', word: 'WRP01', bit: 8, width: 8 },
        ],
        rdp: RDP,
        writeProtection: { kind: 'bits', fields: ['WRP0', 'WRP1'], protects: 0, pagesPerBit: 4 },
      },
      boot: BOOT_PATTERN_2,
      timing: TIMING,
      connection: { usartUs: 9.5 },
      notes: [],
      sources: SOURCES,
    },
    {
      id: 'STM32F04x',
      parts: ['STM32F042*', 'STM32F048*'],
      productId: 0x445,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          16: [{ start: 0x0800_0000, first: 0, pages: ['16*1K'] }],
          32: [{ start: 0x0800_0000, first: 0, pages: ['32*1K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 6 * KiB }],
      systemMemory: SYSTEM_MEMORY_F04X,
      bootloaderIdAddress: 0x1fff_f6a6,
      bootloaders: [
        {
          version: '10.0',
          id: 0xa0,
          interfaces: ['USART1', 'USART2', 'I2C1', 'USB'],
          protocols: { USART: '3.1', I2C: '1.0', USB: '2.2' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1800 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.058,
          quirks: ['i2c-probe-locks', 'hsitrim-cleared', 'dfu-fails-with-some-hosts'],
          notModelled: [
            'PA13 has its pull-up on while the bootloader runs: pins have no resistors in the model.',
          ],
        },
        {
          version: '10.1',
          id: 0xa1,
          interfaces: ['USART1', 'USART2', 'I2C1', 'USB'],
          protocols: { USART: '3.1', I2C: '1.0', USB: '2.2' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1800 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.058,
          quirks: ['i2c-probe-locks', 'hsitrim-cleared', 'dfu-fails-with-some-hosts'],
          notModelled: [
            'PA13 has its pull-up on while the bootloader runs: pins have no resistors in the model.',
          ],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2', protocol: 'USART', rx: 'PA15', tx: 'PA14', autobaud: 'software' },
        { name: 'I2C1', protocol: 'I2C', scl: 'PB6', sda: 'PB7', address: 0x3e },
        { name: 'USB', protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: { address: 0x1fff_f7cc },
      uid: [0x1fff_f7ac, 0x1fff_f7b0, 0x1fff_f7b4],
      options: {
        access: 'flash',
        accessSource: 'AN3155',
        areas: AREAS,
        fields: [
          { name: 'RDP', word: 'RDP_USER', bit: 0, width: 8 },
          { name: 'WDG_SW', word: 'RDP_USER', bit: 8, width: 1 },
          { name: 'nRST_STOP', word: 'RDP_USER', bit: 9, width: 1 },
          { name: 'nRST_STDBY', word: 'RDP_USER', bit: 10, width: 1 },
          { name: 'nBOOT0', word: 'RDP_USER', bit: 11, width: 1 },
          { name: 'nBOOT1', word: 'RDP_USER', bit: 12, width: 1 },
          { name: 'VDDA_MONITOR', word: 'RDP_USER', bit: 13, width: 1 },
          { name: 'RAM_PARITY_CHECK', word: 'RDP_USER', bit: 14, width: 1 },
          { name: 'BOOT_SEL', word: 'RDP_USER', bit: 15, width: 1 },
          { name: 'Data0', word: 'DATA', bit: 0, width: 8 },
          { name: 'Data1', word: 'DATA', bit: 8, width: 8 },
          { name: 'WRP0', word: 'WRP01', bit: 0, width: 8 },
        ],
        rdp: RDP,
        writeProtection: { kind: 'bits', fields: ['WRP0'], protects: 0, pagesPerBit: 4 },
      },
      boot: BOOT_PATTERN_6,
      timing: TIMING,
      connection: { usartUs: 7, usbMs: 350, i2cStretchUs: 2.5, i2cTimeoutMs: 1000 },
      usbStrings: {
        strings: ['@Internal Flash  /0x08000000/032*0001Kg', '@Option Bytes  /0x1FFFF800/01*016 e'],
        bcdDevice: 0x2200,
        capturedOn: 'F042x6, 32 KiB',
      },
      dfuGeneration: 'A',
      usbSerial: { fixed: 'FFFFFFFEFFFF' },
      notes: [
        'stlink has the system memory from 0x1FFF_EC00; AN2606, stm32flash and stm32loader agree on 0x1FFF_C400.',
        'AN2606 table 226 prints NA for RAM: no RAM access.',
        'V10.1 adds the PA11/PA12 remap of small packages.',
      ],
      sources: SOURCES_WITH_DFU,
    },
    {
      id: 'STM32F070x6',
      parts: ['STM32F070?6*'],
      productId: 0x445,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          32: [{ start: 0x0800_0000, first: 0, pages: ['32*1K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 6 * KiB }],
      systemMemory: SYSTEM_MEMORY_F04X,
      bootloaderIdAddress: 0x1fff_f6a6,
      bootloaders: [
        {
          version: '10.2',
          id: 0xa2,
          interfaces: ['USART1', 'USART2', 'I2C1', 'USB'],
          protocols: { USART: '3.1', I2C: '1.0', USB: '2.2' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1800 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 230,
          quirks: ['i2c-probe-locks', 'hsitrim-cleared', 'dfu-fails-with-some-hosts'],
          notModelled: [
            'PA13 has its pull-up on while the bootloader runs: pins have no resistors in the model.',
          ],
        },
        {
          version: '10.3',
          id: 0xa3,
          interfaces: ['USART1', 'USART2', 'I2C1', 'USB'],
          protocols: { USART: '3.1', I2C: '1.0', USB: '2.2' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1800 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 230,
          quirks: ['i2c-probe-locks', 'hsitrim-cleared', 'dfu-fails-with-some-hosts'],
          notModelled: [
            'PA13 has its pull-up on while the bootloader runs: pins have no resistors in the model.',
          ],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2', protocol: 'USART', rx: 'PA15', tx: 'PA14', autobaud: 'software' },
        { name: 'I2C1', protocol: 'I2C', scl: 'PB6', sda: 'PB7', address: 0x3e },
        { name: 'USB', protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: { address: 0x1fff_f7cc },
      uid: [0x1fff_f7ac, 0x1fff_f7b0, 0x1fff_f7b4],
      options: OPTIONS,
      boot: {
        pattern: 6,
        pins: ['BOOT0'],
        table: [
          { when: { BOOT0: 0, FLASH_EMPTY: 1 }, boots: 'system-memory' },
          { when: { BOOT0: 0 }, boots: 'main-flash' },
          { when: { BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
        ],
        emptyCheck: { sampled: 'option-load', reads: 4 },
        rdpLevel2: 'main-flash',
      },
      timing: TIMING,
      connection: { usartUs: 14, i2cStretchUs: 2.5, i2cTimeoutMs: 1000, hseTimeoutMs: 200 },
      dfuGeneration: 'A',
      usbSerial: { fixed: 'FFFFFFFEFFFF' },
      notes: [
        'USB serial number taken from F042 and F072.',
        'AN2606 pattern 6 uses nBOOT0 and its selector bit; the option bytes of RM0360 and CMSIS have neither, so the table is pin, nBOOT1 and empty check. The empty check text of RM0360 does name nSWBOOT0 and nBOOT0.',
        'AN2606 table 226 prints NA for RAM: no RAM access.',
        'USB needs the HSE crystal.',
      ],
      sources: SOURCES,
    },
    {
      id: 'STM32F070xB',
      parts: ['STM32F070?B*'],
      productId: 0x448,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          128: [{ start: 0x0800_0000, first: 0, pages: ['64*2K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 16 * KiB }],
      systemMemory: SYSTEM_MEMORY_F070XB,
      bootloaderIdAddress: 0x1fff_f6a6,
      bootloaders: [
        {
          version: '10.2',
          id: 0xa2,
          interfaces: ['USART1', 'USART2', 'I2C1', 'USB'],
          protocols: { USART: '3.1', I2C: '1.0', USB: '2.2' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1800 }],
          ramAccessible: [],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 230,
          quirks: ['i2c-probe-locks', 'hsitrim-cleared', 'dfu-fails-with-some-hosts'],
          notModelled: [
            'PA13 has its pull-up on while the bootloader runs: pins have no resistors in the model.',
          ],
        },
        {
          version: '10.3',
          id: 0xa3,
          interfaces: ['USART1', 'USART2', 'I2C1', 'USB'],
          protocols: { USART: '3.1', I2C: '1.0', USB: '2.2' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1800 }],
          ramAccessible: [],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 230,
          quirks: ['i2c-probe-locks', 'hsitrim-cleared', 'dfu-fails-with-some-hosts'],
          notModelled: [
            'PA13 has its pull-up on while the bootloader runs: pins have no resistors in the model.',
          ],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2', protocol: 'USART', rx: 'PA15', tx: 'PA14', autobaud: 'software' },
        { name: 'I2C1', protocol: 'I2C', scl: 'PB6', sda: 'PB7', address: 0x3b },
        { name: 'USB', protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: { address: 0x1fff_f7cc },
      uid: [0x1fff_f7ac, 0x1fff_f7b0, 0x1fff_f7b4],
      options: OPTIONS_F070XB,
      boot: BOOT_PATTERN_2,
      timing: TIMING_F030XC,
      connection: {
        usartUs: 80,
        usbMs: 320,
        i2cStretchUs: 2.5,
        i2cTimeoutMs: 1000,
        hseTimeoutMs: 200,
      },
      usbStrings: {
        strings: ['@Internal Flash  /0x08000000/064*0002Kg', '@Option Bytes  /0x1FFFF800/01*016 e'],
        bcdDevice: 0x2200,
        capturedOn: 'F072xB, 128 KiB',
      },
      dfuGeneration: 'A',
      usbSerial: { fixed: 'FFFFFFFEFFFF' },
      notes: [
        'USB serial number taken from F042 and F072.',
        'AN2606 gives the bootloader ID as 0xA3 in one table and 0xA2 in another.',
        'stm32loader has RAM and system memory of this line swapped.',
        'AN2606 table 226 prints NA for RAM: no RAM access.',
        'USB needs the HSE crystal.',
      ],
      sources: SOURCES_WITH_DFU,
    },
    {
      id: 'STM32F071_072',
      parts: ['STM32F071*', 'STM32F072*', 'STM32F078*'],
      productId: 0x448,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          64: [{ start: 0x0800_0000, first: 0, pages: ['32*2K'] }],
          128: [{ start: 0x0800_0000, first: 0, pages: ['64*2K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 16 * KiB }],
      systemMemory: SYSTEM_MEMORY_F070XB,
      bootloaderIdAddress: 0x1fff_f6a6,
      bootloaders: [
        {
          version: '10.1',
          id: 0xa1,
          interfaces: ['USART1', 'USART2', 'I2C1', 'USB'],
          protocols: { USART: '3.1', I2C: '1.0', USB: '2.2' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1800 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.058,
          quirks: ['i2c-probe-locks', 'hsitrim-cleared', 'dfu-fails-with-some-hosts'],
          notModelled: [
            'PA13 has its pull-up on while the bootloader runs: pins have no resistors in the model.',
          ],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2', protocol: 'USART', rx: 'PA15', tx: 'PA14', autobaud: 'software' },
        { name: 'I2C1', protocol: 'I2C', scl: 'PB6', sda: 'PB7', address: 0x3b },
        { name: 'USB', protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: { address: 0x1fff_f7cc },
      uid: [0x1fff_f7ac, 0x1fff_f7b0, 0x1fff_f7b4],
      options: OPTIONS_F070XB,
      boot: BOOT_PATTERN_2,
      timing: TIMING_F030XC,
      connection: { usartUs: 7, usbMs: 350, i2cStretchUs: 2.5, i2cTimeoutMs: 1000 },
      usbStrings: {
        strings: ['@Internal Flash  /0x08000000/064*0002Kg', '@Option Bytes  /0x1FFFF800/01*016 e'],
        bcdDevice: 0x2200,
        capturedOn: 'F072xB, 128 KiB',
      },
      dfuGeneration: 'A',
      dfu: { pollMs: { erase: 40 }, source: 'DFU-UTIL, ticket 78 (F072)' },
      usbSerial: { fixed: 'FFFFFFFEFFFF' },
      notes: ['OpenOCD counts 4 pages to a protection bit for 0x448, RM0091 and stm32flash 2.'],
      sources: SOURCES_WITH_DFU,
    },
    {
      id: 'STM32F09x',
      parts: ['STM32F091*', 'STM32F098*'],
      productId: 0x442,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          128: [{ start: 0x0800_0000, first: 0, pages: ['64*2K'] }],
          256: [{ start: 0x0800_0000, first: 0, pages: ['128*2K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 32 * KiB }],
      systemMemory: SYSTEM_MEMORY_F030XC,
      bootloaderIdAddress: 0x1fff_f796,
      bootloaders: [
        {
          version: '5.0',
          id: 0x50,
          interfaces: ['USART1', 'USART2', 'USART2:PA15/PA14', 'I2C1'],
          protocols: { USART: '3.1', I2C: '1.0' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1800 }],
          ramAccessible: [],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 2,
          quirks: ['i2c-probe-locks', 'hsitrim-cleared'],
          notModelled: [
            'PA13 has its pull-up on while the bootloader runs: pins have no resistors in the model.',
          ],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2', protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
        {
          name: 'USART2:PA15/PA14',
          protocol: 'USART',
          rx: 'PA15',
          tx: 'PA14',
          autobaud: 'software',
        },
        { name: 'I2C1', protocol: 'I2C', scl: 'PB6', sda: 'PB7', address: 0x41 },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: { address: 0x1fff_f7cc },
      uid: [0x1fff_f7ac, 0x1fff_f7b0, 0x1fff_f7b4],
      options: {
        access: 'flash',
        accessSource: 'AN3155',
        areas: AREAS_F030XC,
        fields: [
          { name: 'RDP', word: 'RDP_USER', bit: 0, width: 8 },
          { name: 'WDG_SW', word: 'RDP_USER', bit: 8, width: 1 },
          { name: 'nRST_STOP', word: 'RDP_USER', bit: 9, width: 1 },
          { name: 'nRST_STDBY', word: 'RDP_USER', bit: 10, width: 1 },
          { name: 'nBOOT0', word: 'RDP_USER', bit: 11, width: 1 },
          { name: 'nBOOT1', word: 'RDP_USER', bit: 12, width: 1 },
          { name: 'VDDA_MONITOR', word: 'RDP_USER', bit: 13, width: 1 },
          { name: 'RAM_PARITY_CHECK', word: 'RDP_USER', bit: 14, width: 1 },
          { name: 'BOOT_SEL', word: 'RDP_USER', bit: 15, width: 1 },
          { name: 'Data0', word: 'DATA', bit: 0, width: 8 },
          { name: 'Data1', word: 'DATA', bit: 8, width: 8 },
          { name: 'WRP0', word: 'WRP01', bit: 0, width: 8 },
          { name: 'WRP1', word: 'WRP01', bit: 8, width: 8 },
          { name: 'WRP2', word: 'WRP23', bit: 0, width: 8 },
          { name: 'WRP3', word: 'WRP23', bit: 8, width: 8 },
        ],
        rdp: RDP,
        writeProtection: {
          kind: 'bits',
          fields: ['WRP0', 'WRP1', 'WRP2', 'WRP3'],
          protects: 0,
          pagesPerBit: 2,
          lastCoversRest: true,
        },
      },
      boot: BOOT_PATTERN_6,
      timing: TIMING_F030XC,
      connection: { usartUs: 70, i2cStretchUs: 2.5, i2cTimeoutMs: 1000 },
      notes: [
        'AN2606 table 226 prints NA for RAM, stm32flash 0x2000_1800 to 0x2000_8000: AN2606 is followed, no RAM access.',
        'stm32loader has RAM and system memory of this line swapped.',
        'WRP bit 31 covers the last 132 KiB (RM0091 §4.1.3).',
      ],
      sources: SOURCES,
    },
  ],
} as const satisfies Family;
