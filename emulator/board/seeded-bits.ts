/** xorshift32: the same bits for the same seed and the same history. */
export class SeededBits {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** What the next bits follow from. */
  get state(): number {
    return this.#state;
  }

  set state(state: number) {
    this.#state = state;
  }

  /** The next 32 bits. */
  next(): Uint8Array {
    const bits = new Uint8Array(4);
    let x = this.#state | 0;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    new DataView(bits.buffer).setInt32(0, x);
    return bits;
  }

  /** A number from -1 to 1. */
  chance(): number {
    return (this.next()[0]! - 127.5) / 127.5;
  }
}
