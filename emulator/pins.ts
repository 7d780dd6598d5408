/** The pins and power of a board; those of an interface stand in its room. Every call is synchronous. */

/** The level of a pin. */
export type Level = 0 | 1;
/** The pins of a board beside those of its interfaces. */
export type PinName = 'NRST' | 'BOOT0' | 'BOOT1';

/** Pins and power of the board. While NRST is 0 the chip is held in reset; its rising edge boots. */
export interface BoardPins {
  /** Sets a pin to a level; the chip follows at once. */
  drive(pin: PinName, level: Level): void;
  /** Switches the power of the board. */
  power(on: boolean): void;
}

/** The bus waits: SCL is stretched, a control transfer is NAKed. Ask again when `onRetry` calls. */
export interface Hold {
  /** Tells it from a byte and an answer. */
  readonly hold: true;
}
