import type { Protocol } from './interfaces/interfaces.ts';

/** One way in which ROM versions differ from the application notes. */
export interface Quirk {
  /** What such a ROM does, in one sentence. */
  readonly summary: string;
  /** Document or public source, by its name in sources.ts, and the place in it. */
  readonly source: string;
  /** What of the bootloader it is about. */
  readonly touches:
    | 'usart'
    | 'boot'
    | 'read'
    | 'write'
    | 'erase'
    | 'go'
    | 'protection'
    | 'can'
    | 'dfu'
    | 'i2c'
    | 'i3c'
    | 'spi'
    | 'fdcan';
  /** The interfaces on which it is seen; absent: every one. */
  readonly on?: readonly Protocol[];
  /** No line has it: it is there to be asked for by name. */
  readonly onDemand?: true;
}

const rows = {
  'missing-nack': {
    summary:
      'Read and Write drop the command in silence when the address is invalid and its checksum right; the next two bytes are taken as a command.',
    source: 'AN2606, limitations of F2 V2.0/V3.2, F40x V3.0, L1 V2.0; AN3155, protocol 3.1',
    touches: 'usart',
    on: ['USART'],
  },
  'two-acks-at-connect': {
    summary: 'The sync byte is answered with two ACKs.',
    source: 'AN2606, limitations of L41x/L42x V13.1',
    touches: 'usart',
    on: ['USART'],
  },
  'get-version-says-2.0': {
    summary: 'Get Version reports protocol 2.0 where Get reports 2.2.',
    source: 'AN2606, limitations of F105/F107 V1.0 and V2.0',
    touches: 'usart',
    on: ['USART'],
  },
  'unusable-while-rx-low': {
    summary: 'Nothing answers when some RX pins are low while the bootloader starts.',
    source: 'AN2606, limitations of F105/F107 V1.0',
    touches: 'usart',
  },
  'usart2-rx-low-blocks-detection': {
    summary: 'A low PA3 (USART2 RX) at the start traps the search for an interface.',
    source: 'AN2606, limitations of G03x/G04x V5.1 and V5.2',
    touches: 'usart',
  },
  'second-rx-low-blocks-detection': {
    summary: 'A low PB15 (second USART1 RX) at the start traps the search for an interface.',
    source: 'AN2606, limitations of H74x/H75x V9.0 and V9.2',
    touches: 'usart',
  },
  'second-usart1-needs-two-syncs': {
    summary: 'On PB15/PB14 the sync byte must be sent twice.',
    source: 'AN2606, configuration of H74x/H75x',
    touches: 'usart',
  },
  'usart1-mirrored': {
    summary: 'USART1 answers on PA9 and PB14 at once and wants two sync bytes.',
    source: 'AN2606, limitations of H74x/H75x V9.1',
    touches: 'usart',
  },
  'usart2-broken': {
    summary: 'USART2 does not work.',
    source: 'AN2606, limitations of H74x/H75x V13.2',
    touches: 'usart',
  },
  'usart2-jitter': {
    summary: 'The rate found on USART2 is off.',
    source: 'AN2606, limitations of G05x/G061 V5.0',
    touches: 'usart',
  },
  'auto-baud-jitter': {
    summary: 'The rate found is off by up to 5 % at 115200 baud; 57600 and less are safe.',
    source: 'AN2606, limitations of F72x/F73x, F74x/F75x, F76x/F77x',
    touches: 'usart',
  },
  'nacks-after-option-write': {
    summary:
      'Behind the reset of an option write a host that sends no new 0x7F is answered three NACKs to Get ID, one to Write and one to Read, then nothing until the next reset.',
    source:
      'FORUM, STM32CubeProgrammer 2.0 on an F746 (0x449), community.st.com m-p 256105; F72x and F76x inferred',
    touches: 'usart',
  },
  'usart-57600-at-most': {
    summary: 'Rates above 57600 baud do not connect.',
    source: 'AN2606, limitations of F358 and F378 V5.0',
    touches: 'usart',
  },
  'deaf-after-bad-sync': {
    summary:
      'A wrong byte before 0x7F leaves the port deaf until reset, hardware auto-baud or not.',
    source: 'FORUM, STM32G031, community.st.com 147582',
    touches: 'usart',
  },
  'overrun-after-resets': {
    summary: 'After several resets the port reports overrun and framing errors.',
    source: 'AN2606, limitations of WB55 V13.5',
    touches: 'usart',
  },
  'short-system-reads-refused': {
    summary:
      'Short reads of the unique ID and flash size are refused at the length; 128 or 256 bytes work.',
    source: 'STM32LOADER, pull request 25 (F401) and issue 61 (L05x)',
    touches: 'read',
  },
  'short-system-reads-refused-at-address': {
    summary:
      'An address within the block of unique ID and flash size is refused; a read from the start of its 256-byte row works.',
    source: 'STM32LOADER, issue 61 (L05x)',
    touches: 'read',
  },
  'two-nacks-at-length': {
    summary: 'A Read whose address is refused at the length is answered with two NACKs.',
    source: 'FORUM, RAK811 (L151, ID 0x429), stm32duino/Arduino_Core_STM32 pull request 254',
    touches: 'read',
    on: ['USART'],
  },
  'ram-write-refused': {
    summary: 'Writes to RAM are refused; Read and Go are not.',
    source: 'AN2606, text on STM32L031; FORUM, a NACK to a write at 0x2000_1F00',
    touches: 'write',
  },
  'reads-past-areas-refused': {
    summary:
      'A Read that starts in option bytes, OTP, unique ID or system memory and runs past them is refused at the length; without the quirk it is answered, 0xFF where the model has nothing.',
    source:
      'OPENBL looks at the first address alone, and a host program reads 16 bytes at 0x1FFF_C008 of F401; AN3155 is silent',
    touches: 'read',
    onDemand: true,
  },
  'read-past-end-refused': {
    summary:
      'A Read that starts in main flash, RAM or data EEPROM and runs past its end is refused at the length; without the quirk it is answered, 0xFF where nothing is, and the bootloader is dead until a reset.',
    source:
      'FORUM, STM32G070 V11.2, community.st.com 827287, was answered and dead; OPENBL looks at the first address alone; AN3155 is silent, and no log shows a refusal',
    touches: 'read',
    onDemand: true,
  },
  'engineering-bytes-unsupported': {
    summary: 'The engineering bytes cannot be read.',
    source: 'AN2606, limitations of G43x/G44x V13.3, G47x/G48x V13.3 and V13.4',
    touches: 'read',
  },
  'sram1-to-3-inaccessible': {
    summary:
      'SRAM1, SRAM2, SRAM3 and ITCM are refused. AN2606 table 226 opens none of them in any version, and so does the model, but for ITCM over DFU.',
    source: 'AN2606, limitations of H74x/H75x V9.2',
    touches: 'dfu',
  },
  'ccm-ram-not-writable': {
    summary: 'Writes to the CCM SRAM are lost.',
    source: 'AN2606, limitations of G43x/G44x V13.3, G47x/G48x V13.3 and V13.4',
    touches: 'write',
  },
  'ram-write-corrupted': {
    summary: 'Writes to SRAM store wrong bytes.',
    source: 'AN2606, limitations of L47x/L48x V10.1 and V9.0',
    touches: 'write',
  },
  'ram-parity-fault': {
    summary: 'RAM that was not written before raises a parity fault when parity is on.',
    source: 'AN2606, limitations of G07x/G08x V11.2',
    touches: 'write',
  },
  'option-load-missing': {
    summary: 'Option bytes written over USART are not loaded until the next reset.',
    source: 'AN2606, limitations of G07x/G08x V11.2',
    touches: 'write',
    on: ['USART'],
  },
  'pcrop-options-not-writable': {
    summary: 'The PCROP option words cannot be written.',
    source: 'AN2606, limitations of L41x, L43x, L45x, L47x, L49x, L4Px',
    touches: 'write',
  },
  'tcm-axi-option-not-handled': {
    summary: 'The TCM_AXI_SHARED option cannot be written.',
    source: 'AN2606, limitations of H72x/H73x V9.1',
    touches: 'write',
  },
  'otp-unsupported': {
    summary: 'OTP is refused.',
    source: 'AN2606, limitations of H7A3/H7B3 V9.0',
    touches: 'write',
  },
  'secure-options-unreachable': {
    summary: 'The option bytes FLASH_SFR and FLASH_SRRVR cannot be reached.',
    source: 'AN2606, limitations of WL5x/WLEx',
    touches: 'write',
  },
  'read-between-writes-spoils': {
    summary: 'A Read between two 256-byte writes spoils the start of the second block.',
    source: 'FORUM, STM32H723, community.st.com 115022, one user',
    touches: 'write',
  },
  '128-byte-writes-only': {
    summary: 'Writes of more than 128 bytes are refused.',
    source: 'STM32LOADER, transfer size of L0',
    touches: 'write',
  },
  'global-erase-second-byte-ignored': {
    summary: 'Erase 0xFF followed by anything but 0x00 is acknowledged and erases nothing.',
    source: 'AN3155, Erase; seen on F103, stm32bl pull request 3',
    touches: 'erase',
  },
  'multi-page-erase-broken': {
    summary: 'An erase list with more than one page does not erase them all.',
    source: 'AN2606, limitations of G07x/G08x V11.3',
    touches: 'erase',
  },
  'multi-page-erase-first-only': {
    summary: 'An erase list erases only its first page.',
    source: 'AN2606, limitations of U375/U385 V14.1',
    touches: 'erase',
  },
  'bank-2-multi-page-erase-broken': {
    summary: 'An erase list with several pages of bank 2 does not erase them all.',
    source: 'AN2606, limitations of G0B0, G0B1/G0C1',
    touches: 'erase',
  },
  'bank-2-erase-returns-early': {
    summary: 'Bank 2 erase is acknowledged before it is done.',
    source: 'AN2606, limitations of H74x/H75x V9.1',
    touches: 'erase',
  },
  'bank-erase-broken': {
    summary: 'Bank erase does not work over USART, SPI and I2C.',
    source: 'AN2606, limitations of H74x/H75x V13.3',
    touches: 'erase',
    on: ['USART', 'I2C', 'SPI', 'CAN'],
  },
  'bank-erase-refused': {
    summary: 'Bank erase is answered with NACK.',
    source: 'AN2606, limitations of L496/L4A6 V9.3',
    touches: 'erase',
  },
  'data-sector-erase-broken': {
    summary: 'Sectors kept for data (EEPROM emulation) are not erased on 1 MiB parts.',
    source: 'AN2606, limitations of H562/H563/H573 V14.4',
    touches: 'erase',
  },
  'erase-512-pages-at-most': {
    summary: 'More than 512 pages in one command are refused.',
    source: 'STM32FLASH, L1 erase loop',
    touches: 'erase',
  },
  'go-clears-ahb1enr': {
    summary: 'Go writes RCC_AHB1ENR to 0 before the jump, which stops the clock of the CCM RAM.',
    source: 'AN2606, limitations of all F4 lines but F40x/F41x V9.1',
    touches: 'go',
  },
  'go-clears-rtcapben': {
    summary: 'Go clears the RTC bus clock enable before the jump.',
    source: 'AN2606, limitations of L43x/L44x V9.1',
    touches: 'go',
  },
  'go-keeps-stack-pointer': {
    summary: 'Go jumps without loading the stack pointer.',
    source: 'AN3155, protocol 2.0 (changed in 2.1)',
    touches: 'go',
  },
  'go-refuses-foreign-stack': {
    summary: 'Go does not jump when the initial stack pointer lies outside SRAM.',
    source: 'AN2606-20, limitations of L1xxxD V4.2',
    touches: 'go',
  },
  'go-needs-stack-below-end': {
    summary: 'Go works only with an initial stack pointer below the end of RAM minus 16.',
    source: 'AN2606, limitations of H74x/H75x V9.0',
    touches: 'go',
  },
  'go-first-ack-missing': {
    summary: 'The first ACK of Go is not sent (USART and SPI).',
    source: 'AN2606, limitations of H74x/H75x V9.0',
    touches: 'go',
    on: ['USART', 'SPI'],
  },
  'go-broken': {
    summary: 'Go is acknowledged and does not jump.',
    source: 'AN2606, limitations of H74x/H75x V13.2',
    touches: 'go',
  },
  'hsitrim-kept-at-go': {
    summary: 'HSITRIM is not put back before the jump.',
    source: 'AN2606, limitations of G07x/G08x V11.2',
    touches: 'go',
  },
  'two-nacks': {
    summary: 'Read and Write under readout protection are refused with two NACKs instead of one.',
    source: 'AN2606, limitations of F03x, F05x, F2 V3.3, F40x V3.1/V9.0, L1xxxC/D/E',
    touches: 'protection',
    on: ['USART'],
  },
  'rdunp-clears-pcrop': {
    summary: 'Readout Unprotect switches PCROP off as well.',
    source: 'AN2606, limitations of F42x/F43x V9.1',
    touches: 'protection',
  },
  'sprmod-kept': {
    summary: 'SPRMOD is not reset when the readout protection goes back to level 0.',
    source: 'AN2606, limitations of F401xB/C V13.x',
    touches: 'protection',
  },
  'readout-unprotect-without-option-load': {
    summary:
      'Readout Unprotect ends in a system reset without loading option bytes; a power cycle is needed.',
    source: 'AN2606, limitations of WB55 V13.5',
    touches: 'protection',
  },
  'rdp-and-secure-options-need-two-writes': {
    summary: 'RDP and secure option bytes cannot be changed in one write.',
    source: 'AN2606, limitations of U575/U585 V9.2',
    touches: 'protection',
  },
  'crash-loop-under-rdp-1': {
    summary: 'The bootloader crashes and restarts for ever under RDP level 1.',
    source: 'AN2606, limitations of H72x/H73x V9.2',
    touches: 'protection',
  },
  'hsitrim-cleared': {
    summary: 'The bootloader sets HSITRIM to 0 when it starts, whatever the application had set.',
    source: 'AN2606, limitations of F04x, F05x, F070, F071/F072, F09x',
    touches: 'boot',
  },
  'empty-flag-cleared': {
    summary:
      'The bootloader clears the flash-empty flag when it starts: after the next reset the part boots its empty flash.',
    source: 'AN2606, limitations of C051, C071, C09x, G07x V11.3, G0B0, G0B1, U031, U073',
    touches: 'boot',
  },
  'boot-add1-ignored': {
    summary: 'BOOT_ADD1 is ignored in dual boot (nDBANK = nDBOOT = 0).',
    source: 'AN2606, limitations of F76x/F77x V9.3',
    touches: 'boot',
  },
  'bank-2-boot-broken': {
    summary: 'The bootloader does not start a valid bank 2.',
    source: 'AN2606, limitations of G47x/G48x V13.3',
    touches: 'boot',
  },
  'stack-overflow-on-bank-jump': {
    summary: 'The jump to a bank overflows the stack by 8 bytes.',
    source: 'AN2606-20, limitations of L1xxxD V4.1',
    touches: 'boot',
  },
  'crash-when-provisioned': {
    summary: 'The bootloader crashes on parts provisioned to HDPL 3.',
    source: 'AN2606, limitations of H503 V14.1, H56x/H57x V14.3',
    touches: 'boot',
  },
  'extra-reset-needed': {
    summary: 'One more reset is needed before the bootloader answers.',
    source: 'AN2606, limitations of H74x/H75x V9.0',
    touches: 'boot',
  },
  'can-write-unprotect-broken': {
    summary: 'Write Unprotect over CAN does not work.',
    source: 'AN2606, limitations of F2 V3.3, F40x V3.1/V9.0, F42x V7.0/V9.1',
    touches: 'can',
    on: ['CAN'],
  },
  'can-needs-rtc-reset': {
    summary: 'CAN works only after a reset of the RTC domain.',
    source: 'AN2606, limitations of L43x/L44x V9.1',
    touches: 'can',
  },
  'can-erase-acknowledges-pages': {
    summary:
      'Erase of pages is answered with an ACK for each page when it is erased, not for each frame of page numbers.',
    source: 'AN3154, Erase Memory; hosts that work wait for one ACK per frame',
    touches: 'can',
    on: ['CAN'],
    onDemand: true,
  },
  'can-speed-under-protection': {
    summary: 'Speed is answered under readout protection level 1 too.',
    source: 'OPENBL; AN3154 does not list Speed among the commands that are',
    touches: 'can',
    onDemand: true,
  },
  'dfu-option-bytes-marked-g': {
    summary: 'The DFU strings mark option bytes and OTP as readable, erasable and writable (g).',
    source: 'AN2606, limitations of F40x V3.0 and F2 V3.2',
    touches: 'dfu',
  },
  'dfu-bank-2-erase-broken': {
    summary: 'DFU cannot erase the second bank of dual-bank parts.',
    source: 'AN2606, limitations of F42x/F43x V7.0 and V9.1',
    touches: 'dfu',
  },
  'dfu-bank-2-erase-shifted': {
    summary: 'DFU erases sector i + 4 of bank 2 for sector i.',
    source: 'AN2606, limitations of F76x/F77x V9.3',
    touches: 'dfu',
  },
  'dfu-mass-erase-broken': {
    summary: 'DFU mass erase does not work.',
    source: 'AN2606, limitations of H74x/H75x V13.3',
    touches: 'dfu',
  },
  'dfu-flash-string-wrong': {
    summary: 'The DFU string gives a wrong flash size; where no log shows which, twice as much.',
    source: 'AN2606, limitations of H72x V9.1, H7A3 V9.0',
    touches: 'dfu',
  },
  'dfu-garbage-behind-flash-string': {
    summary:
      'On 1 MiB parts seven characters that do not belong to it follow the DFU string of the flash; dfu-util 0.9 fails on them.',
    source: 'FORUM, logs of F429 with 1 MiB; no version named',
    touches: 'dfu',
  },
  'dfu-transfer-size-says-2048': {
    summary:
      'The descriptor tells blocks of 2048 bytes; those of more than 1024 fail all the same.',
    source:
      'FORUM, L432 and L433, community.st.com 85626: dfu-util fails unless told -t 1024; no version named',
    touches: 'dfu',
  },
  'dfu-long-blocks-corrupted': {
    summary: 'Blocks above 256 bytes that are not a multiple of 8 store wrong bytes.',
    source: 'AN2606, limitations of L47x/L48x V10.1 and V9.0',
    touches: 'dfu',
  },
  'dfu-needs-crystal': {
    summary: 'DFU works only with an LSE or HSE crystal.',
    source: 'AN2606, limitations of L47x/L48x V10.x',
    touches: 'dfu',
  },
  'dfu-fails-with-some-hosts': {
    summary: 'USB does not enumerate behind some high-speed host controllers.',
    source: 'AN2606, limitations of F04x, F070, F071/F072, F301/F302, F373, L07x V4.1',
    touches: 'dfu',
  },
  'dfu-starts-in-error': {
    summary: 'The first GETSTATUS reports dfuERROR, errFIRMWARE; CLRSTATUS clears it.',
    source: 'DFU-LOGS, dfu-util on F411, F7 and others of generation A',
    touches: 'dfu',
  },
  'dfu-leave-not-answered': {
    summary: 'The GETSTATUS that leaves is not answered: the device drops off the bus first.',
    source: 'DFU-LOGS, dfu-util on H7, G0 and U5: exit 74 although the application starts',
    touches: 'dfu',
  },
  'i2c-probe-locks': {
    summary:
      'Its address alone selects I2C: after a probe (i2cdetect) every other interface is off. From I2C 1.2 on a byte must follow.',
    source: 'STM32FLASH, I2C.txt: compatibility with i2cdetect came with 1.2',
    touches: 'i2c',
  },
  'mass-erase-poll': {
    summary:
      'The poll time of a DFU mass erase is exactly 100 ms, which dfu-util 0.11 takes for 35 s.',
    source: 'DFU-UTIL, comment in dfuse.c on the F405',
    touches: 'dfu',
  },
  'dfu-alternates-duplicated': {
    summary: 'All alternate settings carry the string of the flash.',
    source: 'DFU-LOGS, G0B1; FORUM, STM32G0C1, community.st.com 839156',
    touches: 'dfu',
  },
  'dfu-stuck-busy-after-bank-2-erase': {
    summary:
      'After the erase of a sector of bank 2 the state stays dfuDNBUSY until CLRSTATUS comes twice.',
    source: 'BETAFLIGHT, pull request 1861 (H743 revision V)',
    touches: 'dfu',
  },
  'dfu-status-stalls-while-erasing': {
    summary: 'The poll time of an erase is too short, and a GETSTATUS during it is stalled.',
    source: 'DFU-UTIL, comment in dfuse.c on the L4',
    touches: 'dfu',
  },
  'dfu-rdp-writes-dropped': {
    summary:
      'Under readout protection writes and erases are acknowledged and dropped; option bytes can be read.',
    source: 'FORUM, inertial-sense-sdk pull request 1186 (U5)',
    touches: 'dfu',
  },
  'dfu-clear-status-stalls': {
    summary: 'CLRSTATUS outside dfuERROR is stalled.',
    source: 'BETAFLIGHT, pull request 5300 (C5)',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-functional-descriptor-silent': {
    summary: 'GET_DESCRIPTOR of the DFU functional descriptor alone is never answered.',
    source: 'BETAFLIGHT, pull request 5300 (C5)',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-does-not-enumerate': {
    summary: 'The device descriptor is never answered: the host is one of those that fail.',
    source: 'AN2606, limitations of F04x, F070, F071/F072 and others',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-address-open-under-rdp': {
    summary: 'Set Address Pointer succeeds under readout protection; ROMs answer errVENDOR.',
    source:
      'AN3156 does not list the protection for it; betaflight-configurator relies on the error',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-write-faults-reported': {
    summary: 'A write that does not store what was sent ends in dfuERROR, errVENDOR.',
    source: 'MW-USB, class driver usbd_dfu.c; no source says what a ROM reports',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-abort-clears-error': {
    summary: 'ABORT leaves dfuERROR; without the quirk it is acknowledged and ignored there.',
    source: 'DERIVED, not documented for any ROM',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-upload-of-block-1-in-state-15': {
    summary: 'UPLOAD of block 1 leaves 15 in the state byte in place of dfuERROR.',
    source: 'MW-USB, class driver usbd_dfu.c stores the status there; no ROM was seen to do it',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-unknown-commands-do-nothing': {
    summary: 'An unknown command, or one of a wrong length, is executed and does nothing.',
    source: 'MW-USB, class driver usbd_dfu.c (generation B); AN3156 says errSTALLEDPKT',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-addresses-judged-late': {
    summary:
      'Set Address Pointer takes any address; blocks and erases that cannot be end in errVENDOR.',
    source: 'MW-USB, class driver usbd_dfu.c (generation B); AN3156 says errTARGET',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-detach-goes-idle': {
    summary: 'DETACH leads to dfuIDLE where nothing is under way, as ABORT does.',
    source: 'MW-USB, class driver usbd_dfu.c (generation B); AN3156 gives it no effect',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-bus-reset-keeps-state': {
    summary:
      'DFU state and address pointer outlive a bus reset; without the quirk they start over.',
    source: 'DERIVED, not documented for any ROM',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-leave-ignores-writes': {
    summary: 'The jump goes to the address pointer even when blocks were written since it was set.',
    source: 'MW-USB, class driver usbd_dfu.c; AN3156 says the last write counts too',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-alternate-restricts-addresses': {
    summary: 'Addresses outside the string of the selected alternate setting are refused.',
    source: 'DERIVED, not documented for any ROM',
    touches: 'dfu',
    onDemand: true,
  },
  'dfu-device-feature-reads-back': {
    summary: 'Device Feature reads the supply code; without the quirk it reads ones.',
    source: 'DERIVED, not documented for any ROM',
    touches: 'dfu',
    onDemand: true,
  },
  'i2c-0x73-readout-unprotects': {
    summary: 'Write Unprotect (0x73) performs Readout Unprotect; 0x74 is right.',
    source: 'AN2606, limitations of WB1x V11.1, WB55 V13.5',
    touches: 'i2c',
    on: ['I2C'],
  },
  'i2c-no-stretch-stretches': {
    summary: 'No-stretch commands stretch the clock instead of answering busy.',
    source: 'AN2606, limitations of G05x/G061 V5.1',
    touches: 'i2c',
  },
  'i2c-no-stretch-erase-stretches': {
    summary: 'A no-stretch erase stretches the clock for seconds at the first poll.',
    source: 'FORUM, STM32F723, community.st.com 16032',
    touches: 'i2c',
  },
  'i2c-address-refused-after-reset': {
    summary: 'The address is not acknowledged for a while after the reset that ends a command.',
    source: 'FORUM, STM32F723, community.st.com 16032',
    touches: 'i2c',
  },
  'i2c-stretches-while-usart3-is-polled': {
    summary: 'The USART3 search loop makes I2C stretch.',
    source: 'AN2606, limitations of G07x/G08x V11.3',
    touches: 'i2c',
  },
  'i2c-mass-erase-bank-2-only': {
    summary: 'Mass erase over I2C erases bank 2 only.',
    source: 'AN2606, limitations of H74x/H75x V13.2',
    touches: 'i2c',
    on: ['I2C'],
  },
  'i2c-time-out-10-ms': {
    summary: 'The I2C time-out is 10 ms instead of 1 s.',
    source: 'AN2606, limitations of F358 and F378 V5.0',
    touches: 'i2c',
  },
  'i2c-i3c-pins-wrong': {
    summary: 'I2C and I3C use other pins than printed.',
    source: 'AN2606, limitations of H523/H533 V14.0',
    touches: 'i2c',
    on: ['I2C', 'I3C'],
  },
  'i3c-command-behind-read-lost': {
    summary:
      'One in a hundred commands that come within 5 ms behind the data of a Read Memory is lost: no interrupt tells of it.',
    source:
      'BINHO, 32 KiB in 128 reads: without a pause two runs in three failed, with 5 ms none; loops of chunks never did',
    touches: 'i3c',
    on: ['I3C'],
  },
  'i3c-erase-checksum-complemented': {
    summary: 'The checksums of Erase are the complement of the XOR; the XOR itself is refused.',
    source:
      'AN5927, the examples of Erase (00 01 FE, 00 01 00 02 FC), which its text and OpenBootloader contradict',
    touches: 'i3c',
    on: ['I3C'],
    onDemand: true,
  },
  'i3c-special-ready-ack': {
    summary:
      'Special and Extended Special send one more ACK, when their response can be read; without the quirk the ACK of the data says so.',
    source: 'OPENBL, i3c_interface.c; AN5927 tells of one ACK, and its figures could not be read',
    touches: 'i3c',
    on: ['I3C'],
    onDemand: true,
  },
  'i3c-empty-special-refused': {
    summary: 'Special and Extended Special refuse data of 0 bytes behind their size.',
    source: 'OPENBL, which compares a byte that it has not received; AN5927 allows 0 bytes',
    touches: 'i3c',
    on: ['I3C'],
    onDemand: true,
  },
  'i3c-bad-chunk-outlived': {
    summary:
      'A chunk of Write Memory with a wrong checksum is refused, and the size of the next one is waited for if more were announced.',
    source: 'OPENBL, openbl_i3c_cmd.c; AN5927 ends the command with a NACK',
    touches: 'i3c',
    on: ['I3C'],
    onDemand: true,
  },
  'i3c-time-out': {
    summary: 'A host that is silent within a command for 172 s makes the chip reset.',
    source:
      'OPENBL, which counts 0xFFFFF000 turns of a loop (40 ns each are taken here); AN5927 and AN2606 name no time-out of I3C',
    touches: 'i3c',
    on: ['I3C'],
    onDemand: true,
  },
  'spi-needs-two-resets': {
    summary: 'SPI connects only after a second reset.',
    source: 'FORUM, STM32F412, no version named',
    touches: 'spi',
  },
  'spi-needs-nss-edge': {
    summary: 'SPI on TSSOP14 needs a falling edge of NSS.',
    source: 'AN2606, limitations of L01x/L02x V12.2 and V12.3',
    touches: 'spi',
  },
  'spi-write-leaves-blanks': {
    summary: 'SPI writes may leave double-words blank at random.',
    source: 'AN2606, limitations of L43x V9.1, L45x V9.2, L47x V9.2, L49x V9.3',
    touches: 'spi',
  },
  'spi-checksum-one-ack-less': {
    summary: 'Get Checksum sends the result right after the ACK of the initial value.',
    source: 'FORUM, STM32G473, community.st.com 152556',
    touches: 'spi',
    on: ['SPI'],
  },
  'spi-erase-acknowledged-early': {
    summary: 'Erase over SPI is acknowledged before it is done, because DMA repeats the last byte.',
    source: 'AN4286, note on older products, none of them named',
    touches: 'spi',
    onDemand: true,
  },
  'spi-last-byte-repeated': {
    summary:
      'While the chip erases or programs MISO repeats the last byte, an ACK, where others send 0xA5.',
    source: 'AN4286, note on older products, none of them named',
    touches: 'spi',
    onDemand: true,
  },
  'spi-deaf-after-bad-sync': {
    summary: 'A first byte other than 0x5A leaves SPI deaf until reset.',
    source: 'FORUM, panda host program for H725; OPENBL keeps looking',
    touches: 'spi',
  },
  'spi1-broken': {
    summary: 'SPI1 does not work.',
    source: 'AN2606, limitations of H74x/H75x V13.2',
    touches: 'spi',
  },
  'fdcan-answers-on-opcode': {
    summary:
      'Answers carry the opcode as their identifier where the host used a longer one; a NACK carries the identifier received.',
    source: 'FORUM, MIOS host program for H723',
    touches: 'fdcan',
  },
  'fdcan-special-answers-on-0x111': {
    summary: 'Special is answered under identifier 0x111, with which the ROM begins.',
    source: 'FORUM, STM32H5, community.st.com 854227',
    touches: 'fdcan',
  },
  'fdcan-start-frame-acknowledged': {
    summary: 'The start frame of protocol 2.2 is answered with an ACK under identifier 0x111.',
    source: 'AN5405 does not say whether it is; no trace is public',
    touches: 'fdcan',
    onDemand: true,
  },
  'fdcan-go-acknowledged-twice': {
    summary: 'Go is answered with two ACKs, for the command and for the address.',
    source: 'OPENBL; AN5405 has one',
    touches: 'fdcan',
    onDemand: true,
  },
  'fdcan-version-1.1': {
    summary: 'Get reports FDCAN protocol 1.1 where 1.0 is meant.',
    source: 'AN2606, limitations of H74x/H75x V9.0',
    touches: 'fdcan',
    on: ['FDCAN'],
  },
  'fdcan-get-counts-13': {
    summary: 'Get counts 13 commands and lists 11.',
    source: 'AN2606, limitations of H74x/H75x V9.0',
    touches: 'fdcan',
    on: ['FDCAN'],
  },
  'fdcan-long-write-fails': {
    summary: 'Writes of more than 63 bytes fail.',
    source: 'AN2606, limitations of H74x/H75x V9.0',
    touches: 'fdcan',
    on: ['FDCAN'],
  },
  'fdcan-erase-pages-low-byte-first': {
    summary: 'Page numbers of Erase are taken low byte first.',
    source: 'AN2606, limitations of L55x/L56x V13.0, V9.0 and V9.1',
    touches: 'fdcan',
  },
  'fdcan-options-after-power-on': {
    summary: 'Option bytes written over FDCAN hold only after a power cycle.',
    source: 'AN2606, limitations of L55x/L56x V13.0, V9.0 and V9.1',
    touches: 'fdcan',
    on: ['FDCAN'],
  },
  'fdcan-readout-unprotect-reply-wrong': {
    summary: 'The reply to Readout Unprotect does not carry the command as its identifier.',
    source: 'AN2606, limitations of L55x V9.2, U535, U575, U59x, U5Fx',
    touches: 'fdcan',
  },
  'fdcan-protected-read-silent': {
    summary: 'A Read under readout protection is not answered.',
    source: 'FORUM, MIOS host program for H7',
    touches: 'fdcan',
    on: ['FDCAN'],
  },
  'fdcan-incomplete-frames-stall': {
    summary: 'An incomplete set of frames after Write stalls the bootloader.',
    source: 'FORUM, STM32H563, community.st.com 853491',
    touches: 'fdcan',
  },
  'fdcan-32-sectors-at-most': {
    summary: 'One erase takes 32 sectors at most.',
    source: 'AN2606, limitations of U375/U385 V14.1 and V14.2',
    touches: 'fdcan',
  },
  'framing-errors-ignored': {
    summary:
      'A character whose stop bit is low is taken as it is; without the quirk it ends its command with a NACK.',
    source:
      'OPENBL; against it FORUM, STM32WL5M, community.st.com 726790, and STM32F412, community.st.com 339472',
    touches: 'usart',
    onDemand: true,
  },
  'keeps-looking-after-bad-sync': {
    summary:
      'A first byte other than 0x7F is passed over and detection goes on; ROMs are deaf until reset.',
    source: 'OPENBL, hardware auto-baud; no ROM was seen to do it',
    touches: 'usart',
    onDemand: true,
  },
  'one-byte-while-busy': {
    summary: 'Of the bytes that arrive while the chip erases or programs only one is kept.',
    source: 'DERIVED, a receiver without FIFO; not documented for any ROM',
    touches: 'usart',
    onDemand: true,
  },
  'nack-length': {
    summary: 'Write refuses a length that is not a multiple of four; ROMs acknowledge it.',
    source: 'AN3155 §3.6 forbids such lengths; an STM32F031 acknowledges them',
    touches: 'write',
    onDemand: true,
  },
  'checksum-single-ack': {
    summary:
      'Get Checksum answers the initial value with one ACK and the result, not with two ACKs.',
    source: 'AN3155 §3.13 can be read both ways; an STM32G473 over SPI sent one',
    touches: 'read',
    on: ['USART', 'SPI', 'CAN', 'FDCAN'],
    onDemand: true,
  },
} as const satisfies Record<string, Quirk>;

/** Name of a quirk. */
export type QuirkName = keyof typeof rows;

/**
 * Every quirk that a bootloader version of the table has, in the order of what it touches. Which
 * (line, version) has it stands on the version's row; reports that name no version are in
 * `optionalQuirks` of the line.
 */
export const quirks: Readonly<Record<QuirkName, Quirk>> = rows;

/** Quirks that the model does not show, and why. */
export const notModelled: Readonly<Partial<Record<QuirkName, string>>> = {
  'overrun-after-resets': 'No source says after how many resets, nor what is lost.',
  'engineering-bytes-unsupported':
    'No source gives their address range; unique ID and flash size beside them can be read.',
  'ccm-ram-not-writable': 'AN2606 table 226 opens the CCM SRAM to hosts in no version.',
  'ram-parity-fault': 'No source says what a host sees of the fault.',
  'tcm-axi-option-not-handled': 'The data has no field TCM_AXI_SHARED.',
  'secure-options-unreachable': 'The data has no words FLASH_SFR and FLASH_SRRVR.',
  'global-erase-second-byte-ignored':
    'AN3155 says it of all ROMs with Erase, and so does the model, with the quirk or without.',
  'data-sector-erase-broken': 'The data has no option words that set sectors apart for data.',
  'go-clears-rtcapben': 'The model has no RTC.',
  'hsitrim-kept-at-go': 'The model has no oscillator trimming.',
  'hsitrim-cleared': 'The model has no oscillator trimming.',
  'stack-overflow-on-bank-jump': 'The model runs no ROM code that has a stack.',
  'crash-when-provisioned': 'The model has no hide-protection levels.',
  'i2c-address-refused-after-reset':
    'No source says for how long; the model acknowledges its address when the start-up time is over.',
  'i2c-stretches-while-usart3-is-polled': 'No source says for how long.',
  'can-needs-rtc-reset': 'The model has no RTC.',
  'fdcan-incomplete-frames-stall':
    'Every FDCAN bootloader of the model waits for the frames that are missing, with the quirk or without.',
  'dfu-fails-with-some-hosts':
    'No host here is one of them; `dfu-does-not-enumerate` shows how it looks to one that is.',
  'dfu-needs-crystal': 'The board has a crystal.',
  'i2c-i3c-pins-wrong': 'The model has no pins of a package.',
};
