/** What is known of the host's end of a serial line; an absent field is taken as right. */
export interface Line {
  /** Bits per second. */
  readonly baud?: number;
  /** Parity bit; AN3155 asks for even. */
  readonly parity?: 'none' | 'even' | 'odd' | 'mark' | 'space';
  /** Bits of a character, without the parity bit. */
  readonly dataBits?: 5 | 6 | 7 | 8;
  /** Stop bits of a character. */
  readonly stopBits?: 1 | 1.5 | 2;
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
