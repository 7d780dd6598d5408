import type { UsbStep } from './steps.ts';
import type { Corrupts, Delays, Does, Replaces, Selected } from './selected.ts';

/**
 * Selects control transfers by their step: the request by name, behind the command that it is part of, as
 * in `erase: DNLOAD` and `erase: GETSTATUS 1`, which sets the command going; `GETSTATUS`, `UPLOAD`,
 * `GET_DESCRIPTOR` where there is none.
 */
type SelectedTransfer = Selected<'usb', UsbStep>;

/** Faults at the USB pins. */
export type UsbFault =
  /** `drop`: the chip does as it is asked, and the answer is lost; `stall`, `nak`: the chip never sees it, and it is stalled, or answered with NAK for ever (with `on`, everything from then on); `disconnect`: the chip does it, and the cable is pulled; `reset`: a pulse on NRST instead of the answer. */
  | (SelectedTransfer & Does<'drop' | 'stall' | 'nak' | 'disconnect' | 'reset'>)
  /** One byte of the data stage, whichever way it goes; the data of the IN stage; the answer, held back with NAKs. */
  | (SelectedTransfer & (Corrupts | Replaces | Delays))
  | {
      readonly at: 'usb';
      /** `needs-poll-time`: a request sooner than the last bwPollTimeout asked for is stalled; `needs-six-bytes`: a GETSTATUS of other than six bytes, or to another interface than 0. */
      readonly do: 'needs-poll-time' | 'needs-six-bytes';
    }
  | {
      readonly at: 'usb';
      /** The device comes onto the bus only so many ms of wall time after the tool was started. */
      readonly do: 'attach-late';
      readonly ms: number;
    };
