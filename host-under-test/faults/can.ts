import type { Corrupts, Delays, Does, Replaces, Selected } from './selected.ts';

/**
 * Selects the frames of one direction: `connect` for the frame that starts the protocol, `command 31` by the
 * identifier, then as `Board.waiting` names it: `write-memory: data`. Repetitions of a frame that nobody
 * acknowledged are not counted.
 */
interface SelectedFrame extends Selected<'can'> {
  readonly direction: 'to-chip' | 'to-host';
}

/** Faults at the CAN and FDCAN pins. */
export type CanFault =
  /** `drop`: the frame is acknowledged on the bus, and whom it is for never gets it. */
  | (SelectedFrame & (Does<'drop'> | Corrupts))
  | (SelectedFrame & {
      readonly direction: 'to-host';
    } & (Replaces | Delays | Does<'duplicate'>))
  /** `silence`: frames are acknowledged on the bus, and nothing is answered from here on; `off-bus`: nobody acknowledges any more; `disconnect`: the interface goes down; `reset`: a pulse on NRST. The frame itself is lost. */
  | (SelectedFrame & Does<'silence' | 'off-bus' | 'disconnect' | 'reset'>)
  | {
      readonly at: 'can';
      /** `wrong-rate`: the rates of host and chip differ, every frame ends in an error frame; `ignores-classic`: FDCAN, a classic frame is acknowledged on the bus, and the bootloader does not answer it; `classic-adapter`: the interface of the host carries classic frames alone. */
      readonly do: 'wrong-rate' | 'ignores-classic' | 'classic-adapter';
    };
