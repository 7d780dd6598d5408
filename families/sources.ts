const rows = {
  AN2606: 'ST AN2606 Rev 70 (February 2026), system memory boot mode',
  'AN2606-20': 'ST AN2606 Rev 20 (November 2014), used to confirm older rows',
  AN3154: 'ST AN3154 Rev 5 (May 2014), CAN protocol of the bootloader',
  AN3155: 'ST AN3155 Rev 20 (July 2025), USART protocol of the bootloader',
  AN3156: 'ST AN3156, USB DFU protocol of the bootloader',
  AN4221: 'ST AN4221, I2C protocol of the bootloader',
  AN4286: 'ST AN4286, SPI protocol of the bootloader',
  AN5405: 'ST AN5405 Rev 7 (May 2025), FDCAN protocol of the bootloader',
  AN5927:
    'ST AN5927 Rev 3 (February 2025), I3C protocol of the bootloader; its figures could not be read',
  UM10204: 'NXP UM10204 Rev 6 (April 2014), I2C-bus specification',
  RM0041: 'ST RM0041, STM32F100',
  RM0090: 'ST RM0090 Rev 21, STM32F405/407/415/417/427/429/437/439',
  RM0091: 'ST RM0091 Rev 10, STM32F0x1/F0x2/F0x8',
  RM0360: 'ST RM0360 Rev 5, STM32F030/F070',
  RM0364: 'ST RM0364, STM32F334',
  RM0367: 'ST RM0367, STM32L0x3: option byte text as quoted in public logs',
  RM0376: 'ST RM0376, STM32L0x2: option byte text as quoted in public logs',
  RM0440: 'ST RM0440, STM32G4: digest in a public log',
  RM0456: 'ST RM0456 Rev 6, STM32U5: fragment in a public log',
  RM0468: 'ST RM0468, STM32H72/H73: factory option bytes (table 18) in a public log',
  RM0490: 'ST RM0490 Rev 5, STM32C0',
  DS: 'ST datasheets, flash memory characteristics; number and revision stand in timing.source',
  CMSIS: 'ST CMSIS device headers, modm-io/cmsis-header-stm32 at 2a7fde84',
  HAL: 'ST HAL option byte constants, as shipped in feaser/openblt demos',
  OPENBL:
    'STMicroelectronics/stm32-mw-openbl at b7a3cd2c, STM32CubeG4 at f82319b9, and the openbl-apps of G0, H5, L4, L5, U5, WB and WL',
  'CUBE-DB': 'data base of STM32CubeProgrammer (July 2026), Data_Base/STM32_Prog_DB_0x*.xml',
  OPENOCD: 'openocd-org/openocd at abbbc2e0, src/flash/nor/stm32*.c',
  'ST-OPENOCD': 'STMicroelectronics/OpenOCD at 34afaa93, stm32h5x.c',
  STLINK: 'stlink-org/stlink at 733893a5, config/chips',
  STM32FLASH: 'stm32flash 0.7 and stm32duino/stm32flash at 8bc5ceb3, device table and stm32.c',
  STM32LOADER: 'florisla/stm32loader at b736df55, src/stm32loader/devices.py',
  STM32DATA: 'embassy-rs/stm32-data at 871bfd30 and its generated data at f115ed4f',
  BMP: 'blackmagic-debug/blackmagic at ac8d0ba3, src/target/stm32*.c',
  SVD: 'modm-io/cmsis-svd-stm32 at c97f752f',
  ZEPHYR: 'zephyrproject-rtos/zephyr, dts/arm/st (flash erase time bounds)',
  CHROMEEC: 'ChromiumOS EC, chip/stm32 flash drivers (comments quoting datasheets)',
  'G0-IMAGE': 'STM32G0 option byte image in the H7-TOOL scripts',
  'F7-IMAGE': 'STM32F7 option byte image in a public log',
  'L5-IMAGE': 'Keil flash algorithm for STM32L5, as quoted in a public log',
  'WB-IMAGE': 'Keil flash algorithm for STM32WB, as quoted in a public log',
  'H5-CAPTURE': 'STM32H5 OPTSR read from silicon, public log',
  'H743-CAPTURE': 'STM32H743 OPTSR read from silicon, public log',
  'DFU-UTIL': 'dfu-util 0.11, source',
  'MW-USB': 'STMicroelectronics/stm32-mw-usb-device v2.11.3, Class/DFU/Src/usbd_dfu.c',
  BINHO:
    'Binho, notes and tool for programming STM32 over I3C (binhollc/application-notes), measured on a NUCLEO-H503RB',
  BETAFLIGHT: 'betaflight-configurator at e1320fe, usbdfu.js, and the pull requests named',
  'DFU-LOGS': 'public dfu-util and lsusb logs of bootloaders, per line in usbStrings.capturedOn',
  FORUM: 'posts on community.st.com and issue trackers; the thread stands beside the statement',
  DERIVED: 'our own conclusion from other rows; the reasoning stands in the notes',
} as const;

/** Short name of a source. */
export type Source = keyof typeof rows;

/** Documents and public sources behind the data, with the revision read. */
export const sources: Readonly<Record<Source, string>> = rows;

/** What was read for every series: tables that list all of STM32. A series says what was read besides. */
export const readForAll = {
  productId: ['AN2606', 'STM32FLASH', 'STM32LOADER', 'STLINK', 'STM32DATA'],
  bootloaders: ['AN2606'],
  interfaces: ['AN2606', 'STM32DATA'],
  flash: ['STM32DATA', 'OPENOCD', 'CMSIS'],
  ram: ['STM32DATA', 'CMSIS', 'AN2606'],
  registers: ['CMSIS', 'STLINK', 'OPENOCD'],
  boot: ['AN2606'],
} as const satisfies Readonly<Record<string, readonly Source[]>>;
