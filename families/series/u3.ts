import { twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { readForAll } from '../sources.ts';

export default {
  series: 'STM32U3',
  defaults: {
    flash: {
      unit: 'page',
      programUnit: 8,
      writeAlign: 8,
      eraseValue: 0xff,
      overwrite: undefined,
      layouts: {
        512: twoBanks('64*4K'),
        1024: twoBanks('128*4K'),
        2048: twoBanks('256*4K'),
      },
    },
    ram: [],
    bootloader: {
      protocols: { USART: '4.0', I2C: '2.0', SPI: '2.0', FDCAN: '2.2', I3C: '1.0' },
      ramUsed: [],
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
    },
    // Kernel clock of 48 MHz (AN2606).
    fdcanRates: { nominal: 600_000, data: 2_400_000 },
    massErase: true,
    flashSizeRegister: undefined,
    uid: undefined,
    otp: { start: 0x0bfa_0000, length: 512 },
    boot: { pattern: 12, pins: ['BOOT0'], table: [] },
    timing: {
      operations: {
        program: { bytes: 8, us: { typ: 85, chosen: 'no source; the figure of STM32U0' } },
        erase: [{ KiB: 4, ms: { typ: 22, chosen: 'no source; the figure of STM32U0' } }],
        massErase: 'sum',
      },
      source: 'none',
      confidence: 'none',
    },
    connection: { usbMs: 210, i2cTimeoutMs: 1000 },
    sources: { ...readForAll, timing: ['DERIVED', 'AN2606'] },
  },
  lines: [
    {
      id: 'STM32U375_385',
      parts: ['STM32U375*', 'STM32U385*'],
      productId: 0x454,
      incomplete: 'interfaces, RAM, unique ID and option bytes not collected',
      flashKiB: [512, 1024],
      systemMemory: [{ start: 0x0bf8_f000, end: 0x0bfa_0000 }],
      bootloaderIdAddress: 0x0bf9_8ffe,
      bootloaders: [
        { version: '14.2', id: 0xe2, startupMs: 4.418, quirks: ['fdcan-32-sectors-at-most'] },
      ],
      interfaces: {},
      connection: { i2cStretchUs: 18 },
      optionalQuirks: ['multi-page-erase-first-only'],
      notes: [
        'AN2606 prints 0x17F1E00 as the boot address field; 0x17F1E0 would give 0x0BF8_F000.',
        'A multi-page erase doing only its first page is printed for V14.1, which has no row here.',
        'One start-up row is printed twice for U031; the second is probably this line.',
      ],
    },
    {
      id: 'STM32U3B5_3C5',
      parts: ['STM32U3B5*', 'STM32U3C5*'],
      productId: 0x42a,
      incomplete: 'system memory, interfaces, RAM, unique ID and option bytes not collected',
      flashKiB: [1024, 2048],
      systemMemory: [],
      bootloaderIdAddress: undefined,
      bootloaders: [{ version: '14.0', id: 0xe0, startupMs: 4.5, quirks: [] }],
      interfaces: {},
      connection: { usartUs: 6.24, i2cStretchUs: 16.8 },
      notes: ['Only product ID, flash and protocol versions collected.'],
    },
  ],
} satisfies Series;
