import * as fc from 'fast-check';
import { OPCODES, chunks, dataFrame, dataFrames, read, write, writeHeader } from '../host.ts';
import { blank, blockUnit } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Script, Step } from '../../../run/script.ts';
import { bytes, filled, flashBlock, pattern } from '../../../scenarios/inputs.ts';
import { ramBlocks, storedAll } from '../../../scenarios/ram.ts';
import { factoryImage } from '../../../scenarios/option-image.ts';
import { noOptions, noRam, noWriteProtection } from '../../../scenarios/replies.ts';
import { content, scratch, some, stored } from '../../../scenarios/scratch.ts';
import { silence } from '../../../scenarios/waits.ts';
import { WAITING } from './define.ts';

/** Bytes in frames of the lengths given, taken again and again. */
function cut(data: readonly number[], lengths: readonly number[]): readonly (readonly number[])[] {
  const frames: (readonly number[])[] = [];
  for (let from = 0, at = 0; from < data.length; at++) {
    const length = lengths[at % lengths.length]!;
    frames.push(data.slice(from, from + length));
    from += length;
  }
  return frames;
}

const optionsUnknown = (part: Part): string | undefined =>
  noOptions(part) ??
  (part.device.options!.areas[0]!.words.some(({ factory }) => factory === undefined)
    ? 'what they hold at the factory is not known'
    : undefined);

const base = { strength: 'must', destroys: 'page', entries: WAITING } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'can/3.7/flash',
    requirement:
      'Write Memory programs N + 1 bytes: an ACK for its first frame, one for each frame of data, and one when all is programmed.',
    covers: ['can-3.7-1', 'can-3.7-2', 'can-3.7-3'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => ({
        steps: write(start, data),
        left: stored(start, data),
      })),
  },
  {
    ...base,
    id: 'can/3.7/frames-of-any-length',
    requirement: 'Data comes in frames of one to eight bytes, each of which is acknowledged.',
    covers: ['can-3.7-4'],
    entries: ['connected', 'faster'],
    script: (part) =>
      fc
        .tuple(flashBlock(part), fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 12 }))
        .map(([{ start, data }, lengths]) => ({
          steps: [writeHeader(start, data.length), ...dataFrames(cut(data, [1, 3, ...lengths]))],
          left: stored(start, data),
        })),
  },
  {
    ...base,
    id: 'can/3.7/any-identifier',
    requirement:
      'Data may have any identifier from 0x00 to 0xFF, that of a command too; ACKs keep that of Write Memory.',
    covers: ['can-3.7-5'],
    script: (part) =>
      fc.oneof(fc.constantFrom(...Object.values(OPCODES), 0x79), fc.nat(0xff)).map((id) => {
        const data = pattern(Math.max(24, 3 * blockUnit(part)), id);
        return {
          steps: [
            writeHeader(scratch(part), data.length),
            ...dataFrames(chunks(data), undefined, id),
          ],
          left: stored(scratch(part), data),
        };
      }),
  },
  {
    ...base,
    id: 'can/3.7/256-bytes',
    requirement: 'The longest block is 256 bytes, with N = 255.',
    covers: ['can-3.7-1'],
    destroys: 'flash',
    script: (part) =>
      bytes(256).map((data) => ({
        steps: write(scratch(part), data),
        left: stored(scratch(part), data),
      })),
  },
  {
    ...base,
    id: 'can/3.7/last-block-of-flash',
    requirement: 'The last block of flash can be written.',
    covers: ['can-3.7-1'],
    entries: ['connected'],
    script: (part) =>
      bytes(blockUnit(part)).map((data) => {
        const start = part.pages.at(-1)!.end - data.length;
        return { steps: write(start, data), left: stored(start, data) };
      }),
  },
  {
    ...base,
    id: 'can/3.7/ram',
    requirement: 'RAM that the bootloader does not use is written, and nothing else.',
    covers: ['can-3.7-6'],
    destroys: 'nothing',
    known: ['ram-write-corrupted'],
    unsupported: noRam,
    script: (part) =>
      ramBlocks(part, 64).map((blocks) => ({
        steps: blocks.flatMap(({ start, data }) => write(start, data)),
        left: storedAll(blocks),
      })),
  },
  {
    ...base,
    id: 'can/3.7/nothing-before-the-end',
    requirement:
      'Nothing is programmed before the last byte is there; a host may stay away for ever.',
    covers: ['can-3.7-7'],
    entries: ['connected', 'faster'],
    script: (part) => {
      const data = some(part);
      const [first, ...rest] = chunks(data);
      const begun = [writeHeader(scratch(part), data.length), dataFrame(first!), silence()];
      return fc.constantFrom<Script>(
        { steps: begun, ends: 'open' },
        { steps: [...begun, ...dataFrames(rest)], left: stored(scratch(part), data) },
      );
    },
    sharesKills: 'a device that writes at all and has right ACKs waits for the last byte',
  },
  {
    ...base,
    id: 'can/3.7/longer-than-announced',
    requirement: 'Bytes behind the announced length are not written.',
    covers: ['can-3.7-8'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) => (blockUnit(part) % 8 === 4 ? undefined : 'a frame fills the unit'),
    script: (part) => {
      const data = pattern(blockUnit(part) + 4);
      const frames = chunks(data);
      return {
        steps: [writeHeader(scratch(part), blockUnit(part)), ...dataFrames(frames)],
        left: stored(scratch(part), data.slice(0, blockUnit(part))),
      };
    },
  },
  {
    ...base,
    id: 'can/3.7/misaligned-address',
    requirement:
      'A flash address that is not aligned as AN2606 asks is acknowledged, and nothing is stored.',
    covers: ['can-3.7-12'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) =>
      part.device.flash.writeAlign === 1 ? 'any address is aligned on this line' : undefined,
    script: (part) =>
      fc.integer({ min: 1, max: Math.max(1, part.device.flash.writeAlign - 1) }).map((off) => ({
        steps: write(scratch(part) + off, pattern(16)),
      })),
  },
  {
    ...base,
    id: 'can/3.7/programmed-flash',
    requirement:
      'A write over programmed flash is acknowledged, and leaves what the series makes of it.',
    covers: ['can-3.7-13'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) =>
      part.device.flash.overwrite === undefined || part.device.flash.overwrite === 'ecc'
        ? 'what this line makes of it is not known'
        : undefined,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const old = content(part).bytes;
      const data = some(part, 9);
      const rule = part.device.flash.overwrite;
      const after = data.map((byte, at) =>
        rule === 'and' ? byte & old[at]! : rule === 'or' ? byte | old[at]! : old[at]!,
      );
      return { steps: write(scratch(part), data), left: stored(scratch(part), after) };
    },
  },
  {
    ...base,
    id: 'can/3.7/length-not-multiple-of-4',
    requirement: 'A length that is not a multiple of four is acknowledged all the same.',
    covers: ['can-3.7-13'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) =>
      fc.constantFrom(1, 2, 3, 5, 17).map((count) => {
        const unit = Math.max(part.device.flash.programUnit, 4);
        const data = pattern(count);
        const length = unit * Math.ceil(count / unit);
        const nothing = Array.from({ length }, () => blank(part));
        const says = 'nothing was written';
        return {
          steps: write(scratch(part), data),
          left: [
            ...stored(scratch(part), [...data, ...nothing.slice(count)]),
            { ...stored(scratch(part), nothing)[0]!, verdict: 'informational', says },
          ],
        };
      }),
  },
  {
    ...base,
    id: 'can/3.7/rest-of-the-unit',
    requirement: 'A block that does not fill the program unit is completed with blank bytes.',
    covers: ['can-3.7-13'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) =>
      part.device.flash.programUnit > 4 ? undefined : 'four bytes fill the program unit',
    script: (part) => {
      const rest = Array.from({ length: part.device.flash.programUnit - 4 }, () => blank(part));
      return {
        steps: write(scratch(part), pattern(4)),
        left: stored(scratch(part), [...pattern(4), ...rest]),
      };
    },
  },
  {
    ...base,
    id: 'can/3.7/write-protected-page',
    requirement: 'A write to a write-protected page is no error, and changes nothing.',
    covers: ['can-3.7-14'],
    entries: ['write-protected'],
    unsupported: noWriteProtection,
    script: (part) =>
      bytes(some(part).length).map((data) => ({ steps: write(scratch(part), data) })),
    sharesKills: 'the protection shows again after Write Protect (3.9)',
  },
  {
    ...base,
    id: 'can/3.7/option-bytes',
    requirement:
      'A write to the base of the option bytes is acknowledged as any other, and followed by a reset.',
    covers: ['can-3.7-15'],
    destroys: 'options',
    entries: ['connected', 'unknown-command', 'faster', 'write-protected'],
    unsupported: optionsUnknown,
    script: (part) => {
      const { start } = part.device.options!.areas[0]!;
      const image = factoryImage(part);
      return { steps: write(start, image), left: stored(start, image), ends: 'reset' };
    },
  },
  {
    ...base,
    id: 'can/3.7/supply-range',
    requirement: 'The supply range of F2, F4 and F7 is set and read back at 0xFFFF0000.',
    covers: ['can-3.7-18'],
    strength: 'should',
    destroys: 'nothing',
    entries: ['connected'],
    unsupported: (part) =>
      part.device.supplyRegister === undefined ? 'this line has no supply register' : undefined,
    script: (part) =>
      fc.integer({ min: 0, max: 3 }).map((code): { readonly steps: readonly Step[] } => ({
        steps: [
          ...write(part.device.supplyRegister!, [code, 0xff, 0xff, 0xff]),
          read(part.device.supplyRegister!, [code]),
        ],
      })),
  },
];

export default scenarios;
