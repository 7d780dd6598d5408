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
