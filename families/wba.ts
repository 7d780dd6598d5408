import type { Family } from './family.ts';

// Smallest program operation, alignment the bootloader asks for (AN2606 table 7), blank value.
const CELLS = { programUnit: 16, writeAlign: 16, eraseValue: 0xff, overwrite: undefined } as const;

const SYSTEM_MEMORY = [] as const;

// AN2606 table 2, pattern 12.
const BOOT_PATTERN_12 = { pattern: 12, pins: ['BOOT0'], table: [] } as const;

// Times of the datasheets; `source` names them.
const TIMING = {
  operations: {
    program: {
      bytes: 16,
      us: {
        typ: 118,
        chosen: 'the figure of sister technology U5 (8 KiB pages, 128-bit word); no source for WBA',
      },
    },
    erase: [
      {
        KiB: 8,
        ms: {
          typ: 1.5,
          chosen:
            'the figure of sister technology U5 (8 KiB pages, 128-bit word); no source for WBA',
        },
      },
    ],
    massErase: 'sum',
  },
  source: 'none',
  confidence: 'none',
} as const;

const SOURCES = {
  productId: ['AN2606', 'STM32FLASH', 'STM32LOADER', 'STLINK', 'STM32DATA'],
  bootloaders: ['AN2606'],
  interfaces: ['AN2606', 'STM32DATA'],
  flash: ['STM32DATA', 'OPENOCD', 'CMSIS'],
  ram: ['STM32DATA', 'CMSIS', 'AN2606'],
  registers: ['CMSIS', 'STLINK', 'OPENOCD'],
  boot: ['AN2606'],
  timing: ['DERIVED', 'AN2606'],
} as const;

export default {
  series: 'STM32WBA',
  devices: [
    {
      id: 'STM32WBA5x',
      parts: ['STM32WBA50*', 'STM32WBA52*', 'STM32WBA54*', 'STM32WBA55*'],
      productId: 0x492,
      incomplete: 'system memory, RAM, unique ID and option bytes not collected',
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          512: [{ start: 0x0800_0000, first: 0, pages: ['64*8K'] }],
          1024: [{ start: 0x0800_0000, first: 0, pages: ['128*8K'] }],
        },
      },
      ram: [],
      systemMemory: SYSTEM_MEMORY,
      bootloaderIdAddress: 0x0bf8_fefe,
      bootloaders: [
        {
          version: '11.0',
          id: 0xb0,
          interfaces: ['USART1', 'USART2', 'I2C1', 'I2C3', 'SPI3'],
          protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1' },
          ramUsed: [],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.39,
          quirks: [],
        },
        {
          version: '11.1',
          id: 0xb1,
          interfaces: ['USART1', 'USART2', 'I2C1', 'I2C3', 'SPI3'],
          protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1' },
          ramUsed: [],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 0.39,
          quirks: [],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA8', tx: 'PB12', autobaud: undefined },
        { name: 'USART2', protocol: 'USART', rx: 'PA11', tx: 'PA12', autobaud: undefined },
        { name: 'I2C1', protocol: 'I2C', scl: 'PB2', sda: 'PB1', address: 0x66 },
        { name: 'I2C3', protocol: 'I2C', scl: 'PA6', sda: 'PA7', address: 0x66 },
        { name: 'SPI3', protocol: 'SPI', mosi: 'PB8', miso: 'PB9', sck: 'PA0', nss: 'PA5' },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: undefined,
      uid: undefined,
      otp: { start: 0x0bf9_0000, length: 512 },
      options: undefined,
      boot: BOOT_PATTERN_12,
      timing: TIMING,
      connection: { usartUs: 1, i2cStretchUs: 2, i2cTimeoutMs: 1000 },
      notes: [
        'AN2606 prints 0x17F1000 as the boot address field; 0x17F100 would give 0x0BF8_8000.',
      ],
      sources: SOURCES,
    },
    {
      id: 'STM32WBA6x',
      parts: ['STM32WBA62*', 'STM32WBA63*', 'STM32WBA64*', 'STM32WBA65*'],
      productId: 0x4b0,
      incomplete: 'system memory, interfaces, RAM, unique ID and option bytes not collected',
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          1024: [
            { start: 0x0800_0000, first: 0, pages: ['64*8K'] },
            { start: 0x0808_0000, first: 64, pages: ['64*8K'] },
          ],
          2048: [
            { start: 0x0800_0000, first: 0, pages: ['128*8K'] },
            { start: 0x0810_0000, first: 128, pages: ['128*8K'] },
          ],
        },
      },
      ram: [],
      systemMemory: SYSTEM_MEMORY,
      bootloaderIdAddress: 0x0bf9_7efe,
      bootloaders: [
        {
          version: '13.2',
          id: 0xd2,
          interfaces: [],
          protocols: { USART: '4.0', I2C: '2.0', SPI: '2.0' },
          ramUsed: [],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 2.73,
          quirks: [],
        },
      ],
      interfaces: [],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: undefined,
      uid: undefined,
      otp: { start: 0x0bfa_0000, length: 512 },
      options: undefined,
      boot: BOOT_PATTERN_12,
      timing: TIMING,
      connection: { usartUs: 4, usbMs: 69, i2cStretchUs: 19, i2cTimeoutMs: 1000 },
      notes: ['The boot address field 0x17F200 gives 0x0BF9_0000.'],
      sources: SOURCES,
    },
  ],
} as const satisfies Family;
