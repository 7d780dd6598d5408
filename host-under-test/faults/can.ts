/**
 * Selects the frames of one direction by the step of the protocol in which the host sent last: `connect`
 * for the frame that starts the protocol, `command 31` by the identifier, then as `Board.waiting` names it:
 * `write-memory: data`. A shorter text stands for all that begin with it, none for every step; counted
 * from 1 for each fault on its own, repetitions of a frame that nobody acknowledged apart.
 */
interface SelectedFrame {
  readonly at: 'can';
  readonly direction: 'to-chip' | 'to-host';
  readonly step?: string;
  readonly nth: number;
  /** The nth and every one after it. */
  readonly on?: true;
}

/** Faults at the CAN and FDCAN pins. */
export type CanFault =
  | (SelectedFrame & {
      /** The frame is acknowledged on the bus, and whom it is for never gets it. */
      readonly do: 'drop';
    })
  | (SelectedFrame & {
      /** Flips these bits of one data byte. */
      readonly do: 'corrupt';
      readonly byte: number | 'last';
      readonly value: number;
    })
  | (SelectedFrame & {
      readonly direction: 'to-host';
      /** The frame comes with these bytes. */
      readonly do: 'replace';
      readonly bytes: readonly number[];
    })
  | (SelectedFrame & {
      readonly direction: 'to-host';
      readonly do: 'duplicate';
    })
  | (SelectedFrame & {
      readonly direction: 'to-host';
      /** The frame comes so many ms of wall time late, and those behind it too. */
      readonly do: 'delay';
      readonly ms: number;
    })
  | (SelectedFrame & {
      /** `silence`: frames are acknowledged on the bus, and nothing is answered from here on; `off-bus`: nobody acknowledges any more; `disconnect`: the interface goes down; `reset`: a pulse on NRST. The frame itself is lost. */
      readonly do: 'silence' | 'off-bus' | 'disconnect' | 'reset';
    })
  | {
      readonly at: 'can';
      /** The rates of host and chip differ: every frame ends in an error frame. */
      readonly do: 'wrong-rate';
    }
  | {
      readonly at: 'can';
      /** FDCAN: a classic frame is acknowledged on the bus, and the bootloader does not answer it. */
      readonly do: 'ignores-classic';
    }
  | {
      readonly at: 'can';
      /** The interface of the host carries classic frames alone. */
      readonly do: 'classic-adapter';
    };
