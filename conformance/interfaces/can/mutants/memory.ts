import { isOperation, madeOf } from '../../../mutants/kit.ts';
import type { Kind } from '../../../mutants/kit.ts';
import { BIG_END, ramEndClosed, readsRefused } from '../../../mutants/memory/access.ts';
import { refusesLists, unknownRefused } from '../../../mutants/memory/erases.ts';
import {
  closes,
  endOfFlash,
  isFlash,
  isOptions,
  isRam,
  kindAt,
  lists,
  named,
  opens,
  pagesOf,
  protectedCodes,
  protects,
  reads,
  writes,
} from '../../../mutants/memory/faults.ts';
import { judgesCodes } from '../../../mutants/memory/protection.ts';
import { loses, turnsWrites } from '../../../mutants/memory/writes.ts';

/** Devices whose memories are wrong as they can be here alone. */
export const memoryOnCan: readonly Kind[] = [
  ramEndClosed(0x2001_c000),
  readsRefused(
    'flash-end-closed',
    'the last bytes of flash are not read',
    (at, length) => length <= 16 && at + length === BIG_END,
  ),
  closes('option-bytes-closed', 'Read Memory refuses the option bytes', 'read', isOptions),
  closes(
    'go-to-the-first-page-only',
    'Go takes the first page alone',
    'go',
    (memory, at) => isFlash(memory, at) && at >= pagesOf(memory)[1]!.start,
  ),
  opens('read-anywhere', 'Read Memory reads where nothing is', 'read', undefined),
  opens('go-anywhere', 'Go takes addresses where nothing is', 'go', undefined),
  opens('write-anywhere', 'Write Memory takes addresses where nothing is', 'write', undefined),
  opens('write-to-system-memory', 'Write Memory takes system memory', 'write', 'system-memory'),
  opens('options-anywhere', 'Write Memory takes any option byte', 'write', 'option-bytes'),
  lists('erase-eight-at-most', 'pages behind the eighth are not erased', (pages) =>
    pages.slice(0, 8),
  ),
  lists('erase-254-at-most', 'the 255th page of a list is not erased', (pages) =>
    pages.slice(0, 254),
  ),
  named('no-such-page-refused', unknownRefused),
  refusesLists(
    'same-page-refused',
    'a page named twice is refused',
    (pages) => pages.length < 20 && new Set(pages).size < pages.length,
  ),
  ...madeOf('connectivity', [
    lists('pages-wrap-at-64', 'six bits of a page number count', (pages) =>
      pages.map((page) => page % 64),
    ),
  ]),
  protects('write-protect-first-eight', 'more than eight codes are lost', (codes) =>
    codes.length > 8 ? [] : codes,
  ),
  named('write-protect-judges-codes', judgesCodes),
  ...madeOf('connectivity', [
    protects('sectors-are-pages', 'codes of Write Protect are those of pages', (codes) =>
      codes.map((code) => code >> 1),
    ),
  ]),
  reads('one-byte-read-wrong', 'a read of one byte of flash is 0xFF', (bytes, at, memory) =>
    bytes.length === 1 && isFlash(memory, at) ? Uint8Array.of(0xff) : bytes,
  ),
  reads('bootloader-id-wrong', 'the bootloader ID reads as 0', (bytes, at, memory) =>
    bytes.length === 1 && kindAt(memory, at) === 'system-memory' ? Uint8Array.of(0) : bytes,
  ),
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
    'long-ram-writes-lost',
    'longer blocks for RAM are lost',
    ({ length }, at, memory) => length > 40 && isRam(memory, at),
  ),
  turnsWrites(
    'odd-blocks-refused',
    'blocks that are no multiple of four are refused',
    (right, _, __, data) => (data.length % 4 === 0 ? right : { refused: 'length' }),
  ),
  {
    name: 'protected-write-refused',
    wrong: 'a write is refused while a sector is write-protected',
    change: (memory, rom) => ({
      write: (address, data) =>
        protectedCodes(memory, rom).length > 0
          ? { refused: 'protected' }
          : memory.write(address, data),
    }),
  },
  writes('overrun-is-cut', 'a block that runs out of flash is cut', (data, address, memory) =>
    data.subarray(0, Math.max(0, endOfFlash(memory) - address)),
  ),
  turnsWrites('options-lost', 'option bytes are written as blank', (right, memory, address) =>
    isOptions(memory, address) && isOperation(right) ? memory.writeProtect([0, 1, 2]) : right,
  ),
];
