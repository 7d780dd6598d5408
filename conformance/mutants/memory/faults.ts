import { andThen } from '../kit.ts';
import type { Command, Memory, MemoryFault, Result, Rom } from '../kit.ts';

type Change<What> = (right: What, memory: Memory, rom: Rom) => What;
type Numbers = readonly number[];

/** A read answers other bytes. */
export const reads = (
  name: string,
  wrong: string,
  change: (bytes: Uint8Array, address: number, memory: Memory, rom: Rom) => Uint8Array,
): MemoryFault => ({
  name,
  wrong,
  change: (memory, rom) => ({
    read: (address, length) => change(memory.read(address, length), address, memory, rom),
  }),
});

/** A write takes other data. */
export const writes = (
  name: string,
  wrong: string,
  change: (data: Uint8Array, address: number, memory: Memory) => Uint8Array,
): MemoryFault => ({
  name,
  wrong,
  change: (memory) => ({
    write: (address, data) => memory.write(address, change(data, address, memory)),
  }),
});

/** A list of pages is another. */
export const lists = (name: string, wrong: string, change: Change<Numbers>): MemoryFault => ({
  name,
  wrong,
  change: (memory, rom) => ({
    erase: (what) =>
      memory.erase('pages' in what ? { pages: change(what.pages, memory, rom) } : what),
  }),
});

/** A list of sectors to be protected is another. */
export const protects = (name: string, wrong: string, change: Change<Numbers>): MemoryFault => ({
  name,
  wrong,
  change: (memory, rom) => ({
    writeProtect: (codes) => memory.writeProtect(change(codes, memory, rom)),
  }),
});

/** Write Unprotect changes these fields alone. */
export const unprotects = (
  name: string,
  wrong: string,
  fields: (memory: Memory, rom: Rom) => Readonly<Record<string, number>>,
): MemoryFault => ({
  name,
  wrong,
  change: (memory, rom) => ({ writeUnprotect: () => memory.changeOptions(fields(memory, rom)) }),
});

/** What changes the chip. */
export type Method =
  'write' | 'erase' | 'writeProtect' | 'writeUnprotect' | 'readoutProtect' | 'readoutUnprotect';

/** What a method of memory leads to is another operation, or refused. */
export function turns<M extends Method>(
  name: string,
  wrong: string,
  method: M,
  change: (right: Result, memory: Memory, ...how: Parameters<Memory[M]>) => Result,
): MemoryFault {
  return {
    name,
    wrong,
    change: (memory) => ({
      [method]: (...how: Parameters<Memory[M]>) => {
        const right = (memory[method] as (...asked: Parameters<Memory[M]>) => Result)(...how);
        return change(right, memory, ...how);
      },
    }),
  };
}

type Access = Parameters<Memory['check']>[0];

/** Memory that hosts may have is refused to them. */
export function closes(
  name: string,
  wrong: string,
  access: Access,
  which: (memory: Memory, address: number, rom: Rom) => boolean,
): MemoryFault {
  return {
    name,
    wrong,
    change: (memory, rom) => ({
      check: (asked, address, length) =>
        asked === access && which(memory, address, rom)
          ? { refused: 'no-memory' }
          : memory.check(asked, address, length),
    }),
  };
}

/** Memory of a kind that should be refused is open to hosts; undefined: where nothing is. */
export function opens(
  name: string,
  wrong: string,
  access: Access,
  kind: string | undefined,
): MemoryFault {
  return {
    name,
    wrong,
    change: (memory) => ({
      check: (asked, address, length) =>
        asked === access && kindAt(memory, address) === kind
          ? undefined
          : memory.check(asked, address, length),
      read: (address, length) =>
        kindAt(memory, address) === undefined
          ? new Uint8Array(length)
          : memory.read(address, length),
    }),
  };
}

/** The faults, while one command is under way. */
export function during(
  command: Command['name'],
  faults: readonly MemoryFault[],
): readonly MemoryFault[] {
  return faults.map((fault) => ({ ...fault, command }));
}

export function named(name: string, fault: MemoryFault): MemoryFault {
  return { ...fault, name };
}

export function kindAt(memory: Memory, address: number): string | undefined {
  return memory.regionAt(address)?.kind;
}

export const isFlash = (memory: Memory, address: number): boolean =>
  kindAt(memory, address) === 'main-flash';

export const isRam = (memory: Memory, address: number): boolean =>
  kindAt(memory, address) === 'sram';

export const isOptions = (memory: Memory, address: number): boolean =>
  kindAt(memory, address) === 'option-bytes';

/** Start of main flash on the lines that mutants are made of. */
export const FLASH = 0x0800_0000;

/** Bytes that every line programs in one go. */
const UNIT = 32;

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Pages of main flash by their numbers, where the banks follow each other. */
export function pagesOf(memory: Memory): readonly Range[] {
  const pages: Range[] = [];
  for (let page = memory.regionAt(FLASH); page?.kind === 'main-flash';) {
    pages.push(page);
    page = memory.regionAt(page.end);
  }
  return pages;
}

/** The pages that are there, of a list. */
export function namedPages(memory: Memory, pages: readonly number[]): readonly Range[] {
  const there = pagesOf(memory);
  return pages.flatMap((page) => there[page] ?? []);
}

export const endOfFlash = (memory: Memory): number => pagesOf(memory).at(-1)!.end;

/** The last word of flash. */
export const lastWord = (memory: Memory): Range => ({
  start: endOfFlash(memory) - 4,
  end: endOfFlash(memory),
});

export const firstUnit = ({ start }: Range): Range => ({ start, end: start + UNIT });

export const lastUnit = ({ end }: Range): Range => ({ start: end - UNIT, end });

/** 32 bytes in the middle of a page. */
export function middleUnit({ start, end }: Range): Range {
  const middle = (start + end) / 2;
  return { start: middle, end: middle + UNIT };
}

/** Length of the lower half of flash for an address in the upper one. */
export function aboveHalf(memory: Memory, address: number): number | undefined {
  const half = (endOfFlash(memory) - FLASH) / 2;
  return isFlash(memory, address) && address >= FLASH + half ? half : undefined;
}

/** The operation leaves these bytes as they were. */
export function sparing(memory: Memory, result: Result, ranges: readonly Range[]): Result {
  const kept = ranges.map(({ start, end }) => ({ start, bytes: memory.read(start, end - start) }));
  return andThen(result, () => kept.map(({ start, bytes }) => memory.write(start, bytes)));
}

/** Sector codes that the loaded option bytes protect. */
export function protectedCodes(memory: Memory, { device }: Rom): readonly number[] {
  const rule = device.options?.writeProtection;
  if (rule?.kind !== 'bits') return [];
  const codes: number[] = [];
  let first = 0;
  for (const name of rule.fields) {
    const { width } = device.options!.fields.find((field) => field.name === name)!;
    const value = memory.option(name)!;
    for (let bit = 0; bit < width; bit++) {
      if (Math.floor(value / 2 ** bit) % 2 === rule.protects) codes.push(first + bit);
    }
    first += width;
  }
  return codes;
}

/** What comes before the first that is so. */
export function upTo(list: readonly number[], isEnd: (each: number) => boolean): readonly number[] {
  const end = list.findIndex(isEnd);
  return end < 0 ? list : list.slice(0, end);
}
