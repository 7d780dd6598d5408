/** One interface of the chip, from its pins to whatever listens on it. */
export interface BusPort {
  /** As the tables name it: `USART1`, `I2C1`, `USB`. */
  readonly name: string;
  /** Off from now on: it shows its bus's face of silence (AN2606 §4: the first interface selected wins). */
  disconnect(): void;
}
