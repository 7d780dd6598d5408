const PAGE = 2048;

/** A change of one memory's content: new bytes, or `erased` so many bytes set to the blank value. */
export type Change =
  | { readonly offset: number; readonly bytes: Uint8Array }
  | { readonly offset: number; readonly erased: number };

/** The content of one memory by page; none for a page that is blank. */
export type KeptCells = readonly (Uint8Array | undefined)[];

/**
 * The bytes of one memory, allocated by page on the first write. Offsets and lengths are in bytes and
 * must lie inside; what is outside is our bug.
 */
export class Cells {
  /** `main flash`, `option bytes`, … as the trace and files call it. */
  readonly name: string;
  /** Address of its first byte. */
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  /** A byte that is erased. */
  readonly blank: number;
  readonly #pages: (Uint8Array | undefined)[];
  /** Pages that a snapshot holds too. */
  readonly #kept = new WeakSet<Uint8Array>();
  #listener: ((change: Change) => void) | undefined;

  /** A memory of `length` bytes from the address `start` on, all of them `blank`. */
  constructor(name: string, start: number, length: number, blank: number) {
    this.name = name;
    this.start = start;
    this.length = length;
    this.blank = blank;
    this.#pages = Array<undefined>(Math.ceil(length / PAGE)).fill(undefined);
  }

  /** Calls `listener` after each change, for those who keep the content elsewhere; one listener per memory. */
  onChange(listener: (change: Change) => void): void {
    this.#listener = listener;
  }

  /** The address is one of this memory. */
  contains(address: number): boolean {
    return address >= this.start && address < this.start + this.length;
  }

  /** A copy of `length` bytes from an offset on. */
  read(offset: number, length: number): Uint8Array {
    this.#inside(offset, length);
    const from = offset % PAGE;
    const only = from + length <= PAGE ? this.#pages[Math.floor(offset / PAGE)] : undefined;
    if (only !== undefined) return only.slice(from, from + length);
    const bytes = new Uint8Array(length).fill(this.blank);
    this.#eachPage(offset, length, (index, start, count, at) => {
      const page = this.#pages[index];
      if (page !== undefined) bytes.set(page.subarray(start, start + count), at);
    });
    return bytes;
  }

  /** One byte, without a copy. */
  byte(offset: number): number {
    const page = this.#pages[Math.floor(offset / PAGE)];
    return page === undefined ? this.blank : page[offset % PAGE]!;
  }

  /** All bytes of a range are blank. */
  isBlank(offset: number, length: number): boolean {
    this.#inside(offset, length);
    let blank = true;
    this.#eachPage(offset, length, (index, from, count) => {
      const page = this.#pages[index];
      if (page === undefined) return;
      for (let at = from; blank && at < from + count; at++) blank = page[at] === this.blank;
    });
    return blank;
  }

  /** Puts `bytes` there, whatever was there before. */
  set(offset: number, bytes: Uint8Array): void {
    this.#inside(offset, bytes.length);
    this.#eachPage(offset, bytes.length, (index, from, count, at) => {
      const page = this.#pageToChange(index) ?? (this.#pages[index] = this.#blankPage());
      page.set(bytes.subarray(at, at + count), from);
    });
    this.#listener?.({ offset, bytes });
  }

  /** Sets `length` bytes to the blank value. */
  erase(offset: number, length: number): void {
    this.#inside(offset, length);
    this.#eachPage(offset, length, (index, from, count) => {
      if (count === PAGE) this.#pages[index] = undefined;
      else this.#pageToChange(index)?.fill(this.blank, from, from + count);
    });
    this.#listener?.({ offset, erased: length });
  }

  /** The content as it stands, for `restore`: a page is copied when it changes next. */
  keep(): KeptCells {
    for (const page of this.#pages) if (page !== undefined) this.#kept.add(page);
    return [...this.#pages];
  }

  /** Puts back what `keep` gave; pages that were not written since are no change. */
  restore(kept: KeptCells): void {
    kept.forEach((page, index) => {
      if (page === this.#pages[index]) return;
      const offset = index * PAGE;
      this.#pages[index] = page;
      const count = Math.min(PAGE, this.length - offset);
      if (page === undefined) this.#listener?.({ offset, erased: count });
      else this.#listener?.({ offset, bytes: page.subarray(0, count) });
    });
  }

  /** The page, or a copy in its place where somebody keeps it. */
  #pageToChange(index: number): Uint8Array | undefined {
    const page = this.#pages[index];
    if (page === undefined || !this.#kept.has(page)) return page;
    return (this.#pages[index] = page.slice());
  }

  /** Small memories have one small page. */
  #blankPage(): Uint8Array {
    return new Uint8Array(Math.min(PAGE, this.length)).fill(this.blank);
  }

  #inside(offset: number, length: number): void {
    if (offset < 0 || offset + length > this.length) {
      throw new Error(`unreachable: ${this.name} offset ${offset} length ${length}`);
    }
  }

  #eachPage(
    offset: number,
    length: number,
    visit: (index: number, from: number, count: number, at: number) => void,
  ): void {
    for (let at = 0; at < length;) {
      const from = (offset + at) % PAGE;
      const count = Math.min(PAGE - from, length - at);
      visit(Math.floor((offset + at) / PAGE), from, count, at);
      at += count;
    }
  }
}
