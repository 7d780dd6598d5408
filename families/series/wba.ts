import { oneBank, twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { readForAll } from '../sources.ts';

export default {
  series: 'STM32WBA',
  defaults: {
    flash: {
      unit: 'page',
      programUnit: 16,
      writeAlign: 16,
      eraseValue: 0xff,
      overwrite: undefined,
      layouts: {
        512: oneBank('64*8K'),
        1024: oneBank('128*8K'),
        2048: twoBanks('128*8K'),
      },
    },
    ram: [],
    systemMemory: [],
    bootloader: {
      protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1' },
      ramUsed: [],
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
      startupMs: 0.39,
      quirks: [],
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA8', tx: 'PB12', autobaud: undefined },
      USART2: { protocol: 'USART', rx: 'PA11', tx: 'PA12', autobaud: undefined },
      I2C1: { protocol: 'I2C', scl: 'PB2', sda: 'PB1' },
      I2C3: { protocol: 'I2C', scl: 'PA6', sda: 'PA7' },
      SPI3: { protocol: 'SPI', mosi: 'PB8', miso: 'PB9', sck: 'PA0', nss: 'PA5' },
    },
    massErase: true,
    flashSizeRegister: undefined,
    uid: undefined,
    otp: { length: 512 },
    boot: { pattern: 12, pins: ['BOOT0'], table: [] },
    timing: {
      operations: {
        program: {
          bytes: 16,
          us: {
            typ: 118,
            chosen:
              'the figure of sister technology U5 (8 KiB pages, 128-bit word); no source for WBA',
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
    },
    connection: { i2cTimeoutMs: 1000 },
    sources: { ...readForAll, timing: ['DERIVED', 'AN2606'] },
  },
  lines: [
    {
      id: 'STM32WBA5x',
      parts: ['STM32WBA50*', 'STM32WBA52*', 'STM32WBA54*', 'STM32WBA55*'],
      productId: 0x492,
      incomplete: 'system memory, RAM, unique ID and option bytes not collected',
      flashKiB: [512, 1024],
      bootloaderIdAddress: 0x0bf8_fefe,
      bootloaders: [
        { version: '11.0', id: 0xb0 },
        { version: '11.1', id: 0xb1 },
      ],
      i2cAddress: 0x66,
      otp: { start: 0x0bf9_0000 },
      connection: { usartUs: 1, i2cStretchUs: 2 },
      notes: [
        'AN2606 prints 0x17F1000 as the boot address field; 0x17F100 would give 0x0BF8_8000.',
      ],
    },
    {
      id: 'STM32WBA6x',
      parts: ['STM32WBA62*', 'STM32WBA63*', 'STM32WBA64*', 'STM32WBA65*'],
      productId: 0x4b0,
      incomplete: 'system memory, interfaces, RAM, unique ID and option bytes not collected',
      flashKiB: [1024, 2048],
      flash: {
        layouts: {
          1024: twoBanks('64*8K'),
        },
      },
      bootloaderIdAddress: 0x0bf9_7efe,
      bootloaders: [
        {
          version: '13.2',
          id: 0xd2,
          protocols: { USART: '4.0', I2C: '2.0', SPI: '2.0' },
          startupMs: 2.73,
        },
      ],
      lacks: ['USART1', 'USART2', 'I2C1', 'I2C3', 'SPI3'],
      otp: { start: 0x0bfa_0000 },
      connection: { usartUs: 4, usbMs: 69, i2cStretchUs: 19 },
      notes: ['The boot address field 0x17F200 gives 0x0BF9_0000.'],
    },
  ],
} satisfies Series;
