import { blank, blockUnit } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import type { Area } from '../run/script.ts';

/** Pages that sessions use: the smallest ones, so that sessions are quick. */
const PAGES = 4;

/** What a host may expect of a device: bytes by page, and whether they are hidden. */
export class Model {
  readonly pages: readonly Page[];
  protectedFromReading = false;
  /** Operations on non-volatile memory so far. */
  operations = 0;
  /** The power cut would fall where no model tells what it leaves. */
  cutInDoubt = false;
  readonly #part: Part;
  readonly #content = new Map<Page, Uint8Array>();
  readonly #mixed: Area[] = [];

  constructor(part: Part) {
    this.#part = part;
    const bySize = part.pages.toSorted(
      (one, other) => one.end - one.start - (other.end - other.start),
    );
    this.pages = bySize.slice(0, PAGES);
  }

  page(index: number): Page {
    return this.pages[index % this.pages.length]!;
  }

  /** Address and content of a block that starts at a unit of a page, cut to fit it and filled to whole units. */
  block(
    index: number,
    unit: number,
    data: readonly number[],
  ): { page: Page; start: number; data: number[] } {
    const page = this.page(index);
    const size = blockUnit(this.#part);
    const units = Math.floor((page.end - page.start) / size);
    const from = unit % units;
    const count = Math.min(Math.ceil(data.length / size), units - from, Math.floor(256 / size));
    const filled = Array.from({ length: count * size }, (_, at) => data[at] ?? blank(this.#part));
    return { page, start: page.start + from * size, data: filled };
  }

  /** Bytes that a read answers; undefined where a power cut left them in doubt. */
  read(start: number, count: number): readonly number[] | undefined {
    const page = this.pages.find((each) => start >= each.start && start < each.end)!;
    const doubtful = this.#mixed.some((area) => start < area.end && start + count > area.start);
    if (doubtful) return undefined;
    return [...this.#of(page).subarray(start - page.start, start - page.start + count)];
  }

  /** A block lands in a page as the series lands it on what is there. */
  write(start: number, data: readonly number[]): void {
    const page = this.pages.find((each) => start >= each.start && start < each.end)!;
    const content = this.#of(page);
    const at = start - page.start;
    const old = [...content.subarray(at, at + data.length)];
    const fresh = this.#landed(old, data);
    const doubt = this.#mixed.find((area) => start < area.end && start + data.length > area.start);
    if (fresh === undefined || doubt !== undefined) this.#doubt(page);
    else content.set(fresh, at);
  }

  erase(page: Page): void {
    this.#content.delete(page);
    for (let at = this.#mixed.length - 1; at >= 0; at--) {
      if (this.#mixed[at]!.start >= page.start && this.#mixed[at]!.end <= page.end)
        this.#mixed.splice(at, 1);
    }
  }

  eraseAll(): void {
    for (const page of this.pages) this.erase(page);
  }

  /** A power cut left a page in doubt. */
  doubt(page: Page): void {
    this.#doubt(page);
  }

  /** What the pages must hold in the end. */
  areas(): readonly Area[] {
    return this.pages.map((page) => {
      const { start, end } = page;
      if (this.#mixed.some((area) => area.start === start)) return { start, end };
      const content = this.#content.get(page);
      return content === undefined
        ? { start, end, value: blank(this.#part) }
        : { start, end, bytes: content };
    });
  }

  #of(page: Page): Uint8Array {
    let content = this.#content.get(page);
    if (content === undefined) {
      content = new Uint8Array(page.end - page.start).fill(blank(this.#part));
      this.#content.set(page, content);
    }
    return content;
  }

  #doubt({ start, end }: Page): void {
    this.#mixed.push({ start, end });
  }

  /** What cells hold after a write; undefined where no source tells. */
  #landed(old: readonly number[], data: readonly number[]): readonly number[] | undefined {
    const { overwrite, programUnit } = this.#part.device.flash;
    const clean = (from: number): boolean =>
      old.slice(from, from + programUnit).every((byte) => byte === blank(this.#part));
    const units = Array.from({ length: data.length / programUnit }, (_, at) => at * programUnit);
    if (overwrite === 'and') return data.map((byte, at) => byte & old[at]!);
    if (overwrite === 'or') return data.map((byte, at) => byte | old[at]!);
    if (units.every(clean)) return data;
    if (overwrite === undefined || overwrite === 'ecc') return undefined;
    return units.flatMap((from) => {
      const fresh = data.slice(from, from + programUnit);
      const zeros = overwrite === 'all-zero-only' && fresh.every((byte) => byte === 0);
      return clean(from) || zeros ? fresh : old.slice(from, from + programUnit);
    });
  }
}
