import * as fc from 'fast-check';
import { WAITING } from '../../../run/entry.ts';
import { ACK, NACK, address, block, command, packet, read, step, write } from '../host.ts';
import { blank, blockUnit, nowhere, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Left, Step } from '../../../run/script.ts';
import { bytes, filled, flashBlock, pattern, spoil, spoils } from '../../../scenarios/inputs.ts';
import { ramBlocks, ramUsed, storedAll } from '../../../scenarios/ram.ts';
import { factoryImage, insideOptions, optionsHidden } from '../../../scenarios/option-image.ts';
import { RAM } from '../../../scenarios/known.ts';
import {
  addressRefused,
  noOptions,
  noRam,
  noReadoutProtection,
  noWriteProtection,
  protectedRefusal,
  ramNotReserved,
} from '../../../scenarios/replies.ts';
import { unanswered } from '../../../scenarios/waits.ts';

/** Write Memory up to the refusal of its address. */
function refusedWrite(part: Part, to: number): readonly Step[] {
  const later = [block([1, 2, 3, 4], [NACK])];
  return [
    command('write-memory'),
    address(to, addressRefused(part, part.bootloader.writeRefusedAt, later)),
  ];
}

const stored = (start: number, data: readonly number[]): readonly Left[] => [
  { areas: [holding(start, data)] },
];

const scenarios: readonly Scenario[] = [
  {
    id: 'usart/3.6/flash',
    requirement:
      'Write Memory programs the N + 1 bytes into flash and acknowledges when that is done.',
    covers: ['3.6-1', '3.6-2'],
    strength: 'must',
    destroys: 'page',
    entries: WAITING,
    commands: ['write-memory'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => ({
        steps: [...write(start, data)],
        left: stored(start, data),
      })),
  },
  {
    id: 'usart/3.6/read-back',
    requirement: 'What was written is what Read Memory answers.',
    covers: ['3.6-1', '3.4-1'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised', 'after-nack', 'aborted-write'],
    commands: ['write-memory', 'read-memory'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => ({
        steps: [...write(start, data), ...read(start, data)],
        left: stored(start, data),
      })),
  },
  {
    id: 'usart/3.6/256-bytes',
    requirement: 'The longest block is 256 bytes, with N = 255.',
    covers: ['3.6-6'],
    strength: 'must',
    destroys: 'page',
    entries: WAITING,
    commands: ['write-memory'],
    script: (part) =>
      bytes(256).map((data) => {
        const { start } = scratchPages(part)[0]!;
        return { steps: [...write(start, data)], left: stored(start, data) };
      }),
    unsupported: (part) =>
      scratchPages(part)[0]!.end - scratchPages(part)[0]!.start < 256 && part.pages.length < 4
        ? 'flash is too small'
        : part.quirks.has('128-byte-writes-only')
          ? 'this ROM takes 128 bytes'
          : undefined,
  },
  {
    id: 'usart/3.6/shortest-block',
    requirement: 'The shortest block fills one program unit.',
    covers: ['3.6-1'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised', 'after-nack'],
    commands: ['write-memory'],
    script: (part) =>
      bytes(blockUnit(part)).map((data) => {
        const { start } = scratchPages(part)[0]!;
        return { steps: [...write(start, data)], left: stored(start, data) };
      }),
  },
  {
    id: 'usart/3.6/last-block-of-flash',
    requirement: 'The last block of flash can be written.',
    covers: ['3.6-1'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['write-memory'],
    script: (part) =>
      bytes(blockUnit(part)).map((data) => {
        const start = part.pages.at(-1)!.end - data.length;
        return { steps: [...write(start, data)], left: stored(start, data) };
      }),
  },
  {
    id: 'usart/3.6/one-block-after-the-other',
    requirement: 'Blocks written one after the other all land.',
    covers: ['3.6-1', '3-3'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised', 'aborted-write'],
    commands: ['write-memory'],
    script: (part) =>
      fc.integer({ min: 2, max: 6 }).map((blocks) => {
        const { start } = scratchPages(part)[0]!;
        const size = Math.max(16, blockUnit(part));
        const parts = Array.from({ length: blocks }, (_, at) => pattern(size, at));
        return {
          steps: parts.flatMap((data, at) => write(start + at * size, data)),
          left: stored(start, parts.flat()),
        };
      }),
  },
  {
    id: 'usart/3.6/ram',
    requirement: 'Write Memory writes RAM that the bootloader does not use, and nothing else.',
    covers: ['3.6-15'],
    strength: 'must',
    destroys: 'nothing',
    entries: WAITING,
    known: RAM,
    commands: ['write-memory'],
    unsupported: noRam,
    script: (part) =>
      ramBlocks(part, 64).map((blocks) => ({
        steps: blocks.flatMap(({ start, data }) => write(start, data)),
        left: storedAll(blocks),
      })),
  },
  {
    id: 'usart/3.6/ram-read-back',
    requirement: 'RAM written twice holds what was written last.',
    covers: ['3.6-15'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    known: RAM,
    commands: ['write-memory', 'read-memory'],
    unsupported: noRam,
    script: (part) =>
      fc.tuple(bytes(16), bytes(16)).map(([first, last]) => {
        const { start } = part.ram!;
        return {
          steps: [...write(start, first), ...write(start, last), ...read(start, last)],
          left: stored(start, last),
        };
      }),
  },
  {
    id: 'usart/3.6/wrong-address-checksum',
    requirement: 'An address with a wrong checksum is refused and ends the command.',
    covers: ['3.6-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: WAITING,
    commands: ['write-memory'],
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => [
          command('write-memory'),
          address(scratchPages(part)[0]!.start, [NACK], wrong),
        ]),
      })),
  },
  {
    id: 'usart/3.6/no-memory-there',
    requirement: 'An address at which there is no memory is refused and ends the command.',
    covers: ['3.6-4', '4-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: WAITING,
    commands: ['write-memory'],
    script: (part) =>
      fc.constantFrom(...nowhere(part)).map((to) => ({ steps: [...refusedWrite(part, to)] })),
  },
  {
    id: 'usart/3.6/system-memory',
    requirement: 'System memory cannot be written: its address is refused.',
    covers: ['3.6-17'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    commands: ['write-memory'],
    unsupported: (part) =>
      part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
    script: (part) => ({ steps: [...refusedWrite(part, part.device.systemMemory[0]!.start)] }),
  },
  {
    id: 'usart/3.6/bootloader-ram',
    requirement: 'From protocol 2.2 on RAM that the bootloader uses is refused.',
    covers: ['3.6-11', '4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    commands: ['write-memory'],
    unsupported: ramNotReserved,
    script: (part) =>
      fc.constantFrom(...ramUsed(part)).map((start) => ({
        steps: [...refusedWrite(part, start)],
      })),
  },
  {
    id: 'usart/3.6/wrong-block-checksum',
    requirement: 'A block with a wrong checksum is refused and nothing of it is written.',
    covers: ['3.6-5'],
    strength: 'must',
    destroys: 'page',
    entries: WAITING,
    commands: ['write-memory'],
    script: (part) =>
      fc.tuple(flashBlock(part), spoils).map(([{ start, data }, all]) => ({
        steps: all.flatMap((wrong) => [
          command('write-memory'),
          address(start),
          block(data, [NACK], wrong),
        ]),
      })),
  },
  {
    id: 'usart/3.6/checksum-covers-the-count',
    requirement: 'The checksum of a block covers N: one over the data alone is refused.',
    covers: ['3.6-5'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised', 'after-nack'],
    commands: ['write-memory'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => ({
        steps: [command('write-memory'), address(start), block(data, [NACK], data.length - 1)],
      })),
  },
  {
    id: 'usart/3.6/refused-block-in-ram',
    requirement: 'A block for RAM with a wrong checksum is refused and nothing of it is written.',
    covers: ['3.6-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    known: RAM,
    commands: ['write-memory'],
    unsupported: noRam,
    script: (part) =>
      spoil.map((wrong) => {
        const { start } = part.ram!;
        return {
          steps: [
            ...write(start, pattern(16)),
            command('write-memory'),
            address(start),
            block(pattern(16, 5), [NACK], wrong),
          ],
          left: stored(start, pattern(16)),
        };
      }),
  },
  {
    id: 'usart/3.6/block-waits',
    requirement: 'A block with a byte too few is waited for without a time-out.',
    covers: ['3-7'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised', 'after-nack'],
    commands: ['write-memory'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => {
        const sent = packet([data.length - 1, ...data]);
        return {
          steps: [
            command('write-memory'),
            address(start),
            unanswered(step('all but the checksum', sent.slice(0, -1))),
            { ...step('the checksum', sent.slice(-1), ACK), withinMs: 5_000 },
          ],
          left: stored(start, data),
        };
      }),
  },
  {
    id: 'usart/3.6/split-anywhere',
    requirement: 'It does not matter into which bursts the bytes are split.',
    covers: ['3-8'],
    strength: 'must',
    destroys: 'page',
    entries: ['synchronised', 'after-nack'],
    commands: ['write-memory'],
    script: (part) =>
      fc
        .tuple(flashBlock(part), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }))
        .map(([{ start, data }, sizes]) => ({
          steps: write(start, data).map((each) => ({
            ...each,
            bursts: burstsOf(each.send.length, sizes),
          })),
          left: stored(start, data),
        })),
  },
  {
    id: 'usart/3.6/length-not-multiple-of-4',
    requirement: 'A length that is not a multiple of four is acknowledged all the same.',
    covers: ['3.6-10'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['write-memory'],
    script: (part) =>
      fc.constantFrom(1, 2, 3, 5, 17).map((count) => {
        const { start } = scratchPages(part)[0]!;
        const data = pattern(count);
        const unit = part.device.flash.programUnit;
        const rest = Math.max(unit, 4) * Math.ceil(count / Math.max(unit, 4)) - count;
        const padded = [...data, ...Array.from({ length: rest }, () => blank(part))];
        const nothing = Array.from({ length: padded.length }, () => blank(part));
        return {
          steps: [
            command('write-memory'),
            address(start),
            block(data, [ACK, { ...NACK, verdict: 'informational', says: 'it is refused' }]),
          ],
          left: [
            { areas: [holding(start, padded)] },
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
    id: 'usart/3.6/rest-of-the-unit-stays-blank',
    requirement: 'A block that does not fill the program unit is completed with blank bytes.',
    covers: ['3.6-18'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['write-memory'],
    unsupported: (part) =>
      part.device.flash.programUnit > 4 ? undefined : 'four bytes fill the program unit',
    script: (part) => {
      const { start } = scratchPages(part)[0]!;
      const rest = Array.from({ length: part.device.flash.programUnit - 4 }, () => blank(part));
      return {
        steps: [...write(start, pattern(4))],
        left: stored(start, [...pattern(4), ...rest]),
      };
    },
  },
  {
    id: 'usart/3.6/misaligned-address',
    requirement:
      'A flash address that is not aligned as AN2606 asks is acknowledged, and nothing is stored.',
    covers: ['3.6-13'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['write-memory'],
    script: (part) => {
      const align = part.device.flash.writeAlign;
      return fc.integer({ min: 1, max: Math.max(1, align - 1) }).map((off) => ({
        steps: [...write(scratchPages(part)[0]!.start + off, pattern(16))],
      }));
    },
    unsupported: (part) =>
      part.device.flash.writeAlign === 1 ? 'any address is aligned on this line' : undefined,
  },
  {
    id: 'usart/3.6/misaligned-spoils-later-writes',
    requirement:
      'After a misaligned write later ones are acknowledged and lost too, until a reset.',
    covers: ['3.6-13'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['write-memory'],
    unsupported: (part) =>
      part.device.flash.writeAlign === 1 ? 'any address is aligned on this line' : undefined,
    script: (part) => {
      const { start } = scratchPages(part)[0]!;
      const data = pattern(Math.max(16, blockUnit(part)));
      return {
        steps: [...write(start + 1, pattern(16)), ...write(start, data)],
        left: [
          { areas: [] },
          { ...stored(start, data)[0]!, verdict: 'informational', says: 'later writes land' },
        ],
      };
    },
  },
  {
    id: 'usart/3.6/past-the-end',
    requirement: 'A block that starts in flash and runs past its end is refused and not written.',
    covers: ['3.6-14'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['write-memory'],
    unsupported: (part) =>
      nowhere(part).includes(part.pages.at(-1)!.end)
        ? undefined
        : 'memory follows flash, on some chip of the line',
    script: (part) => {
      const unit = blockUnit(part);
      return {
        steps: [
          command('write-memory'),
          address(part.pages.at(-1)!.end - unit),
          block(pattern(2 * unit), [NACK]),
        ],
      };
    },
  },
  {
    id: 'usart/3.6/write-protected-page',
    requirement:
      'A write to a write-protected page is acknowledged without an error and changes nothing.',
    covers: ['3.6-9'],
    strength: 'must',
    destroys: 'page',
    entries: ['write-protected'],
    commands: ['write-memory'],
    unsupported: noWriteProtection,
    script: (part) =>
      bytes(Math.max(16, blockUnit(part))).map((data) => ({
        steps: [...write(scratchPages(part)[0]!.start, data)],
      })),
    sharesKills: 'the protection shows again after Write Protect (3.9)',
  },
  {
    id: 'usart/3.6/programmed-flash',
    requirement:
      'A write over programmed flash is acknowledged, and leaves what the series makes of it.',
    covers: ['3.6-16'],
    strength: 'observed',
    destroys: 'page',
    entries: ['synchronised'],
    commands: ['write-memory'],
    unsupported: (part) =>
      part.device.flash.overwrite === undefined || part.device.flash.overwrite === 'ecc'
        ? 'what this line makes of it is not known'
        : undefined,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const [{ address: start, bytes: old }] = filled(part) as [
        { address: number; bytes: Uint8Array },
      ];
      const data = pattern(Math.max(16, blockUnit(part)), 9);
      const rule = part.device.flash.overwrite;
      const after = data.map((byte, at) =>
        rule === 'and' ? byte & old[at]! : rule === 'or' ? byte | old[at]! : old[at]!,
      );
      return { steps: [...write(start, data)], left: stored(start, after) };
    },
  },
  {
    id: 'usart/3.6/protected',
    requirement: 'Under readout protection Write Memory is refused at the command.',
    covers: ['3-6', '3.6-12'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['write-memory'],
    unsupported: noReadoutProtection,
    script: (part) => ({ steps: [command('write-memory', ...protectedRefusal(part, true))] }),
    sharesKills: 'the protection shows again after Readout Protect (3.11)',
  },
  {
    id: 'usart/3.6/option-bytes',
    requirement:
      'A write to the base of the option bytes is acknowledged, takes effect, and is followed by a reset.',
    covers: ['3.6-7', '3.6-8'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised', 'after-nack', 'write-protected'],
    known: ['option-load-missing'],
    commands: ['write-memory', 'read-memory'],
    unsupported: (part) => noOptions(part) ?? optionsHidden(part),
    script: (part) => optionScript(part),
  },
  {
    id: 'usart/3.6/option-bytes-not-at-base',
    requirement: 'A write into the option bytes that does not start at their base is refused.',
    covers: ['3.6-7'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    commands: ['write-memory'],
    unsupported: (part) =>
      noOptions(part) ??
      (insideOptions(part) === undefined ? 'every word of them is a base of its own' : undefined),
    script: (part) => ({ steps: [...refusedWrite(part, insideOptions(part)!)] }),
  },
  {
    id: 'usart/3.6/option-bytes-wrong-checksum',
    requirement: 'A block for the option bytes with a wrong checksum changes none of them.',
    covers: ['3.6-5', '3.6-8'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised'],
    commands: ['write-memory'],
    unsupported: noOptions,
    script: (part) =>
      spoil.map((wrong) => ({
        steps: [
          command('write-memory'),
          address(part.device.options!.areas[0]!.start),
          block(pattern(16), [NACK], wrong),
        ],
      })),
  },
  {
    id: 'usart/3.6/supply-range',
    requirement: 'The supply range of F2, F4 and F7 is set and read back at 0xFFFF0000.',
    covers: ['3.6-19'],
    strength: 'should',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['write-memory', 'read-memory'],
    unsupported: (part) =>
      part.device.supplyRegister === undefined ? 'this line has no supply register' : undefined,
    script: (part) =>
      fc.integer({ min: 0, max: 3 }).map((code) => ({
        steps: [
          ...write(part.device.supplyRegister!, [code, 0xff, 0xff, 0xff]),
          ...read(part.device.supplyRegister!, [code]),
        ],
      })),
  },
  {
    id: 'usart/3.6/supply-range-unknown',
    requirement: 'A supply range code above 4 is refused.',
    covers: ['3.6-19'],
    strength: 'should',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['write-memory'],
    unsupported: (part) =>
      part.device.supplyRegister === undefined ? 'this line has no supply register' : undefined,
    script: (part) =>
      fc.integer({ min: 5, max: 0xff }).map((code) => ({
        steps: [5, code].flatMap((each) => [
          command('write-memory'),
          address(part.device.supplyRegister!),
          block([each, 0xff, 0xff, 0xff], [NACK]),
        ]),
      })),
  },
];

/** Lengths of bursts that share `total` bytes out, taken from `sizes` again and again. */
function burstsOf(total: number, sizes: readonly number[]): readonly number[] {
  const bursts: number[] = [];
  for (let left = total, at = 0; left > 0; at++) {
    const size = Math.min(left, sizes[at % Math.max(1, sizes.length)] ?? total);
    bursts.push(size);
    left -= size;
  }
  return bursts;
}

/** Writes the option bytes as they left the factory: a change of nothing that still ends in a reset. */
function optionScript(part: Part): {
  steps: readonly Step[];
  left: readonly Left[];
  ends: 'reset';
} {
  const area = part.device.options!.areas[0]!;
  const image = factoryImage(part);
  return {
    steps: [command('write-memory'), address(area.start), block(image)],
    left: [{ areas: [holding(area.start, image)] }],
    ends: 'reset',
  };
}

export default scenarios;
