import { oneBank } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';
import { BOOT_BY_BOOT1_PIN } from './boot-tables.ts';

export default {
  series: 'STM32F2',
  defaults: {},
  lines: [
    {
      id: 'STM32F2xx',
      parts: ['STM32F2*'],
      productId: 0x411,
      flash: {
        unit: 'sector',
        programUnit: 1,
        writeAlign: 4,
        eraseValue: 0xff,
        overwrite: 'and',
        layouts: {
          128: oneBank('4*16K', '1*64K'),
          256: oneBank('4*16K', '1*64K', '1*128K'),
          512: oneBank('4*16K', '1*64K', '3*128K'),
          768: oneBank('4*16K', '1*64K', '5*128K'),
          1024: oneBank('4*16K', '1*64K', '7*128K'),
        },
      },
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 112 * KiB },
        { name: 'SRAM2', start: 0x2001_c000, length: 16 * KiB },
      ],
      ramBySize: { 128: 64 },
      ramOfParts: [{ parts: ['STM32F205*'], ramBySize: { 128: 64, 256: 96 } }],
      systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_7800 }],
      bootloaderIdAddress: 0x1fff_77de,
      bootloader: {
        ramUsed: [{ start: 0x2000_0000, end: 0x2000_2000 }],
        readRefusedAt: 'address',
        writeRefusedAt: 'address',
        startupMs: 84.59,
      },
      bootloaders: [
        {
          version: '2.0',
          id: 0x20,
          interfaces: ['USART1', 'USART3', 'USART3:PB11/PB10'],
          protocols: { USART: '3.0' },
          startupMs: 134,
          quirks: ['missing-nack'],
        },
        {
          version: '3.2',
          id: 0x32,
          protocols: { USART: '3.0', CAN: '2.0', USB: '2.2' },
          quirks: ['missing-nack', 'dfu-option-bytes-marked-g'],
        },
        {
          version: '3.3',
          id: 0x33,
          protocols: { USART: '3.1', CAN: '2.0', USB: '2.2' },
          quirks: ['two-nacks', 'can-write-unprotect-broken'],
        },
      ],
      interfaces: {
        USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
        USART3: { protocol: 'USART', rx: 'PC11', tx: 'PC10', autobaud: 'software' },
        'USART3:PB11/PB10': { protocol: 'USART', rx: 'PB11', tx: 'PB10', autobaud: 'software' },
        CAN2: { protocol: 'CAN', rx: 'PB5', tx: 'PB13' },
        USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      },
      massErase: true,
      flashSizeRegister: { address: 0x1fff_7a22 },
      uid: [0x1fff_7a10, 0x1fff_7a14, 0x1fff_7a18],
      otp: { start: 0x1fff_7800, length: 512, lockBytes: 16 },
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
              WRP: { offset: 8, width: 16, factory: 0xffff },
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
        },
        rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0x55 },
        writeProtection: { kind: 'bits', fields: ['nWRP'], protects: 0, pagesPerBit: 1 },
      },
      supplyRegister: 0xffff_0000,
      boot: {
        pattern: 1,
        pins: ['BOOT0', 'BOOT1'],
        table: BOOT_BY_BOOT1_PIN,
        rdpLevel2: 'main-flash',
      },
      timing: {
        byParallelism: {
          8: {
            program: { bytes: 1, us: { typ: 16, chosen: 'the figure of STM32F405' } },
            erase: [
              { KiB: 16, ms: { typ: 400, chosen: 'the figure of STM32F405' } },
              { KiB: 64, ms: { typ: 1200, chosen: 'the figure of STM32F405' } },
              { KiB: 128, ms: { typ: 2000, max: 4000, chosen: 'the figure of STM32F405' } },
            ],
            massErase: { 1024: { typ: 16000, max: 32000, chosen: 'the figure of STM32F405' } },
          },
          16: {
            program: { bytes: 2, us: { typ: 16, chosen: 'the figure of STM32F405' } },
            erase: [
              { KiB: 16, ms: { typ: 300, chosen: 'the figure of STM32F405' } },
              { KiB: 64, ms: { typ: 700, chosen: 'the figure of STM32F405' } },
              { KiB: 128, ms: { typ: 1300, chosen: 'the figure of STM32F405' } },
            ],
            massErase: 'sum',
          },
          32: {
            program: { bytes: 4, us: { typ: 16, chosen: 'the figure of STM32F405' } },
            erase: [
              { KiB: 16, ms: { typ: 250, chosen: 'the figure of STM32F405' } },
              { KiB: 64, ms: { typ: 550, chosen: 'the figure of STM32F405' } },
              { KiB: 128, ms: { typ: 1000, chosen: 'the figure of STM32F405' } },
            ],
            massErase: 'sum',
          },
          64: {
            program: { bytes: 8, us: { typ: 16, chosen: 'the figure of STM32F405' } },
            erase: [
              { KiB: 16, ms: { typ: 230, chosen: 'the figure of STM32F405' } },
              { KiB: 64, ms: { typ: 490, chosen: 'the figure of STM32F405' } },
              { KiB: 128, ms: { typ: 875, chosen: 'the figure of STM32F405' } },
            ],
            massErase: 'sum',
          },
        },
        source:
          'OpenOCD src/flash/nor drivers (time-out comments); Zephyr dts/arm/st/f2/stm32f2.dtsi (max-erase-time) = 4000 for a 128K sector',
        confidence: 'low',
        note: 'Datasheet table not found.',
      },
      connection: { usartUs: 9, usbMs: 270, hseTimeoutMs: 0.79 },
      dfuGeneration: 'A',
      notes: [
        'AN2606 prints the system memory start as 0x1FF0_0000 in one table and 0x1FFF_0000 in another.',
        'Option bytes are taken from the F4 layout; the F2 half-words were not found by themselves.',
        'CAN Write Unprotect is printed as broken for V3.3 and V2.0, which has no CAN: probably a slip.',
        'Bootloader ID 0x32 of V3.2 follows from the numbering rule.',
        'No SPRMOD: CMSIS names no such bit for F2.',
      ],
      sources: {
        ...readForAll,
        options: ['RM0090', 'BMP', 'CMSIS', 'OPENOCD', 'HAL'],
        boot: ['AN2606', 'RM0090'],
        timing: ['ZEPHYR', 'OPENOCD', 'AN2606'],
      },
    },
  ],
} satisfies Series;
