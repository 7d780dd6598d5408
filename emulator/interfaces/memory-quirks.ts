import type { Erase } from '../chip/chip.ts';
import { immediate } from '../chip/operation.ts';
import type { Operation, OperationName, Refused } from '../chip/operation.ts';
import type { Happening } from '../trace/trace.ts';
import type { Replace } from './replace.ts';
import type { Memory } from '../bootloader/rom.ts';

type Emit = (happening: Happening) => void;

const LIMITATION = 'a limitation of this version';

/** Quirks in what the bootloader reads, writes and erases, as replacements by name. */
export function memoryQuirks(emit: Emit): Readonly<Record<string, Replace>> {
  return {
    'otp-unsupported': {
      memory: (memory) => refusing(memory, (at) => memory.regionAt(at)?.kind === 'otp'),
    },
    'ram-write-refused': { memory: refusingRamWrites },
    'ram-write-corrupted': { memory: (memory) => corruptingRamWrites(memory, emit) },
    'read-between-writes-spoils': { memory: (memory, rom) => spoiledByReads(memory, rom, emit) },
    '128-byte-writes-only': { memory: shortWritesOnly },
    'multi-page-erase-broken': erasing(emit, (pages) =>
      pages.slice(0, Math.max(1, pages.length - 1)),
    ),
    'multi-page-erase-first-only': erasing(emit, (pages) => pages.slice(0, 1)),
    'bank-2-multi-page-erase-broken': erasing(emit, (pages, { bankOf }) => {
      const first = pages.find((page) => bankOf(page) === 1);
      return pages.filter((page) => bankOf(page) !== 1 || page === first);
    }),
    'bank-erase-broken': { memory: (memory) => losingBankErase(memory, emit) },
    'bank-erase-refused': {
      memory: (memory) => refusingErase(memory, (what) => 'bank' in what, 'no bank erase'),
    },
    'erase-512-pages-at-most': {
      memory: (memory) => {
        const tooLong = (what: Erase): boolean => 'pages' in what && what.pages.length > 512;
        return refusingErase(memory, tooLong, 'more than 512 pages');
      },
    },
  };
}

function refusing(memory: Memory, unreached: (address: number) => boolean): Memory {
  const check: Memory['check'] = (access, address, length) =>
    unreached(address)
      ? { refused: 'no-memory', detail: 'not reached by this version' }
      : memory.check(access, address, length);
  const write: Memory['write'] = (address, data) =>
    check('write', address) ?? memory.write(address, data);
  return { ...memory, check, write };
}

function refusingRamWrites(memory: Memory): Memory {
  const refused = (address: number): Refused | undefined =>
    memory.regionAt(address)?.kind === 'sram'
      ? { refused: 'no-memory', detail: 'this version writes no RAM' }
      : undefined;
  return {
    ...memory,
    check: (access, address, length) =>
      (access === 'write' ? refused(address) : undefined) ?? memory.check(access, address, length),
    write: (address, data) => refused(address) ?? memory.write(address, data),
  };
}

/** An operation that changes nothing, and says so in the trace. */
export function lost(
  emit: Emit,
  operation: OperationName,
  address: number,
  length: number,
): Operation {
  return immediate(operation, address, length, () =>
    emit({ kind: 'lost', operation, address, length, why: LIMITATION }),
  );
}

/** Which bytes are wrong is not printed: the model inverts the last of each block. */
function corruptingRamWrites(memory: Memory, emit: Emit): Memory {
  const write: Memory['write'] = (address, data) => {
    if (memory.regionAt(address)?.kind !== 'sram') return memory.write(address, data);
    const last = data.length - 1;
    emit({ kind: 'lost', operation: 'write', address: address + last, length: 1, why: LIMITATION });
    return memory.write(
      address,
      data.map((byte, at) => (at === last ? byte ^ 0xff : byte)),
    );
  };
  return { ...memory, write };
}

/** One flash word at the start of the block stays blank when a Read came since the last 256-byte write. */
function spoiledByReads(
  memory: Memory,
  rom: Parameters<NonNullable<Replace['memory']>>[1],
  emit: Emit,
): Memory {
  const { programUnit, eraseValue } = rom.device.flash;
  let wroteBlock = false;
  let readSince = false;
  return {
    ...memory,
    read(address, length) {
      readSince = wroteBlock;
      return memory.read(address, length);
    },
    write(address, data) {
      const spoils = readSince && data.length === 256;
      readSince = false;
      wroteBlock = data.length === 256 && memory.regionAt(address)?.kind === 'main-flash';
      const stored = data.slice();
      if (spoils && wroteBlock) {
        stored.fill(eraseValue, 0, programUnit);
        emit({ kind: 'lost', operation: 'program', address, length: programUnit, why: LIMITATION });
      }
      return memory.write(address, stored);
    },
  };
}

function shortWritesOnly(memory: Memory): Memory {
  const write: Memory['write'] = (address, data) =>
    data.length > 128
      ? { refused: 'length', detail: `${data.length} bytes; this ROM takes 128` }
      : memory.write(address, data);
  return { ...memory, write };
}

/** An erase list of which only some pages are erased. */
function erasing(
  emit: Emit,
  kept: (pages: readonly number[], memory: Memory) => readonly number[],
): Required<Pick<Replace, 'memory'>> {
  return {
    memory: (memory) => ({
      ...memory,
      erase(what) {
        if (!('pages' in what)) return memory.erase(what);
        const pages = kept(what.pages, memory);
        for (const page of what.pages.filter((each) => !pages.includes(each))) {
          emit({ kind: 'dropped', what: `erase of page ${page}`, why: LIMITATION });
        }
        return memory.erase({ pages });
      },
    }),
  };
}

function losingBankErase(memory: Memory, emit: Emit): Memory {
  const erase: Memory['erase'] = (what) => {
    const operation = memory.erase(what);
    return 'refused' in operation || !('bank' in what)
      ? operation
      : lost(emit, 'bank erase', operation.address, operation.length);
  };
  return { ...memory, erase };
}

function refusingErase(memory: Memory, unfit: (what: Erase) => boolean, detail: string): Memory {
  const erase = (what: Erase): Operation | Refused =>
    unfit(what) ? { refused: 'unsupported', detail } : memory.erase(what);
  return { ...memory, erase };
}
