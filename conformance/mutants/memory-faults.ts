import type { DfuChip } from '../../emulator/index.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import { dfuMutant, instead, isOperation, memoryMutant, mutantsOn, overlay } from './kit.ts';
import type { Memory, Mutant, Rom } from './kit.ts';

type Result = ReturnType<Memory['write']>;
type Read = (bytes: Uint8Array, address: number, memory: Memory, rom: Rom) => Uint8Array;

/** What a chip can make wrong of any protocol's requests. */
export interface MemoryFault {
  readonly name: string;
  readonly wrong: string;
  readonly change: (memory: Memory, rom: Rom) => Partial<Memory>;
}

/** The devices on a bus other than USB that have these faults. */
export function faultyOn(
  over: Exclude<InterfaceName, 'usb'>,
  faults: readonly MemoryFault[],
  part?: Mutant['part'],
): readonly Mutant[] {
  return mutantsOn(
    over,
    faults.map(({ name, wrong, change }) => memoryMutant(name, wrong, change, part)),
  );
}

/** The devices on USB that have these faults. */
export function faultyOnUsb(
  faults: readonly MemoryFault[],
  part?: Mutant['part'],
): readonly Mutant[] {
  return faults.map(({ name, wrong, change }) =>
    dfuMutant(
      name,
      wrong,
      (device) => {
        let last: { readonly right: Memory; readonly wrong: Memory } | undefined;
        const faulty = (chip: DfuChip): DfuChip => {
          const { memory: right, rom } = chip;
          // one for each start, so that what a fault counts goes on from request to request
          if (last?.right !== right) last = { right, wrong: overlay(right, change(right, rom)) };
          return { ...chip, memory: last.wrong };
        };
        return {
          plan(chip, block, pointer) {
            return device.plan.call(this, faulty(chip), block, pointer);
          },
          read: (chip, address, length) => device.read(faulty(chip), address, length),
        };
      },
      part,
    ),
  );
}

function reads(name: string, wrong: string, change: Read): MemoryFault {
  return {
    name,
    wrong,
    change: (memory, rom) => ({
      read: (address, length) => change(memory.read(address, length), address, memory, rom),
    }),
  };
}

function writes(
  name: string,
  wrong: string,
  change: (memory: Memory, address: number, data: Uint8Array) => Result,
): MemoryFault {
  return {
    name,
    wrong,
    change: (memory) => ({ write: (address, data) => change(memory, address, data) }),
  };
}

function erases(
  name: string,
  wrong: string,
  change: (memory: Memory, what: Parameters<Memory['erase']>[0]) => Result,
): MemoryFault {
  return { name, wrong, change: (memory) => ({ erase: (what) => change(memory, what) }) };
}

export function kindAt(memory: Memory, address: number): string | undefined {
  return memory.regionAt(address)?.kind;
}

/** Start of main flash on the lines that mutants are made of. */
const FLASH = 0x0800_0000;

/** Bytes that every line programs in one go. */
const UNIT = 32;

interface FlashPage {
  readonly start: number;
  readonly end: number;
}

/** Pages of main flash by their numbers, where the banks follow each other. */
function pagesOf(memory: Memory): readonly FlashPage[] {
  const pages: FlashPage[] = [];
  for (let page = memory.regionAt(FLASH); page?.kind === 'main-flash';) {
    pages.push(page);
    page = memory.regionAt(page.end);
  }
  return pages;
}

/** The operation, and then each of what `more` begins. */
export function andThen(result: Result, more: () => readonly Result[]): Result {
  if (!isOperation(result)) return result;
  return instead(result, () => {
    result.commit();
    for (const next of more()) if (isOperation(next)) next.commit();
  });
}

export function nothing(result: Result): Result {
  return isOperation(result) ? instead(result, () => {}) : result;
}

/** The operation leaves these bytes as they were. */
function sparing(memory: Memory, result: Result, ranges: readonly FlashPage[]): Result {
  const kept = ranges.map(({ start, end }) => ({ start, bytes: memory.read(start, end - start) }));
  return andThen(result, () => kept.map(({ start, bytes }) => memory.write(start, bytes)));
}

/** Of an erase, the pages that it names; of one of a bank or of all, those. */
function pagesOfErase(memory: Memory, what: Parameters<Memory['erase']>[0]): readonly FlashPage[] {
  const all = pagesOf(memory);
  if ('pages' in what) return what.pages.flatMap((number) => all[number] ?? []);
  return 'mass' in what ? all : all.filter((_, page) => memory.bankOf(page) === what.bank);
}

const lastUnit = ({ end }: FlashPage): FlashPage => ({ start: end - UNIT, end });

function middleUnit({ start, end }: FlashPage): FlashPage {
  const middle = start + (end - start) / 2;
  return { start: middle, end: middle + UNIT };
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  return at < bytes.length ? bytes.with(at, bytes[at]! ^ bit) : bytes;
}

const inFlash = (memory: Memory, address: number): boolean =>
  kindAt(memory, address) === 'main-flash';

/** How far a place in the upper half of flash is from its twin in the lower one; undefined elsewhere. */
function aboveHalf(memory: Memory, address: number): number | undefined {
  const half = (pagesOf(memory).at(-1)!.end - FLASH) / 2;
  return inFlash(memory, address) && address >= FLASH + half ? half : undefined;
}

export const bitFarInRead = reads(
  'read-bit-far-in',
  'one bit of the 201st byte of a read is wrong',
  (bytes) => flipped(bytes, 200, 0x10),
);

export const bitInSecondFrameRead = reads(
  'read-bit-in-second-frame',
  'one bit of the 101st byte of a read is wrong',
  (bytes) => flipped(bytes, 100, 0x01),
);

export const bitFarInLongRead = reads(
  'read-bit-far-in',
  'one bit of the 1001st byte of a read is wrong',
  (bytes) => flipped(bytes, 1000, 0x10),
);

export const readsWithinPages = reads(
  'read-wraps-at-page',
  'a read that runs out of a page goes on at the start of that page',
  (bytes, address, memory) => {
    const page = memory.regionAt(address);
    if (page?.kind !== 'main-flash' || address + bytes.length <= page.end) return bytes;
    const over = address + bytes.length - page.end;
    return Uint8Array.of(...bytes.subarray(0, -over), ...memory.read(page.start, over));
  },
);

export const sticksAtPageEnd = reads(
  'read-sticks-at-page-end',
  'a read that runs out of a page goes on with the last bytes of that page',
  (bytes, address, memory) => {
    const page = memory.regionAt(address);
    if (page?.kind !== 'main-flash' || address + bytes.length <= page.end) return bytes;
    const over = address + bytes.length - page.end;
    return Uint8Array.of(...bytes.subarray(0, -over), ...memory.read(page.end - over, over));
  },
);

export const upperHalfMirrored = reads(
  'read-upper-half-mirrored',
  'the upper half of flash is read as the lower one',
  (bytes, address, memory) => {
    const half = aboveHalf(memory, address);
    return half === undefined ? bytes : memory.read(address - half, bytes.length);
  },
);

export const flashSizeSwapped = reads(
  'flash-size-swapped',
  'the flash size register has its bytes swapped',
  (bytes, address, _, { device }) => {
    const register = device.flashSizeRegister?.address ?? -1;
    const at = register - address;
    return at >= 0 && at + 1 < bytes.length
      ? bytes.with(at, bytes[at + 1]!).with(at + 1, bytes[at]!)
      : bytes;
  },
);

export const optionsReadBlank = reads(
  'options-read-blank',
  'the option bytes are read as ones',
  (bytes, address, memory) =>
    kindAt(memory, address) === 'option-bytes' ? new Uint8Array(bytes.length).fill(0xff) : bytes,
);

export const bitFarInWritten = writes(
  'write-bit-far-in',
  'one bit of the 202nd byte of a block is written as 0',
  (memory, address, data) =>
    memory.write(address, data.length > 201 ? data.with(201, data[201]! & 0xf7) : data),
);

export const bitInSecondFrameWritten = writes(
  'write-bit-in-second-frame',
  'one bit of the 66th byte of a block is written as 0',
  (memory, address, data) =>
    memory.write(address, data.length > 65 ? data.with(65, data[65]! & 0x7f) : data),
);

export const bitFarInLongWritten = writes(
  'write-bit-far-in',
  'one bit of the 1500th byte of a block is written as 0',
  (memory, address, data) =>
    memory.write(address, data.length > 1499 ? data.with(1499, data[1499]! & 0xf7) : data),
);

export const writesWithinPages = writes(
  'write-ends-at-page',
  'of a block that runs out of a page the rest is lost',
  (memory, address, data) => {
    const page = memory.regionAt(address);
    return page?.kind === 'main-flash' && address + data.length > page.end
      ? memory.write(address, data.subarray(0, page.end - address))
      : memory.write(address, data);
  },
);

export const secondBlockLost: MemoryFault = {
  name: 'write-second-block-lost',
  wrong: 'a block that goes on where the one before it ended is lost',
  change: (memory) => {
    let end: number | undefined;
    return {
      write(address, data) {
        const result = memory.write(address, data);
        const next = address === end;
        end = address + data.length;
        return next ? nothing(result) : result;
      },
    };
  },
};

export const ramWritesAligned = writes(
  'ram-write-aligned',
  'a block for RAM is written to the next lower multiple of 16',
  (memory, address, data) =>
    memory.write(kindAt(memory, address) === 'sram' ? address - (address % 16) : address, data),
);

export const upperHalfWrittenBelow = writes(
  'write-upper-half-below',
  'what is written to the upper half of flash lands in the lower one',
  (memory, address, data) => memory.write(address - (aboveHalf(memory, address) ?? 0), data),
);

export const optionsCutAtEight = writes(
  'options-cut-at-eight',
  'of a write to the option bytes eight bytes count',
  (memory, address, data) =>
    memory.write(address, kindAt(memory, address) === 'option-bytes' ? data.subarray(0, 8) : data),
);

export const stopsAtProtected = erases(
  'erase-stops-at-protected',
  'a list of pages is erased up to its first write-protected one',
  (memory, what) => {
    if (!('pages' in what)) return memory.erase(what);
    const stop = what.pages.findIndex((page) => {
      const alone = memory.erase({ pages: [page] });
      return isOperation(alone) && alone.took === 0; // nothing is done to a protected page
    });
    return memory.erase({ pages: stop < 0 ? what.pages : what.pages.slice(0, stop) });
  },
);

export const pageEndsKept = erases(
  'erase-keeps-page-ends',
  'the last 32 bytes of a page are not erased',
  (memory, what) =>
    sparing(
      memory,
      memory.erase(what),
      'pages' in what ? pagesOfErase(memory, what).map(lastUnit) : [],
    ),
);

export const pageMiddlesKept = erases(
  'erase-keeps-page-middles',
  '32 bytes in the middle of a page are not erased',
  (memory, what) =>
    sparing(
      memory,
      memory.erase(what),
      'pages' in what ? pagesOfErase(memory, what).map(middleUnit) : [],
    ),
);

export const highestPageKept = erases(
  'erase-highest-page-kept',
  'the highest page cannot be erased by its number',
  (memory, what) => {
    if (!('pages' in what)) return memory.erase(what);
    const highest = pagesOf(memory).length - 1;
    return memory.erase({ pages: what.pages.filter((page) => page !== highest) });
  },
);

export const firstPageSurvives = erases(
  'mass-erase-keeps-first-page',
  'an erase of all leaves the start of the first page',
  (memory, what) =>
    sparing(
      memory,
      memory.erase(what),
      'mass' in what ? [{ start: FLASH, end: FLASH + UNIT }] : [],
    ),
);

export const middleSurvives = erases(
  'mass-erase-keeps-a-unit',
  'an erase of all leaves 32 bytes in the middle of a page',
  (memory, what) =>
    sparing(memory, memory.erase(what), 'mass' in what ? [middleUnit(pagesOf(memory)[3]!)] : []),
);

export const secondEraseIgnored: MemoryFault = {
  name: 'second-erase-ignored',
  wrong: 'only the first erase after a reset is carried out',
  change: (memory) => {
    let erased = false;
    return {
      erase(what) {
        const result = memory.erase(what);
        if (!isOperation(result)) return result;
        if (erased) return nothing(result);
        erased = true;
        return result;
      },
    };
  },
};

export const secondBankKept = erases(
  'mass-erase-keeps-second-bank',
  'an erase of all takes the first bank alone',
  (memory, what) => memory.erase('mass' in what ? { bank: 0 } : what),
);

/** Sector codes that the loaded option bytes protect. */
function protectedCodes(memory: Memory, { device }: Rom): readonly number[] {
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

export const protectionAdds: MemoryFault = {
  name: 'write-protect-adds',
  wrong: 'a second Write Protect leaves what the first protected',
  change: (memory, rom) => ({
    writeProtect: (codes) => memory.writeProtect([...protectedCodes(memory, rom), ...codes]),
  }),
};

export const lastCodeLost: MemoryFault = {
  name: 'write-protect-last-code-lost',
  wrong: 'the last of several sector codes is lost',
  change: (memory) => ({
    writeProtect: (codes) => memory.writeProtect(codes.length > 1 ? codes.slice(0, -1) : codes),
  }),
};

export const firstAreaFreed: MemoryFault = {
  name: 'write-unprotect-first-area',
  wrong: 'Write Unprotect frees the first area, or the lower half of the sectors, alone',
  change: (memory, { device }) => ({
    writeUnprotect() {
      const rule = device.options?.writeProtection;
      if (rule?.kind === 'areas') {
        const { start, end } = rule.areas[0]!;
        const { width } = device.options!.fields.find(({ name }) => name === start)!;
        return memory.changeOptions({ [start]: 2 ** width - 1, [end]: 0 });
      }
      const half =
        (device.options?.fields.find(({ name }) => name === rule?.fields[0])?.width ?? 0) / 2;
      const codes = protectedCodes(memory, { device } as Rom);
      return memory.writeProtect(codes.filter((code) => code >= half));
    },
  }),
};

export const middleSectorKept: MemoryFault = {
  name: 'write-unprotect-keeps-a-sector',
  wrong: 'of several protected sectors Write Unprotect leaves the one in the middle protected',
  change: (memory, rom) => ({
    writeUnprotect() {
      const codes = protectedCodes(memory, rom);
      return codes.length > 2
        ? memory.writeProtect([codes[codes.length >> 1]!])
        : memory.writeUnprotect();
    },
  }),
};

export const protectsForGood: MemoryFault = {
  name: 'readout-protect-for-good',
  wrong: 'Readout Protect sets level 2',
  change: (memory, { device }) => ({
    readoutProtect() {
      const rdp = device.options?.rdp;
      return rdp?.level2 === undefined
        ? memory.readoutProtect()
        : memory.changeOptions({ [rdp.field]: rdp.level2 });
    },
  }),
};

export const regressionKeepsLastPage: MemoryFault = {
  name: 'regression-keeps-last-page',
  wrong: 'Readout Unprotect leaves the end of the last page',
  change: (memory) => ({
    readoutUnprotect: (...how) =>
      sparing(memory, memory.readoutUnprotect(...how), [lastUnit(pagesOf(memory).at(-1)!)]),
  }),
};

export const regressionNeedsLevel1: MemoryFault = {
  name: 'regression-needs-level-1',
  wrong: 'Readout Unprotect is refused where there is no readout protection',
  change: (memory) => ({
    readoutUnprotect: (...how) =>
      memory.level === 0 ? { refused: 'protected' } : memory.readoutUnprotect(...how),
  }),
};

export const regressionDoesNothingAtLevel0: MemoryFault = {
  name: 'regression-at-level-0-lost',
  wrong: 'Readout Unprotect erases nothing where there is no readout protection',
  change: (memory) => ({
    readoutUnprotect: (...how) => {
      const result = memory.readoutUnprotect(...how);
      return memory.level === 0 ? nothing(result) : result;
    },
  }),
};

export const regressionKeepsRam: MemoryFault = {
  name: 'regression-keeps-ram',
  wrong: 'Readout Unprotect leaves the RAM',
  change: (memory) => ({
    readoutUnprotect: (_, ...rest) => memory.readoutUnprotect(false, ...rest),
  }),
};
