import type { FlashFault } from '../../emulator/index.ts';
import type { DeviceFault } from './dfu.ts';
import type { CanFault } from './can.ts';
import type { I2cFault } from './i2c.ts';
import type { Corrupts, Delays, Does, Replaces, Selected } from './selected.ts';
import type { SpiFault } from './spi.ts';
import type { UsbFault } from './usb.ts';

/** What goes wrong at the port of a board. */
export type PortFault = WireFault | UsbFault | I2cFault | SpiFault | CanFault;

/** What goes wrong in a scenario, as plain counted data. */
export type ScenarioFault = FlashFault | CellFault | AnswerFault | DeviceFault | PortFault;

/**
 * Selects packets (what the host sends between two replies) or replies by the step as `Board.waiting` names
 * it: `sync`, `command 31`, `write-memory: length`.
 */
interface SelectedPacket extends Selected<'wire'> {
  readonly direction: 'to-chip';
}

interface SelectedReply extends Selected<'wire'> {
  readonly direction: 'to-host';
}

/** Faults at the USART pins. */
export type WireFault =
  | (SelectedPacket & {
      readonly do: 'drop' | 'corrupt' | 'duplicate' | 'insert';
      /** Place in the packet, from 0. */
      readonly byte: number;
      /** `corrupt`: bits to flip; `insert`: the byte put before. Default 0xFF. */
      readonly value?: number;
    })
  /** `drop` loses the whole reply, `duplicate` sends it twice. */
  | (SelectedReply & (Does<'drop' | 'duplicate'> | Replaces | Corrupts | Delays))
  | (SelectedReply & {
      /** These bytes are sent beside the reply. */
      readonly do: 'before' | 'after';
      readonly bytes: readonly number[];
    })
  | (SelectedReply & {
      /** The reply is sent a byte at a time, so many ms of wall time apart. */
      readonly do: 'split';
      readonly ms: number;
    })
  /** `silence`: nothing leaves the chip from here on; `disconnect`: the port vanishes; `reset`: NRST falls, the reply is lost. */
  | (SelectedReply & Does<'silence' | 'disconnect' | 'reset'>)
  | {
      readonly at: 'wire';
      /** Single-wire adapter: the host hears each byte that it sends. */
      readonly do: 'echo';
    }
  | {
      readonly at: 'wire';
      /** Bytes that the host hears so many ms after NRST has risen. */
      readonly do: 'stray';
      readonly bytes: readonly number[];
      readonly ms: number;
    }
  | {
      readonly at: 'wire';
      /** Each so-manieth byte in both directions, after the sync, has its lowest bit flipped. */
      readonly do: 'bit-errors';
      readonly every: number;
    }
  | {
      readonly at: 'wire';
      /** The adapter sends no parity bit, whatever it is set to: frames are a bit too short for the chip. */
      readonly do: 'drops-parity';
    };

/** Faults of the flash cells themselves. */
export type CellFault =
  | {
      readonly at: 'cells';
      readonly do: 'stuck-bit';
      readonly address: number;
      readonly bit: number;
      readonly value: 0 | 1;
    }
  | {
      readonly at: 'cells';
      /** The bits of `mask` at `address` flip once the nth byte range that covers it has been programmed. */
      readonly do: 'bits-lost';
      readonly nth: number;
      readonly address: number;
      readonly mask: number;
    }
  | {
      readonly at: 'cells';
      /** Programming below this offset in flash takes; all beyond is acknowledged and lost. */
      readonly do: 'absent-from';
      readonly address: number;
    };

/** What Get or Get ID says instead: the count byte and the bytes behind it. */
export interface AnswerFault {
  readonly at: 'answer';
  readonly of: 'get' | 'get-id';
  readonly count: number;
  readonly bytes: readonly number[];
}
