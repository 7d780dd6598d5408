import { oneBank, twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';
import { BOOT_BY_BFB2, BOOT_BY_nBOOT1, BOOT_BY_nBOOT_SEL } from './boot-tables.ts';

const MASS_ERASE =
  'stm32flash 0.5 does not flag mass erase as missing here, 0.7 does as for all L0 and L1.';

const HALF_EEPROM = '64 KiB parts have only the upper half of the EEPROM, at 0x0808_0C00.';

const PAGES_OF_BANK_2 = 'Page numbers of bank 2 are taken to go on after bank 1; not documented.';

export default {
  series: 'STM32L0',
  defaults: {
    flash: {
      unit: 'page',
      programUnit: 4,
      writeAlign: 8,
      eraseValue: 0x00,
      overwrite: 'refuse',
      layouts: {
        8: oneBank('64*128'),
        16: oneBank('128*128'),
        32: oneBank('256*128'),
        64: oneBank('512*128'),
        128: twoBanks('512*128'),
        192: twoBanks('768*128'),
      },
    },
    ram: [{ name: 'SRAM', start: 0x2000_0000, length: 8 * KiB }],
    systemMemory: [{ start: 0x1ff0_0000, end: 0x1ff0_1000 }],
    bootloaderIdAddress: 0x1ff0_0ffe,
    bootloader: {
      protocols: { USART: '3.1', SPI: '1.1', USB: '2.2', I2C: '1.2' },
      ramUsed: [{ start: 0x2000_0000, end: 0x2000_1000 }],
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
      quirks: [],
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'software' },
      USART2: { protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
      'USART2:PA3/PA2': { protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'software' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      I2C1: { protocol: 'I2C', scl: 'PB6', sda: 'PB7' },
      I2C2: { protocol: 'I2C', scl: 'PB10', sda: 'PB11' },
      SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      SPI2: { protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
    },
    lacks: ['USART1', 'USB', 'I2C1', 'I2C2', 'SPI2'],
    massErase: false,
    flashSizeRegister: { address: 0x1ff8_007c },
    uid: [0x1ff8_0050, 0x1ff8_0054, 0x1ff8_0064],
    eeprom: {
      start: 0x0808_0000,
      startBySize: { 64: 0x0808_0c00 },
      length: { 64: 3 * KiB, 128: 6 * KiB, 192: 6 * KiB },
    },
    options: {
      access: 'words',
      accessSource: 'BMP',
      areas: {
        bank1: {
          start: 0x1ff8_0000,
          length: 32,
          complement: 'half-words',
          words: {
            OPTR_LOW: { offset: 0, width: 16, factory: 0xaa },
            OPTR_HIGH: { offset: 4, width: 16, factory: 0x8070 },
            WRPROT1_LOW: { offset: 8, width: 16, factory: 0x0 },
            WRPROT1_HIGH: { offset: 0x0c, width: 16, factory: 0x0 },
            WRPROT2: { offset: 0x10, width: 16, factory: 0x0 },
          },
        },
      },
      fields: {
        RDP: { word: 'OPTR_LOW', bit: 0, width: 8 },
        WPRMOD: { word: 'OPTR_LOW', bit: 8, width: 1 },
        BOR_LEV: { word: 'OPTR_HIGH', bit: 0, width: 4 },
        IWDG_SW: { word: 'OPTR_HIGH', bit: 4, width: 1 },
        nRST_STOP: { word: 'OPTR_HIGH', bit: 5, width: 1 },
        nRST_STDBY: { word: 'OPTR_HIGH', bit: 6, width: 1 },
        nBOOT1: { word: 'OPTR_HIGH', bit: 15, width: 1 },
        WRPROT1_LOW: { word: 'WRPROT1_LOW', bit: 0, width: 16 },
        WRPROT1_HIGH: { word: 'WRPROT1_HIGH', bit: 0, width: 16 },
        WRPROT2: { word: 'WRPROT2', bit: 0, width: 16 },
      },
      rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0xbb },
      writeProtection: {
        kind: 'bits',
        fields: ['WRPROT1_LOW', 'WRPROT1_HIGH', 'WRPROT2'],
        protects: 1,
        pagesPerBit: 32,
      },
    },
    boot: { pattern: 7, pins: ['BOOT0'], table: BOOT_BY_nBOOT1, rdpLevel2: 'main-flash' },
    timing: {
      operations: {
        program: { bytes: 4, us: { typ: 3200 } },
        erase: [{ KiB: 0.125, ms: { typ: 3.2, max: 4 } }],
        massErase: 'sum',
      },
      source:
        'Censtry blog "STM32L0 chip FLASH programming" (2021), quoting the datasheet; libopencm3-derived STM32L1 header quoting DS6876/DS8890/DS8576 (3.94 ms); Zephyr dts/arm/st/l0/stm32l0.dtsi (max-erase-time) = 4 for a 128 B page',
      confidence: 'medium',
      note: 'Word programming onto a non-erased word costs an erase first (about twice the time).',
    },
    connection: { usartUs: 18 },
    optionalQuirks: ['128-byte-writes-only'],
    sources: {
      ...readForAll,
      options: ['RM0367', 'BMP', 'CMSIS', 'OPENOCD', 'HAL'],
      timing: ['DS', 'ZEPHYR', 'AN2606'],
    },
  },
  lines: [
    {
      id: 'STM32L01_02',
      parts: ['STM32L011*', 'STM32L021*', 'STM32L010?4*'],
      productId: 0x457,
      flashKiB: [8, 16],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 2 * KiB }],
      bootloader: {
        ramUsed: [{ start: 0x2000_0000, end: 0x2000_0800 }],
        startupMs: 0.63,
        quirks: ['spi-needs-nss-edge'],
      },
      bootloaders: [
        { version: '12.2', id: 0xc2 },
        { version: '12.3', id: 0xc3 },
      ],
      interfaces: { USART2: { rx: 'PA10', tx: 'PA9' } },
      eeprom: { start: 0x0808_0000, length: { 8: 512, 16: 512 } },
      options: {
        fields: {
          // The boot selector of the smallest parts, which the others do not have (CUBE-DB).
          nBOOT_SEL: { word: 'OPTR_HIGH', bit: 13, width: 1 },
          nBOOT0: { word: 'OPTR_HIGH', bit: 14, width: 1 },
        },
      },
      boot: { pattern: 6, table: BOOT_BY_nBOOT_SEL, emptyCheck: { sampled: 'power-on' } },
      connection: { usartUs: 16 },
      notes: [
        "AN2606 gives pattern 6, CMSIS nBOOT1 only. STM32CubeProgrammer's data base has nBOOT_SEL and nBOOT0 (USER bits 13 and 14), nBOOT0 both ways round: 1 is taken to boot main flash, as everywhere else.",
        'stlink says 8 KiB of RAM and 8 KiB of system memory, AN2606 2 and 4 KiB.',
        'AN2606 table 226 prints NA for RAM: no RAM access.',
        'SPI on TSSOP14 needs a falling edge of NSS.',
      ],
      sources: { options: ['RM0367', 'BMP', 'CMSIS', 'OPENOCD', 'HAL', 'CUBE-DB'] },
    },
    {
      id: 'STM32L031_041',
      parts: ['STM32L031*', 'STM32L041*', 'STM32L010?6*'],
      productId: 0x425,
      flashKiB: [16, 32],
      bootloaders: [{ version: '12.0', id: 0xc0, startupMs: 0.62, quirks: ['ram-write-refused'] }],
      interfaces: { USART2: { rx: 'PA10', tx: 'PA9' } },
      eeprom: { start: 0x0808_0000, length: { 16: 1 * KiB, 32: 1 * KiB } },
      boot: { pattern: 2 },
      notes: [
        'AN2606 table 226 prints a RAM range but the text says RAM is not supported on STM32L031; a chip refused a write at 0x2000_1F00. Read and Go follow the table.',
        'A user of L041 got a NACK for mass erase (forum).',
      ],
    },
    {
      id: 'STM32L05_06',
      parts: ['STM32L051*', 'STM32L052*', 'STM32L053*', 'STM32L062*', 'STM32L063*', 'STM32L010?8*'],
      productId: 0x417,
      flashKiB: [32, 64],
      bootloaders: [
        {
          version: '12.0',
          id: 0xc0,
          startupMs: 0.22,
          notModelled: ['PA13 and PA14 are configured: pins have no modes in the model.'],
        },
      ],
      lacks: ['USART2:PA3/PA2', 'USB', 'I2C1', 'I2C2'],
      eeprom: { start: 0x0808_0000, length: { 32: 2 * KiB, 64: 2 * KiB } },
      boot: { pattern: 1 },
      optionalQuirks: ['short-system-reads-refused-at-address', '128-byte-writes-only'],
      notes: [
        'AN2606 says pattern 1 (a BOOT1 pin); CMSIS and RM0367 have the option bit nBOOT1, which is followed.',
        'Reads of 2 or 12 bytes of flash size and unique ID were refused on one part with bootloader 12.0, blocks of 128 or 256 bytes worked (stm32loader issue 61).',
      ],
    },
    {
      id: 'STM32L07_08_V4',
      parts: ['STM32L072*', 'STM32L073*', 'STM32L082*', 'STM32L083*'],
      productId: 0x447,
      flashKiB: [64, 128, 192],
      ram: [{ name: 'SRAM', start: 0x2000_0000, length: 20 * KiB }],
      systemMemory: [{ start: 0x1ff0_0000, end: 0x1ff0_2000 }],
      bootloaderIdAddress: 0x1ff0_1ffe,
      bootloader: { startupMs: 0.61 },
      bootloaders: [
        { version: '4.0', id: 0x40 },
        { version: '4.1', id: 0x41, quirks: ['dfu-fails-with-some-hosts'] },
      ],
      lacks: ['USART2:PA3/PA2', 'I2C1', 'I2C2', 'SPI1', 'SPI2'],
      options: { fields: { BFB2: { word: 'OPTR_HIGH', bit: 7, width: 1 } } },
      boot: { table: BOOT_BY_BFB2 },
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
      notes: [
        'stm32flash has the RAM from 0x2000_2000.',
        'The same silicon carries V4.x (USB) or V11.x (I2C, SPI) bootloaders.',
        MASS_ERASE,
        HALF_EEPROM,
        PAGES_OF_BANK_2,
      ],
      sources: { usbStrings: ['DFU-LOGS'] },
    },
    {
      id: 'STM32L07_08_V11',
      parts: ['STM32L071*', 'STM32L081*', 'STM32L010?B*'],
      productId: 0x447,
      like: 'STM32L07_08_V4',
      bootloader: { ramUsed: [{ start: 0x2000_0000, end: 0x2000_1400 }], startupMs: 0.71 },
      bootloaders: [
        { version: '11.1', id: 0xb1 },
        { version: '11.2', id: 0xb2 },
      ],
      lacks: ['USART2:PA3/PA2', 'USB'],
      i2cAddress: 0x42,
      connection: { usbMs: undefined, i2cStretchUs: 2, i2cTimeoutMs: 1000 },
      usbStrings: undefined,
      dfuGeneration: undefined,
      notes: [
        'stm32flash has the RAM from 0x2000_2000, stm32loader from 0x2000_1400 and 0x2000_1000.',
        'L010xB has 512 bytes of EEPROM only.',
        MASS_ERASE,
        HALF_EEPROM,
        PAGES_OF_BANK_2,
      ],
      sources: { usbStrings: undefined },
    },
  ],
} satisfies Series;
