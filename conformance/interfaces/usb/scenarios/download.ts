import * as fc from 'fast-check';
import {
  DONE,
  FIRST_BLOCK,
  STALL,
  abort,
  asClassDriver,
  clearStatus,
  data,
  download,
  executed,
  failed,
  getState,
  getStatus,
  pointerBlock,
  read,
  report,
  setInterface,
  setPointer,
  transferSize,
  upload,
  write,
} from '../host.ts';
import { blank, blockUnit, isMapped, nowhere, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Left } from '../../../run/script.ts';
import { bytes, filled, flashBlock, mark, marked, pattern } from '../../../scenarios/kit/inputs.ts';
import { noRam, noReadoutProtection, noWriteProtection } from '../../../scenarios/kit/replies.ts';
import { DOWNLOADING, blocks, farPage, flashStart, generationOf, tooSmallFor } from './define.ts';
import { ramUsed } from '../../../scenarios/kit/ram.ts';

/** Addresses of no memory at all, and those right behind regions that have an end. */
const unmapped = (part: Part): readonly number[] => [
  ...nowhere(part),
  ...[0x4000_0000, 0xe004_2000].filter((address) => !isMapped(part, address)),
];

const stored = (start: number, content: readonly number[]): readonly Left[] => [
  { areas: [holding(start, content)] },
];

const some = (part: Part, seed = 2): number[] => pattern(Math.max(16, blockUnit(part)), seed);

/** Commands with fewer bytes than they have, or with more. */
const WRONG_LENGTHS: readonly (readonly number[])[] = [
  [0x21],
  [0x21, 0, 0, 8],
  [0x41, 0, 0, 8],
  [0x41, 0, 0, 0, 8, 0],
  [0x92, 0],
];

const base = { strength: 'must', destroys: 'page', entries: ['idle'] } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'dfu/5/unknown-command',
    requirement: 'A command that is not in the list ends in dfuERROR, errSTALLEDPKT.',
    covers: ['dfu-5-1'],
    destroys: 'nothing',
    entries: [...DOWNLOADING, 'rdp-1'],
    script: (part) =>
      fc
        .tuple(
          fc.nat(0xff).filter((opcode) => ![0x00, 0x21, 0x41, 0x92].includes(opcode)),
          bytes(0, 8),
        )
        .map(([opcode, operand]) => ({
          steps: failed(
            download(0, [opcode, ...operand]),
            part,
            'errSTALLEDPKT',
            ...asClassDriver(part, report('dfuDNLOAD-IDLE')),
          ),
        })),
  },
  {
    ...base,
    id: 'dfu/5/wrong-length',
    requirement: 'A command of a length that it does not have ends in dfuERROR, and does nothing.',
    covers: ['dfu-5-2'],
    strength: 'observed',
    destroys: 'chip', // a device that takes it may erase all
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: WRONG_LENGTHS.flatMap((sent) => [
        ...failed(
          download(0, sent),
          part,
          'errSTALLEDPKT',
          ...asClassDriver(part, report('dfuDNLOAD-IDLE')),
        ),
        clearStatus(),
      ]),
    }),
  },
  {
    ...base,
    id: 'dfu/5/wrong-length-changes-nothing',
    requirement:
      'A command of a length that it does not have erases nothing and takes no protection off, whatever it is answered.',
    covers: ['dfu-5-7'],
    destroys: 'chip', // a device that takes it may erase all
    setUp: (part) => ({ flash: marked(part) }),
    script: () => ({
      steps: WRONG_LENGTHS.flatMap((sent) => [
        download(0, sent),
        getStatus(),
        getStatus(),
        clearStatus(),
      ]).map((step) => ({ ...step, replies: [], anything: true })),
    }),
  },
  {
    ...base,
    id: 'dfu/5/busy-first',
    requirement: 'The GETSTATUS that executes a block answers dfuDNBUSY, OK, refused or not.',
    covers: ['dfu-2-4', 'dfu-5-3'],
    destroys: 'nothing',
    protection: 'any',
    script: (part) =>
      fc
        .constantFrom(
          pointerBlock(flashStart(part)),
          pointerBlock(unmapped(part)[0]!),
          download(0, [0x77]),
        )
        .map((sent) => ({ steps: [sent, getStatus(report('dfuDNBUSY'))], ends: 'open' })),
    sharesKills: 'every command of the other sections is executed that way',
  },
  {
    ...base,
    id: 'dfu/5/block-1',
    requirement:
      'Block 1 is reserved: its download is refused with errSTALLEDPKT or, in generation B, does nothing.',
    covers: ['dfu-5-4', 'dfu-5-5'],
    destroys: 'page',
    entries: DOWNLOADING,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      bytes(1, 64).map((sent) => ({
        steps:
          generationOf(part) === 'A'
            ? [
                download(1, sent, STALL),
                getStatus(report('dfuERROR', 'errSTALLEDPKT')),
                clearStatus(),
                ...setPointer(part, flashStart(part)),
              ]
            : [
                // a data block would lie one transfer size below the pointer, where nothing is marked
                ...setPointer(part, scratchPages(part)[0]!.start + 64 + transferSize(part)),
                ...executed(download(1, sent), part),
                ...setPointer(part, flashStart(part)),
              ],
      })),
  },
  {
    ...base,
    id: 'dfu/5/too-long',
    requirement:
      'A block that is longer than wTransferSize fails with errSTALLEDPKT: it is never cut and acknowledged.',
    covers: ['dfu-5-6'],
    destroys: 'flash',
    entries: DOWNLOADING,
    unsupported: (part) => tooSmallFor(part, 2),
    script: (part) => {
      const size = transferSize(part);
      const error = getStatus(report('dfuERROR', 'errSTALLEDPKT'));
      return fc.constantFrom(size + 1, size + 64, 2 * size).map((length) => ({
        steps: [
          ...setPointer(part, flashStart(part)),
          download(FIRST_BLOCK, pattern(length), STALL, {
            ...DONE,
            verdict: 'non-strict',
            says: 'the STALL comes late: a host cannot tell which transfer was too long',
          }),
          error,
          clearStatus(),
          ...setPointer(part, flashStart(part)),
        ],
      }));
    },
  },
  {
    ...base,
    id: 'dfu/5.1/flash',
    requirement: 'DNLOAD of block 2 programs its bytes at the address pointer.',
    covers: ['dfu-5.1-1'],
    entries: DOWNLOADING,
    script: (part) =>
      flashBlock(part).map(({ start, data: sent }) => ({
        steps: write(part, start, sent),
        left: stored(start, sent),
      })),
  },
  {
    ...base,
    id: 'dfu/5.1/block-addresses',
    requirement:
      'Blocks land in transfer sizes from the address pointer on, whatever their length.',
    covers: ['dfu-5.1-2'],
    destroys: 'flash',
    unsupported: (part) => tooSmallFor(part, 4),
    script: (part) => {
      const size = transferSize(part);
      const start = flashStart(part);
      return fc.integer({ min: 0, max: 3 }).map((block) => ({
        steps: [
          ...setPointer(part, start),
          ...executed(download(FIRST_BLOCK + block, some(part, block)), part),
        ],
        left: stored(start + block * size, some(part, block)),
      }));
    },
  },
  {
    ...base,
    id: 'dfu/5.1/last-page-from-the-first',
    requirement: 'All of flash is written from its start: block numbers have two bytes.',
    covers: ['dfu-5.1-2'],
    script: (part) => {
      const { block, start, page } = farPage(part);
      return {
        steps: [...setPointer(part, start), ...executed(download(block, some(part)), part)],
        left: stored(page.start, some(part)),
      };
    },
  },
  {
    ...base,
    id: 'dfu/5.1/shortest',
    requirement: 'Two bytes, the shortest block of the note, are written.',
    covers: ['dfu-5.1-11'],
    unsupported: (part) =>
      part.device.flash.programUnit > 2 ? 'two bytes do not fill its program unit' : undefined,
    script: (part) => {
      const { start } = scratchPages(part)[0]!;
      return { steps: write(part, start, pattern(2)), left: stored(start, pattern(2)) };
    },
  },
  {
    ...base,
    id: 'dfu/5.1/running-numbers',
    requirement:
      'An image is written in blocks with running numbers, of which the last is shorter.',
    covers: ['dfu-5.1-2', 'dfu-5.1-3'],
    destroys: 'flash',
    unsupported: (part) => tooSmallFor(part, 3),
    script: (part) => {
      const size = transferSize(part);
      const start = flashStart(part);
      const image = blocks(part, 3).slice(0, 2 * size + some(part).length);
      return {
        steps: [
          ...setPointer(part, start),
          ...[0, 1, 2].flatMap((at) =>
            executed(download(FIRST_BLOCK + at, image.slice(at * size, (at + 1) * size)), part),
          ),
        ],
        left: stored(start, image),
      };
    },
  },
  {
    ...base,
    id: 'dfu/5.1/default-pointer',
    requirement: 'Before an address was set blocks are written to the start of flash.',
    covers: ['dfu-5.2-1'],
    entries: ['idle', 'after-error'],
    unsupported: (part) =>
      flashStart(part) === 0x0800_0000 ? undefined : 'flash starts elsewhere',
    script: (part) => ({
      steps: executed(download(FIRST_BLOCK, some(part)), part),
      left: stored(flashStart(part), some(part)),
    }),
    sharesKills: 'where the address pointer is at first shows in 4.1 too',
  },
  {
    ...base,
    id: 'dfu/5.1/read-back',
    requirement: 'What was downloaded is what is uploaded.',
    covers: ['dfu-5.1-1', 'dfu-4.1-1'],
    script: (part) =>
      flashBlock(part).map(({ start, data: sent }) => ({
        steps: [...write(part, start, sent), ...read(part, start, sent)],
        left: stored(start, sent),
      })),
  },
  {
    ...base,
    id: 'dfu/5.1/odd-length',
    requirement: 'A block that does not fill its last program unit is written, and padded.',
    covers: ['dfu-5.1-4'],
    strength: 'observed',
    script: (part) =>
      fc.constantFrom(1, 2, 3, 5, 17).map((count) => {
        const { start } = scratchPages(part)[0]!;
        const unit = blockUnit(part);
        const padded = Math.ceil(count / unit) * unit;
        return {
          steps: write(part, start, pattern(count)),
          left: [
            {
              areas: [
                holding(start, pattern(count)),
                { start: start + count, end: start + padded, value: blank(part) },
              ],
            },
          ],
        };
      }),
  },
  {
    ...base,
    id: 'dfu/5.1/last-block-of-flash',
    requirement: 'The last bytes of flash can be written.',
    covers: ['dfu-5.1-1'],
    script: (part) => {
      const sent = some(part);
      const start = part.pages.at(-1)!.end - sent.length;
      return { steps: write(part, start, sent), left: stored(start, sent) };
    },
  },
  {
    ...base,
    id: 'dfu/5.1/ram',
    requirement: 'RAM that the bootloader leaves to hosts can be written.',
    covers: ['dfu-5.1-5'],
    destroys: 'nothing',
    unsupported: noRam,
    known: ['ram-write-corrupted'],
    script: (part) =>
      fc.integer({ min: 5, max: 32 }).map((words) => {
        const { start } = part.ram!;
        const sent = pattern(4 * words, words);
        return { steps: write(part, start, sent), left: stored(start, sent) };
      }),
  },
  {
    ...base,
    id: 'dfu/5.1/out-of-memory',
    requirement: 'A block for an address without memory ends in dfuERROR, errTARGET.',
    covers: ['dfu-5.1-6'],
    destroys: 'nothing',
    unsupported: (part) =>
      nowhere(part).includes(part.pages.at(-1)!.end)
        ? undefined
        : 'memory follows flash, on some chip of the line',
    script: (part) => ({
      steps: [
        ...setPointer(part, part.pages.at(-1)!.end - transferSize(part)),
        ...failed(
          download(FIRST_BLOCK + 1, some(part)),
          part,
          'errTARGET',
          ...asClassDriver(part, report('dfuERROR', 'errVENDOR')),
        ),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/5.1/system-memory',
    requirement: 'A write to system memory ends in dfuERROR, errTARGET.',
    covers: ['dfu-5.1-6'],
    destroys: 'nothing',
    unsupported: (part) =>
      part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
    script: (part) => ({
      steps: [
        ...setPointer(part, part.device.systemMemory[0]!.start),
        ...failed(
          download(FIRST_BLOCK, some(part)),
          part,
          'errTARGET',
          ...asClassDriver(part, report('dfuERROR', 'errVENDOR')),
        ),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/5.1/write-protected',
    requirement: 'A write to a write-protected page ends without an error and without an effect.',
    covers: ['dfu-5.1-7'],
    entries: ['write-protected'],
    unsupported: noWriteProtection,
    script: (part) => ({ steps: write(part, scratchPages(part)[0]!.start, some(part)) }),
  },
  {
    ...base,
    id: 'dfu/5.1/programmed-flash',
    requirement: 'A write over programmed flash leaves what the series makes of it.',
    covers: ['dfu-5.1-8'],
    strength: 'observed',
    unsupported: (part) =>
      part.device.flash.overwrite === undefined || part.device.flash.overwrite === 'ecc'
        ? 'what this line makes of it is not known'
        : undefined,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { address: start, bytes: old } = filled(part)[0]!;
      const sent = some(part, 9);
      const rule = part.device.flash.overwrite;
      const after = sent.map((byte, at) =>
        rule === 'and' ? byte & old[at]! : rule === 'or' ? byte | old[at]! : old[at]!,
      );
      return { steps: write(part, start, sent), left: stored(start, after) };
    },
  },
  {
    ...base,
    id: 'dfu/5.1/protected',
    requirement: 'Under readout protection a write ends in dfuERROR, errVENDOR.',
    covers: ['dfu-5.1-9'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: (part) =>
      bytes(1, 64).map((sent) => ({
        steps: failed(download(FIRST_BLOCK, sent), part, 'errVENDOR'),
      })),
  },
  {
    ...base,
    id: 'dfu/5.2/sets',
    requirement: 'Set Address Pointer sets where blocks are read from and written to.',
    covers: ['dfu-5.2-2'],
    destroys: 'nothing',
    entries: DOWNLOADING,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      fc.constantFrom(part.pages[0]!, part.pages.at(-1)!, scratchPages(part)[0]!).map((each) => ({
        steps: read(part, each.start, mark(each)),
      })),
    sharesKills: 'every read and write of the other sections rests on it',
  },
  {
    ...base,
    id: 'dfu/5.2/any-address',
    requirement: 'The address need not be aligned.',
    covers: ['dfu-5.2-2'],
    strength: 'observed',
    destroys: 'nothing',
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) =>
      fc.integer({ min: 1, max: 15 }).map((at) => ({
        steps: read(part, scratchPages(part)[0]!.start + at, pattern(32).slice(at)),
      })),
  },
  {
    ...base,
    id: 'dfu/5.2/no-memory-there',
    requirement: 'An address without memory ends in dfuERROR, errTARGET.',
    covers: ['dfu-5.2-3'],
    destroys: 'nothing',
    entries: DOWNLOADING,
    script: (part) =>
      fc.constantFrom(...unmapped(part)).map((address) => ({
        steps: failed(
          pointerBlock(address),
          part,
          'errTARGET',
          ...asClassDriver(part, report('dfuDNLOAD-IDLE')),
        ),
      })),
  },
  {
    ...base,
    id: 'dfu/5.2/bootloader-ram',
    requirement: 'The RAM that the bootloader uses is refused: errTARGET.',
    covers: ['dfu-5.2-3'],
    strength: 'observed',
    destroys: 'nothing',
    unsupported: (part) =>
      part.bootloader.ramUsed.length === 0
        ? 'the RAM that the bootloader uses is not known'
        : Number.parseFloat(part.bootloader.protocols.USART ?? '9') < 2.2
          ? 'RAM is refused by later bootloaders'
          : undefined,
    script: (part) =>
      fc.constantFrom(...ramUsed(part)).map((start) => ({
        steps: failed(pointerBlock(start), part, 'errTARGET'),
      })),
  },
  {
    ...base,
    id: 'dfu/5.2/refused-keeps-the-old-one',
    requirement: 'An address that was refused leaves the address pointer as it was.',
    covers: ['dfu-5.2-4'],
    strength: 'observed',
    destroys: 'nothing',
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const last = part.pages.at(-1)!;
      return {
        steps: [
          ...setPointer(part, last.start),
          ...failed(pointerBlock(nowhere(part)[0]!), part, 'errTARGET'),
          clearStatus(),
          upload(FIRST_BLOCK, 16, data(mark(last))),
        ],
      };
    },
  },
  {
    ...base,
    id: 'dfu/5.2/outlives',
    requirement: 'The address pointer outlives ABORT, CLRSTATUS and SET_INTERFACE.',
    covers: ['dfu-5.2-5'],
    strength: 'observed',
    destroys: 'nothing',
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const last = part.pages.at(-1)!;
      return {
        steps: [
          ...setPointer(part, last.start),
          abort(),
          ...failed(download(0, [0x99]), part, 'errSTALLEDPKT'),
          clearStatus(),
          setInterface(0),
          getState('dfuIDLE'),
          upload(FIRST_BLOCK, 16, data(mark(last))),
        ],
      };
    },
  },
  {
    ...base,
    id: 'dfu/5.2/protected',
    requirement: 'Under readout protection Set Address Pointer ends in dfuERROR, errVENDOR.',
    covers: ['dfu-5.2-6'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: (part) => ({
      steps: failed(pointerBlock(flashStart(part)), part, 'errVENDOR'),
    }),
  },
];

export default scenarios;
