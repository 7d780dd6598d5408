import * as fc from 'fast-check';
import { blank, blockUnit, bootOptions, nowhere, scratchPages, shownPages } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import type { Protocol } from '../interfaces/protocol.ts';
import { anyBytes, holding } from '../run/script.ts';
import { bytes, filled, flashBlock, mark, marked, page, pattern } from './kit/inputs.ts';
import { erased } from './kit/erased.ts';
import { factoryImage, firstOptionWord, optionsHidden, readoutByte } from './kit/option-image.ts';
import { noOptions, noRam, noWriteProtection } from './kit/replies.ts';
import { RAM } from './kit/known.ts';
import { sectorCode } from './kit/sectors.ts';
import type { Common } from './kit/common.ts';

/** A block that any protocol moves at once. */
const some = (part: Part, seed = 2): number[] => pattern(Math.max(16, blockUnit(part)), seed);

/** What is written, read and erased. */
export function memoryScenarios(protocol: Protocol): readonly Common[] {
  const { flashSizeUnread, moves, connected } = protocol;
  const connect: Protocol['connect'] = (part, then) => protocol.connect(part, then);
  return [
    {
      name: 'write-read',
      requirement: 'What was written to flash is what is read, and nothing else changed.',
      covers: ['common-1', 'common-2'],
      strength: 'must',
      destroys: 'page',
      moves: ['write', 'read'],
      script: (part) =>
        flashBlock(part).map(({ start, data: all }) => {
          const data = all.slice(0, moves.longestBlock(part));
          return {
            steps: [...moves.write(part, start, data), ...moves.read(part, start, data)],
            left: [{ areas: [holding(start, data)] }],
          };
        }),
    },
    {
      name: 'longest-block',
      requirement:
        'The longest block of the protocol is written and read as a whole, each bit of it.',
      covers: ['common-1', 'common-2'],
      strength: 'must',
      destroys: 'flash',
      entries: [connected],
      moves: ['write', 'read'],
      unsupported: (part) =>
        flashBehind(part) < 2 * moves.longestBlock(part) ? 'flash is too small' : undefined,
      script: (part) => {
        const { start } = scratchPages(part)[0]!;
        const length = moves.longestBlock(part);
        return bytes(length).map((data) => {
          // a bit that is always 0, or always 1, shows in one of them
          const opposite = data.map((byte) => byte ^ 0xff);
          return {
            steps: [
              ...moves.write(part, start, data),
              ...moves.write(part, start + length, opposite),
              ...moves.read(part, start, data),
              ...moves.read(part, start + length, opposite),
            ],
            left: [{ areas: [holding(start, [...data, ...opposite])] }],
          };
        });
      },
    },
    {
      name: 'across-pages',
      requirement: 'A block that begins in one page and ends in the next lands in both.',
      covers: ['common-1'],
      known: ['fdcan-long-write-fails'],
      strength: 'must',
      destroys: 'flash',
      entries: [connected],
      moves: ['write'],
      unsupported: (part) => (part.pages.length < 3 ? 'this part has too few pages' : undefined),
      script: (part) => {
        const unit = Math.max(16, blockUnit(part));
        const start = scratchPages(part)[0]!.end - unit;
        return bytes(2 * unit).map((data) => ({
          steps: moves.write(part, start, data),
          left: [{ areas: [holding(start, data)] }],
        }));
      },
    },
    {
      name: 'reads-in-a-row',
      requirement: 'However many commands came before, the next one is served.',
      covers: ['common-2'],
      strength: 'must',
      destroys: 'nothing',
      entries: [connected],
      moves: ['read'],
      setUp: (part) => ({ flash: filled(part) }),
      script: (part) => {
        const [{ address, bytes: there }] = filled(part) as [ReturnType<typeof filled>[number]];
        const reads = Array.from({ length: 40 }, (_, at) => (at * 16) % (there.length - 15));
        return {
          steps: reads.flatMap((at) =>
            moves.read(part, address + at, [...there.subarray(at, at + 16)]),
          ),
        };
      },
    },
    {
      name: 'blocks-in-a-row',
      requirement: 'Blocks written one behind the other all land.',
      covers: ['common-1'],
      strength: 'must',
      destroys: 'page',
      moves: ['write'],
      script: (part) =>
        fc.integer({ min: 2, max: 6 }).map((count) => {
          const { start } = scratchPages(part)[0]!;
          const blocks = Array.from({ length: count }, (_, at) => some(part, at));
          return {
            steps: blocks.flatMap((data, at) => moves.write(part, start + at * data.length, data)),
            left: [{ areas: [holding(start, blocks.flat())] }],
          };
        }),
    },
    {
      name: 'ends-of-flash',
      requirement: 'The first and the last bytes of flash are read as they are.',
      covers: ['common-2'],
      strength: 'must',
      destroys: 'nothing',
      entries: [connected],
      moves: ['read'],
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => {
        const [first, last] = [part.pages[0]!, part.pages.at(-1)!];
        return {
          steps: [
            ...moves.read(part, first.start, mark(first)),
            ...moves.read(part, last.end - 16, mark(last, 'end')),
          ],
        };
      },
    },
    {
      name: 'read-across-pages',
      requirement: 'A read that begins in one page and ends in the next answers both.',
      covers: ['common-2'],
      strength: 'must',
      destroys: 'nothing',
      entries: [connected],
      moves: ['read'],
      unsupported: (part) =>
        neighbours(part).length === 0 ? 'no page follows another' : undefined,
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) =>
        fc.constantFrom(...neighbours(part)).map(([page, next]) => ({
          steps: moves.read(part, page.end - 16, [...mark(page, 'end'), ...mark(next)]),
        })),
    },
    {
      name: 'halves-of-flash',
      requirement: 'Pages that lie half the flash apart are read each as it is.',
      covers: ['common-2'],
      strength: 'must',
      destroys: 'nothing',
      entries: [connected],
      moves: ['read'],
      unsupported: (part) =>
        pagesApart(part).length === 0 ? 'no pages lie half the flash apart' : undefined,
      setUp: (part) => ({ flash: marked(part, pagesApart(part).flat()) }),
      script: (part) =>
        fc.constantFrom(...pagesApart(part)).map((pages) => ({
          steps: pages.flatMap((page) => moves.read(part, page.start, mark(page))),
        })),
    },
    {
      name: 'flash-size',
      requirement: 'The flash size register is read as the size of flash.',
      covers: ['common-2'],
      strength: 'must',
      destroys: 'nothing',
      entries: [connected],
      moves: ['read'],
      unsupported: ({ device }) => {
        if (device.flashSizeRegister === undefined) return 'its address is not known';
        return flashSizeUnread;
      },
      script: (part) => {
        const { address, says, codes } = part.device.flashSizeRegister!;
        const told = says?.[part.flashKiB] ?? codes?.[part.flashKiB] ?? part.flashKiB;
        // some ROMs refuse short reads there
        const row = anyBytes(256);
        row.splice(address % 256, 2, told & 0xff, told >> 8);
        return { steps: moves.read(part, address - (address % 256), row) };
      },
    },
    {
      name: 'readout-protection-byte',
      requirement:
        'The option bytes tell the level of readout protection at which they can be read.',
      covers: ['common-2'],
      strength: 'must',
      destroys: 'nothing',
      entries: [connected, 'write-protected'],
      moves: ['read'],
      unsupported: (part) =>
        noOptions(part) ??
        (readoutByte(part) === undefined ? 'where it lies is not known' : undefined),
      script: (part) => {
        const { address, value } = readoutByte(part)!;
        const word = anyBytes(4);
        word[address % 4] = value;
        return { steps: moves.read(part, address - (address % 4), word) };
      },
    },
    {
      name: 'ram',
      requirement: 'RAM that the bootloader leaves to hosts is written and read.',
      covers: ['common-1', 'common-2'],
      known: RAM,
      strength: 'must',
      destroys: 'nothing',
      moves: ['write', 'read'],
      unsupported: noRam,
      script: (part) =>
        bytes(Math.min(moves.longestBlock(part), 256)).map((data) => {
          const { start } = part.ram!;
          return {
            steps: [...moves.write(part, start, data), ...moves.read(part, start, data)],
            left: [{ areas: [holding(start, data)] }],
          };
        }),
    },
    {
      name: 'read-nowhere',
      requirement: 'A read where there is no memory is refused.',
      covers: ['common-3'],
      strength: 'must',
      destroys: 'nothing',
      moves: ['read'],
      script: (part) =>
        fc.constantFrom(...nowhere(part)).map((at) => ({
          steps: moves.readRefused(part, at, 'address'),
        })),
    },
    {
      name: 'write-nowhere',
      requirement: 'A write where there is no memory is refused, and nothing changes.',
      covers: ['common-3'],
      strength: 'must',
      destroys: 'nothing',
      moves: ['write'],
      script: (part) =>
        fc.constantFrom(...nowhere(part)).map((at) => ({
          steps: moves.writeRefused(part, at, 'address'),
        })),
    },
    {
      name: 'erase-one-page',
      requirement: 'The erase of a page takes that page and no other.',
      covers: ['common-4'],
      known: ['dfu-bank-2-erase-broken'],
      strength: 'must',
      destroys: 'page',
      moves: ['erase'],
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) =>
        page(part)
          .filter(({ number }) => number < 255)
          .map((each) => ({ steps: moves.erase(part, each), left: erased(part, [each]) })),
    },
    {
      name: 'erase-then-write',
      requirement: 'An erased page reads blank, can be written again, and erased again.',
      covers: ['common-1', 'common-4'],
      strength: 'must',
      destroys: 'page',
      entries: [connected],
      moves: ['erase', 'write', 'read'],
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => {
        const page = scratchPages(part)[0]!;
        const data = some(part);
        const nothing = data.map(() => blank(part));
        return {
          steps: [
            ...moves.erase(part, page),
            ...moves.read(part, page.start, nothing),
            ...moves.write(part, page.start, data),
            ...moves.read(part, page.start, data),
            ...moves.erase(part, page),
            ...moves.read(part, page.start, nothing),
          ],
          left: erased(part, [page]),
        };
      },
    },
    {
      name: 'mass-erase',
      requirement: 'The erase of all takes every page of main flash.',
      covers: ['common-5'],
      known: ['dfu-mass-erase-broken', 'i2c-mass-erase-bank-2-only'],
      strength: 'must',
      destroys: 'flash',
      moves: ['mass-erase'],
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({ steps: moves.massErase(part), left: erased(part, part.pages) }),
    },
    {
      name: 'mass-erase-protected',
      requirement: 'An erase of all leaves a write-protected page as it was.',
      covers: ['common-11'],
      known: ['i2c-mass-erase-bank-2-only'],
      strength: 'must',
      destroys: 'flash',
      entries: ['write-protected'],
      moves: ['mass-erase'],
      unsupported: noWriteProtection,
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({
        steps: moves.massErase(part),
        left: [
          { areas: [] }, // one protected page keeps all the others too (RM0090 §3.6.3)
          ...erased(part, pagesBeside(part, scratchPages(part)[0]!)),
        ],
      }),
    },
    {
      name: 'write-protected',
      requirement: 'A write to a write-protected page is no error, and has no effect.',
      covers: ['common-6'],
      strength: 'must',
      destroys: 'page',
      entries: ['write-protected'],
      moves: ['write'],
      unsupported: noWriteProtection,
      script: (part) => ({
        steps: moves.write(part, scratchPages(part)[0]!.start, some(part)),
      }),
    },
    {
      name: 'option-write-takes-effect',
      requirement: 'Behind a write that takes the write protection off, pages can be written.',
      covers: ['common-12'],
      strength: 'must',
      destroys: 'chip', // a board whose factory values start its application does not come back
      entries: ['write-protected'],
      moves: ['write-options', 'write'],
      unsupported: (part) => noOptions(part) ?? noWriteProtection(part) ?? cannotOpen(part),
      script: (part) => {
        const { start } = part.device.options!.areas[0]!;
        const image = factoryImage(part);
        const page = scratchPages(part)[0]!;
        return {
          steps: [
            ...moves.writeOptions(part, start, image),
            ...connect(part, moves.write(part, page.start, some(part))),
          ],
          left: [{ areas: [holding(start, image), holding(page.start, some(part))] }],
        };
      },
    },
    {
      name: 'partial-option-write',
      requirement:
        'A write of the first option word changes no other; where option bytes are flash, all others are erased.',
      covers: ['common-10'],
      known: ['option-load-missing'],
      strength: 'must',
      destroys: 'chip', // a board that erased the others would lock itself
      entries: ['write-protected'],
      moves: ['write-options'],
      unsupported: (part) => noOptions(part) ?? noWriteProtection(part) ?? firstWordUnknown(part),
      script: (part) => {
        const { start, length } = part.device.options!.areas[0]!;
        const data = firstOptionWord(part);
        const others = Array.from({ length: length - data.length }, () => 0xff);
        const erased = part.device.options!.access === 'flash' ? others : [];
        return {
          steps: moves.writeOptions(part, start, data),
          left: [{ areas: [holding(start, [...data, ...erased])] }],
          ends: 'reset',
        };
      },
    },
  ];
}

/** Why factory values do not open what is write-protected, or do not bring the bootloader back. */
function cannotOpen(part: Part): string | undefined {
  const hidden = optionsHidden(part);
  if (hidden !== undefined) return hidden;
  if (part.quirks.has('fdcan-options-after-power-on')) {
    return 'this ROM loads them when power comes back (AN2606)';
  }
  const { fields, areas, writeProtection: rule } = part.device.options!;
  const names =
    rule!.kind === 'bits' ? rule!.fields : rule!.areas.flatMap((area) => [area.start, area.end]);
  const words = fields.filter(({ name }) => names.includes(name)).map(({ word }) => word);
  if (!words.every((word) => areas[0]!.words.some(({ name }) => name === word))) {
    return 'the write protection is not in the first area of its option bytes';
  }
  return Object.keys(bootOptions(part)).length > 0
    ? 'with factory values it does not start its bootloader'
    : undefined;
}

function firstWordUnknown(part: Part): string | undefined {
  return part.device.options!.areas[0]!.words[0]!.factory === undefined
    ? 'what its first option word holds at the factory is not known'
    : undefined;
}

/** Bytes of flash from the first scratch page on. */
function flashBehind(part: Part): number {
  return part.pages.at(-1)!.end - scratchPages(part)[0]!.start;
}

/** Pages shown of which the second begins where the first ends. */
function neighbours(part: Part): (readonly [Page, Page])[] {
  const pages = shownPages(part);
  return pages.flatMap((page) =>
    pages.filter(({ start }) => start === page.end).map((next) => [page, next] as const),
  );
}

/** Pages of which one lies half the flash behind another, with those that lie a quarter from them; the first and the last such. */
function pagesApart({ flashKiB, pages }: Part): readonly (readonly Page[])[] {
  // a smaller chip of a line with two banks may have a gap between them
  const second = pages.find(({ bank }) => bank === 1)?.start;
  const quarter = second === undefined ? (flashKiB * 1024) / 4 : (second - pages[0]!.start) / 2;
  const all = pages.flatMap(({ start }) => {
    const apart = pages.filter((each) =>
      [0, 1, 2, 3].some((quarters) => each.start === start + quarters * quarter),
    );
    return apart.some((each) => each.start === start + 2 * quarter) ? [apart] : [];
  });
  return all.length <= 8 ? all : [...all.slice(0, 4), ...all.slice(-4)];
}

/** Pages that are not protected together with this one. */
function pagesBeside(part: Part, closed: Page): readonly Page[] {
  const code = sectorCode(part, closed);
  return part.pages.filter(
    (page) => page !== closed && (code === undefined || sectorCode(part, page) !== code),
  );
}
