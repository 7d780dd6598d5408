/** Answers of a bus on which nothing comes but what was asked for: they are there when the asking has ended. */
export class Answers {
  #bytes: readonly number[] = [];
  #at = 0;

  add(bytes: Iterable<number>): void {
    this.#bytes = [...this.#bytes.slice(this.#at), ...bytes];
    this.#at = 0;
  }

  /** The next byte; undefined when all were taken. */
  next(): number | undefined {
    return this.#at < this.#bytes.length ? this.#bytes[this.#at++] : undefined;
  }

  clear(): void {
    this.#bytes = [];
    this.#at = 0;
  }
}
