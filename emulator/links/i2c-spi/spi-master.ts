import type { SpiPins } from '../../interfaces/spi/pins.ts';

/** What the host's end of an SPI is set to. */
export interface SpiSetting {
  /** Clock polarity and phase, 0 to 3; the chip speaks mode 0 (AN4286 §1). */
  readonly mode: number;
  readonly leastSignificantFirst: boolean;
}

/**
 * The master of an SPI on a link. With another clock mode both ends sample a bit too late, and with
 * another bit order they hear each byte backwards.
 */
export class SpiMaster {
  readonly #pins: SpiPins;
  readonly #note: (text: string) => void;
  #setting: SpiSetting = { mode: 0, leastSignificantFirst: false };
  /** The last bit on each wire, which a late sampler still sees. */
  #lastOut = 0;
  #lastIn = 0;

  constructor(pins: SpiPins, note: (text: string) => void) {
    this.#pins = pins;
    this.#note = note;
  }

  set(setting: SpiSetting): void {
    if (setting.mode !== 0 && this.#setting.mode === 0) {
      this.#note(`the host uses SPI mode ${setting.mode}, the bootloader mode 0: bits are shifted`);
    }
    this.#setting = setting;
  }

  select(low: boolean): void {
    this.#pins.select(low ? 0 : 1);
  }

  exchange(byte: number): number {
    const { mode, leastSignificantFirst } = this.#setting;
    const sent = leastSignificantFirst ? reversed(byte) : byte;
    let mosi = sent;
    if (mode !== 0) mosi = (this.#lastOut << 7) | (sent >> 1);
    this.#lastOut = sent & 1;
    const heard = this.#pins.exchange(mosi);
    let miso = heard;
    if (mode !== 0) miso = (this.#lastIn << 7) | (heard >> 1);
    this.#lastIn = heard & 1;
    return leastSignificantFirst ? reversed(miso) : miso;
  }
}

function reversed(byte: number): number {
  let result = 0;
  for (let bit = 0; bit < 8; bit++) result |= ((byte >> bit) & 1) << (7 - bit);
  return result;
}
