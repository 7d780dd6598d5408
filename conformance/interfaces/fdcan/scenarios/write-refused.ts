import * as fc from 'fast-check';
import { ack, block, getId, nack, write, writeHeader } from '../host.ts';
import { blank, blockUnit, nowhere, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { filled, pattern } from '../../../scenarios/inputs.ts';
import { factoryImage, insideOptions, optionsHidden } from '../../../scenarios/option-image.ts';
import {
  noOptions,
  noReadoutProtection,
  noWriteProtection,
  ramNotKnown,
} from '../../../scenarios/replies.ts';
import { scratch, some, stored } from '../../../scenarios/scratch.ts';
import { WAITING } from './define.ts';
import { ramUsed } from '../../../scenarios/ram.ts';

const base = {
  strength: 'must',
  destroys: 'page',
  entries: WAITING,
  commands: ['write-memory'],
} as const;

const refused = (part: Part, to: number): readonly Step[] => [
  writeHeader(to, Math.max(4, blockUnit(part)), nack('write-memory')),
  getId(),
];

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'fdcan/write-memory/no-memory-there',
    requirement: 'An address without memory is refused in the header: no data is waited for.',
    covers: ['fdcan-write-memory-11'],
    destroys: 'nothing',
    script: (part) => fc.constantFrom(...nowhere(part)).map((to) => ({ steps: refused(part, to) })),
  },
  {
    ...base,
    id: 'fdcan/write-memory/system-memory',
    requirement: 'System memory cannot be written: its address is refused.',
    covers: ['fdcan-write-memory-11'],
    destroys: 'nothing',
    entries: ['connected', 'unknown-command'],
    unsupported: (part) =>
      part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
    script: (part) => ({ steps: refused(part, part.device.systemMemory[0]!.start) }),
  },
  {
    ...base,
    id: 'fdcan/write-memory/bootloader-ram',
    requirement: 'RAM that the bootloader uses is refused.',
    covers: ['fdcan-write-memory-11'],
    destroys: 'nothing',
    entries: ['connected', 'unknown-command'],
    unsupported: ramNotKnown,
    script: (part) =>
      fc.constantFrom(...ramUsed(part)).map((start) => ({
        steps: refused(part, start),
      })),
  },
  {
    ...base,
    id: 'fdcan/write-memory/past-the-end',
    requirement: 'A block that starts in flash and runs past its end is refused and not written.',
    covers: ['fdcan-write-memory-12'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) =>
      nowhere(part).includes(part.pages.at(-1)!.end)
        ? undefined
        : 'memory follows flash, on some chip of the line',
    script: (part) => {
      const unit = blockUnit(part);
      return {
        steps: [
          writeHeader(
            part.pages.at(-1)!.end - unit,
            2 * unit,
            { ...ack('write-memory'), goOn: [block(pattern(2 * unit), nack('write-memory'))] },
            nack('write-memory'),
          ),
        ],
      };
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/length-not-multiple-of-4',
    requirement: 'A length that is not a multiple of four is acknowledged all the same.',
    covers: ['fdcan-write-memory-13'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) =>
      fc.constantFrom(1, 2, 3, 5, 17).map((count) => {
        const start = scratch(part);
        const unit = Math.max(part.device.flash.programUnit, 4);
        const nothing = Array<number>(unit * Math.ceil(count / unit)).fill(blank(part));
        const says = 'it is refused';
        const data = pattern(count);
        return {
          steps: [
            writeHeader(start, count),
            block(data, ack('write-memory'), {
              ...nack('write-memory'),
              verdict: 'informational',
              says,
            }),
          ],
          left: [
            { areas: [holding(start, [...data, ...nothing.slice(count)])] },
            {
              areas: [holding(start, nothing)],
              verdict: 'informational',
              says: 'nothing was written',
            },
          ],
        };
      }),
  },
  {
    ...base,
    id: 'fdcan/write-memory/misaligned-address',
    requirement:
      'A flash address that is not aligned as AN2606 asks is acknowledged, and nothing is stored.',
    covers: ['fdcan-write-memory-14'],
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
    id: 'fdcan/write-memory/write-protected',
    requirement: 'A write to a write-protected page is no error, and has no effect.',
    covers: ['fdcan-write-memory-15'],
    entries: ['write-protected'],
    unsupported: noWriteProtection,
    script: (part) => ({ steps: write(scratchPages(part)[0]!.start, some(part)) }),
    sharesKills: 'the protection shows again after Write Protect',
  },
  {
    ...base,
    id: 'fdcan/write-memory/programmed-flash',
    requirement:
      'A write over programmed flash is acknowledged, and leaves what the series makes of it.',
    covers: ['fdcan-write-memory-16'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) =>
      part.device.flash.overwrite === undefined || part.device.flash.overwrite === 'ecc'
        ? 'what this line makes of it is not known'
        : undefined,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const [{ address: start, bytes: old }] = filled(part) as [
        { address: number; bytes: Uint8Array },
      ];
      const rule = part.device.flash.overwrite;
      const data = some(part, 9);
      const after = data.map((byte, at) =>
        rule === 'and' ? byte & old[at]! : rule === 'or' ? byte | old[at]! : old[at]!,
      );
      return { steps: write(start, data), left: stored(start, after) };
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/option-bytes',
    requirement: 'A write to the option bytes is acknowledged, and followed by a reset.',
    covers: ['fdcan-write-memory-17'],
    destroys: 'options',
    entries: ['connected', 'unknown-command', 'write-protected'],
    unsupported: (part) => noOptions(part) ?? optionsHidden(part),
    script: (part) => {
      const { start } = part.device.options!.areas[0]!;
      const image = factoryImage(part);
      return { steps: write(start, image), left: stored(start, image), ends: 'reset' };
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/option-bytes-not-at-base',
    requirement: 'A write into the option bytes that does not start at their base is refused.',
    covers: ['fdcan-write-memory-17'],
    destroys: 'nothing',
    entries: ['connected', 'unknown-command'],
    unsupported: (part) =>
      noOptions(part) ??
      (insideOptions(part) === undefined ? 'every word of them is a base of its own' : undefined),
    script: (part) => ({ steps: refused(part, insideOptions(part)!) }),
  },
  {
    ...base,
    id: 'fdcan/write-memory/protected',
    requirement: 'Under readout protection Write Memory is refused in its header.',
    covers: ['fdcan-write-memory-18', 'fdcan-command-set-4'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: (part) =>
      fc
        .constantFrom(scratch(part), ...(part.ram === undefined ? [] : [part.ram.start]))
        .map((to) => ({ steps: refused(part, to) })),
    sharesKills: 'the protection shows again after Readout Protect',
  },
];

export default scenarios;
