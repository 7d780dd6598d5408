import { oneBank, twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';

const SECOND_VECTOR_TABLE =
  'Firmwares jump to the vector table at 0x1FF0_9800 (community.st.com ta-p/49510; Betaflight); AN2606 names the base of system memory alone.';

const X8_ASSUMED = 'Which parallelism the bootloader sets is not known; x8 assumed.';

const AS_H72X = 'Further limitations "as H72x" are printed without saying which.';

const AS_H5 = 'the figure of sister technology H5 (8 KiB sectors, 128-bit word)';

export default {
  series: 'STM32H7',
  defaults: {
    flash: {
      unit: 'sector',
      programUnit: 32,
      writeAlign: 8,
      eraseValue: 0xff,
      overwrite: 'ecc',
      layouts: {
        64: oneBank('8*8K'),
        128: oneBank('1*128K'),
        512: oneBank('4*128K'),
        1024: oneBank('8*128K'),
        2048: twoBanks('8*128K'),
      },
    },
    systemMemory: [{ start: 0x1ff0_0000, end: 0x1ff1_e800 }],
    bootloaderIdAddress: 0x1ff1_e7fe,
    bootloader: {
      protocols: { USART: '3.1', I2C: '1.2', SPI: '1.1', FDCAN: '1.1', USB: '2.2', I3C: '1.0' },
      ramUsed: [{ start: 0x2400_0000, end: 0x2400_4000 }],
      ramAccessible: [
        { start: 0x2000_4100, end: 0x2002_0000 },
        { start: 0x2403_4000, end: 0x2408_0000 },
      ],
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
      startupMs: 53.975,
      quirks: [],
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'hardware' },
      'USART1:PB15/PB14': { protocol: 'USART', rx: 'PB15', tx: 'PB14', autobaud: 'hardware' },
      USART2: { protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'hardware' },
      USART3: { protocol: 'USART', rx: 'PB11', tx: 'PB10', autobaud: 'hardware' },
      'USART3:PD9/PD8': { protocol: 'USART', rx: 'PD9', tx: 'PD8', autobaud: 'hardware' },
      UART4: { protocol: 'USART', rx: 'PD0', tx: 'PD1', autobaud: undefined },
      I2C1: { protocol: 'I2C', scl: 'PB6', sda: 'PB9' },
      I2C2: { protocol: 'I2C', scl: 'PF1', sda: 'PF0' },
      I2C3: { protocol: 'I2C', scl: 'PA8', sda: 'PC9' },
      SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      SPI2: { protocol: 'SPI', mosi: 'PI3', miso: 'PI2', sck: 'PI1', nss: 'PI0' },
      SPI3: { protocol: 'SPI', mosi: 'PC12', miso: 'PC11', sck: 'PC10', nss: 'PA15' },
      SPI4: { protocol: 'SPI', mosi: 'PE14', miso: 'PE13', sck: 'PE12', nss: 'PE11' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      FDCAN1: { protocol: 'FDCAN', rx: 'PH14', tx: 'PH13' },
      'FDCAN1:PD0/PD1': { protocol: 'FDCAN', rx: 'PD0', tx: 'PD1' },
      FDCAN2: { protocol: 'FDCAN', rx: 'PB5', tx: 'PB1' },
      I3C1: { protocol: 'I3C', scl: 'PB8', sda: 'PB7', identity: undefined },
    },
    massErase: true,
    flashSizeRegister: { address: 0x1ff1_e880 },
    uid: [0x1ff1_e800, 0x1ff1_e804, 0x1ff1_e808],
    options: {
      access: 'registers',
      accessSource: 'STLINK',
      areas: {
        bank1: {
          start: 0x5200_201c,
          length: 308,
          complement: 'none',
          writtenAt: 4,
          words: {
            OPTSR: { offset: 0, width: 32, factory: 0x1bc6_aaf0 },
            PRAR1: { offset: 0x0c, width: 32, factory: 0xff },
            SCAR1: { offset: 0x14, width: 32, factory: 0x8000_00ff },
            BOOT: { offset: 0x24, width: 32, factory: 0x1ff0_0800 },
          },
        },
      },
      fields: {
        BOR_LEV: { word: 'OPTSR', bit: 2, width: 2 },
        IWDG1_SW: { word: 'OPTSR', bit: 4, width: 1 },
        NRST_STOP_D1: { word: 'OPTSR', bit: 6, width: 1 },
        NRST_STBY_D1: { word: 'OPTSR', bit: 7, width: 1 },
        RDP: { word: 'OPTSR', bit: 8, width: 8 },
        FZ_IWDG_STOP: { word: 'OPTSR', bit: 17, width: 1 },
        FZ_IWDG_SDBY: { word: 'OPTSR', bit: 18, width: 1 },
        ST_RAM_SIZE: { word: 'OPTSR', bit: 19, width: 2 },
        SECURITY: { word: 'OPTSR', bit: 21, width: 1 },
        IO_HSLV: { word: 'OPTSR', bit: 29, width: 1 },
        WPSN1: { word: 'WPSN1', bit: 0, width: 8 },
        BOOT_CM7_ADD0: { word: 'BOOT', bit: 0, width: 16 },
        BOOT_CM7_ADD1: { word: 'BOOT', bit: 16, width: 16 },
      },
      rdp: { field: 'RDP', level0: 0xaa, level2: 0xcc, written: 0x55 },
      writeProtection: { kind: 'bits', protects: 0, pagesPerBit: 1 },
    },
    boot: {
      pattern: 10,
      pins: ['BOOT0'],
      table: [
        { when: { BOOT0: 0 }, boots: { address: 'BOOT_CM7_ADD0', unit: 0x10000 } },
        { when: { BOOT0: 1 }, boots: { address: 'BOOT_CM7_ADD1', unit: 0x10000 } },
      ],
      rdpLevel2: 'main-flash',
    },
    timing: {
      byParallelism: {
        8: {
          program: { bytes: 32, us: { typ: 290, max: 580 } },
          erase: [{ KiB: 128, ms: { typ: 2000, max: 4000 } }],
        },
        16: {
          program: { bytes: 32, us: { typ: 180, max: 360 } },
          erase: [{ KiB: 128, ms: { typ: 1800, max: 3600 } }],
        },
        32: {
          program: { bytes: 32, us: { typ: 130, max: 260 } },
          erase: [{ KiB: 128, ms: { typ: 1100, max: 2200 } }],
        },
        64: {
          program: { bytes: 32, us: { typ: 100, max: 200 } },
          erase: [{ KiB: 128, ms: { typ: 1000, max: 2000 } }],
        },
      },
      confidence: 'high',
    },
    connection: { usartUs: 72, usbMs: 53.9764, i2cStretchUs: 50, i2cTimeoutMs: 1000 },
    dfuGeneration: 'B',
    dfu: {
      ram: [{ start: 0x0000_0000, end: 0x0001_0000 }],
      source: 'FORUM, a host program that writes to ITCM at 0x1000; no log of a part',
    },
    sources: { ...readForAll, usbStrings: ['DFU-LOGS'] },
  },
  lines: [
    {
      id: 'STM32H72_73',
      parts: ['STM32H723*', 'STM32H725*', 'STM32H730*', 'STM32H733*', 'STM32H735*'],
      productId: 0x483,
      flashKiB: [128, 512, 1024],
      flash: { writeAlign: 32 },
      ram: [
        { name: 'DTCM', start: 0x2000_0000, length: 128 * KiB },
        { name: 'AXI', start: 0x2400_0000, length: 320 * KiB },
        { name: 'SRAM1', start: 0x3000_0000, length: 16 * KiB },
        { name: 'SRAM2', start: 0x3000_4000, length: 16 * KiB },
        { name: 'SRAM4', start: 0x3800_0000, length: 16 * KiB },
        { name: 'ITCM', start: 0x0000_0000, length: 64 * KiB },
      ],
      secondVectorTable: 0x1ff0_9800,
      bootloader: {
        ramAccessible: [
          { start: 0x2000_4100, end: 0x2002_0000 },
          { start: 0x2400_4000, end: 0x2405_0000 },
        ],
      },
      bootloaders: [
        {
          version: '9.1',
          id: 0x91,
          quirks: [
            'tcm-axi-option-not-handled',
            'dfu-flash-string-wrong',
            'fdcan-answers-on-opcode',
          ],
        },
        {
          version: '9.2',
          id: 0x92,
          quirks: ['crash-loop-under-rdp-1', 'fdcan-answers-on-opcode'],
          notModelled: ['PWR_CR3 is left changed: the model has no power registers.'],
        },
        { version: '9.3', id: 0x93, quirks: ['fdcan-answers-on-opcode'] },
      ],
      lacks: ['USART1:PB15/PB14', 'UART4', 'SPI2', 'FDCAN2', 'I3C1'],
      i2cAddress: 0x5c,
      options: {
        areas: {
          bank1: {
            length: 92,
            words: {
              OPTSR: { factory: 0x179e_aaf0 },
              WPSN1: { offset: 0x1c, width: 32, factory: 0xff },
            },
          },
        },
        fields: {
          NRST_STOP_D2: { word: 'OPTSR', bit: 24, width: 1 },
          NRST_STBY_D2: { word: 'OPTSR', bit: 25, width: 1 },
        },
        writeProtection: { fields: ['WPSN1'] },
      },
      timing: {
        byParallelism: {
          8: { massErase: { 1024: { typ: 13000, max: 26000 } } },
          16: { massErase: { 1024: { typ: 8000, max: 16000 } } },
          32: { massErase: { 1024: { typ: 6000, max: 12000 } } },
          64: { massErase: { 1024: { typ: 5000, max: 10000 } } },
        },
        source:
          'ST DS13313 Rev 3 (STM32H723) table 44; ST DS12110 Rev 10 (STM32H742/743) table 53 (rev Y; rev V table quoted identical in Rev 11)',
        note: 'In DS13313 Rev 3 the x32/x64 sector-erase cells are blank and x8 mass erase typ is printed "3"; the H743 table (2200/2000 ms, 13 s) is used for them.',
      },
      usbStrings: {
        strings: ['@Internal Flash   /0x08000000/8*128Kg', '@Option Bytes   /0x5200201C/01*88 e'],
        bcdDevice: 0x0200,
        capturedOn: '1 MiB',
      },
      optionalQuirks: [
        'read-between-writes-spoils',
        'fdcan-protected-read-silent',
        'spi-deaf-after-bad-sync',
      ],
      notes: [
        SECOND_VECTOR_TABLE,
        'A host program for FDCAN (MIOS) allows for replies under an unexpected identifier; no version is named.',
        'AN2606 lists SPI2 in one table and not in the other.',
        'AN2606 prints 8 as the write alignment; writes at 0x0800_0008 were acknowledged and not stored on STM32H723 (forum), so 32.',
        '512 KiB of AXI and ITCM are shared (TCM_AXI_SHARED); sizes here are the factory split.',
        'The datasheet leaves the x32 and x64 sector times blank and prints 3 s for x8 mass erase: the STM32H743 figures stand in.',
        X8_ASSUMED,
        'The DFU string shows 88 bytes of option registers, CUBE-DB reads 92. Each register is shown by the first word of a pair (OPTSR_CUR) and written by the second (OPTSR_PRG).',
      ],
      sources: {
        options: ['RM0468', 'DFU-LOGS', 'CMSIS', 'OPENOCD', 'HAL', 'CUBE-DB'],
        boot: ['AN2606', 'RM0468'],
        timing: ['DS', 'AN2606'],
      },
    },
    {
      id: 'STM32H74_75',
      parts: [
        'STM32H742*',
        'STM32H743*',
        'STM32H745*',
        'STM32H747*',
        'STM32H750*',
        'STM32H753*',
        'STM32H755*',
        'STM32H757*',
      ],
      productId: 0x450,
      flashKiB: [128, 1024, 2048],
      flash: {
        layouts: {
          1024: [
            { start: 0x0800_0000, first: 0, pages: ['4*128K'] },
            { start: 0x0810_0000, first: 4, pages: ['4*128K'] },
          ],
        },
      },
      ram: [
        { name: 'DTCM', start: 0x2000_0000, length: 128 * KiB },
        { name: 'AXI', start: 0x2400_0000, length: 512 * KiB },
        { name: 'SRAM1', start: 0x3000_0000, length: 128 * KiB },
        { name: 'SRAM2', start: 0x3002_0000, length: 128 * KiB },
        { name: 'SRAM3', start: 0x3004_0000, length: 32 * KiB },
        { name: 'SRAM4', start: 0x3800_0000, length: 64 * KiB },
        { name: 'ITCM', start: 0x0000_0000, length: 64 * KiB },
      ],
      ramOfParts: [
        {
          parts: ['STM32H742*'],
          ram: [
            { name: 'DTCM', start: 0x2000_0000, length: 128 * KiB },
            { name: 'AXI', start: 0x2400_0000, length: 384 * KiB },
            { name: 'SRAM1', start: 0x3000_0000, length: 32 * KiB },
            { name: 'SRAM2', start: 0x3002_0000, length: 16 * KiB },
            { name: 'SRAM4', start: 0x3800_0000, length: 64 * KiB },
            { name: 'ITCM', start: 0x0000_0000, length: 64 * KiB },
          ],
        },
      ],
      secondVectorTable: 0x1ff0_9800,
      bootloader: {
        protocols: { I2C: '1.1', FDCAN: '1.0' },
        ramUsed: [
          { start: 0x2000_0000, end: 0x2000_4100 },
          { start: 0x2400_0000, end: 0x2403_4000 },
        ],
      },
      bootloaders: [
        {
          version: '13.2',
          id: 0xd2,
          quirks: [
            'i2c-probe-locks',
            'second-usart1-needs-two-syncs',
            'go-broken',
            'usart2-broken',
            'spi1-broken',
            'i2c-mass-erase-bank-2-only',
          ],
        },
        {
          version: '13.3',
          id: 0xd3,
          quirks: [
            'i2c-probe-locks',
            'second-usart1-needs-two-syncs',
            'bank-erase-broken',
            'dfu-mass-erase-broken',
          ],
        },
        {
          version: '9.0',
          id: 0x90,
          quirks: [
            'i2c-probe-locks',
            'second-usart1-needs-two-syncs',
            'go-first-ack-missing',
            'fdcan-long-write-fails',
            'fdcan-version-1.1',
            'fdcan-get-counts-13',
            'extra-reset-needed',
            'go-needs-stack-below-end',
            'second-rx-low-blocks-detection',
          ],
          notModelled: ['CM4_BOOT_ADD cannot be programmed: the field is not in the data.'],
        },
        {
          version: '9.1',
          id: 0x91,
          ramUsed: [
            { start: 0x2000_0000, end: 0x2000_4100 },
            { start: 0x2400_0000, end: 0x2400_5000 },
          ],
          ramAccessible: [
            { start: 0x2000_4100, end: 0x2002_0000 },
            { start: 0x2400_5000, end: 0x2408_0000 },
          ],
          quirks: [
            'i2c-probe-locks',
            'second-usart1-needs-two-syncs',
            'bank-2-erase-returns-early',
            'usart1-mirrored',
          ],
        },
        {
          version: '9.2',
          id: 0x92,
          ramUsed: [
            { start: 0x2000_0000, end: 0x2000_4100 },
            { start: 0x2400_0000, end: 0x2400_5000 },
          ],
          ramAccessible: [
            { start: 0x2000_4100, end: 0x2002_0000 },
            { start: 0x2400_5000, end: 0x2408_0000 },
          ],
          quirks: [
            'i2c-probe-locks',
            'second-usart1-needs-two-syncs',
            'second-rx-low-blocks-detection',
          ],
        },
      ],
      lacks: ['USART3:PD9/PD8', 'UART4', 'FDCAN1:PD0/PD1', 'FDCAN2', 'I3C1'],
      i2cAddress: 0x4e,
      options: {
        areas: {
          bank1: {
            words: {
              WPSN1: { offset: 0x1c, width: 32, factory: 0xff },
              PRAR2: { offset: 0x10c, width: 32, factory: 0xff },
              SCAR2: { offset: 0x114, width: 32, factory: 0x8000_00ff },
              WPSN2: { offset: 0x11c, width: 32, factory: 0xff },
            },
          },
        },
        fields: {
          SWAP_BANK_OPT: { word: 'OPTSR', bit: 31, width: 1 },
          WPSN2: { word: 'WPSN2', bit: 0, width: 8 },
        },
        writeProtection: { fields: ['WPSN1', 'WPSN2'], perBank: true },
      },
      timing: {
        byParallelism: {
          8: { massErase: { 1024: { typ: 13000, max: 26000 }, 2048: { typ: 13000, max: 26000 } } },
          16: { massErase: { 1024: { typ: 8000, max: 16000 }, 2048: { typ: 8000, max: 16000 } } },
          32: { massErase: { 1024: { typ: 6000, max: 12000 }, 2048: { typ: 6000, max: 12000 } } },
          64: { massErase: { 1024: { typ: 5000, max: 10000 }, 2048: { typ: 5000, max: 10000 } } },
        },
        source:
          'ST DS12110 Rev 10 (STM32H742/743) table 53 (rev Y; rev V table quoted identical in Rev 11); ChromiumOS EC chip/stm32/flash-stm32h7.c comment',
        note: 'ChromiumOS EC: real 128 KiB erase below 1 s at x64, below 2 s at x8.',
      },
      connection: { hseTimeoutMs: 2 },
      usbStrings: {
        strings: ['@Internal Flash   /0x08000000/16*128Kg', '@Option Bytes   /0x5200201C/01*128 e'],
        bcdDevice: 0x0200,
        capturedOn: '2 MiB',
      },
      dfu: {
        source:
          'FORUM, a host program that writes to ITCM at 0x1000; no log of a part; GETSTATUS lasts 0.9 s while it erases',
      },
      usbSerial: { fixed: '200364500000' },
      optionalQuirks: ['dfu-stuck-busy-after-bank-2-erase', 'sram1-to-3-inaccessible'],
      notes: [
        SECOND_VECTOR_TABLE,
        'AN2606 lists it as a limitation of V9.2 that SRAM1 to SRAM3 and ITCM are refused, which its table 226 opens in no version; a host program in the field writes to ITCM over DFU. The model takes ITCM over DFU in every version; `sram1-to-3-inaccessible` is the other reading.',
        'USB serial number: 200364500000 in logs of more than twenty boards, 200000500000 in others; newer revisions may follow the rule of H7.',
        'The datasheet does not say whether its mass erase is of one bank or both.',
        'FDCAN of V9.0 reports version 1.1; AN2606 says it should be 1.0.',
        'STM32H742 has 384 KiB of AXI SRAM, 32 KiB SRAM1, 16 KiB SRAM2 and no SRAM3.',
        'Bank 2 always starts at 0x0810_0000; on 1 MiB parts there is a gap. Page numbers are taken to go on after bank 1.',
        'Before V9.1 the bootloader used 208 KiB of AXI SRAM.',
        'The DFU string shows 128 bytes of option registers, which does not reach those of bank 2; CUBE-DB reads 308; register offsets are those of CMSIS, bank 2 values taken equal to bank 1.',
        'Write alignment is printed as 8; the flash word is 32 bytes and STM32H723 needed all of it.',
        'An STM32H742 written in blocks of 16 bytes acknowledged all, kept every second half blank and went on (community.st.com, trouble-with-stm32h7-bootloader-33618); of a block over bytes that are not blank there is no log, and the model damages the ECC.',
        X8_ASSUMED,
        'The USART1 pair PB15/PB14 needs two sync bytes (AN2606).',
      ],
      sources: {
        options: ['H743-CAPTURE', 'DFU-LOGS', 'CMSIS', 'OPENOCD', 'HAL', 'CUBE-DB'],
        timing: ['DS', 'CHROMEEC', 'AN2606'],
      },
    },
    {
      id: 'STM32H7A3_7B3_7B0',
      parts: ['STM32H7A3*', 'STM32H7B3*', 'STM32H7B0*'],
      productId: 0x480,
      flashKiB: [128, 1024, 2048],
      flash: {
        programUnit: 16,
        layouts: {
          128: oneBank('16*8K'),
          1024: [
            { start: 0x0800_0000, first: 0, pages: ['64*8K'] },
            { start: 0x0810_0000, first: 64, pages: ['64*8K'] },
          ],
          2048: twoBanks('128*8K'),
        },
      },
      ram: [
        { name: 'DTCM', start: 0x2000_0000, length: 128 * KiB },
        { name: 'AXI', start: 0x2400_0000, length: 1024 * KiB },
        { name: 'AHB', start: 0x3000_0000, length: 128 * KiB },
        { name: 'SRD', start: 0x3800_0000, length: 32 * KiB },
        { name: 'ITCM', start: 0x0000_0000, length: 64 * KiB },
      ],
      systemMemory: [{ start: 0x1ff0_0000, end: 0x1ff1_4000 }],
      secondVectorTable: 0x1ff0_a000,
      bootloaderIdAddress: 0x1ff1_3ffe,
      bootloader: { protocols: { SPI: '1.2' }, startupMs: 545 },
      bootloaders: [
        {
          version: '9.0',
          id: 0x90,
          wrongUsbStrings: {
            strings: [
              '@Internal Flash   /0x08000000/256*02Kg',
              '@Option Bytes   /0x1FF8000/01*128 e',
              '@OTP Memory   /0x1FF7000/01*1024 e',
            ],
            serial: 'FFFFFFFEFFFF',
            source: 'FORUM, STM32H7B3I-EVAL, community.st.com 9234',
          },
          quirks: ['dfu-flash-string-wrong', 'otp-unsupported'],
          notModelled: [AS_H72X],
        },
        { version: '9.1', id: 0x91, notModelled: [AS_H72X] },
        { version: '9.2', id: 0x92 },
      ],
      lacks: ['USART1:PB15/PB14', 'UART4', 'FDCAN2', 'I3C1'],
      i2cAddress: undefined,
      flashSizeRegister: { address: 0x08ff_f80c },
      uid: [0x08ff_f800, 0x08ff_f804, 0x08ff_f808],
      otp: { start: 0x08ff_f000, length: 1 * KiB },
      options: {
        areas: {
          bank1: {
            words: {
              OPTSR: { chosen: 'OPTSR of STM32H743' },
              PRAR1: { factory: undefined },
              SCAR1: { factory: undefined },
              WPSGN1: {
                offset: 0x1c,
                width: 32,
                factory: 0xffff_ffff,
                chosen: 'nothing protected',
              },
              BOOT: { chosen: 'BOOT of STM32H743' },
              PRAR2: { offset: 0x10c, width: 32, factory: undefined },
              SCAR2: { offset: 0x114, width: 32, factory: undefined },
              WPSGN2: {
                offset: 0x11c,
                width: 32,
                factory: 0xffff_ffff,
                chosen: 'nothing protected',
              },
            },
          },
        },
        fields: {
          VDDMMC_HSLV: { word: 'OPTSR', bit: 16, width: 1 },
          SWAP_BANK_OPT: { word: 'OPTSR', bit: 31, width: 1 },
          WPSGN1: { word: 'WPSGN1', bit: 0, width: 32 },
          WPSGN2: { word: 'WPSGN2', bit: 0, width: 32 },
        },
        writeProtection: { fields: ['WPSGN1', 'WPSGN2'], pagesPerBit: 4, perBank: true },
      },
      timing: {
        byParallelism: undefined,
        operations: {
          program: { bytes: 16, us: { typ: 31, chosen: AS_H5 } },
          erase: [{ KiB: 8, ms: { typ: 2, max: 3, chosen: AS_H5 } }],
          massErase: 'sum',
        },
        source: 'Zephyr dts/arm/st/h7/stm32h7a3.dtsi (max-erase-time) = 3 for an 8K sector',
        confidence: 'low',
        note: 'Datasheet table not found.',
      },
      usbStrings: {
        strings: [
          '@Internal Flash   /0x08000000/256*08Kg',
          '@Option Bytes   /0x5200201C/01*297 e',
          '@OTP Memory   /0x08FFF000/01*1024 e',
        ],
        bcdDevice: 0x0200,
        capturedOn: '2 MiB',
      },
      notes: [
        'Firmwares jump to the vector table at 0x1FF0_A000 (community.st.com ta-p/49510; Betaflight); AN2606 names the base of system memory alone. Others, which name 0x1FF0_A800 for H7A3, have no log of a chip.',
        'A log of an H7B3I-EVAL shows strings of another line and the serial number FFFFFFFEFFFF. It names no version; AN2606 says of V9.0 alone that its flash string is wrong, so they are taken to be those of V9.0. Its page has lost blanks: three are taken, as in the other logs.',
        'AN2606 prints the I2C address with nine bits: left unknown.',
        'AN2606 lists SPI1 to SPI3 only in one table.',
        'stm32-data says 32 bytes for one program operation, CMSIS and OpenOCD 16.',
        'AN2606 lets hosts into AXI RAM from 0x2403_4000 although 16 KiB are said to be used.',
        'Factory option values not found.',
        'The DFU string shows 297 bytes of option registers, CUBE-DB reads 308.',
        'Start-up is printed as 545 ms.',
        'Write alignment is printed as 8; the flash word is 16 bytes: half a word over a used one is taken to be lost as on STM32H742.',
      ],
      sources: {
        options: ['DFU-LOGS', 'CMSIS', 'OPENOCD', 'HAL', 'CUBE-DB'],
        timing: ['ZEPHYR', 'AN2606'],
      },
    },
    {
      id: 'STM32H7R_7S',
      parts: ['STM32H7R*', 'STM32H7S*'],
      productId: 0x485,
      incomplete: 'option bytes, auto-baud and overwrite rule not collected',
      flashKiB: [64],
      flash: { programUnit: 16, writeAlign: 16, overwrite: undefined },
      ram: [
        { name: 'ITCM', start: 0x0000_0000, length: 64 * KiB },
        { name: 'DTCM', start: 0x2000_0000, length: 64 * KiB },
        { name: 'SRAM1', start: 0x2400_0000, length: 128 * KiB },
        { name: 'SRAM2', start: 0x2402_0000, length: 128 * KiB },
        { name: 'SRAM3', start: 0x2404_0000, length: 128 * KiB },
        { name: 'SRAM4', start: 0x2406_0000, length: 72 * KiB },
        { name: 'AHB_SRAM1', start: 0x3000_0000, length: 16 * KiB },
        { name: 'AHB_SRAM2', start: 0x3000_4000, length: 16 * KiB },
      ],
      systemMemory: [{ start: 0x1ff1_8000, end: 0x1ff2_0000 }],
      bootloaderIdAddress: 0x1ff1_fcfe,
      bootloader: {
        ramAccessible: undefined,
        protocols: { USART: '4.0', I2C: '2.0', SPI: '2.0', FDCAN: '2.1', USB: undefined },
        ramUsed: [{ start: 0x2402_0000, end: 0x2402_4000 }],
        startupMs: undefined,
        notModelled: ['Clock protection bits stay set at the jump: the model has no clock tree.'],
      },
      bootloaders: [
        { version: '14.3', id: 0xe3 },
        { version: '14.4', id: 0xe4 },
        { version: '14.5', id: 0xe5 },
      ],
      lacks: ['USART1:PB15/PB14', 'USART3:PD9/PD8', 'SPI4', 'FDCAN1', 'FDCAN1:PD0/PD1'],
      interfaces: {
        USART1: { autobaud: undefined },
        USART2: { autobaud: undefined },
        USART3: { rx: 'PD9', tx: 'PD8', autobaud: undefined },
        I2C1: { scl: 'PB8', sda: 'PB7' },
        I2C2: { scl: 'PB10', sda: 'PB11' },
        SPI2: { mosi: 'PB15', miso: 'PB14', sck: 'PB13', nss: 'PB12' },
        SPI3: { miso: 'PB4', sck: 'PB3' },
        USB: { dp: 'PM11', dm: 'PM12' },
      },
      i2cAddress: 0x61,
      flashSizeRegister: { address: 0x08ff_f80c },
      uid: [0x08ff_f800, 0x08ff_f804, 0x08ff_f808],
      otp: { start: 0x08ff_f000, length: 1 * KiB },
      options: undefined,
      boot: { rdpLevel2: undefined, pattern: 17, table: [{ when: {}, boots: 'main-flash' }] },
      timing: {
        byParallelism: undefined,
        operations: {
          program: { bytes: 16, us: { typ: 31, chosen: 'the figure of sister technology H5' } },
          erase: [{ KiB: 8, ms: { typ: 2, chosen: 'the figure of sister technology H5' } }],
          massErase: 'sum',
        },
        source: 'none',
        confidence: 'none',
      },
      connection: undefined,
      dfu: undefined,
      notes: [
        'Flash size register from OpenOCD; RAM, unique ID and OTP from CMSIS. ITCM and DTCM are 64 KiB each by default, up to 192 KiB.',
        'The printed RAM ranges cover the largest TCM split.',
        'No RDP: the product state decides.',
        'I2C1 and I3C1 share PB8 and PB7 and exclude each other: the option bit I2C_NI3C selects (CUBE-DB).',
      ],
      sources: { usbStrings: undefined, timing: ['DERIVED', 'AN2606'] },
    },
  ],
} satisfies Series;
