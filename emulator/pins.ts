/** What the outside can do to the chip, per bus. Every call is synchronous. */

/** What is known of the host's end of a serial line; an absent field is taken as right. */
export interface Line {
  /** Bits per second. */
  readonly baud?: number;
  readonly parity?: 'none' | 'even' | 'odd' | 'mark' | 'space';
  readonly dataBits?: 5 | 6 | 7 | 8;
  readonly stopBits?: 1 | 1.5 | 2;
}

export type Level = 0 | 1;
export type PinName = 'NRST' | 'BOOT0' | 'BOOT1';

/** Pins and power of the board. While NRST is 0 the chip is held in reset; its rising edge boots. */
export interface BoardPins {
  drive(pin: PinName, level: Level): void;
  power(on: boolean): void;
}

/** The two wires of a USART, seen from the host. */
export interface UsartPins {
  /** Bytes that the host sends; `line` is the setting they are sent with and is kept until the next one. */
  receive(bytes: Uint8Array, line?: Line): void;
  /** The host changed its line setting without sending anything. */
  setLine(line: Line): void;
  /** The host holds its transmit line low (`true`) or releases it. */
  breakLine(on: boolean): void;
  /** Calls `listener` with each burst the chip transmits, one call per reply. */
  onTransmit(listener: (bytes: Uint8Array) => void): void;
}

/** The bus waits: SCL is stretched, a control transfer is NAKed. Ask again when `onRetry` calls. */
export interface Hold {
  readonly hold: true;
}

/** An I2C target, seen from the controller; one call per byte, in the order of the bus. */
export interface I2cPins {
  /** START or repeated START with a 7-bit address. */
  start(address: number, read: boolean): 'ack' | 'nack' | Hold;
  /** A byte to the target. */
  write(byte: number): 'ack' | 'nack' | Hold;
  /** A byte from the target; `last` is answered with a NACK by the controller. */
  read(last: boolean): number | Hold;
  stop(): void;
  /** Calls `listener` whenever a held byte may be asked for again. */
  onRetry(listener: () => void): void;
}

/** An SPI slave in mode 0, most significant bit first. */
export interface SpiPins {
  /** NSS, active low. */
  select(nss: Level): void;
  /** One byte out for each byte in. */
  exchange(mosi: number): number;
}

/** A frame on a CAN bus; `data` is at most 8 bytes, 64 with `fd`. */
export interface CanFrame {
  readonly id: number;
  readonly extended: boolean;
  readonly fd: boolean;
  /** Bit rate switch: the data phase is faster. */
  readonly brs: boolean;
  readonly data: Uint8Array;
}

/** Bit rates of a node in bits per second; `data` is that of the data phase of CAN FD. */
export interface CanRate {
  readonly nominal: number;
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

/** The eight bytes of a control transfer's SETUP stage (USB 2.0 §9.3). */
export interface Setup {
  readonly bmRequestType: number;
  readonly bRequest: number;
  readonly wValue: number;
  readonly wIndex: number;
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
  onRetry(listener: () => void): void;
  /** Calls `listener` when the device comes onto the bus (`true`) and when it drops off it. */
  onAttach(listener: (attached: boolean) => void): void;
}
