import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import f1 from './f1.ts';

// How long hosts have to wait is not known of them.
const { connection: _, ...shared } = f1.defaults;

const CHOSEN = 'the figure of STM32F103';

// Parts that report an ST product ID without being that part, or hold more than they report. What
// their own ROMs do is not documented: the bootloader row is that of the line whose ID they give.
export default {
  series: 'clones and mis-marked parts',
  defaults: {
    ...shared,
    ram: [{ name: 'SRAM', start: 0x2000_0000, length: 20 * KiB }],
    bootloaderIdAddress: undefined,
    bootloader: {
      ...f1.defaults.bootloader,
      startupMs: undefined,
      quirks: ['global-erase-second-byte-ignored'],
      note: 'The row of STM32F10x; nothing is published about this ROM.',
    },
    bootloaders: [{ version: '2.2', id: undefined }],
    options: {
      ...f1.defaults.options,
      writeProtection: { ...f1.defaults.options.writeProtection, pagesPerBit: 4 },
    },
    timing: {
      operations: {
        program: { bytes: 2, us: { typ: 52.5, chosen: CHOSEN } },
        erase: [{ KiB: 1, ms: { typ: 30, chosen: CHOSEN } }],
        massErase: { any: { typ: 30, chosen: CHOSEN } },
      },
      source: 'none',
      confidence: 'none',
    },
    sources: { productId: ['FORUM', 'STLINK', 'BMP'], other: ['DERIVED'] },
  },
  lines: [
    {
      id: 'STM32F103x8_128K',
      parts: [],
      productId: 0x410,
      flashKiB: [128],
      flashSizeRegister: { says: { 128: 64 } },
      notes: [
        'STM32F103C8 sold with 64 KiB that holds 128: the size register says 64, the upper half works (Black Magic pull request 205, MMDVM_HS issue 162).',
        'The other kind, whose upper half is absent, is an ordinary STM32F103x8.',
      ],
    },
    {
      id: 'GD32F103x8_B',
      parts: ['GD32F103?8*', 'GD32F103?B*'],
      productId: 0x410,
      flashKiB: [64, 128],
      notes: [
        'Reports the ID of STM32F10x medium density; pages of 1 KiB. Its ROM is not published.',
      ],
    },
    {
      id: 'GD32F303xC_E',
      parts: ['GD32F303?C*', 'GD32F303?E*'],
      productId: 0x430,
      flashKiB: [256, 512],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 48 * KiB }],
      options: { writeProtection: { pagesPerBit: 2, lastCoversRest: true } },
      timing: { operations: { erase: [{ KiB: 2, ms: { typ: 30, chosen: CHOSEN } }] } },
      notes: [
        'Reports the ID of STM32F10x XL density without its second bank (stlink issues 724, 756 and 769). Pages of 2 KiB; RAM taken as the least of the sizes sold. Its ROM is not published.',
      ],
    },
    {
      id: 'GD32F130x8',
      parts: ['GD32F130?8*'],
      productId: 0x410,
      flashKiB: [64],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 8 * KiB }],
      notes: [
        'Reports the ID of STM32F10x medium density though it is an F0-like part (stlink issues). Where its size register, unique ID and option bytes lie is taken from STM32F103 and in doubt.',
      ],
    },
    {
      id: 'CKS32F103x8_B',
      parts: ['CKS32F103?8*', 'CKS32F103?B*', 'APM32F103?8*', 'APM32F103?B*'],
      productId: 0x410,
      flashKiB: [64, 128],
      notes: [
        'Reports the ID of STM32F10x medium density; often sold under an ST marking (Black Magic issue 2020). Its ROM is not published.',
      ],
    },
  ],
} satisfies Series;
