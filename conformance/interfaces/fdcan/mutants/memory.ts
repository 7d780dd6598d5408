import { andThen, madeOf, nothing } from '../../../mutants/kit.ts';
import type { Kind } from '../../../mutants/kit.ts';
import { BIG_END, ramEndClosed, readsRefused } from '../../../mutants/memory/access.ts';
import { lowByteFirst, stopsAtProtected } from '../../../mutants/memory/erases.ts';
import {
  closes,
  isOptions,
  isRam,
  kindAt,
  lists,
  named,
  opens,
  reads,
  turns,
  writes,
} from '../../../mutants/memory/faults.ts';
import { firstAreaFreed } from '../../../mutants/memory/protection.ts';
import { erasePage, flipped, readsFrom } from '../../../mutants/memory/reads.ts';
import {
  everyNth,
  losesInTurn,
  optionsBecomeOthers,
  optionsCutAtEight,
  shortBlocksLost,
  turnsWrites,
  withBit,
} from '../../../mutants/memory/writes.ts';

/** Devices whose memories are wrong as they can be here alone. */
export const memoryOnFdcan: readonly Kind[] = [
  ramEndClosed(0x2405_0000),
  readsRefused(
    'last-bytes-hidden',
    'a read may not end where flash ends',
    (address, length) => address < BIG_END && address + length >= BIG_END,
  ),
  closes(
    'ram-by-words',
    'RAM is read from word boundaries only',
    'read',
    (memory, address) => isRam(memory, address) && address % 4 !== 0,
  ),
  closes('options-hidden', 'Read Memory refuses the option bytes', 'read', isOptions),
  opens('bootloader-ram-read', 'all of RAM can be read', 'read', 'sram'),
  opens('bootloader-ram-written', 'all of RAM can be written', 'write', 'sram'),
  opens('go-anywhere-in-ram', 'Go takes any address of RAM', 'go', 'sram'),
  {
    name: 'refused-read-erases',
    wrong: 'a read that is refused erases a page',
    change: (memory) => ({
      check(access, address, length) {
        const refused = memory.check(access, address, length);
        if (access === 'read' && refused !== undefined) erasePage(memory);
        return refused;
      },
    }),
  },
  ...madeOf('two-banks', [named('erase-stops-at-protected-two-banks', stopsAtProtected)]),
  lists('erase-two-pages-at-most', 'pages behind the second are not erased', (pages) =>
    pages.slice(0, 2),
  ),
  lists('erase-fourth-page-lost', 'the fourth page of a list is not erased', (pages) =>
    pages.filter((_, at) => at !== 3),
  ),
  named('pages-low-byte-first', lowByteFirst),
  ...madeOf('start-frame', [
    lists('erase-sixteen-at-most', 'pages behind the sixteenth are not erased', (pages) =>
      pages.slice(0, 16),
    ),
    lists('erase-last-of-32-lost', 'the 32nd page of a list is not erased', (pages) =>
      pages.length === 32 ? pages.slice(0, -1) : pages,
    ),
    lists('erase-33rd-page-lost', 'pages behind the 32nd are not erased', (pages) =>
      pages.slice(0, 32),
    ),
    lists(
      'erase-long-list-lost',
      'a list of more than 32 pages is acknowledged and erases nothing',
      (pages) => (pages.length > 32 ? [] : pages),
    ),
  ]),
  ...madeOf('two-banks', [
    lists('page-numbers-of-seven-bits', 'of a page number seven bits count', (pages) =>
      pages.map((page) => page & 0x7f),
    ),
  ]),
  ...madeOf('two-banks', [named('write-unprotect-first-area-two-banks', firstAreaFreed)]),
  turns('write-protect-once', 'a second list has no effect', 'writeProtect', (right, memory) =>
    memory.option('WPSN1') === 0xff ? right : nothing(right),
  ),
  reads('read-bit-in-second-frame', 'one bit of the 101st byte of a read is wrong', (bytes) =>
    flipped(bytes, 100, 0x01),
  ),
  reads('system-memory-reads-zero', 'system memory is read as zeros', (bytes, at, memory) =>
    kindAt(memory, at) === 'system-memory' ? new Uint8Array(bytes.length) : bytes,
  ),
  readsFrom(
    'reads-shifted',
    'a read from an odd address begins one byte early',
    (address) => address - (address % 2),
  ),
  ...madeOf('two-banks', [optionsCutAtEight]),
  ...madeOf('two-banks', [shortBlocksLost(8)]),
  ...madeOf('two-banks', [optionsBecomeOthers]),
  writes('write-bit-in-second-frame', 'a bit of the 66th byte is lost', (data) =>
    withBit(data, 65, (byte) => byte & 0x7f),
  ),
  writes('long-blocks-shifted', 'of a long block a byte is lost', (data) =>
    data.length > 96 ? data.with(70, 0xff) : data,
  ),
  losesInTurn('third-block-lost', 'every third block is lost', everyNth(3)),
  turnsWrites(
    'option-write-unprotects',
    'a write to the option bytes takes the write protection off',
    (right, memory, address) =>
      isOptions(memory, address) ? andThen(right, () => [memory.writeUnprotect()]) : right,
  ),
];
