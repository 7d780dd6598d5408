import { instead, isOperation, memoryMutant, mutantsOn, readsRefused } from './kit.ts';
import type { Memory, Mutant, Operation } from './kit.ts';

type Result = ReturnType<Memory['write']>;
type Access = Parameters<Memory['check']>[0];

const kindAt = (memory: Memory, address: number): string | undefined =>
  memory.regionAt(address)?.kind;

const nothing = (result: Result): Result =>
  isOperation(result) ? instead(result, () => {}) : result;

/** The operation, and another behind it. */
const andThen = (result: Result, next: () => Result): Result =>
  isOperation(result)
    ? instead(result, () => {
        result.commit();
        commit(next());
      })
    : result;

function commit(result: Result): void {
  if (isOperation(result)) (result satisfies Operation).commit();
}

/** A device that refuses what it should serve. */
function refuses(
  name: string,
  wrong: string,
  access: Access,
  which: (memory: Memory, address: number, length: number) => boolean,
): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    check: (asked, address, length) =>
      asked === access && which(memory, address, length ?? 1)
        ? { refused: 'no-memory' }
        : memory.check(asked, address, length),
  }));
}

/** A device that serves what it should refuse. */
function serves(
  name: string,
  wrong: string,
  access: Access,
  which: (memory: Memory, address: number) => boolean,
): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    check: (asked, address, length) =>
      asked === access && which(memory, address) ? undefined : memory.check(asked, address, length),
  }));
}

/** A device that writes something else, or elsewhere. */
function writes(
  name: string,
  wrong: string,
  change: (memory: Memory, address: number, data: Uint8Array) => Result,
  part?: Mutant['part'],
): Mutant {
  return memoryMutant(
    name,
    wrong,
    (memory) => ({ write: (address, data) => change(memory, address, data) }),
    part,
  );
}

/** A device that erases other pages than it is told. */
function erases(
  name: string,
  wrong: string,
  change: (pages: readonly number[]) => readonly number[],
): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    erase: (what) => memory.erase('pages' in what ? { pages: change(what.pages) } : what),
  }));
}

/** Behind the flash of the H72x/H73x. */
const FLASH_END = 0x0810_0000;

const inFlash = (memory: Memory, address: number): boolean =>
  kindAt(memory, address) === 'main-flash';

const isSystem = (memory: Memory, address: number): boolean =>
  kindAt(memory, address) === 'system-memory';

/** Devices that read, write, erase or protect something else. */
export const storingFrames: readonly Mutant[] = mutantsOn('fdcan', [
  refuses(
    'ram-by-words',
    'RAM is read from word boundaries only',
    'read',
    (memory, address) => kindAt(memory, address) === 'sram' && address % 4 !== 0,
  ),
  refuses('system-memory-hidden', 'system memory cannot be read', 'read', (memory, address) =>
    isSystem(memory, address),
  ),
  refuses(
    'options-hidden',
    'option bytes cannot be read',
    'read',
    (memory, address) => kindAt(memory, address) === 'option-bytes',
  ),
  readsRefused(
    'last-bytes-hidden',
    'a read may not end where flash ends',
    (address, length) => address < FLASH_END && address + length >= FLASH_END,
  ),
  serves(
    'bootloader-ram-read',
    'all of RAM can be read',
    'read',
    (memory, address) => kindAt(memory, address) === 'sram',
  ),
  serves(
    'bootloader-ram-written',
    'all of RAM can be written',
    'write',
    (memory, address) => kindAt(memory, address) === 'sram',
  ),
  serves(
    'go-anywhere-in-ram',
    'Go takes any address of RAM',
    'go',
    (memory, address) => kindAt(memory, address) === 'sram',
  ),
  memoryMutant('system-memory-reads-zero', 'system memory is read as zeros', (memory) => ({
    read: (address, length) =>
      isSystem(memory, address) ? new Uint8Array(length) : memory.read(address, length),
  })),
  memoryMutant('reads-shifted', 'a read from an odd address begins one byte early', (memory) => ({
    read: (address, length) => memory.read(address - (address % 2), length),
  })),
  memoryMutant('refused-read-erases', 'a read that is refused erases a page', (memory) => ({
    check: (access, address, length) => {
      const refused = memory.check(access, address, length);
      if (access === 'read' && refused !== undefined) commit(memory.erase({ pages: [1] }));
      return refused;
    },
  })),
  writes('write-does-nothing', 'a write has no effect', (memory, address, data) =>
    nothing(memory.write(address, data)),
  ),
  writes('ram-write-does-nothing', 'a write to RAM has no effect', (memory, address, data) =>
    kindAt(memory, address) === 'sram'
      ? nothing(memory.write(address, data))
      : memory.write(address, data),
  ),
  writes('last-block-lost', 'a block at the end of flash is lost', (memory, address, data) =>
    inFlash(memory, address) && !inFlash(memory, address + data.length)
      ? nothing(memory.write(address, data))
      : memory.write(address, data),
  ),
  writes(
    'short-blocks-lost',
    'blocks of one program unit are lost',
    (memory, address, data) =>
      data.length === 8 && inFlash(memory, address)
        ? nothing(memory.write(address, data))
        : memory.write(address, data),
    'two-banks',
  ),
  writes('long-blocks-shifted', 'of a long block a byte is lost', (memory, address, data) =>
    memory.write(address, data.length > 96 ? data.with(70, 0xff) : data),
  ),
  memoryMutant('third-block-lost', 'every third block is lost', (memory) => {
    let blocks = 0;
    return {
      write: (address, data) =>
        ++blocks % 3 === 0 ? nothing(memory.write(address, data)) : memory.write(address, data),
    };
  }),
  writes('write-sets-a-bit', 'every byte has its lowest bit set', (memory, address, data) =>
    memory.write(
      address,
      data.map((byte) => byte | 1),
    ),
  ),
  writes(
    'option-write-does-nothing',
    'a write to the option bytes writes other ones',
    (memory, address, data) =>
      kindAt(memory, address) === 'option-bytes'
        ? memory.write(address, new Uint8Array(data.length).fill(0xef))
        : memory.write(address, data),
    'two-banks',
  ),
  writes(
    'option-write-unprotects',
    'a write to the option bytes takes the write protection off',
    (memory, address, data) => {
      const written = memory.write(address, data);
      return kindAt(memory, address) === 'option-bytes'
        ? andThen(written, () => memory.writeUnprotect())
        : written;
    },
  ),
  erases('erase-does-nothing', 'Erase Memory is acknowledged and erases no page', () => []),
  erases('erase-one-too-many', 'the page behind each is erased too', (pages) =>
    pages.flatMap((page) => [page, page + 1]),
  ),
  erases('erase-first-only', 'only the first page of a list is erased', (pages) =>
    pages.slice(0, 1),
  ),
  erases('erase-last-forgotten', 'the last page of a longer list is forgotten', (pages) =>
    pages.length > 1 ? pages.slice(0, -1) : pages,
  ),
  erases('erase-off-by-one', 'the page behind the one named is erased', (pages) =>
    pages.map((page) => page + 1),
  ),
  memoryMutant('mass-erase-spares-a-page', 'the erase of all leaves the last page', (memory) => ({
    erase: (what) =>
      memory.erase('mass' in what ? { pages: Array.from({ length: 7 }, (_, at) => at) } : what),
  })),
  memoryMutant('protected-erase-refused', 'a write-protected page is an error', (memory) => ({
    erase: (what) =>
      memory.option('WPSN1') === 0xff ? memory.erase(what) : { refused: 'protected' },
  })),
  memoryMutant(
    'banks-swapped',
    'the bank erases erase the other bank',
    (memory) => ({
      erase: (what) => memory.erase('bank' in what ? { bank: what.bank === 0 ? 1 : 0 } : what),
    }),
    'two-banks',
  ),
  memoryMutant(
    'bank-erase-erases-all',
    'a bank erase erases both banks',
    (memory) => ({ erase: (what) => memory.erase('bank' in what ? { mass: true } : what) }),
    'two-banks',
  ),
  memoryMutant('write-protect-does-nothing', 'Write Protect protects nothing', (memory) => ({
    writeProtect: (codes) => nothing(memory.writeProtect(codes)),
  })),
  memoryMutant('write-protect-protects-more', 'the sectors behind are protected too', (memory) => ({
    writeProtect: (codes) => memory.writeProtect(codes.flatMap((code) => [code, code + 1])),
  })),
  memoryMutant('write-protect-once', 'a second Write Protect has no effect', (memory) => ({
    writeProtect: (codes) =>
      memory.option('WPSN1') === 0xff
        ? memory.writeProtect(codes)
        : nothing(memory.writeProtect(codes)),
  })),
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
  memoryMutant('regression-does-nothing', 'Readout Unprotect has no effect', (memory) => ({
    readoutUnprotect: (...how) => nothing(memory.readoutUnprotect(...how)),
  })),
  memoryMutant('regression-keeps-the-level', 'Readout Unprotect erases alone', (memory) => ({
    readoutUnprotect: () => memory.erase({ mass: true }),
  })),
  memoryMutant('regression-forgets-a-page', 'Readout Unprotect leaves a page', (memory) => ({
    readoutUnprotect: (...how) => {
      const start = 0x0802_0000;
      const kept = memory.read(start, 32);
      return andThen(memory.readoutUnprotect(...how), () => memory.write(start, kept));
    },
  })),
]);
