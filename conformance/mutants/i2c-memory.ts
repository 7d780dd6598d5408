import {
  changed,
  commandsMutant,
  erasesOptions,
  isInRam,
  isOperation,
  mutantsOn,
  readsRefused,
} from './kit.ts';
import type { Memory, Mutant } from './kit.ts';
import { remembers } from './command-kit.ts';
import { nothing, open } from './i2c-protection.ts';

/** Second page of the F410, whose content a forgetful regression keeps. */
const SECOND_PAGE = 0x0800_4000;

/** Last byte of the F410's flash. */
const LAST_BYTE = 0x0801_ffff;

const isKind = (memory: Memory, address: number, kind: string): boolean =>
  memory.regionAt(address)?.kind === kind;

/** Sector 1 of the F410 is write-protected. */
const isSectorProtected = (memory: Memory): boolean => (memory.option('nWRP')! & 0x02) === 0;

/** Wrong in the one and in the other form of Write Memory. */
const writing = (['write-memory', 'no-stretch-write-memory'] as const).flatMap((name) => [
  remembers(
    `${name}-stops-at-128`,
    `${name} writes only the first 128 bytes of a block`,
    name,
    (memory) => ({ write: (address, data) => memory.write(address, data.subarray(0, 128)) }),
  ),
  remembers(`${name}-ram-lost`, `${name} acknowledges RAM and loses it`, name, (memory) => ({
    write: (address, data) =>
      isKind(memory, address, 'sram')
        ? nothing(memory.write(address, data))
        : memory.write(address, data),
  })),
]);

/** Wrong in the one and in the other form of Erase Memory. */
const erasing = (['extended-erase', 'no-stretch-erase'] as const).flatMap((name) => [
  remembers(
    `${name}-does-nothing`,
    `${name} is acknowledged and erases no page`,
    name,
    (memory) => ({
      erase: (what) => memory.erase('pages' in what ? { pages: [] } : what),
    }),
  ),
  remembers(`${name}-one-too-many`, `${name} erases the page behind each too`, name, (memory) => ({
    erase: (what) =>
      memory.erase(
        'pages' in what ? { pages: what.pages.flatMap((page) => [page, page + 1]) } : what,
      ),
  })),
  remembers(
    `${name}-last-forgotten`,
    `${name} forgets the last of several pages`,
    name,
    (memory) => ({
      erase: (what) =>
        memory.erase(
          'pages' in what && what.pages.length > 1 ? { pages: what.pages.slice(0, -1) } : what,
        ),
    }),
  ),
  remembers(`${name}-all-spares-one`, `${name} of all leaves a page`, name, (memory) => ({
    erase: (what) => memory.erase('mass' in what ? { pages: [0, 1, 2, 3] } : what),
  })),
]);

/** Devices whose memory does something else than they say over I2C. */
export const i2cRemembering: readonly Mutant[] = mutantsOn('i2c', [
  commandsMutant('get-version-erases', 'Get Version erases a page', (commands) =>
    changed(commands, 'get-version', (each) => ({
      ...each,
      *run(environment) {
        const operation = environment.memory.erase({ pages: [1] });
        if (!('refused' in operation)) yield* environment.wire.busy(operation);
        yield* each.run(environment);
      },
    })),
  ),
  remembers('read-aligned', 'flash is read from a multiple of 4 on', 'read-memory', (memory) => ({
    read: (address, length) =>
      isKind(memory, address, 'main-flash')
        ? memory.read(address - (address % 4), length)
        : memory.read(address, length),
  })),
  remembers('one-byte-reads-wrong', 'a read of one byte is 0xFF', 'read-memory', (memory) => ({
    read: (address, length) => (length === 1 ? Uint8Array.of(0xff) : memory.read(address, length)),
  })),
  remembers('longest-read-cut', 'a read of 256 bytes ends in 0x00', 'read-memory', (memory) => ({
    read: (address, length) => {
      const bytes = memory.read(address, length);
      return length === 256 ? bytes.with(255, 0) : bytes;
    },
  })),
  readsRefused(
    'read-memory-last-byte-unreadable',
    'the last byte of flash is refused',
    (address, length) => address <= LAST_BYTE && address + length > LAST_BYTE,
  ),
  readsRefused(
    'read-memory-long-ram-reads-refused',
    'RAM above 32 bytes is refused',
    (address, length) => length > 32 && isInRam(address),
  ),
  remembers('system-memory-hidden', 'system memory is refused', 'read-memory', (memory) => ({
    check: (access, address, length) =>
      isKind(memory, address, 'system-memory')
        ? { refused: 'no-memory' }
        : memory.check(access, address, length),
  })),
  remembers(
    'options-hidden-by-write-protection',
    'the option bytes are refused while a sector is write-protected',
    'read-memory',
    (memory) => ({
      check: (access, address, length) =>
        isKind(memory, address, 'option-bytes') && isSectorProtected(memory)
          ? { refused: 'no-memory' }
          : memory.check(access, address, length),
    }),
  ),
  remembers(
    'read-of-32-erases',
    'a read of 32 bytes of flash erases a page',
    'read-memory',
    (memory) => ({
      read: (address, length) => {
        const bytes = memory.read(address, length);
        const result = memory.erase({ pages: [1] });
        const spoils = length === 32 && isKind(memory, address, 'main-flash');
        if (spoils && isOperation(result)) result.commit();
        return bytes;
      },
    }),
  ),
  commandsMutant('read-ends-in-ack', 'an ACK follows the data of Read Memory', (commands) =>
    changed(commands, 'read-memory', (each) => ({
      ...each,
      *run(environment) {
        yield* each.run(environment);
        yield* environment.wire.accept();
      },
    })),
  ),
  commandsMutant('go-stays', 'Go is acknowledged and the bootloader stays', (commands) =>
    changed(commands, 'go', (each) => ({
      ...each,
      *run({ wire, memory }) {
        yield* wire.goRequest((address) => memory.check('go', address));
      },
    })),
  ),
  ...(['system-memory', 'option-bytes'] as const).map((kind) =>
    remembers(`go-to-${kind}`, `Go takes the ${kind}`, 'go', (memory) => ({
      check: (access, address, length) =>
        isKind(memory, address, kind) ? undefined : memory.check(access, address, length),
    })),
  ),
  remembers(
    'last-block-lost',
    'a block that ends with flash is lost',
    'write-memory',
    (memory) => ({
      write: (address, data) =>
        address + data.length - 1 === LAST_BYTE
          ? nothing(memory.write(address, data))
          : memory.write(address, data),
    }),
  ),
  remembers('second-block-lost', 'every second block is lost', 'write-memory', (memory) => {
    let blocks = 0;
    return {
      write: (address, data) =>
        ++blocks % 2 === 0 ? nothing(memory.write(address, data)) : memory.write(address, data),
    };
  }),
  remembers(
    'system-memory-writable',
    'a write to system memory is acknowledged',
    'write-memory',
    (memory) => ({
      write: (address, data) =>
        isKind(memory, address, 'system-memory')
          ? nothing(memory.write(SECOND_PAGE, data))
          : memory.write(address, data),
    }),
  ),
  remembers(
    'options-from-anywhere',
    'a write into the middle of the option bytes is acknowledged',
    'write-memory',
    (memory) => ({
      write: (address, data) => {
        const result = memory.write(address, data);
        const inside = isKind(memory, address, 'option-bytes') && !isOperation(result);
        return inside ? nothing(memory.write(SECOND_PAGE, data)) : result;
      },
    }),
  ),
  erasesOptions,
  remembers(
    'options-otherwise',
    'a write to the option bytes changes them to others',
    'write-memory',
    (memory) => ({
      write: (address, data) =>
        isKind(memory, address, 'option-bytes')
          ? memory.write(address, new Uint8Array(data.length).fill(0xef))
          : memory.write(address, data),
    }),
  ),
  remembers(
    'short-blocks-lost',
    'blocks of four bytes for flash are lost',
    'write-memory',
    (memory) => ({
      write: (address, data) =>
        data.length === 4 && isKind(memory, address, 'main-flash')
          ? nothing(memory.write(address, data))
          : memory.write(address, data),
    }),
  ),
  ...writing,
  open('no-stretch-write-memory'),
  ...erasing,
  remembers(
    'unknown-page-refused',
    'a list with a page that does not exist is refused',
    'extended-erase',
    (memory) => ({
      erase: (what) =>
        'pages' in what && what.pages.some((page) => page > 7)
          ? { refused: 'no-memory' }
          : memory.erase(what),
    }),
  ),
  remembers(
    'protected-erase-refused',
    'Erase Memory is refused while a sector is write-protected',
    'extended-erase',
    (memory) => ({
      erase: (what) => (isSectorProtected(memory) ? { refused: 'protected' } : memory.erase(what)),
    }),
  ),
  open('no-stretch-erase'),
  remembers(
    'banks-swapped',
    'the bank erases erase the other bank',
    'extended-erase',
    (memory) => ({
      erase: (what) => memory.erase('bank' in what ? { bank: what.bank === 0 ? 1 : 0 } : what),
    }),
    'two-banks',
  ),
  remembers(
    '256-pages-at-most',
    'lists of more than 256 pages are refused',
    'extended-erase',
    (memory) => ({
      erase: (what) =>
        'pages' in what && what.pages.length > 256 ? { refused: 'length' } : memory.erase(what),
    }),
    'two-banks',
  ),
]);
