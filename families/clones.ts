import { KiB, type Family } from './family.ts';

// Parts that report an ST product ID without being that part, or hold more than they report. What
// their own ROMs do is not documented: the bootloader row is that of the line whose ID they give.

const BOOTLOADER = {
  version: '2.2',
  id: undefined,
  interfaces: ['USART1'],
  protocols: { USART: '2.2' },
  ramUsed: [{ start: 0x2000_0000, end: 0x2000_0200 }],
  readRefusedAt: 'address',
  writeRefusedAt: 'address',
  startupMs: undefined,
  quirks: ['global-erase-second-byte-ignored'],
  note: 'The row of STM32F10x; nothing is published about this ROM.',
} as const;

const INTERFACES = [
  { name: 'USART1', protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
] as const;

const OPTIONS = {
  access: 'flash',
  accessSource: 'AN3155',
  areas: [
    {
      start: 0x1fff_f800,
      length: 16,
      complement: 'bytes',
      words: [
        { name: 'RDP_USER', offset: 0, width: 16, factory: 0xffa5 },
        { name: 'DATA', offset: 4, width: 16, factory: 0xffff },
        { name: 'WRP01', offset: 8, width: 16, factory: 0xffff },
        { name: 'WRP23', offset: 12, width: 16, factory: 0xffff },
      ],
    },
  ],
  fields: [
    { name: 'RDP', word: 'RDP_USER', bit: 0, width: 8 },
    { name: 'WDG_SW', word: 'RDP_USER', bit: 8, width: 1 },
    { name: 'nRST_STOP', word: 'RDP_USER', bit: 9, width: 1 },
    { name: 'nRST_STDBY', word: 'RDP_USER', bit: 10, width: 1 },
    { name: 'Data0', word: 'DATA', bit: 0, width: 8 },
    { name: 'Data1', word: 'DATA', bit: 8, width: 8 },
    { name: 'WRP0', word: 'WRP01', bit: 0, width: 8 },
    { name: 'WRP1', word: 'WRP01', bit: 8, width: 8 },
    { name: 'WRP2', word: 'WRP23', bit: 0, width: 8 },
    { name: 'WRP3', word: 'WRP23', bit: 8, width: 8 },
  ],
  rdp: { field: 'RDP', level0: 0xa5, written: 0x00 },
} as const;
const WRP_FIELDS = ['WRP0', 'WRP1', 'WRP2', 'WRP3'] as const;
const WRP_1K = { kind: 'bits', fields: WRP_FIELDS, protects: 0, pagesPerBit: 4 } as const;
const WRP_2K = {
  kind: 'bits',
  fields: WRP_FIELDS,
  protects: 0,
  pagesPerBit: 2,
  lastCoversRest: true,
} as const;

// AN2606 table 2, pattern 1.
const BOOT_PATTERN_1 = {
  pattern: 1,
  pins: ['BOOT0', 'BOOT1'],
  table: [
    { when: { BOOT0: 0 }, boots: 'main-flash' },
    { when: { BOOT0: 1, BOOT1: 0 }, boots: 'system-memory' },
    { when: { BOOT0: 1, BOOT1: 1 }, boots: 'sram' },
  ],
} as const;

const CHOSEN = 'the figure of STM32F103' as const;
const times = (KiB: 1 | 2) =>
  ({
    operations: {
      program: { bytes: 2, us: { typ: 52.5, chosen: CHOSEN } },
      erase: [{ KiB, ms: { typ: 30, chosen: CHOSEN } }],
      massErase: { any: { typ: 30, chosen: CHOSEN } },
    },
    source: 'none',
    confidence: 'none',
  }) as const;

const SHARED = {
  systemMemory: [{ start: 0x1fff_f000, end: 0x1fff_f800 }],
  bootloaderIdAddress: undefined,
  bootloaders: [BOOTLOADER],
  interfaces: INTERFACES,
  eraseCommand: 'erase',
  massErase: true,
  uid: [0x1fff_f7e8, 0x1fff_f7ec, 0x1fff_f7f0],
  boot: BOOT_PATTERN_1,
} as const;

const PAGES_1K = {
  unit: 'page',
  programUnit: 2,
  writeAlign: 4,
  eraseValue: 0xff,
  overwrite: 'all-zero-only',
} as const;
const PAGES_64 = [{ start: 0x0800_0000, first: 0, pages: ['64*1K'] }] as const;
const PAGES_128 = [{ start: 0x0800_0000, first: 0, pages: ['128*1K'] }] as const;

const SOURCES = { productId: ['FORUM', 'STLINK', 'BMP'], other: ['DERIVED'] } as const;

export default {
  series: 'clones and mis-marked parts',
  devices: [
    {
      ...SHARED,
      id: 'STM32F103x8_128K',
      parts: [],
      productId: 0x410,
      flash: { ...PAGES_1K, layouts: { 128: PAGES_128 } },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 20 * KiB }],
      flashSizeRegister: { address: 0x1fff_f7e0, says: { 128: 64 } },
      options: { ...OPTIONS, writeProtection: WRP_1K },
      timing: times(1),
      notes: [
        'STM32F103C8 sold with 64 KiB that holds 128: the size register says 64, the upper half works (Black Magic pull request 205, MMDVM_HS issue 162).',
        'The other kind, whose upper half is absent, is an ordinary STM32F103x8.',
      ],
      sources: SOURCES,
    },
    {
      ...SHARED,
      id: 'GD32F103x8_B',
      parts: ['GD32F103?8*', 'GD32F103?B*'],
      productId: 0x410,
      flash: { ...PAGES_1K, layouts: { 64: PAGES_64, 128: PAGES_128 } },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 20 * KiB }],
      flashSizeRegister: { address: 0x1fff_f7e0 },
      options: { ...OPTIONS, writeProtection: WRP_1K },
      timing: times(1),
      notes: [
        'Reports the ID of STM32F10x medium density; pages of 1 KiB. Its ROM is not published.',
      ],
      sources: SOURCES,
    },
    {
      ...SHARED,
      id: 'GD32F303xC_E',
      parts: ['GD32F303?C*', 'GD32F303?E*'],
      productId: 0x430,
      flash: {
        ...PAGES_1K,
        layouts: {
          256: [{ start: 0x0800_0000, first: 0, pages: ['128*2K'] }],
          512: [{ start: 0x0800_0000, first: 0, pages: ['256*2K'] }],
        },
      },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 48 * KiB }],
      flashSizeRegister: { address: 0x1fff_f7e0 },
      options: { ...OPTIONS, writeProtection: WRP_2K },
      timing: times(2),
      notes: [
        'Reports the ID of STM32F10x XL density without its second bank (stlink issues 724, 756 and 769). Pages of 2 KiB; RAM taken as the least of the sizes sold. Its ROM is not published.',
      ],
      sources: SOURCES,
    },
    {
      ...SHARED,
      id: 'GD32F130x8',
      parts: ['GD32F130?8*'],
      productId: 0x410,
      flash: { ...PAGES_1K, layouts: { 64: PAGES_64 } },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 8 * KiB }],
      flashSizeRegister: { address: 0x1fff_f7e0 },
      options: { ...OPTIONS, writeProtection: WRP_1K },
      timing: times(1),
      notes: [
        'Reports the ID of STM32F10x medium density though it is an F0-like part (stlink issues). Where its size register, unique ID and option bytes lie is taken from STM32F103 and in doubt.',
      ],
      sources: SOURCES,
    },
    {
      ...SHARED,
      id: 'CKS32F103x8_B',
      parts: ['CKS32F103?8*', 'CKS32F103?B*', 'APM32F103?8*', 'APM32F103?B*'],
      productId: 0x410,
      flash: { ...PAGES_1K, layouts: { 64: PAGES_64, 128: PAGES_128 } },
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 20 * KiB }],
      flashSizeRegister: { address: 0x1fff_f7e0 },
      options: { ...OPTIONS, writeProtection: WRP_1K },
      timing: times(1),
      notes: [
        'Reports the ID of STM32F10x medium density; often sold under an ST marking (Black Magic issue 2020). Its ROM is not published.',
      ],
      sources: SOURCES,
    },
  ],
} as const satisfies Family;
