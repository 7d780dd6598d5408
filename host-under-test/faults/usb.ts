/**
 * Selects control transfers by their step: the request by name, behind the command that it is part of, as
 * in `erase: DNLOAD` and `erase: GETSTATUS 1`, which sets the command going; `GETSTATUS`, `UPLOAD`,
 * `GET_DESCRIPTOR` where there is none. A shorter text stands for all that begin with it, none for every
 * transfer; counted from 1 for each fault on its own.
 */
interface SelectedTransfer {
  readonly at: 'usb';
  readonly step?: string;
  readonly nth: number;
  /** The nth and every one after it. */
  readonly on?: true;
}

/** Faults at the USB pins. */
export type UsbFault =
  | (SelectedTransfer & {
      /** `drop`: the chip does as it is asked, and the answer is lost; `stall`, `nak`: the chip never sees it, and it is stalled, or answered with NAK for ever (with `on`, everything from then on). */
      readonly do: 'drop' | 'stall' | 'nak';
    })
  | (SelectedTransfer & {
      /** `disconnect`: the chip does it, and the cable is pulled; `reset`: a pulse on NRST instead of the answer. */
      readonly do: 'disconnect' | 'reset';
    })
  | (SelectedTransfer & {
      /** Flips these bits of one byte of the data stage, whichever way it goes. */
      readonly do: 'corrupt';
      readonly byte: number | 'last';
      readonly value: number;
    })
  | (SelectedTransfer & {
      /** These bytes come in place of the data of the IN stage. */
      readonly do: 'replace';
      readonly bytes: readonly number[];
    })
  | (SelectedTransfer & {
      /** The answer is held back with NAKs for so many ms of wall time. */
      readonly do: 'delay';
      readonly ms: number;
    })
  | {
      readonly at: 'usb';
      /** A request sooner than the last bwPollTimeout asked for is stalled. */
      readonly do: 'needs-poll-time';
    }
  | {
      readonly at: 'usb';
      /** A GETSTATUS of other than six bytes, or to another interface than 0, is stalled. */
      readonly do: 'needs-six-bytes';
    }
  | {
      readonly at: 'usb';
      /** The device comes onto the bus only so many ms of wall time after the tool was started. */
      readonly do: 'attach-late';
      readonly ms: number;
    };
