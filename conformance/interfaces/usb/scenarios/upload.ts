import { STATE_15 } from '../../../../families/index.ts';
import * as fc from 'fast-check';
import {
  FIRST_BLOCK,
  STALL,
  abort,
  asClassDriver,
  data,
  download,
  executed,
  getState,
  getStatus,
  read,
  report,
  setPointer,
  transferSize,
  upload,
  write,
} from '../host.ts';
import { blank, nowhere, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY, anyBytes, holding } from '../../../run/script.ts';
import { filled, mark, marked, pattern } from '../../../scenarios/kit/inputs.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import { ALWAYS, UPLOADING, blocks, farPage, flashStart, tooSmallFor } from './define.ts';

/** The last address behind which nothing is. */
const endOfFlash = (part: Part): number => part.pages.at(-1)!.end;

const nothingBehindFlash = (part: Part): string | undefined =>
  nowhere(part).includes(endOfFlash(part))
    ? undefined
    : 'memory follows flash, on some chip of the line';

const base = { strength: 'must', destroys: 'nothing', entries: ['idle'] } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'dfu/4.1/flash',
    requirement: 'UPLOAD of block 2 answers what lies at the address pointer.',
    covers: ['dfu-4.1-1'],
    entries: ['idle', 'download-idle', 'after-error', 'aborted-download', 'write-protected'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const [content] = filled(part);
      const { address, bytes } = content!;
      return fc
        .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 64 }))
        .map(([at, count]) => ({
          steps: read(part, address + at, [...bytes.subarray(at, at + count)]),
        }));
    },
  },
  {
    ...base,
    id: 'dfu/4.1/block-addresses',
    requirement: 'Blocks are counted from 2, in transfer sizes from the address pointer on.',
    covers: ['dfu-4.1-2'],
    unsupported: (part) => tooSmallFor(part, 4),
    setUp: (part) => ({
      flash: [{ address: flashStart(part), bytes: Uint8Array.from(blocks(part, 4)) }],
    }),
    script: (part) => {
      const size = transferSize(part);
      const content = blocks(part, 4);
      return fc
        .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 32 }))
        .map(([block, count]) => ({
          steps: [
            ...setPointer(part, flashStart(part)),
            abort(),
            upload(
              FIRST_BLOCK + block,
              count,
              data(content.slice(block * size, block * size + count)),
            ),
          ],
        }));
    },
  },
  {
    ...base,
    id: 'dfu/4.1/last-page-from-the-first',
    requirement: 'All of flash is reached from its start: block numbers have two bytes.',
    covers: ['dfu-4.1-2'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => {
      const { block, start, page } = farPage(part);
      const far = upload(block, 16, data(mark(page)));
      return { steps: [...setPointer(part, start), abort(), far] };
    },
  },
  {
    ...base,
    id: 'dfu/4.1/whole-blocks',
    requirement: 'A block of the transfer size is sent as a whole, and the next one follows it.',
    covers: ['dfu-4.1-2', 'dfu-4.1-3'],
    unsupported: (part) => tooSmallFor(part, 2),
    setUp: (part) => ({
      flash: [{ address: flashStart(part), bytes: Uint8Array.from(blocks(part, 2)) }],
    }),
    script: (part) => {
      const size = transferSize(part);
      const content = blocks(part, 2);
      return {
        steps: [
          upload(FIRST_BLOCK, size, data(content.slice(0, size))),
          upload(FIRST_BLOCK + 1, size, data(content.slice(size))),
        ],
      };
    },
  },
  {
    ...base,
    id: 'dfu/4.1/more-than-a-block',
    requirement: 'A host that asks for more than the transfer size gets that and no more.',
    covers: ['dfu-4.1-3'],
    strength: 'observed',
    unsupported: (part) => tooSmallFor(part, 2),
    script: (part) => {
      const size = transferSize(part);
      return {
        steps: [upload(FIRST_BLOCK, 2 * size, data(Array<number>(size).fill(blank(part))))],
      };
    },
  },
  {
    ...base,
    id: 'dfu/4.1/default-pointer',
    requirement: 'Before an address was set blocks are read from the start of flash.',
    covers: ['dfu-4.1-4'],
    entries: UPLOADING,
    setUp: (part) => ({ flash: marked(part) }),
    unsupported: (part) =>
      flashStart(part) === 0x0800_0000 ? undefined : 'flash starts elsewhere',
    script: (part) => ({
      steps: [upload(FIRST_BLOCK, 16, data(mark(part.pages[0]!)))],
    }),
    sharesKills: 'where the address pointer is at first shows in 5.1 too',
  },
  {
    ...base,
    id: 'dfu/4.1/block-1',
    requirement: 'Block 1 is reserved: its upload is refused, and the status is errSTALLEDPKT.',
    covers: ['dfu-4.1-5'],
    entries: UPLOADING,
    script: (part) => ({
      steps: [
        upload(1, 16, STALL),
        getStatus(
          report('dfuERROR', 'errSTALLEDPKT'),
          ...asClassDriver(part, data([0, ANY, ANY, ANY, STATE_15, ANY])),
        ),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/4.1/out-of-memory',
    requirement:
      'A block that lies where there is no memory is refused, and the status is errTARGET.',
    covers: ['dfu-4.1-6'],
    unsupported: nothingBehindFlash,
    script: (part) => ({
      steps: [
        ...setPointer(part, endOfFlash(part) - transferSize(part)),
        abort(),
        upload(FIRST_BLOCK + 1, 16, STALL),
        getStatus(report('dfuERROR', 'errTARGET')),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/4.1/runs-out-of-memory',
    requirement: 'A block that begins in flash and ends behind it is sent as far as flash goes.',
    covers: ['dfu-4.1-7'],
    strength: 'observed',
    unsupported: nothingBehindFlash,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [
        ...setPointer(part, endOfFlash(part) - 16),
        abort(),
        upload(FIRST_BLOCK, 64, data(mark(part.pages.at(-1)!, 'end'))),
      ],
    }),
  },
  {
    ...base,
    id: 'dfu/4.1/ram',
    requirement: 'RAM that the bootloader leaves to hosts can be read up to its ends.',
    covers: ['dfu-4.1-8'],
    unsupported: noRam,
    known: ['ram-write-corrupted'],
    script: (part) => {
      const { start, end } = part.ram!;
      const [first, last] = [pattern(16, 1), pattern(16, 2)];
      return {
        steps: [
          ...write(part, start, first),
          ...write(part, end - 16, last),
          ...read(part, start, first),
          ...read(part, end - 16, last),
        ],
        left: [{ areas: [holding(start, first), holding(end - 16, last)] }],
      };
    },
    sharesKills: 'RAM is read behind Read Unprotect (5.4) too',
  },
  {
    ...base,
    id: 'dfu/4.1/option-bytes',
    requirement: 'The option bytes can be read.',
    covers: ['dfu-4.1-8'],
    unsupported: (part) =>
      part.device.options?.areas[0] === undefined ? 'their address is not known' : undefined,
    script: (part) => {
      const { start, length } = part.device.options!.areas[0]!;
      return { steps: read(part, start, anyBytes(Math.min(16, length))) };
    },
  },
  {
    ...base,
    id: 'dfu/4.1/otp',
    requirement: 'The one-time programmable bytes can be read.',
    covers: ['dfu-4.1-8'],
    unsupported: (part) =>
      part.device.otp === undefined || part.quirks.has('otp-unsupported')
        ? 'it has none, or does not reach them'
        : undefined,
    script: (part) => ({ steps: read(part, part.device.otp!.start, anyBytes(16)) }),
  },
  {
    ...base,
    id: 'dfu/4.1/changes-nothing',
    requirement: 'What was read once is read again.',
    covers: ['dfu-4.1-1'],
    entries: ['idle', 'write-protected'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start } = scratchPages(part)[0]!;
      return { steps: [...read(part, start, pattern(32)), ...read(part, start, pattern(32))] };
    },
  },
  {
    ...base,
    id: 'dfu/4.1/protected',
    requirement: 'Under readout protection an upload is refused, and the status is errVENDOR.',
    covers: ['dfu-4.1-9'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: filled(part) }),
    script: () =>
      fc
        .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 64 }))
        .map(([block, count]) => ({
          steps: [upload(block, count, STALL), getStatus(report('dfuERROR', 'errVENDOR'))],
        })),
  },
  {
    ...base,
    id: 'dfu/4.2/list',
    requirement:
      'UPLOAD of block 0 lists the commands: Get, Set Address Pointer, Erase, Read Unprotect.',
    covers: ['dfu-4.2-1'],
    entries: [...UPLOADING, 'rdp-1'],
    script: () => ({ steps: [upload(0, 64, data([0x00, 0x21, 0x41, 0x92]))] }),
  },
  {
    ...base,
    id: 'dfu/4.2/ends-the-upload',
    requirement: 'The list is shorter than what was asked for, which ends the upload: dfuIDLE.',
    covers: ['dfu-4.2-2'],
    strength: 'observed',
    entries: ALWAYS,
    script: () => ({ steps: [upload(0, 64, data([0x00, 0x21, 0x41, 0x92])), getState('dfuIDLE')] }),
  },
  {
    ...base,
    id: 'dfu/4.2/part-of-the-list',
    requirement: 'A host that asks for fewer bytes gets the first of the list.',
    covers: ['dfu-4.2-3'],
    strength: 'observed',
    protection: 'any',
    script: () => ({ steps: [upload(0, 2, data([0x00, 0x21])), getState('dfuUPLOAD-IDLE')] }),
  },
  {
    ...base,
    id: 'dfu/4.2/as-a-download',
    requirement: 'Get as a download is executed and does nothing.',
    covers: ['dfu-4.2-4'],
    strength: 'observed',
    protection: 'any',
    script: (part) => ({ steps: executed(download(0, [0x00]), part) }),
  },
];

export default scenarios;
