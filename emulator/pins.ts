/** The pins and power of a board; those of an interface stand in its room. Every call is synchronous. */

export type Level = 0 | 1;
export type PinName = 'NRST' | 'BOOT0' | 'BOOT1';

/** Pins and power of the board. While NRST is 0 the chip is held in reset; its rising edge boots. */
export interface BoardPins {
  drive(pin: PinName, level: Level): void;
  power(on: boolean): void;
}

/** The bus waits: SCL is stretched, a control transfer is NAKed. Ask again when `onRetry` calls. */
export interface Hold {
  readonly hold: true;
}
