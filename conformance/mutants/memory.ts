import { erasesOptions, instead, isInRam, isOperation, memoryMutant, readsRefused } from './kit.ts';
import type { Memory, Mutant } from './kit.ts';

/** A device that allows an access in one kind of memory where it should refuse it. */
function allows(
  name: string,
  wrong: string,
  access: 'read' | 'write' | 'go',
  kind: string,
): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    check: (asked, address, length) =>
      asked === access && memory.regionAt(address)?.kind === kind
        ? undefined
        : memory.check(asked, address, length),
  }));
}

/** A device that makes something else of the data of a block. */
function writes(name: string, wrong: string, change: (data: Uint8Array) => Uint8Array): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    write: (address, data) => memory.write(address, change(data)),
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

const nothing = (result: ReturnType<Memory['write']>): ReturnType<Memory['write']> =>
  isOperation(result) ? instead(result, () => {}) : result;

/** Second page of the F405, whose content a forgetful regression keeps. */
const SECOND_PAGE = 0x0800_4000;

/** RAM of the F405 that the bootloader leaves to hosts. */
const OPEN_RAM = 0x2000_8000;

/** Devices whose memory does something else than it says. */
export const remembering: readonly Mutant[] = [
  memoryMutant('read-shifted', 'Read Memory answers from the next address on', (memory) => ({
    read: (address, length) => {
      const bytes = memory.read(address, length);
      return Uint8Array.of(...bytes.subarray(1), 0);
    },
  })),
  memoryMutant('read-loses-last-byte', 'the last byte of a read is 0xFF', (memory) => ({
    read: (address, length) => memory.read(address, length).subarray(0, length - 1),
  })),
  memoryMutant('read-erases', 'reading flash erases the page', (memory) => ({
    read: (address, length) => {
      const bytes = memory.read(address, length);
      const result = memory.erase({ pages: [1] });
      if (isOperation(result)) result.commit();
      return bytes;
    },
  })),
  allows('bootloader-ram-readable', 'the RAM of the bootloader can be read', 'read', 'sram'),
  memoryMutant(
    'bootloader-ram-writable',
    'a write to the RAM of the bootloader is acknowledged',
    (memory) => ({
      write: (address, data) => {
        const result = memory.write(address, data);
        const ram = memory.regionAt(address)?.kind === 'sram';
        return ram && !isOperation(result) ? nothing(memory.write(OPEN_RAM, data)) : result;
      },
    }),
  ),
  memoryMutant('one-byte-reads-wrong', 'a read of one byte is 0xFF', (memory) => ({
    read: (address, length) => (length === 1 ? Uint8Array.of(0xff) : memory.read(address, length)),
  })),
  memoryMutant('longest-read-cut', 'a read of 256 bytes ends in 0xFF', (memory) => ({
    read: (address, length) => memory.read(address, length).subarray(0, 255),
  })),
  memoryMutant('read-aligned', 'flash is read from the next lower multiple of 4 on', (memory) => ({
    read: (address, length) =>
      memory.regionAt(address)?.kind === 'main-flash'
        ? memory.read(address - (address % 4), length)
        : memory.read(address, length),
  })),
  memoryMutant('blank-reads-as-zeros', 'a longer read of blank flash is zeros', (memory) => ({
    read: (address, length) => {
      const bytes = memory.read(address, length);
      return length >= 32 && bytes.every((byte) => byte === 0xff) ? new Uint8Array(length) : bytes;
    },
  })),
  readsRefused(
    'long-ram-reads-refused',
    'reads of RAM above 32 bytes are refused',
    (address, length) => length > 32 && isInRam(address),
  ),
  allows('go-to-bootloader-ram', 'Go takes the RAM of the bootloader', 'go', 'sram'),
  allows('go-to-system-memory', 'Go takes system memory', 'go', 'system-memory'),
  allows('go-to-option-bytes', 'Go takes the option bytes', 'go', 'option-bytes'),
  memoryMutant('go-not-to-ram', 'Go refuses RAM', (memory) => ({
    check: (access, address, length) =>
      access === 'go' && memory.regionAt(address)?.kind === 'sram'
        ? { refused: 'no-memory' }
        : memory.check(access, address, length),
  })),
  memoryMutant('system-memory-not-readable', 'Read Memory refuses system memory', (memory) => ({
    check: (access, address, length) =>
      access === 'read' && memory.regionAt(address)?.kind === 'system-memory'
        ? { refused: 'no-memory' }
        : memory.check(access, address, length),
  })),
  memoryMutant('option-bytes-not-readable', 'Read Memory refuses the option bytes', (memory) => ({
    check: (access, address, length) =>
      access === 'read' && memory.regionAt(address)?.kind === 'option-bytes'
        ? { refused: 'no-memory' }
        : memory.check(access, address, length),
  })),
  memoryMutant(
    'write-does-nothing',
    'Write Memory is acknowledged and writes nothing',
    (memory) => ({
      write: (address, data) => nothing(memory.write(address, data)),
    }),
  ),
  memoryMutant(
    'flash-write-does-nothing',
    'a write to flash is acknowledged and writes nothing',
    (memory) => ({
      write: (address, data) =>
        memory.regionAt(address)?.kind === 'main-flash'
          ? nothing(memory.write(address, data))
          : memory.write(address, data),
    }),
  ),
  memoryMutant(
    'ram-write-does-nothing',
    'a write to RAM is acknowledged and writes nothing',
    (memory) => ({
      write: (address, data) =>
        memory.regionAt(address)?.kind === 'sram'
          ? nothing(memory.write(address, data))
          : memory.write(address, data),
    }),
  ),
  memoryMutant(
    'option-write-does-nothing',
    'a write to the option bytes changes them to erased ones',
    (memory) => ({
      write: (address, data) =>
        memory.regionAt(address)?.kind === 'option-bytes'
          ? memory.write(address, new Uint8Array(data.length).fill(0xef))
          : memory.write(address, data),
    }),
  ),
  erasesOptions,
  memoryMutant('write-off-by-a-word', 'Write Memory writes one word further', (memory) => ({
    write: (address, data) => memory.write(address + 4, data),
  })),
  memoryMutant('short-blocks-lost', 'blocks of four bytes for flash are lost', (memory) => ({
    write: (address, data) =>
      data.length === 4 && memory.regionAt(address)?.kind === 'main-flash'
        ? nothing(memory.write(address, data))
        : memory.write(address, data),
  })),
  memoryMutant('last-block-lost', 'a block that ends with flash is lost', (memory) => ({
    write: (address, data) =>
      memory.regionAt(address + data.length)?.kind === 'main-flash'
        ? memory.write(address, data)
        : memory.regionAt(address)?.kind === 'main-flash'
          ? nothing(memory.write(address, data))
          : memory.write(address, data),
  })),
  memoryMutant('second-block-lost', 'every second block is lost', (memory) => {
    let blocks = 0;
    return {
      write: (address, data) =>
        ++blocks % 2 === 0 ? nothing(memory.write(address, data)) : memory.write(address, data),
    };
  }),
  writes('write-loses-last-byte', 'the last byte of a block is not written', (data) =>
    Uint8Array.of(...data.subarray(0, -1), 0xff),
  ),
  writes('write-sets-a-bit', 'every byte is written with its lowest bit set', (data) =>
    data.map((byte) => byte | 1),
  ),
  writes('write-swaps-bytes', 'the bytes of each half-word are swapped', (data) =>
    data.map((_, at) => data[at ^ 1] ?? 0xff),
  ),
  writes('write-stops-at-128', 'only the first 128 bytes of a block are written', (data) =>
    data.subarray(0, 128),
  ),
  writes('write-one-word-too-many', 'a word of zeros is written behind the block', (data) =>
    Uint8Array.of(...data, 0, 0, 0, 0),
  ),
  erases('erase-does-nothing', 'Extended Erase is acknowledged and erases no page', () => []),
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
  erases('erase-low-byte-first', 'page numbers are taken low byte first', (pages) =>
    pages.map((page) => ((page & 0xff) << 8) | (page >> 8)),
  ),
  erases('erase-wraps', 'page numbers are taken modulo 8', (pages) =>
    pages.map((page) => page % 8),
  ),
  erases('erase-v2-does-nothing', 'Erase is acknowledged and erases no page', () => [], 'erase'),
  erases(
    'erase-v2-one-too-many',
    'Erase erases the page behind each too',
    (pages) => pages.flatMap((page) => [page, page + 1]),
    'erase',
  ),
  memoryMutant('mass-erase-spares-last-page', 'a mass erase leaves the last page', (memory) => ({
    erase: (what) =>
      memory.erase(
        'mass' in what ? { pages: Array.from({ length: 11 }, (_, page) => page) } : what,
      ),
  })),
  memoryMutant('mass-erase-spares-protected', 'a mass erase takes the other pages', (memory) => ({
    erase: (what) =>
      memory.erase('mass' in what ? { pages: Array.from({ length: 12 }, (_, at) => at) } : what),
  })),
  memoryMutant('mass-erase-ignores-protection', 'a mass erase takes protected pages', (memory) => ({
    erase: (what) => {
      const result = memory.erase(what);
      const all = memory.readoutUnprotect(false, false);
      if (!('mass' in what) || !isOperation(result) || !isOperation(all)) return result;
      return instead(result, () => all.commit());
    },
  })),
  memoryMutant(
    'checksum-one-word-too-far',
    'Get Checksum takes a size that reaches one word beyond the end',
    (memory) => ({
      check: (access, address, length) =>
        access === 'read' && length !== undefined && length >= 8
          ? memory.check(access, address, length - 4)
          : memory.check(access, address, length),
      read(address, length) {
        if (memory.check('read', address, length) === undefined)
          return memory.read(address, length);
        return Uint8Array.of(...memory.read(address, length - 4), 0xff, 0xff, 0xff, 0xff);
      },
    }),
    'checksum',
  ),
  memoryMutant(
    'global-erase-spares-first-page',
    'FF 00 leaves the first page',
    (memory) => ({
      erase: (what) =>
        memory.erase(
          'mass' in what ? { pages: Array.from({ length: 127 }, (_, at) => at + 1) } : what,
        ),
    }),
    'erase',
  ),
  memoryMutant(
    'unknown-page-refused',
    'a list with a page that does not exist is refused',
    (memory) => ({
      erase: (what) =>
        'pages' in what && what.pages.some((page) => page > 11)
          ? { refused: 'no-memory' }
          : memory.erase(what),
    }),
  ),
  memoryMutant(
    'protected-erase-refused',
    'Erase is refused while a sector is write-protected',
    (memory) => ({
      erase: (what) => {
        const written = ['WRP0', 'WRP1', 'WRP2', 'WRP3'].some((name) => {
          const value = memory.option(name);
          return value !== undefined && value !== 0xff;
        });
        return written ? { refused: 'protected' } : memory.erase(what);
      },
    }),
    'erase',
  ),
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
  memoryMutant(
    'write-protect-off-by-one',
    'Write Protect protects the sector behind the one named',
    (memory) => ({
      writeProtect: (codes) => memory.writeProtect(codes.map((code) => code + 1)),
    }),
  ),
  memoryMutant(
    'write-protect-protects-more',
    'Write Protect protects the following sectors too',
    (memory) => ({
      writeProtect: (codes) =>
        memory.writeProtect(codes.flatMap((code) => [code, code + 1, code + 2])),
    }),
  ),
  memoryMutant(
    'write-protect-refuses-unknown-codes',
    'Write Protect refuses codes that no sector has',
    (memory) => ({
      writeProtect: (codes) =>
        codes.some((code) => code > 11) ? { refused: 'value' } : memory.writeProtect(codes),
    }),
  ),
  memoryMutant(
    'write-unprotect-does-nothing',
    'Write Unprotect leaves the sectors protected',
    (memory) => ({
      writeUnprotect: () => nothing(memory.writeUnprotect()),
    }),
  ),
  memoryMutant('write-unprotect-erases', 'Write Unprotect erases flash', (memory) => ({
    writeUnprotect: () => {
      const result = memory.writeUnprotect();
      if (!isOperation(result)) return result;
      return instead(result, () => {
        result.commit();
        const all = memory.erase({ pages: [1] });
        // the protection in force is that of the last reset: page 1 alone may still resist
        if (isOperation(all)) all.commit();
        const rest = memory.erase({ pages: [2, 3] });
        if (isOperation(rest)) rest.commit();
      });
    },
  })),
  memoryMutant('readout-protect-does-nothing', 'Readout Protect protects nothing', (memory) => ({
    readoutProtect: () => nothing(memory.readoutProtect()),
  })),
  memoryMutant('readout-protect-erases', 'Readout Protect erases a page', (memory) => ({
    readoutProtect: () => {
      const result = memory.readoutProtect();
      if (!isOperation(result)) return result;
      return instead(result, () => {
        result.commit();
        const page = memory.erase({ pages: [1] });
        if (isOperation(page)) page.commit();
      });
    },
  })),
  memoryMutant(
    'regression-forgets-a-page',
    'Readout Unprotect leaves the content of a page',
    (memory) => ({
      readoutUnprotect: (...how) => {
        const result = memory.readoutUnprotect(...how);
        if (!isOperation(result)) return result;
        return instead(result, () => {
          const kept = memory.read(SECOND_PAGE, 16);
          result.commit();
          const back = memory.write(SECOND_PAGE, kept);
          if (isOperation(back)) back.commit();
        });
      },
    }),
  ),
  memoryMutant(
    'regression-does-nothing',
    'Readout Unprotect neither erases nor lifts the protection',
    (memory) => ({
      readoutUnprotect: (...how) => nothing(memory.readoutUnprotect(...how)),
    }),
  ),
  memoryMutant(
    'regression-keeps-the-level',
    'Readout Unprotect erases and leaves the protection on',
    (memory) => ({
      readoutUnprotect: () => memory.erase({ mass: true }),
    }),
  ),
  memoryMutant('regression-keeps-ram', 'Readout Unprotect leaves the RAM as it was', (memory) => ({
    readoutUnprotect: (_, ...rest) => memory.readoutUnprotect(false, ...rest),
  })),
];
