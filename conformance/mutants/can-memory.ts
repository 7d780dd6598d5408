import {
  erasesOptions,
  instead,
  isInRam,
  isOperation,
  memoryMutant,
  mutantsOn,
  readsRefused,
} from './kit.ts';
import type { Memory, Mutant } from './kit.ts';

type Access = Parameters<Memory['check']>[0];

const NOWHERE = { refused: 'no-memory' } as const;

const kindAt = (memory: Memory, address: number): string | undefined =>
  memory.regionAt(address)?.kind;

const nothing = (result: ReturnType<Memory['write']>): ReturnType<Memory['write']> =>
  isOperation(result) ? instead(result, () => {}) : result;

/** A device that lets hosts into memory of a kind; undefined: into none at all. */
function allows(name: string, wrong: string, access: Access, kind: string | undefined): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    check: (asked, address, length) =>
      asked === access && kindAt(memory, address) === kind
        ? undefined
        : memory.check(asked, address, length),
    read: (address, length) =>
      kindAt(memory, address) === undefined ? new Uint8Array(length) : memory.read(address, length),
  }));
}

/** A device that keeps hosts out of some memory. */
function keepsOut(
  name: string,
  wrong: string,
  access: Access,
  from: (memory: Memory, address: number, length: number) => boolean,
): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    check: (asked, address, length) =>
      asked === access && from(memory, address, length ?? 1)
        ? NOWHERE
        : memory.check(asked, address, length),
  }));
}

/** A device that answers a read wrongly. */
function reads(
  name: string,
  wrong: string,
  change: (bytes: Uint8Array, address: number, memory: Memory) => Uint8Array,
): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    read: (address, length) => change(memory.read(address, length), address, memory),
  }));
}

/** A device that loses some writes. */
function loses(
  name: string,
  wrong: string,
  which: (data: Uint8Array, address: number, memory: Memory) => boolean,
): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    write(address, data) {
      const result = memory.write(address, data);
      return which(data, address, memory) ? nothing(result) : result;
    },
  }));
}

/** A device that makes something else of a list of pages. */
function erases(
  name: string,
  wrong: string,
  change: (pages: readonly number[]) => readonly number[],
  part?: Mutant['part'],
): Mutant {
  return memoryMutant(
    name,
    wrong,
    (memory) => ({
      erase: (what) => memory.erase('pages' in what ? { pages: change(what.pages) } : what),
    }),
    part,
  );
}

/** The operation, and then what `more` begins. */
function andThen(
  result: ReturnType<Memory['write']>,
  more: () => ReturnType<Memory['write']>,
): ReturnType<Memory['write']> {
  if (!isOperation(result)) return result;
  return instead(result, () => {
    result.commit();
    const next = more();
    if (isOperation(next)) next.commit();
  });
}

/** Of the F405: the end of its flash, its last page, and the second page. */
const FLASH_END = 0x0810_0000;
const LAST_PAGE = 11;
const SECOND_PAGE = 0x0800_4000;

/** Devices whose memory does something else than they say. */
export const rememberingOnCan: readonly Mutant[] = mutantsOn('can', [
  reads('read-shifted', 'Read Memory answers from the next address on', (bytes) =>
    Uint8Array.of(...bytes.subarray(1), 0),
  ),
  reads('longest-read-cut', 'a read of 256 bytes ends in 0xFF', (bytes) =>
    bytes.length === 256 ? bytes.with(255, 0xff) : bytes,
  ),
  reads('one-byte-read-wrong', 'a read of one byte of flash is 0xFF', (bytes, at, memory) =>
    bytes.length === 1 && kindAt(memory, at) === 'main-flash' ? Uint8Array.of(0xff) : bytes,
  ),
  reads('bootloader-id-wrong', 'the bootloader ID reads as 0', (bytes, at, memory) =>
    bytes.length === 1 && kindAt(memory, at) === 'system-memory' ? Uint8Array.of(0) : bytes,
  ),
  reads('read-erases', 'reading flash erases a page', (bytes, at, memory) => {
    const result = memory.erase({ pages: [1] });
    if (kindAt(memory, at) === 'main-flash' && isOperation(result)) result.commit();
    return bytes;
  }),
  readsRefused(
    'flash-end-closed',
    'the last bytes of flash are not read',
    (at, length) => length <= 16 && at >= FLASH_END - 16 && at + length === FLASH_END,
  ),
  readsRefused(
    'long-ram-reads-refused',
    'reads of RAM above 32 bytes are refused',
    (at, length) => length > 32 && isInRam(at),
  ),
  keepsOut(
    'system-memory-closed',
    'system memory is not read',
    'read',
    (memory, at) => kindAt(memory, at) === 'system-memory',
  ),
  keepsOut(
    'option-bytes-closed',
    'option bytes are not read',
    'read',
    (memory, at) => kindAt(memory, at) === 'option-bytes',
  ),
  allows('read-anywhere', 'Read Memory reads where nothing is', 'read', undefined),
  keepsOut('go-not-to-ram', 'Go refuses RAM', 'go', (memory, at) => kindAt(memory, at) === 'sram'),
  keepsOut(
    'go-to-the-first-page-only',
    'Go takes the first page alone',
    'go',
    (memory, at) => kindAt(memory, at) === 'main-flash' && at >= SECOND_PAGE,
  ),
  allows('go-anywhere', 'Go takes addresses where nothing is', 'go', undefined),
  allows('go-to-system-memory', 'Go takes system memory', 'go', 'system-memory'),
  allows('go-to-option-bytes', 'Go takes the option bytes', 'go', 'option-bytes'),
  loses('write-does-nothing', 'Write Memory writes nothing', () => true),
  loses(
    'long-writes-lost',
    'longer blocks are not written',
    ({ length }) => length > 64 && length < 256,
  ),
  loses(
    'longest-write-lost',
    'a block of 256 bytes is not written',
    ({ length }) => length === 256,
  ),
  loses(
    'last-block-lost',
    'the last bytes of flash are not written',
    ({ length }, at) => at + length === FLASH_END,
  ),
  loses(
    'long-ram-writes-lost',
    'more than 40 bytes of RAM are not written',
    ({ length }, at, memory) => length > 40 && kindAt(memory, at) === 'sram',
  ),
  memoryMutant(
    'odd-blocks-refused',
    'blocks that are no multiple of four are refused',
    (memory) => ({
      write: (address, data) =>
        data.length % 4 !== 0 ? { refused: 'length' } : memory.write(address, data),
    }),
  ),
  memoryMutant('protected-write-refused', 'a write-protected page is an error', (memory) => ({
    write: (address, data) =>
      memory.option('nWRP') !== 0xfff && memory.option('nWRP') !== undefined
        ? { refused: 'protected' }
        : memory.write(address, data),
  })),
  memoryMutant('overrun-is-cut', 'a block that runs out of flash is cut', (memory) => ({
    write: (address, data) =>
      memory.write(
        address,
        data.subarray(0, Math.max(0, Math.min(data.length, FLASH_END - address))),
      ),
  })),
  allows('write-anywhere', 'Write Memory takes addresses where nothing is', 'write', undefined),
  allows('write-to-system-memory', 'Write Memory takes system memory', 'write', 'system-memory'),
  allows('options-anywhere', 'Write Memory takes any option byte', 'write', 'option-bytes'),
  memoryMutant('options-lost', 'option bytes are written as blank', (memory) => ({
    write(address, data) {
      const result = memory.write(address, data);
      if (kindAt(memory, address) !== 'option-bytes' || !isOperation(result)) return result;
      return memory.writeProtect([0, 1, 2]);
    },
  })),
  erasesOptions,
  erases('erase-does-nothing', 'Erase erases no page', () => []),
  erases('erase-one-too-many', 'the page behind each is erased too', (pages) =>
    pages.flatMap((page) => [page, page + 1]),
  ),
  erases('erase-first-only', 'the first page of a list alone is erased', (pages) =>
    pages.slice(0, 1),
  ),
  erases('erase-eight-at-most', 'pages behind the eighth are not erased', (pages) =>
    pages.slice(0, 8),
  ),
  erases('erase-254-at-most', 'the 255th page of a list is not erased', (pages) =>
    pages.slice(0, 254),
  ),
  erases(
    'pages-wrap-at-64',
    'six bits of a page number count',
    (pages) => pages.map((page) => page % 64),
    'connectivity',
  ),
  memoryMutant('mass-erase-spares-last-page', 'a mass erase leaves the last page', (memory) => ({
    erase: (what) =>
      memory.erase(
        'mass' in what ? { pages: Array.from({ length: LAST_PAGE }, (_, page) => page) } : what,
      ),
  })),
  memoryMutant('no-such-page-refused', 'a page that does not exist is refused', (memory) => ({
    erase: (what) =>
      'pages' in what && what.pages.some((page) => page > LAST_PAGE) ? NOWHERE : memory.erase(what),
  })),
  memoryMutant('same-page-refused', 'a page named twice is refused', (memory) => ({
    erase: (what) =>
      'pages' in what && what.pages.length < 20 && new Set(what.pages).size < what.pages.length
        ? { refused: 'value' }
        : memory.erase(what),
  })),
  memoryMutant('protected-erase-refused', 'a write-protected page cannot be named', (memory) => ({
    erase: (what) =>
      memory.option('nWRP') !== 0xfff && memory.option('nWRP') !== undefined
        ? { refused: 'protected' }
        : memory.erase(what),
  })),
  memoryMutant('write-protect-does-nothing', 'Write Protect protects nothing', (memory) => ({
    writeProtect: (codes) => nothing(memory.writeProtect(codes)),
  })),
  memoryMutant('write-protect-protects-more', 'the next sectors are protected too', (memory) => ({
    writeProtect: (codes) =>
      memory.writeProtect(codes.flatMap((code) => [code, code + 1, code + 2])),
  })),
  memoryMutant('write-protect-first-eight', 'more than eight codes are lost', (memory) => ({
    writeProtect: (codes) => memory.writeProtect(codes.length > 8 ? [] : codes),
  })),
  memoryMutant('write-protect-judges-codes', 'codes that no sector has are refused', (memory) => ({
    writeProtect: (codes) =>
      codes.some((code) => code > LAST_PAGE) ? { refused: 'value' } : memory.writeProtect(codes),
  })),
  memoryMutant(
    'sectors-are-pages',
    'codes of Write Protect are those of pages',
    (memory) => ({
      writeProtect: (codes) => memory.writeProtect(codes.map((code) => code >> 1)),
    }),
    'connectivity',
  ),
  memoryMutant('write-unprotect-does-nothing', 'Write Unprotect opens nothing', (memory) => ({
    writeUnprotect: () => nothing(memory.writeUnprotect()),
  })),
  memoryMutant('write-unprotect-erases', 'Write Unprotect erases pages', (memory) => ({
    writeUnprotect: () => andThen(memory.writeUnprotect(), () => memory.erase({ pages: [2, 3] })),
  })),
  memoryMutant('readout-protect-does-nothing', 'Readout Protect protects nothing', (memory) => ({
    readoutProtect: () => nothing(memory.readoutProtect()),
  })),
  memoryMutant('readout-protect-erases', 'Readout Protect erases a page', (memory) => ({
    readoutProtect: () => andThen(memory.readoutProtect(), () => memory.erase({ pages: [1] })),
  })),
  memoryMutant('regression-forgets-a-page', 'Readout Unprotect leaves a page', (memory) => ({
    readoutUnprotect(...how) {
      const kept = memory.read(SECOND_PAGE, 16);
      return andThen(memory.readoutUnprotect(...how), () => memory.write(SECOND_PAGE, kept));
    },
  })),
  memoryMutant('regression-does-nothing', 'Readout Unprotect does nothing', (memory) => ({
    readoutUnprotect: (...how) => nothing(memory.readoutUnprotect(...how)),
  })),
  memoryMutant('regression-keeps-the-level', 'Readout Unprotect erases alone', (memory) => ({
    readoutUnprotect: () => memory.erase({ mass: true }),
  })),
  memoryMutant('regression-keeps-ram', 'Readout Unprotect leaves the RAM', (memory) => ({
    readoutUnprotect: (_, ...rest) => memory.readoutUnprotect(false, ...rest),
  })),
]);
