import { oneBank } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';

export default {
  series: 'STM32WL',
  defaults: {},
  lines: [
    {
      id: 'STM32WL5_WLE',
      parts: ['STM32WL5*', 'STM32WLE*'],
      productId: 0x497,
      flash: {
        unit: 'page',
        programUnit: 8,
        writeAlign: 8,
        eraseValue: 0xff,
        overwrite: 'all-zero-only',
        layouts: {
          64: oneBank('32*2K'),
          128: oneBank('64*2K'),
          256: oneBank('128*2K'),
        },
      },
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 32 * KiB },
        { name: 'SRAM2', start: 0x2000_8000, length: 32 * KiB },
      ],
      ramBySize: { 64: 20, 128: 48 },
      systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_4000 }],
      bootloaderIdAddress: 0x1fff_3efe,
      bootloader: {
        protocols: { USART: '3.1', SPI: '1.1' },
        ramUsed: [{ start: 0x2000_0000, end: 0x2000_2000 }],
        readRefusedAt: 'address',
        writeRefusedAt: 'address',
        startupMs: 0.39,
        quirks: ['secure-options-unreachable'],
      },
      bootloaders: [
        { version: '12.2', id: 0xc2 },
        { version: '12.3', id: 0xc3 },
        { version: '12.4', id: 0xc4 },
      ],
      interfaces: {
        USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'hardware' },
        USART2: { protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'hardware' },
        SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
        SPI2: { protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
      },
      massErase: true,
      flashSizeRegister: { address: 0x1fff_75e0 },
      uid: [0x1fff_7590, 0x1fff_7594, 0x1fff_7598],
      otp: { start: 0x1fff_7000, length: 1 * KiB },
      options: {
        access: 'mirror',
        accessSource: 'OPENBL',
        areas: {
          bank1: {
            start: 0x1fff_7800,
            length: 108,
            complement: 'words',
            words: { OPTR: { offset: 0, width: 32, factory: 0x3fef_f0aa } },
          },
        },
        fields: {
          RDP: { word: 'OPTR', bit: 0, width: 8 },
          ESE: { word: 'OPTR', bit: 8, width: 1 },
          BOR_LEV: { word: 'OPTR', bit: 9, width: 3 },
          nRST_STOP: { word: 'OPTR', bit: 12, width: 1 },
          nRST_STDBY: { word: 'OPTR', bit: 13, width: 1 },
          nRST_SHDW: { word: 'OPTR', bit: 14, width: 1 },
          IWDG_SW: { word: 'OPTR', bit: 16, width: 1 },
          IWDG_STOP: { word: 'OPTR', bit: 17, width: 1 },
          IWDG_STDBY: { word: 'OPTR', bit: 18, width: 1 },
          WWDG_SW: { word: 'OPTR', bit: 19, width: 1 },
          nBOOT1: { word: 'OPTR', bit: 23, width: 1 },
          SRAM2_PE: { word: 'OPTR', bit: 24, width: 1 },
          SRAM_RST: { word: 'OPTR', bit: 25, width: 1 },
          nSWBOOT0: { word: 'OPTR', bit: 26, width: 1 },
          nBOOT0: { word: 'OPTR', bit: 27, width: 1 },
          BOOT_LOCK: { word: 'OPTR', bit: 30, width: 1 },
        },
        rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0xbb },
        writeProtection: undefined,
      },
      boot: {
        pattern: 13,
        pins: ['BOOT0'],
        table: [
          { when: { BOOT_LOCK: 1 }, boots: 'main-flash' },
          { when: { nSWBOOT0: 1, BOOT0: 0, FLASH_EMPTY: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { nSWBOOT0: 1, BOOT0: 0 }, boots: 'main-flash' },
          { when: { nSWBOOT0: 1, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { nSWBOOT0: 1, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
          { when: { nSWBOOT0: 0, nBOOT0: 1, FLASH_EMPTY: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { nSWBOOT0: 0, nBOOT0: 1 }, boots: 'main-flash' },
          { when: { nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
        ],
        emptyCheck: { sampled: 'power-on' },
        rdpLevel2: 'main-flash',
      },
      timing: {
        operations: {
          program: { bytes: 8, us: { typ: 81.7, chosen: 'the figure of sister technology WB55' } },
          erase: [
            { KiB: 2, ms: { typ: 22, max: 25, chosen: 'the figure of sister technology WB55' } },
          ],
          massErase: { any: { typ: 22, chosen: 'the figure of sister technology WB55' } },
        },
        source: 'Zephyr dts/arm/st/wl/stm32wl.dtsi (max-erase-time) = 25',
        confidence: 'low',
      },
      connection: { usartUs: 1 },
      notes: [
        'stlink and CMSIS give the system memory 28 KiB, AN2606 16.',
        'OPTR from the factory: 0x3FEF_F0AA in Black Magic, 0x3FFF_F0AA in the SVD.',
        'AN2606 says USART protocol 3.1; a CubeProgrammer log of a WLE5 prints 3.3.',
        'Pattern 13 wants nBOOT1 = 1 for the empty check and does not name BOOT_LOCK; that OPTR bit 30 forces main flash comes from the manual by memory.',
        'Of the option words only OPTR is modelled; the others, write protection among them, read as erased. CUBE-DB reads 108 bytes and stores 104.',
      ],
      sources: {
        ...readForAll,
        options: ['BMP', 'CMSIS', 'STLINK', 'HAL', 'CUBE-DB'],
        timing: ['ZEPHYR', 'AN2606'],
      },
    },
  ],
} satisfies Series;
