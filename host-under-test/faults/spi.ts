/**
 * Selects packets of the host (what it sends between two answers), or the answers of the chip, by the step
 * of the protocol, as `Board.waiting` names it: `sync`, `command 31`, `write-memory: length`. A shorter
 * text stands for all that begin with it, none for every step; counted from 1 for each fault on its own.
 */
interface SelectedAnswer {
  readonly at: 'spi';
  readonly direction: 'to-chip' | 'to-host';
  readonly step?: string;
  readonly nth: number;
  /** The nth and every one after it. */
  readonly on?: true;
}

/** Faults at the SPI pins. An answer is the ACK or NACK that the chip offers until the host has taken it (AN4286 §2). */
export type SpiFault =
  | (SelectedAnswer & {
      readonly direction: 'to-chip';
      /** Flips these bits of one byte of the packet, from 0, its start of frame. */
      readonly do: 'corrupt';
      readonly byte: number;
      readonly value: number;
    })
  | (SelectedAnswer & {
      readonly direction: 'to-chip';
      /** The byte is clocked, and the chip does not hear it. */
      readonly do: 'drop';
      readonly byte: number;
    })
  | (SelectedAnswer & {
      readonly direction: 'to-host';
      /** MISO carries 0xA5 for so many slots more before the answer. */
      readonly do: 'busy';
      readonly slots: number;
    })
  | (SelectedAnswer & {
      readonly direction: 'to-host';
      /** MISO carries 0xA5 for so many ms of wall time before the answer. */
      readonly do: 'delay';
      readonly ms: number;
    })
  | (SelectedAnswer & {
      readonly direction: 'to-host';
      /** This byte is offered for the answer. */
      readonly do: 'replace';
      readonly value: number;
    })
  | (SelectedAnswer & {
      readonly direction: 'to-host';
      /** From here on MISO carries this byte, and the chip hears nothing. */
      readonly do: 'silence';
      readonly value: number;
    })
  | (SelectedAnswer & {
      readonly direction: 'to-host';
      /** `disconnect`: the device vanishes; `reset`: a pulse on NRST instead of the answer. */
      readonly do: 'disconnect' | 'reset';
    })
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
