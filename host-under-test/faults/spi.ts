import type { Delays, Does, Selected } from './selected.ts';

/**
 * Selects packets of the host (what it sends between two answers), or the answers of the chip, by the step as
 * `Board.waiting` names it: `sync`, `command 31`, `write-memory: length`. An answer is the ACK or NACK that the
 * chip offers until the host has taken it (AN4286 §2).
 */
interface Packet extends Selected<'spi'> {
  readonly direction: 'to-chip';
}

interface Answer extends Selected<'spi'> {
  readonly direction: 'to-host';
}

/** Faults at the SPI pins. */
export type SpiFault =
  | (Packet & {
      /** Flips these bits of one byte of the packet, from 0, its start of frame. */
      readonly do: 'corrupt';
      readonly byte: number;
      readonly value: number;
    })
  | (Packet & {
      /** The byte is clocked, and the chip does not hear it. */
      readonly do: 'drop';
      readonly byte: number;
    })
  | (Answer & {
      /** MISO carries 0xA5 for so many slots more before the answer. */
      readonly do: 'busy';
      readonly slots: number;
    })
  /** MISO carries 0xA5 meanwhile. */
  | (Answer & Delays)
  | (Answer & {
      /** `replace`: this byte is offered for the answer; `silence`: from here on MISO carries it, and the chip hears nothing. */
      readonly do: 'replace' | 'silence';
      readonly value: number;
    })
  /** `disconnect`: the device vanishes; `reset`: a pulse on NRST instead of the answer. */
  | (Answer & Does<'disconnect' | 'reset'>)
  | {
      readonly at: 'spi';
      /** MISO carries this byte all the time: nobody is there, or nobody listens. */
      readonly do: 'miso';
      readonly value: number;
    }
  | {
      readonly at: 'spi';
      /** The chip does not hear the first so many bytes of 0x5A. */
      readonly do: 'deaf-at-first';
      readonly syncs: number;
    };
