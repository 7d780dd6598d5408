import { KiB, type Family } from './family.ts';

// Smallest program operation, alignment the bootloader asks for (AN2606 table 7), blank value.
const CELLS = { programUnit: 4, writeAlign: 8, eraseValue: 0x00, overwrite: 'refuse' } as const;

const SYSTEM_MEMORY = [{ start: 0x1ff0_0000, end: 0x1ff0_1000 }] as const;

const SYSTEM_MEMORY_L07_08_V4 = [{ start: 0x1ff0_0000, end: 0x1ff0_2000 }] as const;

const RDP = { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0xbb } as const;

// Option bytes: words as they lie in memory, and their fields.
const AREAS = [
  {
    start: 0x1ff8_0000,
    length: 32,
    complement: 'half-words',
    words: [
      { name: 'OPTR_LOW', offset: 0, width: 16, factory: 0xaa },
      { name: 'OPTR_HIGH', offset: 4, width: 16, factory: 0x8070 },
      { name: 'WRPROT1_LOW', offset: 8, width: 16, factory: 0x0 },
      { name: 'WRPROT1_HIGH', offset: 0x0c, width: 16, factory: 0x0 },
      { name: 'WRPROT2', offset: 0x10, width: 16, factory: 0x0 },
    ],
  },
] as const;

const OPTIONS = {
  access: 'words',
  accessSource: 'BMP',
  areas: AREAS,
  fields: [
    { name: 'RDP', word: 'OPTR_LOW', bit: 0, width: 8 },
    { name: 'WPRMOD', word: 'OPTR_LOW', bit: 8, width: 1 },
    { name: 'BOR_LEV', word: 'OPTR_HIGH', bit: 0, width: 4 },
    { name: 'IWDG_SW', word: 'OPTR_HIGH', bit: 4, width: 1 },
    { name: 'nRST_STOP', word: 'OPTR_HIGH', bit: 5, width: 1 },
    { name: 'nRST_STDBY', word: 'OPTR_HIGH', bit: 6, width: 1 },
    { name: 'nBOOT1', word: 'OPTR_HIGH', bit: 15, width: 1 },
    { name: 'WRPROT1_LOW', word: 'WRPROT1_LOW', bit: 0, width: 16 },
    { name: 'WRPROT1_HIGH', word: 'WRPROT1_HIGH', bit: 0, width: 16 },
    { name: 'WRPROT2', word: 'WRPROT2', bit: 0, width: 16 },
  ],
  rdp: RDP,
  writeProtection: {
    kind: 'bits',
    fields: ['WRPROT1_LOW', 'WRPROT1_HIGH', 'WRPROT2'],
    protects: 1,
    pagesPerBit: 32,
  },
} as const;

// The boot selector of the smallest parts, which the others do not have (CUBE-DB).
const OPTIONS_L01_02 = {
  ...OPTIONS,
  fields: [
    ...OPTIONS.fields,
    { name: 'nBOOT_SEL', word: 'OPTR_HIGH', bit: 13, width: 1 },
    { name: 'nBOOT0', word: 'OPTR_HIGH', bit: 14, width: 1 },
  ],
} as const;

const OPTIONS_L07_08_V4 = {
  access: 'words',
  accessSource: 'BMP',
  areas: AREAS,
  fields: [
    { name: 'RDP', word: 'OPTR_LOW', bit: 0, width: 8 },
    { name: 'WPRMOD', word: 'OPTR_LOW', bit: 8, width: 1 },
    { name: 'BOR_LEV', word: 'OPTR_HIGH', bit: 0, width: 4 },
    { name: 'IWDG_SW', word: 'OPTR_HIGH', bit: 4, width: 1 },
    { name: 'nRST_STOP', word: 'OPTR_HIGH', bit: 5, width: 1 },
    { name: 'nRST_STDBY', word: 'OPTR_HIGH', bit: 6, width: 1 },
    { name: 'BFB2', word: 'OPTR_HIGH', bit: 7, width: 1 },
    { name: 'nBOOT1', word: 'OPTR_HIGH', bit: 15, width: 1 },
    { name: 'WRPROT1_LOW', word: 'WRPROT1_LOW', bit: 0, width: 16 },
    { name: 'WRPROT1_HIGH', word: 'WRPROT1_HIGH', bit: 0, width: 16 },
    { name: 'WRPROT2', word: 'WRPROT2', bit: 0, width: 16 },
  ],
  rdp: RDP,
  writeProtection: {
    kind: 'bits',
    fields: ['WRPROT1_LOW', 'WRPROT1_HIGH', 'WRPROT2'],
    protects: 1,
    pagesPerBit: 32,
  },
} as const;

// AN2606 table 2, pattern 7.
const BOOT_PATTERN_7 = {
  pattern: 7,
  pins: ['BOOT0'],
  table: [
    { when: { BOOT0: 0, BFB2: 1 }, boots: 'banks' },
    { when: { BOOT0: 0, BFB2: 0 }, boots: 'main-flash' },
    { when: { BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
    { when: { BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
  ],
  rdpLevel2: 'main-flash',
} as const;

// Times of the datasheets; `source` names them.
const TIMING = {
  operations: {
    program: { bytes: 4, us: { typ: 3200 } },
    erase: [{ KiB: 0.125, ms: { typ: 3.2, max: 4 } }],
    massErase: 'sum',
  },
  source:
    'Censtry blog "STM32L0 chip FLASH programming" (2021), quoting the datasheet; libopencm3-derived STM32L1 header quoting DS6876/DS8890/DS8576 (3.94 ms); Zephyr dts/arm/st/l0/stm32l0.dtsi (max-erase-time) = 4 for a 128 B page',
  confidence: 'medium',
  note: 'Word programming onto a non-erased word costs an erase first (about twice the time).',
} as const;

const SOURCES = {
  productId: ['AN2606', 'STM32FLASH', 'STM32LOADER', 'STLINK', 'STM32DATA'],
  bootloaders: ['AN2606'],
  interfaces: ['AN2606', 'STM32DATA'],
  flash: ['STM32DATA', 'OPENOCD', 'CMSIS'],
  ram: ['STM32DATA', 'CMSIS', 'AN2606'],
  registers: ['CMSIS', 'STLINK', 'OPENOCD'],
  options: ['RM0367', 'BMP', 'CMSIS', 'OPENOCD', 'HAL'],
  boot: ['AN2606'],
  timing: ['DS', 'ZEPHYR', 'AN2606'],
} as const;
const SOURCES_WITH_DFU = { ...SOURCES, usbStrings: ['DFU-LOGS'] } as const;

export default {
  series: 'STM32L0',
  devices: [
    {
      id: 'STM32L01_02',
      parts: ['STM32L011*', 'STM32L021*', 'STM32L010?4*'],
      productId: 0x457,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          8: [{ start: 0x0800_0000, first: 0, pages: ['64*128'] }],
          16: [{ start: 0x0800_0000, first: 0, pages: ['128*128'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 2 * KiB }],
      systemMemory: SYSTEM_MEMORY,
      bootloaderIdAddress: 0x1ff0_0ffe,
      bootloaders: [
        {
          version: '12.2',
          id: 0xc2,
          interfaces: ['USART2', 'USART2:PA3/PA2', 'SPI1'],
          protocols: { USART: '3.1', SPI: '1.1' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_0800 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.63,
          quirks: ['spi-needs-nss-edge'],
        },
        {
          version: '12.3',
          id: 0xc3,
          interfaces: ['USART2', 'USART2:PA3/PA2', 'SPI1'],
          protocols: { USART: '3.1', SPI: '1.1' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_0800 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.63,
          quirks: ['spi-needs-nss-edge'],
        },
      ],
      interfaces: [
        { name: 'USART2', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2:PA3/PA2', protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
        { name: 'SPI1', protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      ],
      eraseCommand: 'extended-erase',
      massErase: false,
      flashSizeRegister: { address: 0x1ff8_007c },
      uid: [0x1ff8_0050, 0x1ff8_0054, 0x1ff8_0064],
      eeprom: { start: 0x0808_0000, length: { 8: 512, 16: 512 } },
      options: OPTIONS_L01_02,
      boot: {
        pattern: 6,
        pins: ['BOOT0'],
        table: [
          { when: { nBOOT_SEL: 0, BOOT0: 0, FLASH_EMPTY: 1 }, boots: 'system-memory' },
          { when: { nBOOT_SEL: 0, BOOT0: 0 }, boots: 'main-flash' },
          { when: { nBOOT_SEL: 0, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { nBOOT_SEL: 0, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
          { when: { nBOOT_SEL: 1, nBOOT0: 1, FLASH_EMPTY: 1 }, boots: 'system-memory' },
          { when: { nBOOT_SEL: 1, nBOOT0: 1 }, boots: 'main-flash' },
          { when: { nBOOT_SEL: 1, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { nBOOT_SEL: 1, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
        ],
        emptyCheck: { sampled: 'power-on' },
        rdpLevel2: 'main-flash',
      },
      timing: TIMING,
      connection: { usartUs: 16 },
      optionalQuirks: ['128-byte-writes-only'],
      notes: [
        "AN2606 gives pattern 6, CMSIS nBOOT1 only. STM32CubeProgrammer's data base has nBOOT_SEL and nBOOT0 (USER bits 13 and 14), nBOOT0 both ways round: 1 is taken to boot main flash, as everywhere else.",
        'stlink says 8 KiB of RAM and 8 KiB of system memory, AN2606 2 and 4 KiB.',
        'AN2606 table 226 prints NA for RAM: no RAM access.',
        'SPI on TSSOP14 needs a falling edge of NSS.',
      ],
      sources: { ...SOURCES, options: [...SOURCES.options, 'CUBE-DB'] },
    },
    {
      id: 'STM32L031_041',
      parts: ['STM32L031*', 'STM32L041*', 'STM32L010?6*'],
      productId: 0x425,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          16: [{ start: 0x0800_0000, first: 0, pages: ['128*128'] }],
          32: [{ start: 0x0800_0000, first: 0, pages: ['256*128'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 8 * KiB }],
      systemMemory: SYSTEM_MEMORY,
      bootloaderIdAddress: 0x1ff0_0ffe,
      bootloaders: [
        {
          version: '12.0',
          id: 0xc0,
          interfaces: ['USART2', 'USART2:PA3/PA2', 'SPI1'],
          protocols: { USART: '3.1', SPI: '1.1' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1000 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.62,
          quirks: ['ram-write-refused'],
        },
      ],
      interfaces: [
        { name: 'USART2', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2:PA3/PA2', protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
        { name: 'SPI1', protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      ],
      eraseCommand: 'extended-erase',
      massErase: false,
      flashSizeRegister: { address: 0x1ff8_007c },
      uid: [0x1ff8_0050, 0x1ff8_0054, 0x1ff8_0064],
      eeprom: { start: 0x0808_0000, length: { 16: 1 * KiB, 32: 1 * KiB } },
      options: OPTIONS,
      boot: {
        pattern: 2,
        pins: ['BOOT0'],
        table: [
          { when: { BOOT0: 0 }, boots: 'main-flash' },
          { when: { BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
        ],
        rdpLevel2: 'main-flash',
      },
      timing: TIMING,
      connection: { usartUs: 18 },
      optionalQuirks: ['128-byte-writes-only'],
      notes: [
        'AN2606 table 226 prints a RAM range but the text says RAM is not supported on STM32L031; a chip refused a write at 0x2000_1F00. Read and Go follow the table.',
        'A user of L041 got a NACK for mass erase (forum).',
      ],
      sources: SOURCES,
    },
    {
      id: 'STM32L05_06',
      parts: ['STM32L051*', 'STM32L052*', 'STM32L053*', 'STM32L062*', 'STM32L063*', 'STM32L010?8*'],
      productId: 0x417,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          32: [{ start: 0x0800_0000, first: 0, pages: ['256*128'] }],
          64: [{ start: 0x0800_0000, first: 0, pages: ['512*128'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 8 * KiB }],
      systemMemory: SYSTEM_MEMORY,
      bootloaderIdAddress: 0x1ff0_0ffe,
      bootloaders: [
        {
          version: '12.0',
          id: 0xc0,
          interfaces: ['USART1', 'USART2', 'SPI1', 'SPI2'],
          protocols: { USART: '3.1', SPI: '1.1' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1000 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.22,
          quirks: [],
          notModelled: ['PA13 and PA14 are configured: pins have no modes in the model.'],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2', protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
        { name: 'SPI1', protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
        { name: 'SPI2', protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
      ],
      eraseCommand: 'extended-erase',
      massErase: false,
      flashSizeRegister: { address: 0x1ff8_007c },
      uid: [0x1ff8_0050, 0x1ff8_0054, 0x1ff8_0064],
      eeprom: { start: 0x0808_0000, length: { 32: 2 * KiB, 64: 2 * KiB } },
      options: OPTIONS,
      boot: {
        pattern: 1,
        pins: ['BOOT0'],
        table: [
          { when: { BOOT0: 0 }, boots: 'main-flash' },
          { when: { BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
        ],
        rdpLevel2: 'main-flash',
      },
      timing: TIMING,
      connection: { usartUs: 18 },
      optionalQuirks: ['short-system-reads-refused-at-address', '128-byte-writes-only'],
      notes: [
        'AN2606 says pattern 1 (a BOOT1 pin); CMSIS and RM0367 have the option bit nBOOT1, which is followed.',
        'Reads of 2 or 12 bytes of flash size and unique ID were refused on one part with bootloader 12.0, blocks of 128 or 256 bytes worked (stm32loader issue 61).',
      ],
      sources: SOURCES,
    },
    {
      id: 'STM32L07_08_V4',
      parts: ['STM32L072*', 'STM32L073*', 'STM32L082*', 'STM32L083*'],
      productId: 0x447,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          64: [{ start: 0x0800_0000, first: 0, pages: ['512*128'] }],
          128: [
            { start: 0x0800_0000, first: 0, pages: ['512*128'] },
            { start: 0x0801_0000, first: 512, pages: ['512*128'] },
          ],
          192: [
            { start: 0x0800_0000, first: 0, pages: ['768*128'] },
            { start: 0x0801_8000, first: 768, pages: ['768*128'] },
          ],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 20 * KiB }],
      systemMemory: SYSTEM_MEMORY_L07_08_V4,
      bootloaderIdAddress: 0x1ff0_1ffe,
      bootloaders: [
        {
          version: '4.0',
          id: 0x40,
          interfaces: ['USART1', 'USART2', 'USB'],
          protocols: { USART: '3.1', USB: '2.2' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1000 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.61,
          quirks: [],
        },
        {
          version: '4.1',
          id: 0x41,
          interfaces: ['USART1', 'USART2', 'USB'],
          protocols: { USART: '3.1', USB: '2.2' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1000 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.61,
          quirks: ['dfu-fails-with-some-hosts'],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2', protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
        { name: 'USB', protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      ],
      eraseCommand: 'extended-erase',
      massErase: false,
      flashSizeRegister: { address: 0x1ff8_007c },
      uid: [0x1ff8_0050, 0x1ff8_0054, 0x1ff8_0064],
      eeprom: {
        start: 0x0808_0000,
        startBySize: { 64: 0x0808_0c00 },
        length: { 64: 3 * KiB, 128: 6 * KiB, 192: 6 * KiB },
      },
      options: OPTIONS_L07_08_V4,
      boot: BOOT_PATTERN_7,
      timing: TIMING,
      connection: { usartUs: 17, usbMs: 140 },
      usbStrings: {
        strings: [
          '@Internal Flash  /0x08000000/1536*128g',
          '@Option Bytes  /0x1FF80000/01*032 e',
          '@DATA Memory /0x08080000/2*3Ke',
        ],
        bcdDevice: 0x2200,
        capturedOn: '192 KiB',
      },
      dfuGeneration: 'A',
      optionalQuirks: ['128-byte-writes-only'],
      notes: [
        'stm32flash has the RAM from 0x2000_2000.',
        'The same silicon carries V4.x (USB) or V11.x (I2C, SPI) bootloaders.',
        'stm32flash 0.5 does not flag mass erase as missing here, 0.7 does as for all L0 and L1.',
        '64 KiB parts have only the upper half of the EEPROM, at 0x0808_0C00.',
        'Page numbers of bank 2 are taken to go on after bank 1; not documented.',
      ],
      sources: SOURCES_WITH_DFU,
    },
    {
      id: 'STM32L07_08_V11',
      parts: ['STM32L071*', 'STM32L081*', 'STM32L010?B*'],
      productId: 0x447,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          64: [{ start: 0x0800_0000, first: 0, pages: ['512*128'] }],
          128: [
            { start: 0x0800_0000, first: 0, pages: ['512*128'] },
            { start: 0x0801_0000, first: 512, pages: ['512*128'] },
          ],
          192: [
            { start: 0x0800_0000, first: 0, pages: ['768*128'] },
            { start: 0x0801_8000, first: 768, pages: ['768*128'] },
          ],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 20 * KiB }],
      systemMemory: SYSTEM_MEMORY_L07_08_V4,
      bootloaderIdAddress: 0x1ff0_1ffe,
      bootloaders: [
        {
          version: '11.1',
          id: 0xb1,
          interfaces: ['USART1', 'USART2', 'I2C1', 'I2C2', 'SPI1', 'SPI2'],
          protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1400 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.71,
          quirks: [],
        },
        {
          version: '11.2',
          id: 0xb2,
          interfaces: ['USART1', 'USART2', 'I2C1', 'I2C2', 'SPI1', 'SPI2'],
          protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1400 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.71,
          quirks: [],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        { name: 'USART2', protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
        { name: 'I2C1', protocol: 'I2C', scl: 'PB6', sda: 'PB7', address: 0x42 },
        { name: 'I2C2', protocol: 'I2C', scl: 'PB10', sda: 'PB11', address: 0x42 },
        { name: 'SPI1', protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
        { name: 'SPI2', protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
      ],
      eraseCommand: 'extended-erase',
      massErase: false,
      flashSizeRegister: { address: 0x1ff8_007c },
      uid: [0x1ff8_0050, 0x1ff8_0054, 0x1ff8_0064],
      eeprom: {
        start: 0x0808_0000,
        startBySize: { 64: 0x0808_0c00 },
        length: { 64: 3 * KiB, 128: 6 * KiB, 192: 6 * KiB },
      },
      options: OPTIONS_L07_08_V4,
      boot: BOOT_PATTERN_7,
      timing: TIMING,
      connection: { usartUs: 17, i2cStretchUs: 2, i2cTimeoutMs: 1000 },
      optionalQuirks: ['128-byte-writes-only'],
      notes: [
        'stm32flash has the RAM from 0x2000_2000, stm32loader from 0x2000_1400 and 0x2000_1000.',
        'L010xB has 512 bytes of EEPROM only.',
        'stm32flash 0.5 does not flag mass erase as missing here, 0.7 does as for all L0 and L1.',
        '64 KiB parts have only the upper half of the EEPROM, at 0x0808_0C00.',
        'Page numbers of bank 2 are taken to go on after bank 1; not documented.',
      ],
      sources: SOURCES,
    },
  ],
} as const satisfies Family;
