import { oneBank } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';
import { BOOT_BY_nSWBOOT0 } from './boot-tables.ts';

export default {
  series: 'STM32WB',
  defaults: {
    flash: {
      unit: 'page',
      programUnit: 8,
      writeAlign: 8,
      eraseValue: 0xff,
      overwrite: 'all-zero-only',
      layouts: {
        256: oneBank('64*4K'),
        320: oneBank('160*2K'),
        512: oneBank('128*4K'),
        640: oneBank('160*4K'),
        1024: oneBank('256*4K'),
      },
    },
    systemMemory: [{ start: 0x1fff_0000, end: 0x1fff_7000 }],
    bootloaderIdAddress: 0x1fff_6ffe,
    bootloader: {
      protocols: { USART: '3.2', I2C: '1.2', SPI: '1.1' },
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
      startupMs: 0.39,
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'hardware' },
      I2C1: { protocol: 'I2C', scl: 'PB6', sda: 'PB7' },
      I2C3: { protocol: 'I2C', scl: 'PC0', sda: 'PC1' },
      SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      SPI2: { protocol: 'SPI', mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
    },
    i2cAddress: 0x4f,
    massErase: true,
    flashSizeRegister: { address: 0x1fff_75e0 },
    uid: [0x1fff_7590, 0x1fff_7594, 0x1fff_7598],
    otp: { start: 0x1fff_7000, length: 1 * KiB },
    options: {
      access: 'mirror',
      accessSource: 'OPENBL',
      areas: {
        bank1: {
          length: 128,
          complement: 'words',
          words: { OPTR: { offset: 0, width: 32, factory: 0x3dff_f1aa } },
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
        SRAM2PE: { word: 'OPTR', bit: 24, width: 1 },
        SRAM2RST: { word: 'OPTR', bit: 25, width: 1 },
        nSWBOOT0: { word: 'OPTR', bit: 26, width: 1 },
        nBOOT0: { word: 'OPTR', bit: 27, width: 1 },
        AGC_TRIM: { word: 'OPTR', bit: 29, width: 3 },
      },
      rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0xbb },
      writeProtection: undefined,
    },
    boot: { pins: ['BOOT0'], emptyCheck: { sampled: 'power-on' }, rdpLevel2: 'main-flash' },
    timing: {
      operations: {
        program: { bytes: 8, us: { typ: 81.7, max: 90.8 } },
        massErase: { any: { typ: 22.1, max: 25 } },
      },
      source: 'ST DS11929 Rev 16 (STM32WB55/35) table 65',
    },
    connection: { usartUs: 3, i2cStretchUs: 2, i2cTimeoutMs: 1000 },
    sources: { ...readForAll, timing: ['DS', 'AN2606'] },
  },
  lines: [
    {
      id: 'STM32WB1x',
      parts: ['STM32WB10*', 'STM32WB15*'],
      productId: 0x494,
      flashLetters: { C: 320 },
      flashKiB: [320],
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 12 * KiB },
        { name: 'SRAM2a', start: 0x2003_0000, length: 32 * KiB },
        { name: 'SRAM2b', start: 0x2003_8000, length: 4 * KiB },
      ],
      bootloaders: [
        {
          version: '11.1',
          id: 0xb1,
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_3000 }],
          quirks: ['i2c-0x73-readout-unprotects'],
        },
      ],
      lacks: ['I2C3', 'SPI2', 'USB'],
      options: {
        areas: { bank1: { start: 0x1fff_7800, words: { OPTR: { chosen: 'OPTR of STM32WB55' } } } },
        fields: {
          IRHEN: { word: 'OPTR', bit: 15, width: 1 },
          nRST_MODE_1: { word: 'OPTR', bit: 22, width: 1 },
          nRST_MODE_0: { word: 'OPTR', bit: 28, width: 1 },
        },
      },
      boot: {
        pattern: 6,
        table: [
          { when: { nSWBOOT0: 1, BOOT0: 0, FLASH_EMPTY: 1 }, boots: 'system-memory' },
          { when: { nSWBOOT0: 1, BOOT0: 0 }, boots: 'main-flash' },
          { when: { nSWBOOT0: 1, BOOT0: 1, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { nSWBOOT0: 1, BOOT0: 1, nBOOT1: 0 }, boots: 'sram' },
          { when: { nSWBOOT0: 0, nBOOT0: 1, FLASH_EMPTY: 1 }, boots: 'system-memory' },
          { when: { nSWBOOT0: 0, nBOOT0: 1 }, boots: 'main-flash' },
          { when: { nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 1 }, boots: 'system-memory' },
          { when: { nSWBOOT0: 0, nBOOT0: 0, nBOOT1: 0 }, boots: 'sram' },
        ],
      },
      timing: {
        operations: { erase: [{ KiB: 2, ms: { typ: 22, max: 24.5 } }] },
        confidence: 'medium',
        note: 'Sister line.',
      },
      notes: [
        'AN2606 gives 16 KiB of RAM to the bootloader, 4 more than SRAM1 has, and lets hosts in from 0x2000_5000 to 0x2004_0000, more than the part has: what is left is SRAM2.',
        'stm32-data alone says the cells erase to 0x00; 0xFF kept.',
        'The option bytes lie at 0x1FFF_7800, not at 0x1FFF_8000 as on WB55 (CMSIS, CUBE-DB). Factory option values not found; of the words only OPTR is modelled, the others read as erased.',
        'I2C protocol version not found: that 0x74 is to be used for 0x73 means 1.1 at least; 1.2 as on WB55.',
      ],
      sources: { options: ['CMSIS', 'STLINK', 'HAL', 'CUBE-DB'] },
    },
    {
      id: 'STM32WB3_5',
      parts: ['STM32WB30*', 'STM32WB35*', 'STM32WB50*', 'STM32WB55*'],
      productId: 0x495,
      flashKiB: [256, 512, 640, 1024],
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 192 * KiB },
        { name: 'SRAM2a', start: 0x2003_0000, length: 32 * KiB },
        { name: 'SRAM2b', start: 0x2003_8000, length: 32 * KiB },
      ],
      ramOfParts: [
        {
          parts: ['STM32WB30*', 'STM32WB35*'],
          ram: [
            { name: 'SRAM1', start: 0x2000_0000, length: 32 * KiB },
            { name: 'SRAM2a', start: 0x2003_0000, length: 32 * KiB },
            { name: 'SRAM2b', start: 0x2003_8000, length: 32 * KiB },
          ],
        },
        {
          parts: ['STM32WB50*', 'STM32WB55?C*'],
          ram: [
            { name: 'SRAM1', start: 0x2000_0000, length: 64 * KiB },
            { name: 'SRAM2a', start: 0x2003_0000, length: 32 * KiB },
            { name: 'SRAM2b', start: 0x2003_8000, length: 32 * KiB },
          ],
        },
      ],
      bootloaders: [
        {
          version: '13.5',
          id: 0xd5,
          ramUsed: [{ start: 0x2000_0000, end: 0x2000_5000 }],
          ramAccessible: [{ start: 0x2000_5000, end: 0x2000_c000 }],
          quirks: [
            'i2c-0x73-readout-unprotects',
            'readout-unprotect-without-option-load',
            'overrun-after-resets',
          ],
        },
      ],
      options: { areas: { bank1: { start: 0x1fff_8000 } } },
      boot: { pattern: 16, table: BOOT_BY_nSWBOOT0 },
      timing: {
        operations: { erase: [{ KiB: 4, ms: { typ: 22, max: 24.5 } }] },
        confidence: 'high',
      },
      connection: { usbMs: 300 },
      usbStrings: {
        strings: ['@Internal Flash   /0x08000000/256*04Kg'],
        bcdDevice: 0x0200,
        capturedOn: '1 MiB; alternate 0 only',
      },
      dfuGeneration: 'B',
      notes: [
        'OPTR from the factory: 0x3DFF_F1AA in the Keil algorithm, 0x2D8F_71AA in Black Magic.',
        'AN2606 gives 20 KiB of RAM to the bootloader but lets hosts in from 0x2000_4000 on; 20 KiB are refused here.',
        'STM32WB30/35 have 32 KiB of SRAM1, WB50 and WB55xC 64 KiB.',
        'Of the option words only OPTR is modelled; the others, write protection among them, read as erased.',
        'Pattern 16 lists the empty check only for nSWBOOT0 = 1 and BOOT0 = 0.',
        'USB protocol version not found.',
      ],
      sources: { options: ['WB-IMAGE', 'STLINK', 'CMSIS', 'HAL'], usbStrings: ['DFU-LOGS'] },
    },
  ],
} satisfies Series;
