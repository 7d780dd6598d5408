import { remembers } from './command-kit.ts';
import { instead, isOperation, memoryMutant, mutantsOn } from './kit.ts';
import type { Memory, Mutant } from './kit.ts';

type Erase = Parameters<Memory['erase']>[0];

const FLASH = 0x0800_0000;

/** Length of the first four sectors. */
const SECTOR = 0x4000;
const sectorAt = (page: number): number => FLASH + page * SECTOR;
const pageOf = (address: number): number => (address - FLASH) >> 14;

const isClosed = (memory: Memory, sector: number): boolean =>
  (memory.option('nWRP')! & (1 << sector)) === 0;

/** A device that makes something else of a list of pages. */
function lists(
  name: string,
  wrong: string,
  change: (pages: readonly number[], memory: Memory) => readonly number[],
  part?: Mutant['part'],
): Mutant {
  return memoryMutant(
    name,
    wrong,
    (memory) => ({
      erase: (what) => memory.erase('pages' in what ? { pages: change(what.pages, memory) } : what),
    }),
    part,
  );
}

/** A device that makes something else of a list of sectors to be protected. */
function protects(
  name: string,
  wrong: string,
  change: (codes: readonly number[], memory: Memory) => readonly number[],
  part?: Mutant['part'],
): Mutant {
  return memoryMutant(
    name,
    wrong,
    (memory) => ({ writeProtect: (codes) => memory.writeProtect(change(codes, memory)) }),
    part,
  );
}

/** A device whose Write Unprotect changes these fields alone. */
function unprotects(
  name: string,
  wrong: string,
  fields: (memory: Memory) => Readonly<Record<string, number>>,
  part?: Mutant['part'],
): Mutant {
  return memoryMutant(
    name,
    wrong,
    (memory) => ({ writeUnprotect: () => memory.changeOptions(fields(memory)) }),
    part,
  );
}

/** The operation, which changes these fields instead. */
function changing(
  memory: Memory,
  result: ReturnType<Memory['write']>,
  fields: Readonly<Record<string, number>>,
): ReturnType<Memory['write']> {
  const other = memory.changeOptions(fields);
  return isOperation(result) && isOperation(other) ? instead(result, () => other.commit()) : result;
}

/** The operation, behind which these bytes of flash are as they were. */
function sparing(
  memory: Memory,
  result: ReturnType<Memory['write']>,
  address: number,
  length: number,
): ReturnType<Memory['write']> {
  if (!isOperation(result)) return result;
  return instead(result, () => {
    const kept = memory.read(address, length);
    result.commit();
    memory.load(address, kept);
  });
}

const without = (pages: readonly number[], at: number): readonly number[] =>
  at < 0 ? pages : pages.slice(0, at);

/** Lists on F405, F410 and F427, whose write protection is one bit a sector, and 1 is open. */
const onF4 = (sectors: number): readonly Mutant[] => {
  const all = Array.from({ length: sectors }, (_, sector) => sector);
  const closed = (memory: Memory): readonly number[] =>
    all.filter((sector) => isClosed(memory, sector));
  const open = 2 ** sectors - 1;
  return [
    lists('erase-ends-at-unknown', 'a list ends at its first page that does not exist', (pages) =>
      without(
        pages,
        pages.findIndex((page) => page >= sectors),
      ),
    ),
    lists('erase-counts-in-a-byte', 'of a number of pages only the low byte counts', (pages) =>
      pages.slice(0, ((pages.length - 1) & 0xff) + 1),
    ),
    lists('erase-pages-in-a-byte', 'of a page number only the low byte counts', (pages) =>
      pages.map((page) => page & 0xff),
    ),
    lists(
      'erase-middle-forgotten',
      'the middle one of three pages or more is not erased',
      (pages) => (pages.length > 2 ? pages.filter((_, at) => at !== pages.length >> 1) : pages),
    ),
    lists('erase-fills-up', 'the pages between those of a list are erased too', (pages) => {
      const there = pages.filter((page) => page < sectors);
      return all.filter((page) => page >= Math.min(...there) && page <= Math.max(...there));
    }),
    lists('erase-rising-only', 'a page behind a higher one is not erased', (pages) =>
      pages.filter((page, at) => pages.slice(0, at).every((before) => before <= page)),
    ),
    lists('erase-twice-is-none', 'a page that a list has twice is not erased', (pages) =>
      pages.filter((page) => pages.indexOf(page) === pages.lastIndexOf(page)),
    ),
    memoryMutant('erase-takes-protected', 'a list erases protected pages too', (memory) => ({
      erase(what) {
        const result = memory.erase(what);
        if (!('pages' in what) || !isOperation(result)) return result;
        return instead(result, () => {
          result.commit();
          for (const page of what.pages.filter((each) => each < 4 && isClosed(memory, each)))
            memory.load(sectorAt(page), new Uint8Array(SECTOR).fill(0xff));
        });
      },
    })),
    memoryMutant('write-takes-protected', 'Write Memory writes protected pages too', (memory) => ({
      write(address, data) {
        const result = memory.write(address, data);
        const closedThere =
          address >= FLASH && address < sectorAt(4) && isClosed(memory, pageOf(address));
        if (!closedThere || !isOperation(result)) return result;
        return instead(result, () => memory.load(address, data));
      },
    })),
    protects(
      'write-protect-ends-at-unknown',
      'a list ends at its first code that no sector has',
      (codes) =>
        without(
          codes,
          codes.findIndex((code) => code >= sectors),
        ),
    ),
    unprotects(
      'write-unprotect-frees-one',
      'Write Unprotect frees the first protected sector',
      (memory) => {
        const wrp = memory.option('nWRP')!;
        const [first] = closed(memory);
        return { nWRP: first === undefined ? wrp : wrp | (1 << first) };
      },
    ),
    memoryMutant(
      'write-unprotect-changes-other-options',
      'Write Unprotect changes the brown-out level',
      (memory) => ({
        writeUnprotect: () =>
          changing(memory, memory.writeUnprotect(), {
            nWRP: open,
            BOR_LEV: memory.option('BOR_LEV')! ^ 1,
          }),
      }),
    ),
    memoryMutant(
      'write-protect-changes-other-options',
      'Write Protect switches the hardware watchdog on',
      (memory) => ({
        writeProtect(codes) {
          const result = memory.writeProtect(codes);
          const kept = codes
            .filter((code) => code < sectors)
            .reduce((bits, code) => bits | (1 << code), 0);
          return changing(memory, result, { nWRP: open & ~kept, WDG_SW: 0 });
        },
      }),
    ),
    memoryMutant(
      'readout-protect-frees-sectors',
      'Readout Protect lifts the write protection',
      (memory) => ({
        readoutProtect: () => changing(memory, memory.readoutProtect(), { RDP: 0x55, nWRP: open }),
      }),
    ),
  ];
};

/** F427 of 2 MiB: twelve sectors a bank. */
const SECOND_BANK = 0x0810_0000;

const onF427: readonly Mutant[] = [
  lists(
    'second-bank-erased-as-first',
    'a page of the second bank is looked for in the first',
    (pages) => pages.map((page) => page % 12),
    'two-banks',
  ),
  memoryMutant(
    'bank-2-erase-spares-a-page',
    'an erase of bank 2 leaves its first page',
    (memory) => ({
      erase: (what) =>
        'bank' in what && what.bank === 1
          ? sparing(memory, memory.erase(what), SECOND_BANK, SECTOR)
          : memory.erase(what),
    }),
    'two-banks',
  ),
  memoryMutant(
    'regression-spares-second-bank',
    'Readout Unprotect leaves the second bank',
    (memory) => ({
      readoutUnprotect: (...how) =>
        sparing(memory, memory.readoutUnprotect(...how), SECOND_BANK, 0x10_0000),
    }),
    'two-banks',
  ),
  protects(
    'write-protect-in-first-bank-only',
    'sectors of the second bank are not protected',
    (codes) => codes.filter((code) => code < 12),
    'two-banks',
  ),
  unprotects(
    'write-unprotect-frees-first-bank',
    'Write Unprotect frees the sectors of the first bank',
    () => ({ nWRP: 0xfff }),
    'two-banks',
  ),
  memoryMutant(
    'go-not-to-second-bank',
    'Go refuses the second bank',
    (memory) => ({
      check: (access, address, length) =>
        access === 'go' && address >= SECOND_BANK && address < SECOND_BANK + 0x10_0000
          ? { refused: 'no-memory' }
          : memory.check(access, address, length),
    }),
    'two-banks',
  ),
];

/** F103xB, 128 pages: Erase (0x43), and four bytes of write protection. */
const onF103: readonly Mutant[] = [
  lists(
    'erase-v2-ends-at-protected',
    'a list of Erase ends at its first protected page',
    (pages, memory) =>
      without(
        pages,
        pages.findIndex(
          (page) => ((memory.option(`WRP${page >> 5}`) ?? 0xff) & (1 << ((page >> 2) & 7))) === 0,
        ),
      ),
    'erase',
  ),
  lists(
    'erase-v2-pages-in-six-bits',
    'page numbers of Erase are taken modulo 64',
    (pages) => pages.map((page) => page & 0x3f),
    'erase',
  ),
  lists(
    'erase-v2-64-at-most',
    'of a list of Erase the first 64 pages are erased',
    (pages) => pages.slice(0, 64),
    'erase',
  ),
  unprotects(
    'write-unprotect-frees-first-area',
    'Write Unprotect frees the first eight areas',
    () => ({ WRP0: 0xff }),
    'erase',
  ),
  protects(
    'write-protect-in-first-area',
    'Write Protect protects among the first eight areas',
    (codes) => codes.filter((code) => code < 8),
    'erase',
  ),
];

/** L476 of 1 MiB: two banks of 256 pages, and two areas of write protection in each. */
const L476_BANK_2 = 256;

const onL476: readonly Mutant[] = [
  lists(
    'erase-ends-at-257',
    'of a list the first 256 pages are erased',
    (pages) => pages.slice(0, 256),
    'two-banks',
  ),
  lists(
    'second-bank-erased-as-first',
    'a page of the second bank is looked for in the first',
    (pages) => pages.map((page) => page % L476_BANK_2),
    'two-banks',
  ),
  memoryMutant(
    'mass-erase-of-one-bank',
    'a mass erase leaves the second bank',
    (memory) => ({ erase: (what) => memory.erase('mass' in what ? { bank: 0 } : what) }),
    'two-banks',
  ),
  unprotects(
    'write-unprotect-frees-first-area',
    'Write Unprotect frees the first area',
    () => ({ WRP1A_STRT: 0xff, WRP1A_END: 0 }),
    'two-banks',
  ),
];

/** The forms of AN4221 that answer busy. */
const noStretch: readonly Mutant[] = [
  remembers(
    'no-stretch-erase-ends-at-protected',
    'a list of No-Stretch Erase ends at its first protected page',
    'no-stretch-erase',
    (memory) => ({
      erase(what: Erase) {
        if (!('pages' in what)) return memory.erase(what);
        const { pages } = what;
        const first = pages.findIndex((page) => page < 5 && isClosed(memory, page));
        return memory.erase({ pages: without(pages, first) });
      },
    }),
  ),
  remembers(
    'no-stretch-erase-counts-in-a-byte',
    'of a number of pages only the low byte counts in No-Stretch Erase',
    'no-stretch-erase',
    (memory) => ({
      erase: (what) =>
        memory.erase(
          'pages' in what
            ? { pages: what.pages.slice(0, ((what.pages.length - 1) & 0xff) + 1) }
            : what,
        ),
    }),
  ),
  remembers(
    'no-stretch-write-protect-first-only',
    'No-Stretch Write Protect protects the first of its sectors',
    'no-stretch-write-protect',
    (memory) => ({ writeProtect: (codes) => memory.writeProtect(codes.slice(0, 1)) }),
  ),
  remembers(
    'no-stretch-write-unprotect-frees-one',
    'No-Stretch Write Unprotect frees the first protected sector',
    'no-stretch-write-unprotect',
    (memory) => ({
      writeUnprotect() {
        const wrp = memory.option('nWRP')!;
        const first = [0, 1, 2, 3, 4].find((sector) => isClosed(memory, sector));
        return memory.changeOptions({ nWRP: first === undefined ? wrp : wrp | (1 << first) });
      },
    }),
  ),
  remembers(
    'no-stretch-readout-unprotect-leaves-the-last-word',
    'No-Stretch Readout Unprotect leaves the last word of flash',
    'no-stretch-readout-unprotect',
    (memory) => ({
      readoutUnprotect: (...how) =>
        sparing(memory, memory.readoutUnprotect(...how), 0x0801_fffc, 4),
    }),
  ),
  remembers(
    'no-stretch-write-loses-a-far-bit',
    'No-Stretch Write Memory does not program a bit of byte 200 of a block',
    'no-stretch-write-memory',
    (memory) => ({
      write: (address, data) =>
        memory.write(address, data.length > 200 ? data.with(200, data[200]! | 0x10) : data),
    }),
  ),
];

/** A Get Checksum that takes other bytes than it is asked for. */
const summing = (
  command: 'get-checksum' | 'no-stretch-get-checksum',
  part?: Mutant['part'],
): readonly Mutant[] => [
  remembers(
    'checksum-of-64-kib-at-most',
    'of a size only the low two bytes count in Get Checksum',
    command,
    (memory) => ({ read: (address, length) => memory.read(address, length & 0xffff || 0x1_0000) }),
    part,
  ),
  remembers(
    'checksum-of-big-endian-words',
    'the checksum is taken over words whose bytes are swapped',
    command,
    (memory) => ({
      read(address, length) {
        const bytes = memory.read(address, length);
        return bytes.map((_, at) => bytes[at ^ 3]!);
      },
    }),
    part,
  ),
];

/** Devices that lose or add something of a list, an area or a bank. */
export const listing: readonly Mutant[] = [
  ...onF4(12),
  ...onF427,
  ...onF103,
  ...summing('get-checksum', 'checksum'),
  ...mutantsOn('i2c', [...onF4(5), ...onL476, ...noStretch, ...summing('no-stretch-get-checksum')]),
  ...mutantsOn('spi', [...onF4(12), ...onF427, ...summing('get-checksum', 'checksum')]),
];
