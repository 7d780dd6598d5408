import type { Level } from '../../pins.ts';

/** An SPI slave in mode 0, most significant bit first. */
export interface SpiPins {
  /** NSS, active low. */
  select(nss: Level): void;
  /** One byte out for each byte in. */
  exchange(mosi: number): number;
}
