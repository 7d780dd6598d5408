import type { Hold } from '../../pins.ts';

/** An I2C target, seen from the controller; one call per byte, in the order of the bus. */
export interface I2cPins {
  /** START or repeated START with a 7-bit address. */
  start(address: number, read: boolean): 'ack' | 'nack' | Hold;
  /** A byte to the target. */
  write(byte: number): 'ack' | 'nack' | Hold;
  /** A byte from the target; `last` is answered with a NACK by the controller. */
  read(last: boolean): number | Hold;
  /** STOP: the message is over. */
  stop(): void;
  /** Calls `listener` whenever a held byte may be asked for again. */
  onRetry(listener: () => void): void;
}
