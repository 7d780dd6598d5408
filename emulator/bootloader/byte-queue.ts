/** Bytes in order of arrival. */
export class ByteQueue {
  readonly of = 'bytes';
  #bytes = new Uint8Array(512);
  #from = 0;
  #to = 0;

  get length(): number {
    return this.#to - this.#from;
  }

  push(bytes: ArrayLike<number>): void {
    if (this.#to + bytes.length > this.#bytes.length) {
      const kept = this.#bytes.subarray(this.#from, this.#to);
      const room = Math.max(512, 2 * (kept.length + bytes.length));
      const grown = room > this.#bytes.length ? new Uint8Array(room) : this.#bytes;
      grown.set(kept);
      this.#bytes = grown;
      this.#to -= this.#from;
      this.#from = 0;
    }
    if (bytes.length === 1) this.#bytes[this.#to] = bytes[0]!;
    else this.#bytes.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  shift(count: number): Uint8Array {
    const bytes = this.#bytes.slice(this.#from, this.#from + count);
    this.#from += count;
    return bytes;
  }

  keep(count: number): void {
    this.#to = this.#from + count;
  }
}
