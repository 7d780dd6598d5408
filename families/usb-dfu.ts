import type { QuirkName } from './quirks.ts';

/** ms that GETSTATUS tells the host to wait (bwPollTimeout), by what the device is about to do. */
export interface DfuPollMs {
  readonly address: number;
  readonly write: number;
  readonly erase: number;
  readonly massErase: number;
  readonly readUnprotect: number;
  readonly manifest: number;
}

/** What all ROMs of one generation of the USB DFU bootloader share. */
export interface DfuGeneration {
  readonly bcdUSB: number;
  /** Of the generation, not of the bootloader version or of the DFU version in AN2606. */
  readonly bcdDevice: number;
  /** iProduct; a line may have its own. */
  readonly product: string;
  /** Index of the string of the configuration; 0: none. */
  readonly iConfiguration: number;
  /** Index of the string of alternate setting 0; the others follow. */
  readonly firstAlternateString: number;
  /** bMaxPower in units of 2 mA. */
  readonly bMaxPower: number;
  /** Bytes of a block. */
  readonly wTransferSize: number;
  readonly serial: UsbSerial;
  readonly pollMs: DfuPollMs;
  /** Limitations that every ROM of the generation has. */
  readonly quirks: readonly QuirkName[];
}

/**
 * How the serial number is made of the words W0, W1, W2 of the unique ID: 12 hex digits. `halves`:
 * W0 + W2 by 16-bit halves, each modulo 2^16, then the upper half of W1; `words`: W0 + W2 modulo 2^32
 * in place of the halves. A fixed text is the same on all parts.
 */
export type UsbSerial =
  | {
      readonly sum: 'halves' | 'words';
      /** Added to the lower half of the sum. */
      readonly plus?: number;
      /** Word whose upper half ends the number; default 1. */
      readonly last?: 1 | 2;
    }
  | { readonly fixed: string };

/**
 * Poll times: 5 ms for address and write and 100 ms for an erase were read from an F745; no other line's
 * are public, and all take them. A mass erase says 101 where no source gives its figure, since a host
 * may take exactly 100 for the F405's (quirk `mass-erase-poll`). 1 ms for the manifest is ST's class driver.
 */
const POLL_MS: DfuPollMs = {
  address: 5,
  write: 5,
  erase: 100,
  massErase: 101,
  readUnprotect: 100,
  manifest: 1,
};

/** The two generations of ROM; `dfuGeneration` of a line names its own. */
export const dfuGenerations: Readonly<Record<'A' | 'B', DfuGeneration>> = {
  // F1, F0, F2, F3, F4, F7, L0, L1, L4
  A: {
    bcdUSB: 0x0100,
    bcdDevice: 0x2200,
    product: 'STM32  BOOTLOADER',
    iConfiguration: 0,
    firstAlternateString: 4,
    bMaxPower: 0x32,
    wTransferSize: 2048,
    serial: { sum: 'halves' },
    pollMs: POLL_MS,
    quirks: ['dfu-starts-in-error'],
  },
  // G0, G4, H5, H7, L5, C0, U0, U5, WB: behaves as ST's own class driver usbd_dfu.c
  B: {
    bcdUSB: 0x0200,
    bcdDevice: 0x0200,
    product: 'DFU in FS Mode',
    iConfiguration: 2,
    firstAlternateString: 6,
    bMaxPower: 0x32,
    wTransferSize: 1024,
    serial: { sum: 'words' },
    pollMs: POLL_MS,
    quirks: ['dfu-leave-not-answered'],
  },
};
