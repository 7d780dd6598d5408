import { KiB, type Family } from './family.ts';

// Smallest program operation, alignment the bootloader asks for (AN2606 table 7), blank value.
const CELLS = {
  programUnit: 8,
  writeAlign: 8,
  eraseValue: 0xff,
  overwrite: 'all-zero-only',
} as const;

const OPTIONS = {
  access: 'registers',
  accessSource: 'FORUM',
  areas: [
    {
      start: 0x4002_2020,
      length: 100,
      complement: 'none',
      words: [
        { name: 'OPTR', offset: 0, width: 32, factory: 0xffff_feaa, chosen: 'OPTR of STM32G0' },
        { name: 'WRP1AR', offset: 0x0c, width: 32, factory: undefined },
        { name: 'WRP1BR', offset: 0x10, width: 32, factory: undefined },
        { name: 'SECR', offset: 0x60, width: 32, factory: 0x0, chosen: 'SECR of STM32G0' },
      ],
    },
  ],
  fields: [
    { name: 'RDP', word: 'OPTR', bit: 0, width: 8 },
    { name: 'BOR_EN', word: 'OPTR', bit: 8, width: 1 },
    { name: 'BOR_LEV', word: 'OPTR', bit: 9, width: 2 },
    { name: 'nRST_STOP', word: 'OPTR', bit: 13, width: 1 },
    { name: 'nRST_STDBY', word: 'OPTR', bit: 14, width: 1 },
    { name: 'nRST_SHDW', word: 'OPTR', bit: 15, width: 1 },
    { name: 'IWDG_SW', word: 'OPTR', bit: 16, width: 1 },
    { name: 'IWDG_STOP', word: 'OPTR', bit: 17, width: 1 },
    { name: 'IWDG_STDBY', word: 'OPTR', bit: 18, width: 1 },
    { name: 'WWDG_SW', word: 'OPTR', bit: 19, width: 1 },
    { name: 'BDRST', word: 'OPTR', bit: 21, width: 1 },
    { name: 'RAM_PARITY_CHECK', word: 'OPTR', bit: 22, width: 1 },
    { name: 'BKPSRAM_HW_ERASE', word: 'OPTR', bit: 23, width: 1 },
    { name: 'nBOOT_SEL', word: 'OPTR', bit: 24, width: 1 },
    { name: 'nBOOT1', word: 'OPTR', bit: 25, width: 1 },
    { name: 'nBOOT0', word: 'OPTR', bit: 26, width: 1 },
    { name: 'NRST_MODE', word: 'OPTR', bit: 27, width: 2 },
    { name: 'IRHEN', word: 'OPTR', bit: 29, width: 1 },
    { name: 'BOOT_LOCK', word: 'SECR', bit: 16, width: 1 },
  ],
  rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0xbb },
  writeProtection: undefined,
} as const;

// AN2606 table 2, pattern 11.
const BOOT_PATTERN_11 = {
  pattern: 11,
  pins: ['BOOT0'],
  table: [
    { when: { BOOT_LOCK: 1 }, boots: 'main-flash' },
    { when: { BOOT_LOCK: 0, nBOOT_SEL: 0, BOOT0: 0, FLASH_EMPTY: 1 }, boots: 'system-memory' },
    { when: { BOOT_LOCK: 0, nBOOT_SEL: 0, BOOT0: 0 }, boots: 'main-flash' },
    { when: { BOOT_LOCK: 0, nBOOT_SEL: 0, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
    { when: { BOOT_LOCK: 0, nBOOT_SEL: 0, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
    { when: { BOOT_LOCK: 0, nBOOT_SEL: 1, nBOOT0: 1, FLASH_EMPTY: 1 }, boots: 'system-memory' },
    { when: { BOOT_LOCK: 0, nBOOT_SEL: 1, nBOOT0: 1 }, boots: 'main-flash' },
    { when: { BOOT_LOCK: 0, nBOOT_SEL: 1, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
    { when: { BOOT_LOCK: 0, nBOOT_SEL: 1, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
  ],
  emptyCheck: { sampled: 'option-load', clearedByBootloader: true },
  rdpLevel2: 'main-flash',
} as const;

// Times of the datasheets; `source` names them.
const TIMING = {
  operations: {
    program: { bytes: 8, us: { typ: 85, chosen: 'the figure of sister technology G0' } },
    erase: [{ KiB: 2, ms: { typ: 22, max: 40, chosen: 'the figure of sister technology G0' } }],
    massErase: { any: { typ: 22.1, chosen: 'the figure of sister technology G0' } },
  },
  source: 'Zephyr dts/arm/st/u0/stm32u0.dtsi (max-erase-time) = 40',
  confidence: 'low',
} as const;

const SOURCES = {
  productId: ['AN2606', 'STM32FLASH', 'STM32LOADER', 'STLINK', 'STM32DATA'],
  bootloaders: ['AN2606'],
  interfaces: ['AN2606', 'STM32DATA'],
  flash: ['STM32DATA', 'OPENOCD', 'CMSIS'],
  ram: ['STM32DATA', 'CMSIS', 'AN2606'],
  registers: ['CMSIS', 'STLINK', 'OPENOCD'],
  options: ['CMSIS', 'HAL'],
  boot: ['AN2606', 'RM0490', 'DERIVED'],
  timing: ['ZEPHYR', 'AN2606'],
} as const;

export default {
  series: 'STM32U0',
  devices: [
    {
      id: 'STM32U031',
      parts: ['STM32U031*'],
      productId: 0x459,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          16: [{ start: 0x0800_0000, first: 0, pages: ['8*2K'] }],
          32: [{ start: 0x0800_0000, first: 0, pages: ['16*2K'] }],
          64: [{ start: 0x0800_0000, first: 0, pages: ['32*2K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 12 * KiB }],
      systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_3800 }],
      bootloaderIdAddress: 0x1fff_37fe,
      bootloaders: [
        {
          version: '11.1',
          id: 0xb0,
          interfaces: ['USART1', 'USART2', 'USART3', 'I2C1', 'I2C2', 'I2C3', 'SPI1', 'SPI2'],
          protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1500 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 4.534,
          quirks: ['empty-flag-cleared'],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: undefined },
        { name: 'USART2', protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: undefined },
        { name: 'USART3', protocol: 'USART', rx: 'PC11', tx: 'PC10', autobaud: undefined },
        { name: 'I2C1', protocol: 'I2C', scl: 'PB6', sda: 'PB7', address: 0x6b },
        { name: 'I2C2', protocol: 'I2C', scl: 'PB10', sda: 'PB11', address: 0x6b },
        { name: 'I2C3', protocol: 'I2C', scl: 'PB3', sda: 'PB4', address: 0x6b },
        { name: 'SPI1', protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
        { name: 'SPI2', protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: { address: 0x1fff_3ea0 },
      uid: [0x1fff_3e50, 0x1fff_3e54, 0x1fff_3e58],
      otp: { start: 0x1fff_6800, length: 1 * KiB },
      options: OPTIONS,
      boot: BOOT_PATTERN_11,
      timing: TIMING,
      connection: { usartUs: 50, i2cStretchUs: 19, i2cTimeoutMs: 1000 },
      notes: [
        'AN2606 prints the version as V11.1 and its ID as 0xB0, which would be V11.0.',
        'CMSIS has OTP at 0x1FFF_6800, outside the printed system memory area.',
        'Black Magic swaps the unique ID addresses of U031 and U073.',
        'Option bytes: only the registers are known (a host reads FLASH_OPTR at 0x4002_2020 through this bootloader); factory values not found.',
        'Auto-baud kind not known.',
        'When the empty flag is taken is that of STM32C0, whose flash block is the same (RM0490).',
      ],
      sources: SOURCES,
    },
    {
      id: 'STM32U073_083',
      parts: ['STM32U073*', 'STM32U083*'],
      productId: 0x489,
      flash: {
        unit: 'page',
        ...CELLS,
        layouts: {
          64: [{ start: 0x0800_0000, first: 0, pages: ['32*2K'] }],
          128: [{ start: 0x0800_0000, first: 0, pages: ['64*2K'] }],
          256: [{ start: 0x0800_0000, first: 0, pages: ['128*2K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 40 * KiB }],
      systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_6800 }],
      bootloaderIdAddress: 0x1fff_67fe,
      bootloaders: [
        {
          version: '13.0',
          id: 0xd0,
          interfaces: ['USART1', 'USART2', 'USART3', 'I2C1', 'I2C2', 'I2C3', 'SPI1', 'SPI2', 'USB'],
          protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1' },
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_2200 }],
          readRefusedAt: 'address',
          writeRefusedAt: 'address',
          startupMs: 5.626,
          quirks: ['empty-flag-cleared'],
        },
      ],
      interfaces: [
        { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: undefined },
        { name: 'USART2', protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: undefined },
        { name: 'USART3', protocol: 'USART', rx: 'PC11', tx: 'PC10', autobaud: undefined },
        { name: 'I2C1', protocol: 'I2C', scl: 'PB6', sda: 'PB7', address: 0x6a },
        { name: 'I2C2', protocol: 'I2C', scl: 'PB10', sda: 'PB11', address: 0x6a },
        { name: 'I2C3', protocol: 'I2C', scl: 'PB3', sda: 'PB4', address: 0x6a },
        { name: 'SPI1', protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
        { name: 'SPI2', protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
        { name: 'USB', protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      ],
      eraseCommand: 'extended-erase',
      massErase: true,
      flashSizeRegister: { address: 0x1fff_6ea0 },
      uid: [0x1fff_6e50, 0x1fff_6e54, 0x1fff_6e58],
      otp: { start: 0x1fff_6800, length: 1 * KiB },
      options: OPTIONS,
      boot: BOOT_PATTERN_11,
      timing: TIMING,
      connection: { usartUs: 49, usbMs: 241, i2cStretchUs: 19, i2cTimeoutMs: 1000 },
      dfuGeneration: 'B',
      notes: [
        'Option bytes: only the registers are known (a host reads FLASH_OPTR at 0x4002_2020 through the bootloader of a U0); factory values not found.',
        'Auto-baud kind and USB protocol version not known.',
        'Black Magic swaps the unique ID addresses of U031 and U073.',
        'When the empty flag is taken is that of STM32C0, whose flash block is the same (RM0490).',
      ],
      sources: SOURCES,
    },
  ],
} as const satisfies Family;
