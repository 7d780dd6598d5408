/** A frame on a CAN bus; `data` is at most 8 bytes, 64 with `fd`. */
export interface CanFrame {
  /** Identifier: 11 bits, 29 with `extended`. */
  readonly id: number;
  /** The identifier has 29 bits. */
  readonly extended: boolean;
  /** It is a frame of CAN FD. */
  readonly fd: boolean;
  /** Bit rate switch: the data phase is faster. */
  readonly brs: boolean;
  /** At most 8 bytes, 64 with `fd`. */
  readonly data: Uint8Array;
}

/** Bit rates of a node in bits per second; `data` is that of the data phase of CAN FD. */
export interface CanRate {
  /** Of arbitration, and of all of a classic frame. */
  readonly nominal: number;
  /** Of the data phase of CAN FD. */
  readonly data?: number;
}

/** A CAN node, seen from the bus. */
export interface CanPins {
  /** A frame of another node: taken, spoilt by an error frame, or acknowledged by nobody. No rate is the chip's own. */
  receive(frame: CanFrame, rate?: CanRate): 'acknowledged' | 'error' | 'nobody';
  /**
   * Calls `listener` with each frame the chip sends, and the rate it is sent with. A node that does not
   * acknowledge it returns false: where none does, the chip keeps the frame, and those behind it.
   */
  onTransmit(listener: (frame: CanFrame, rate: CanRate) => unknown): void;
  /** A node came onto the bus: what the chip has kept is sent again. */
  repeat(): void;
}
