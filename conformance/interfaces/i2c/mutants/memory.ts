import { madeOf } from '../../../mutants/kit.ts';
import type { Kind, MemoryFault } from '../../../mutants/kit.ts';
import { longRamReadsRefused, readsRefused } from '../../../mutants/memory/access.ts';
import {
  banksSwapped,
  countedInAByte,
  firstBankOnly,
  isClosed,
  lastForgotten,
  lastSpared,
  none,
  oneTooMany,
  protectedRefused,
  refusesLists,
  unknownRefused,
} from '../../../mutants/memory/erases.ts';
import {
  closes,
  during,
  isFlash,
  isOptions,
  kindAt,
  lists,
  named,
  protectedCodes,
  reads,
  unprotects,
  upTo,
  writes,
} from '../../../mutants/memory/faults.ts';
import {
  firstOnly,
  forgetsAPage,
  freesAndErases,
  freesNothing,
  freesOne,
  hidesAndErases,
  hidesNothing,
  judgesCodes,
  keepsRam,
  keepsTheLevel,
  leavesLastWord,
  protectsMore,
  protectsNothing,
} from '../../../mutants/memory/protection.ts';
import { erasePage, mirrored, summing } from '../../../mutants/memory/reads.ts';
import {
  acknowledged,
  cutAt128,
  optionsBecomeOthers,
  ramLost,
  turnsWrites,
  withBit,
} from '../../../mutants/memory/writes.ts';

/** Where flash ends on F410, and its second page. */
const F410_END = 0x0802_0000;
const SECOND_PAGE = 0x0800_4000;

/** The fault, told of both forms of a command. */
function ofBothForms(
  forms: readonly NonNullable<MemoryFault['command']>[],
  faults: Readonly<Record<string, MemoryFault>>,
): readonly MemoryFault[] {
  return forms.flatMap((command) =>
    Object.entries(faults).map(([ending, { wrong, change }]) => ({
      name: `${command}-${ending}`,
      wrong: `${command}: ${wrong}`,
      change,
      command,
    })),
  );
}

/** Devices whose memories are wrong as they can be here alone. */
export const memoryOnI2c: readonly Kind[] = [
  readsRefused(
    'read-memory-last-byte-unreadable',
    'the last byte of flash is refused',
    (address, length) => address < F410_END && address + length >= F410_END,
  ),
  longRamReadsRefused('read-memory-long-ram-reads-refused'),
  closes(
    'options-hidden-by-write-protection',
    'the option bytes are refused while a sector is write-protected',
    'read',
    (memory, address, rom) => isOptions(memory, address) && protectedCodes(memory, rom).length > 0,
  ),
  ...during('extended-erase', [unknownRefused, protectedRefused]),
  ...ofBothForms(['extended-erase', 'no-stretch-erase'], {
    'does-nothing': none,
    'one-too-many': oneTooMany,
    'last-forgotten': lastForgotten,
    'all-spares-one': lastSpared,
  }),
  ...during('no-stretch-erase', [
    lists(
      'no-stretch-erase-ends-at-protected',
      'a list of No-Stretch Erase ends at its first protected page',
      (pages, memory) => upTo(pages, (page) => isClosed(memory, page)),
    ),
    named('no-stretch-erase-counts-in-a-byte', countedInAByte),
  ]),
  ...madeOf('two-banks', [
    ...during('extended-erase', [
      banksSwapped,
      refusesLists(
        '256-pages-at-most',
        'lists of more than 256 pages are refused',
        ({ length }) => length > 256,
      ),
    ]),
    lists('erase-ends-at-257', 'of a list the first 256 pages are erased', (pages) =>
      pages.slice(0, 256),
    ),
    named('mass-erase-of-one-bank', firstBankOnly),
  ]),
  ...ofBothForms(['write-protect', 'no-stretch-write-protect'], {
    'does-nothing': protectsNothing,
  }),
  ...during('write-protect', [protectsMore, judgesCodes]),
  ...during('no-stretch-write-protect', [named('no-stretch-write-protect-first-only', firstOnly)]),
  ...ofBothForms(['write-unprotect', 'no-stretch-write-unprotect'], {
    'does-nothing': freesNothing,
    erases: freesAndErases,
  }),
  ...during('no-stretch-write-unprotect', [
    named('no-stretch-write-unprotect-frees-one', freesOne),
  ]),
  ...ofBothForms(['readout-protect', 'no-stretch-readout-protect'], {
    'does-nothing': hidesNothing,
    erases: hidesAndErases,
  }),
  ...ofBothForms(['readout-unprotect', 'no-stretch-readout-unprotect'], {
    'forgets-a-page': forgetsAPage,
    'keeps-the-level': keepsTheLevel,
    'keeps-ram': keepsRam,
  }),
  ...during('no-stretch-readout-unprotect', [
    named('no-stretch-readout-unprotect-leaves-the-last-word', leavesLastWord),
  ]),
  ...madeOf('two-banks', [
    unprotects('write-unprotect-frees-first-area', 'Write Unprotect frees the first area', () => ({
      WRP1A_STRT: 0xff,
      WRP1A_END: 0,
    })),
  ]),
  ...madeOf('two-banks', [named('read-upper-half-of-small-pages-mirrored', mirrored)]),
  ...during('no-stretch-get-checksum', summing),
  ...during('read-memory', [
    reads('read-of-32-erases', 'reading 32 bytes of flash erases a page', (bytes, at, memory) => {
      if (bytes.length === 32 && isFlash(memory, at)) erasePage(memory);
      return bytes;
    }),
  ]),
  ...ofBothForms(['write-memory', 'no-stretch-write-memory'], {
    'stops-at-128': cutAt128,
    'ram-lost': ramLost,
  }),
  ...during('write-memory', [
    named('options-otherwise', optionsBecomeOthers),
    turnsWrites(
      'system-memory-writable',
      'a write to system memory is acknowledged',
      (right, memory, address, data) =>
        kindAt(memory, address) === 'system-memory'
          ? acknowledged(right, memory, data, SECOND_PAGE)
          : right,
    ),
    turnsWrites(
      'options-from-anywhere',
      'a write into the middle of the option bytes is acknowledged',
      (right, memory, address, data) =>
        isOptions(memory, address) ? acknowledged(right, memory, data, SECOND_PAGE) : right,
    ),
  ]),
  ...during('no-stretch-write-memory', [
    writes(
      'no-stretch-write-loses-a-far-bit',
      'No-Stretch Write Memory does not program a bit of byte 200 of a block',
      (data) => withBit(data, 200, (byte) => byte | 0x10),
    ),
  ]),
];
