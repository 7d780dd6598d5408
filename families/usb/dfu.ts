import type { QuirkName } from '../quirks.ts';

/** ms that GETSTATUS tells the host to wait (bwPollTimeout), by what the device is about to do. */
export interface DfuPollMs {
  /** Set Address Pointer. */
  readonly address: number;
  /** A block written. */
  readonly write: number;
  /** One page or sector erased. */
  readonly erase: number;
  /** All of main flash erased. */
  readonly massErase: number;
  /** Read Unprotect, which erases the flash. */
  readonly readUnprotect: number;
  /** The block of length 0 that leaves. */
  readonly manifest: number;
}

/** What all ROMs of one generation of the USB DFU bootloader share. */
export interface DfuGeneration {
  /** bcdUSB of the device descriptor (USB 2.0 §9.6.1). */
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
  /** Strings that no descriptor names: a host that asks for index after index finds them on its way. */
  readonly strings: Readonly<Record<number, string>>;
  /** Bytes of a block. */
  readonly wTransferSize: number;
  /** How the serial number is made. */
  readonly serial: UsbSerial;
  /** bwPollTimeout in ms, where a line has none of its own. */
  readonly pollMs: DfuPollMs;
  /** Limitations that every ROM of the generation has. */
  readonly quirks: readonly QuirkName[];
}

/** What a line has its own of the DFU device of its generation. */
export interface DfuOfLine {
  /** Bytes of a block, where they are not those of the generation. */
  readonly wTransferSize?: number;
  /** ms by what is done; what is missing is the generation's, chosen. */
  readonly pollMs?: Partial<DfuPollMs>;
  /** RAM that AN2606 does not open to hosts, and DFU does. */
  readonly ram?: readonly {
    /** First address. */
    readonly start: number;
    /** First address behind it. */
    readonly end: number;
  }[];
  /** Documents and public reports, by what they tell. */
  readonly source: string;
}

/**
 * How the serial number is made of the words W0, W1, W2 of the unique ID: 12 hex digits. `halves`:
 * W0 + W2 by 16-bit halves, each modulo 2^16, then the upper half of W1; `words`: W0 + W2 modulo 2^32
 * in place of the halves. A fixed text is the same on all parts.
 */
export type UsbSerial =
  | {
      /** How W0 and W2 are added. */
      readonly sum: 'halves' | 'words';
      /** Added to the lower half of the sum. */
      readonly plus?: number;
      /** Word whose upper half ends the number; default 1. */
      readonly last?: 1 | 2;
    }
  | {
      /** The serial number itself. */
      readonly fixed: string;
    };

/**
 * Poll times of lines whose own are not public, chosen: those of an F745, 5 ms for address and write and
 * 100 ms for an erase. A mass erase says 101, since a host may take exactly 100 for the F405's (quirk
 * `mass-erase-poll`). 1 ms for the manifest is ST's class driver.
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
    strings: {},
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
    // their places are those of ST's class driver (MW-USB); no log shows the texts: those of its examples
    strings: { 4: 'DFU Config', 5: 'DFU Interface' },
    wTransferSize: 1024,
    serial: { sum: 'words' },
    pollMs: POLL_MS,
    quirks: ['dfu-leave-not-answered'],
  },
};

/** What of a line its DFU device is made of. */
interface DfuLine {
  readonly dfuGeneration?: 'A' | 'B';
  readonly dfu?: DfuOfLine;
  readonly usbProduct?: string;
  readonly usbSerial?: UsbSerial;
}

/** The DFU device of a line: its generation's, with what the line has its own. */
export function dfuOf({ dfuGeneration, dfu, usbProduct, usbSerial }: DfuLine): DfuGeneration {
  const generation = dfuGenerations[dfuGeneration ?? 'A'];
  return {
    ...generation,
    product: usbProduct ?? generation.product,
    serial: usbSerial ?? generation.serial,
    wTransferSize: dfu?.wTransferSize ?? generation.wTransferSize,
    pollMs: { ...generation.pollMs, ...dfu?.pollMs },
  };
}
