import { twoBanks } from '../layouts.ts';
import type { Series } from '../series.ts';
import { KiB } from '../sizes.ts';
import { readForAll } from '../sources.ts';

const OPTSR_ONLY =
  'Of the option registers only OPTSR is modelled (shown by OPTSR_CUR, written by OPTSR_PRG behind it); the others read as ones.';

const I3C_AS_H503 =
  'Provisioned ID and BCR on I3C are those measured on STM32H503, for no source has them; the DCR is that of AN5927.';

export default {
  series: 'STM32H5',
  defaults: {
    flash: {
      unit: 'sector',
      programUnit: 16,
      writeAlign: 16,
      eraseValue: 0xff,
      overwrite: 'all-zero-only',
      layouts: {
        128: twoBanks('8*8K'),
        256: twoBanks('16*8K'),
        512: twoBanks('32*8K'),
        1024: twoBanks('64*8K'),
        2048: twoBanks('128*8K'),
      },
    },
    systemMemory: [{ start: 0x0bf9_7000, end: 0x0bfa_0000 }],
    bootloaderIdAddress: 0x0bf9_fafe,
    bootloader: {
      protocols: { USART: '4.0', I2C: '2.0', SPI: '2.0', FDCAN: '2.0', USB: '3.0', I3C: '1.0' },
      // Get's list on H5 (AN3155 §3.1).
      commands: [
        'get',
        'get-version',
        'get-id',
        'read-memory',
        'go',
        'write-memory',
        'extended-erase',
        'special',
        'write-protect',
        'write-unprotect',
      ],
      specials: [0x0001, 0x0002, 0x0083],
      ramUsed: [{ start: 0x2000_0000, end: 0x2000_4000 }],
      readRefusedAt: 'address',
      writeRefusedAt: 'address',
      startupMs: 1.8,
      quirks: ['fdcan-special-answers-on-0x111'],
    },
    interfaces: {
      USART1: { protocol: 'USART', rx: 'PA10', tx: 'PA9', autobaud: 'hardware' },
      USART2: { protocol: 'USART', rx: 'PA3', tx: 'PA2', autobaud: 'hardware' },
      USART3: { protocol: 'USART', rx: 'PD9', tx: 'PD8', autobaud: 'hardware' },
      I2C2: { protocol: 'I2C', scl: 'PB3', sda: 'PB4' },
      I2C1: { protocol: 'I2C', scl: 'PB8', sda: 'PB9' },
      I2C3: { protocol: 'I2C', scl: 'PA8', sda: 'PC9' },
      I2C4: { protocol: 'I2C', scl: 'PD12', sda: 'PD13' },
      SPI1: { protocol: 'SPI', mosi: 'PA7', miso: 'PA6', sck: 'PA5', nss: 'PA4' },
      SPI2: { protocol: 'SPI', mosi: 'PC1', miso: 'PB14', sck: 'PB10', nss: 'PB12' },
      SPI3: { protocol: 'SPI', mosi: 'PC12', miso: 'PC11', sck: 'PC10', nss: 'PA15' },
      USB: { protocol: 'USB', dp: 'PA12', dm: 'PA11' },
      FDCAN1: { protocol: 'FDCAN', rx: 'PB5', tx: 'PB15' },
      FDCAN2: { protocol: 'FDCAN', rx: 'PB5', tx: 'PB13' },
      I3C1: {
        protocol: 'I3C',
        scl: 'PB6',
        sda: 'PB7',
        // The DCR as AN5927 §2.1 prints it; the rest as H503 says it.
        identity: { provisionedId: 0x0208_1381_b000, bcr: 0x2e, dcr: 0x02 },
      },
    },
    massErase: true,
    flashSizeRegister: { address: 0x08ff_f80c },
    uid: [0x08ff_f800, 0x08ff_f804, 0x08ff_f808],
    otp: { start: 0x08ff_f000, length: 2 * KiB },
    options: {
      access: 'registers',
      accessSource: 'OPENBL',
      areas: {
        bank1: {
          start: 0x4002_2050,
          length: 176,
          complement: 'none',
          writtenAt: 4,
          words: { OPTSR: { offset: 0, width: 32, factory: 0x2d30_edf8 } },
        },
        bank2: { start: 0x4002_21e0, length: 32, complement: 'none', writtenAt: 4 },
      },
      fields: {
        BOR_LEV: { word: 'OPTSR', bit: 0, width: 2 },
        BORH_EN: { word: 'OPTSR', bit: 2, width: 1 },
        IWDG_SW: { word: 'OPTSR', bit: 3, width: 1 },
        WWDG_SW: { word: 'OPTSR', bit: 4, width: 1 },
        NRST_STOP: { word: 'OPTSR', bit: 6, width: 1 },
        NRST_STDBY: { word: 'OPTSR', bit: 7, width: 1 },
        PRODUCT_STATE: { word: 'OPTSR', bit: 8, width: 8 },
        IO_VDD_HSLV: { word: 'OPTSR', bit: 16, width: 1 },
        IO_VDDIO2_HSLV: { word: 'OPTSR', bit: 17, width: 1 },
        IWDG_STOP: { word: 'OPTSR', bit: 20, width: 1 },
        IWDG_STDBY: { word: 'OPTSR', bit: 21, width: 1 },
        SWAP_BANK: { word: 'OPTSR', bit: 31, width: 1 },
      },
      rdp: undefined,
      // HAL, OB_PROD_STATE_LOCKED: the state from which there is no regression.
      final: { field: 'PRODUCT_STATE', value: 0x5c },
      writeProtection: undefined,
    },
    boot: {
      pattern: 17,
      pins: ['BOOT0'],
      table: [
        { when: { PRODUCT_STATE: 0xed, BOOT0: 1 }, boots: 'system-memory' },
        { when: { PRODUCT_STATE: 0x17 }, boots: 'system-memory' },
        { when: {}, boots: 'main-flash' },
      ],
    },
    timing: {
      operations: {
        program: { bytes: 16, us: { typ: 31, chosen: 'the figure of sister line H503' } },
        erase: [{ KiB: 8, ms: { typ: 2, max: 10 } }],
        massErase: 'sum',
      },
      source: 'Zephyr PR #93391 quoting DS14053 Rev 4 and DS14258 Rev 6 (typ 2 ms, max 10 ms)',
      confidence: 'medium',
    },
    connection: { i2cTimeoutMs: 1000 },
    dfuGeneration: 'B',
    sources: {
      ...readForAll,
      options: ['H5-CAPTURE', 'ST-OPENOCD', 'CMSIS', 'AN2606', 'HAL', 'CUBE-DB'],
      timing: ['DS', 'ZEPHYR', 'AN2606'],
      i3cIdentity: ['BINHO', 'AN5927'],
    },
  },
  lines: [
    {
      id: 'STM32H503',
      parts: ['STM32H503*'],
      productId: 0x474,
      flashKiB: [128],
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 16 * KiB },
        { name: 'SRAM2', start: 0x2000_4000, length: 16 * KiB },
      ],
      systemMemory: [{ start: 0x0bf8_7000, end: 0x0bf9_0000 }],
      bootloaderIdAddress: 0x0bf8_fffe,
      bootloader: { specials: [0x0001, 0x0002], startupMs: 1.5 },
      bootloaders: [
        {
          version: '14.1',
          id: 0xe1,
          quirks: ['crash-when-provisioned', 'fdcan-special-answers-on-0x111'],
        },
        { version: '14.2', id: 0xe2 },
      ],
      lacks: ['I2C1', 'I2C3', 'I2C4', 'FDCAN2'],
      interfaces: {
        USART2: { rx: 'PA15', tx: 'PA5' },
        USART3: { rx: 'PA3', tx: 'PA4' },
        SPI1: { miso: 'PA0', sck: 'PA8', nss: 'PB8' },
        SPI2: { mosi: 'PB1' },
        SPI3: { nss: 'PD2' },
        I3C1: { identity: { dcr: 0x01 } },
      },
      i2cAddress: 0x67,
      options: {
        areas: {
          bank1: { words: { OPTSR: { chosen: 'OPTSR of STM32H563' } } },
          // STM32H503 has no secure watermark there.
          bank2: { start: 0x4002_21e8, length: 24, words: {} },
        },
      },
      timing: {
        operations: {
          program: { us: { typ: 31 } },
          massErase: { 128: { typ: 32 } },
          bankErase: { 64: { typ: 16 } },
        },
        source:
          'ST DS14053 Rev 3 (STM32H503) table 46; Zephyr PR #93391 quoting DS14053 Rev 4 and DS14258 Rev 6 (typ 2 ms, max 10 ms)',
        confidence: 'high',
        note: 'Confidence: high for typ.',
      },
      connection: { usartUs: 50, usbMs: 251, i2cStretchUs: 30 },
      optionalQuirks: ['i3c-command-behind-read-lost'],
      notes: [
        'AN2606 gives the newest bootloader as 0xE2 in one table and 0xE1 in another.',
        'No RDP: the product state decides. 0xED open, 0x17 provisioning, 0x2E iRoT provisioned, 0xC6 TrustZone closed, 0x72 closed, 0x5C locked.',
        'The first write that is not aligned to 16 bytes is acknowledged and kills all later ones (forum).',
        'On I3C the DCR was measured as 0x01, where AN5927 prints 0x02.',
        OPTSR_ONLY,
      ],
      sources: { i3cIdentity: ['BINHO'] },
    },
    {
      id: 'STM32H523_533',
      parts: ['STM32H523*', 'STM32H533*'],
      productId: 0x478,
      flashKiB: [256, 512],
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 128 * KiB },
        { name: 'SRAM2', start: 0x2002_0000, length: 80 * KiB },
        { name: 'SRAM3', start: 0x2003_4000, length: 64 * KiB },
      ],
      bootloader: { startupMs: 2.7 },
      bootloaders: [
        {
          version: '14.0',
          id: 0xe0,
          quirks: ['i2c-i3c-pins-wrong', 'fdcan-special-answers-on-0x111'],
          notModelled: ['PKG_ID reads wrong: the model has no package.'],
        },
        { version: '14.2', id: 0xe2 },
      ],
      lacks: ['I2C2', 'I2C4', 'FDCAN1'],
      i2cAddress: 0x6e,
      options: {
        areas: {
          bank1: { words: { OPTSR: { chosen: 'OPTSR of STM32H563' } } },
          bank2: { words: {} },
        },
        fields: { BOOT_UBE: { word: 'OPTSR', bit: 22, width: 8 } },
      },
      timing: { note: 'Confidence: medium for erase, none for program.' },
      connection: undefined,
      notes: [
        "AN2606 prints 0x0BF8_FFFE as the address of the bootloader ID, outside system memory; STM32CubeProgrammer's data base has 0x0BF9_FAFE, as of H563.",
        'No RDP: the product state decides, as on STM32H503.',
        I3C_AS_H503,
        OPTSR_ONLY,
      ],
    },
    {
      id: 'STM32H562_563_573',
      parts: ['STM32H562*', 'STM32H563*', 'STM32H573*'],
      productId: 0x484,
      flashKiB: [1024, 2048],
      ram: [
        { name: 'SRAM1', start: 0x2000_0000, length: 256 * KiB },
        { name: 'SRAM2', start: 0x2004_0000, length: 64 * KiB },
        { name: 'SRAM3', start: 0x2005_0000, length: 320 * KiB },
      ],
      bootloaders: [
        {
          version: '14.3',
          id: 0xe3,
          quirks: ['crash-when-provisioned', 'fdcan-special-answers-on-0x111'],
        },
        {
          version: '14.4',
          id: 0xe4,
          quirks: ['data-sector-erase-broken', 'fdcan-special-answers-on-0x111'],
        },
        { version: '14.5', id: 0xe5 },
      ],
      lacks: ['I2C2', 'I2C1', 'FDCAN1'],
      i2cAddress: 0x65,
      options: {
        areas: { bank2: { words: {} } },
        fields: { BOOT_UBE: { word: 'OPTSR', bit: 22, width: 8 } },
      },
      timing: { note: 'Confidence: medium for erase, none for program.' },
      connection: { usartUs: 60, usbMs: 245, i2cStretchUs: 20 },
      usbStrings: {
        strings: ['@Internal Flash   /0x08000000/256*08Kg'],
        bcdDevice: 0x0200,
        capturedOn: '2 MiB; alternate 0 only',
      },
      optionalQuirks: ['fdcan-incomplete-frames-stall'],
      notes: [
        'AN2606 lets hosts into all RAM although 16 KiB belong to the bootloader; 16 KiB are refused here.',
        'CMSIS and stlink start the system flash at 0x0BF8_0000, AN2606 the bootloader at 0x0BF9_7000.',
        'No RDP: the product state decides, as on STM32H503.',
        I3C_AS_H503,
        OPTSR_ONLY,
      ],
      sources: { usbStrings: ['DFU-LOGS'] },
    },
    {
      id: 'STM32H5E_5F',
      parts: [],
      productId: 0x47a,
      incomplete: 'flash layout and RAM not collected',
      flashKiB: [],
      ram: [],
      systemMemory: [{ start: 0x0bfa_c000, end: 0x0bfb_8000 }],
      bootloaderIdAddress: 0x0bfb_5ffe,
      bootloaders: [{ version: '15.0', id: 0xf0, startupMs: 11.7, quirks: [] }],
      lacks: ['I2C2', 'I2C1', 'SPI1', 'SPI2', 'SPI3', 'FDCAN1', 'FDCAN2'],
      i2cAddress: 0x74,
      options: undefined,
      boot: { table: [{ when: {}, boots: 'main-flash' }] },
      timing: {
        operations: {
          erase: [{ KiB: 8, ms: { typ: 2, chosen: 'the figure of sister line H503' } }],
        },
        source: 'none',
        confidence: 'none',
      },
      connection: { usartUs: 3.048, usbMs: 217, i2cStretchUs: 0.005, hseTimeoutMs: 200 },
      notes: ['Only what AN2606 prints is here.'],
      sources: { options: undefined, timing: ['DERIVED', 'AN2606'] },
    },
  ],
} satisfies Series;
