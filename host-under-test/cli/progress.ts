/** Runs between two lines where nobody watches. */
const EVERY = 25;

/** Tells on stderr how far the runs are: in place on a terminal, else now and then. */
export class Progress implements Disposable {
  readonly #name: string;
  readonly #stream: NodeJS.WriteStream;
  #shown = false;

  constructor(name: string, stream: NodeJS.WriteStream = process.stderr) {
    this.#name = name;
    this.#stream = stream;
  }

  /** As `runAll` calls it. */
  readonly onResult = (_result: unknown, done: number, all: number): void => {
    const text = `${this.#name}: ${done} of ${all}`;
    if (this.#stream.isTTY) {
      this.#shown = true;
      this.#stream.write(`\r${text}`);
    } else if (done % EVERY === 0) this.#stream.write(`${text}\n`);
  };

  /** Takes the line away, so that something else can be printed. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
