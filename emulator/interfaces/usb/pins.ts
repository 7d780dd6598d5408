import type { Hold } from '../../pins.ts';

/** The eight bytes of a control transfer's SETUP stage (USB 2.0 §9.3). */
export interface Setup {
  /** Direction, type and recipient. */
  readonly bmRequestType: number;
  /** The request. */
  readonly bRequest: number;
  /** Its value; of DFU the block number. */
  readonly wValue: number;
  /** The interface or endpoint that is meant. */
  readonly wIndex: number;
  /** Bytes of the data stage. */
  readonly wLength: number;
}

/** A full-speed USB device with endpoint 0 only, seen from the host. */
export interface UsbPins {
  /** The pull-up is on: the device is on the bus. */
  readonly attached: boolean;
  /** The host resets the bus. */
  busReset(): void;
  /**
   * One control transfer with the data of its OUT stage: the data of its IN stage (empty where it has
   * none), a STALL, or NAKs until `onRetry`, when the same transfer is asked for again.
   */
  control(setup: Setup, data: Uint8Array): Uint8Array | 'stall' | Hold;
  /** Calls `listener` whenever a transfer that was held may be asked for again. */
  onRetry(listener: () => void): void;
  /** Calls `listener` when the device comes onto the bus (`true`) and when it drops off it. */
  onAttach(listener: (attached: boolean) => void): void;
}
