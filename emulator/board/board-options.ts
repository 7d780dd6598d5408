import type { Protocol } from '../../families/index.ts';
import type { Application } from '../chip/application.ts';
import type { RdpLevel } from '../chip/protection.ts';
import type { Fault } from '../faults.ts';
import type { Replace } from '../interfaces/replace.ts';
import type { UsbStringsGiven } from '../interfaces/usb/descriptors.ts';
import type { Level } from '../pins.ts';
import type { TraceEvent } from '../trace/trace.ts';

/** What a board is made with, beside its device and flash size. */
export interface BoardOptions {
  /** Bootloader version, as `9.1`; default the newest of the line. */
  readonly bootloader?: string;
  /** USART protocol version in place of the ROM's own, as `4.0`: for protocols that the line does not have. */
  readonly protocol?: string;
  /** The same for the other buses: `{ SPI: '1.3' }`. */
  readonly protocols?: Readonly<Partial<Record<Exclude<Protocol, 'USART'>, string>>>;
  /** Quirks switched on or off against what the ROM version has. */
  readonly quirks?: Readonly<Record<string, boolean>>;
  /** Default 1: the bootloader. */
  readonly boot0?: Level;
  /** Default 0. */
  readonly boot1?: Level;
  /** Readout protection level at power-on. */
  readonly rdp?: RdpLevel;
  /** Option fields by ST's names at power-on. */
  readonly options?: Readonly<Record<string, number>>;
  /** 12 bytes. */
  readonly uid?: Uint8Array;
  /** USB strings in place of the ROM's own, letter by letter: of a chip that is not known here. */
  readonly usbStrings?: UsbStringsGiven;
  /** What runs when the chip does not run its bootloader; default `silent`. */
  readonly application?: Application;
  /** What goes wrong on the way to the chip and in its flash, by number. */
  readonly faults?: readonly Fault[];
  /** MHz of the crystal on the board (HSE), which CAN needs; 0 where there is none. Default 8. */
  readonly crystal?: number;
  /** Content of main flash at power-on, by address; what is given twice must agree. */
  readonly load?: readonly {
    /** Of the first byte. */
    readonly address: number;
    /** What lies there. */
    readonly bytes: Uint8Array;
  }[];
  /** Whole content of non-volatile memories at power-on, by their names. */
  readonly memories?: Readonly<Record<string, Uint8Array>>;
  /** Seed of the bits that a reset in the middle of an operation leaves behind. Default 1. */
  readonly seed?: number;
  /** Parts of the bootloader in place of its own: how a wrong device is made. */
  readonly replace?: Replace | readonly Replace[];
  /** Reads the trace from the first event on. */
  readonly onTrace?: (event: TraceEvent) => void;
}
