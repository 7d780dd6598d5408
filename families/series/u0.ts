import { oneBank } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';
import { BOOT_BY_LOCK_AND_nBOOT_SEL } from './boot-tables.ts';

const EMPTY_FLAG =
  'When the empty flag is taken is that of STM32C0, whose flash block is the same (RM0490).';

export default {
  series: 'STM32U0',
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
        256: oneBank('128*2K'),
      },
    },
    bootloader: {
      protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1' },
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
      quirks: ['empty-flag-cleared'],
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: undefined },
      USART2: { protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: undefined },
      USART3: { protocol: 'USART', rx: 'PC11', tx: 'PC10', autobaud: undefined },
      I2C1: { protocol: 'I2C', scl: 'PB6', sda: 'PB7' },
      I2C2: { protocol: 'I2C', scl: 'PB10', sda: 'PB11' },
      I2C3: { protocol: 'I2C', scl: 'PB3', sda: 'PB4' },
      SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      SPI2: { protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
    },
    massErase: true,
    otp: { start: 0x1fff_6800, length: 1 * KiB },
    options: {
      access: 'registers',
      accessSource: 'FORUM',
      areas: {
        bank1: {
          start: 0x4002_2020,
          length: 100,
          complement: 'none',
          words: {
            OPTR: { offset: 0, width: 32, factory: 0xffff_feaa, chosen: 'OPTR of STM32G0' },
            WRP1AR: { offset: 0x0c, width: 32, factory: undefined },
            WRP1BR: { offset: 0x10, width: 32, factory: undefined },
            SECR: { offset: 0x60, width: 32, factory: 0x0, chosen: 'SECR of STM32G0' },
          },
        },
      },
      fields: {
        RDP: { word: 'OPTR', bit: 0, width: 8 },
        BOR_EN: { word: 'OPTR', bit: 8, width: 1 },
        BOR_LEV: { word: 'OPTR', bit: 9, width: 2 },
        nRST_STOP: { word: 'OPTR', bit: 13, width: 1 },
        nRST_STDBY: { word: 'OPTR', bit: 14, width: 1 },
        nRST_SHDW: { word: 'OPTR', bit: 15, width: 1 },
        IWDG_SW: { word: 'OPTR', bit: 16, width: 1 },
        IWDG_STOP: { word: 'OPTR', bit: 17, width: 1 },
        IWDG_STDBY: { word: 'OPTR', bit: 18, width: 1 },
        WWDG_SW: { word: 'OPTR', bit: 19, width: 1 },
        BDRST: { word: 'OPTR', bit: 21, width: 1 },
        RAM_PARITY_CHECK: { word: 'OPTR', bit: 22, width: 1 },
        BKPSRAM_HW_ERASE: { word: 'OPTR', bit: 23, width: 1 },
        nBOOT_SEL: { word: 'OPTR', bit: 24, width: 1 },
        nBOOT1: { word: 'OPTR', bit: 25, width: 1 },
        nBOOT0: { word: 'OPTR', bit: 26, width: 1 },
        NRST_MODE: { word: 'OPTR', bit: 27, width: 2 },
        IRHEN: { word: 'OPTR', bit: 29, width: 1 },
        BOOT_LOCK: { word: 'SECR', bit: 16, width: 1 },
      },
      rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0xbb },
      writeProtection: undefined,
    },
    boot: {
      pattern: 11,
      pins: ['BOOT0'],
      table: BOOT_BY_LOCK_AND_nBOOT_SEL,
      emptyCheck: { sampled: 'option-load', clearedByBootloader: true },
      rdpLevel2: 'main-flash',
    },
    timing: {
      operations: {
        program: { bytes: 8, us: { typ: 85, chosen: 'the figure of sister technology G0' } },
        erase: [{ KiB: 2, ms: { typ: 22, max: 40, chosen: 'the figure of sister technology G0' } }],
        massErase: { any: { typ: 22.1, chosen: 'the figure of sister technology G0' } },
      },
      source: 'Zephyr dts/arm/st/u0/stm32u0.dtsi (max-erase-time) = 40',
      confidence: 'low',
    },
    connection: { i2cStretchUs: 19, i2cTimeoutMs: 1000 },
    sources: {
      ...readForAll,
      options: ['CMSIS', 'HAL'],
      boot: ['AN2606', 'RM0490', 'DERIVED'],
      timing: ['ZEPHYR', 'AN2606'],
    },
  },
  lines: [
    {
      id: 'STM32U031',
      parts: ['STM32U031*'],
      productId: 0x459,
      flashKiB: [16, 32, 64],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 12 * KiB }],
      systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_3800 }],
      bootloaderIdAddress: 0x1fff_37fe,
      bootloaders: [
        {
          version: '11.1',
          id: 0xb0,
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_1500 }],
          startupMs: 4.534,
        },
      ],
      lacks: ['USB'],
      i2cAddress: 0x6b,
      flashSizeRegister: { address: 0x1fff_3ea0 },
      uid: [0x1fff_3e50, 0x1fff_3e54, 0x1fff_3e58],
      connection: { usartUs: 50 },
      notes: [
        'AN2606 prints the version as V11.1 and its ID as 0xB0, which would be V11.0.',
        'CMSIS has OTP at 0x1FFF_6800, outside the printed system memory area.',
        'Black Magic swaps the unique ID addresses of U031 and U073.',
        'Option bytes: only the registers are known (a host reads FLASH_OPTR at 0x4002_2020 through this bootloader); factory values not found.',
        'Auto-baud kind not known.',
        EMPTY_FLAG,
      ],
    },
    {
      id: 'STM32U073_083',
      parts: ['STM32U073*', 'STM32U083*'],
      productId: 0x489,
      flashKiB: [64, 128, 256],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 40 * KiB }],
      systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_6800 }],
      bootloaderIdAddress: 0x1fff_67fe,
      bootloaders: [
        {
          version: '13.0',
          id: 0xd0,
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_2200 }],
          startupMs: 5.626,
        },
      ],
      i2cAddress: 0x6a,
      flashSizeRegister: { address: 0x1fff_6ea0 },
      uid: [0x1fff_6e50, 0x1fff_6e54, 0x1fff_6e58],
      connection: { usartUs: 49, usbMs: 241 },
      dfuGeneration: 'B',
      notes: [
        'Option bytes: only the registers are known (a host reads FLASH_OPTR at 0x4002_2020 through the bootloader of a U0); factory values not found.',
        'Auto-baud kind and USB protocol version not known.',
        'Black Magic swaps the unique ID addresses of U031 and U073.',
        EMPTY_FLAG,
      ],
    },
  ],
} satisfies Series;
