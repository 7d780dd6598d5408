import * as fc from 'fast-check';
import {
  ACK,
  NACK,
  address,
  ask,
  block,
  command,
  getAck,
  readMemory,
  step,
  writeMemory,
} from '../host.ts';
import { packet } from '../../usart/host.ts';
import { blank, blockUnit, nowhere } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { holding } from '../../../run/script.ts';
import { bytes, filled, flashBlock, pattern, spoil, spoils } from '../../../scenarios/inputs.ts';
import { ramBlocks, ramUsed, storedAll } from '../../../scenarios/ram.ts';
import {
  addressRefused,
  noRam,
  noReadoutProtection,
  noWriteProtection,
} from '../../../scenarios/replies.ts';
import { content, scratch, some, stored } from '../../../scenarios/scratch.ts';
import { RAM } from '../../../scenarios/known.ts';
import { WAITING } from './define.ts';

/** Write Memory up to the refusal of its address. */
const refusedWrite = (part: Part, to: number): readonly Step[] => [
  command('write-memory'),
  address(
    to,
    addressRefused(part, part.bootloader.writeRefusedAt, [block(part, [1, 2, 3, 4], [NACK])]),
  ),
];

const alignedAnywhere = (part: Part): string | undefined =>
  part.device.flash.writeAlign === 1 ? 'any address is aligned on this line' : undefined;

const tooSmall = (part: Part): string | undefined =>
  part.pages.at(-1)!.end - scratch(part) < 256 ? 'flash is too small' : undefined;

const base = {
  strength: 'must',
  destroys: 'page',
  entries: ['synchronised'],
  commands: ['write-memory'],
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'spi/2.7/flash',
    requirement:
      'Write Memory programs the N + 1 bytes into flash and acknowledges when that is done.',
    covers: ['spi-2.7-1', 'spi-2.7-2'],
    entries: WAITING,
    script: (part) =>
      flashBlock(part).map(({ start, data }) => ({
        steps: writeMemory(part, start, data),
        left: stored(start, data),
      })),
  },
  {
    ...base,
    id: 'spi/2.7/read-back',
    requirement: 'What was written is what Read Memory answers.',
    covers: ['spi-2.7-1', 'spi-2.5-1'],
    entries: ['synchronised', 'after-nack', 'aborted-write'],
    commands: ['write-memory', 'read-memory'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => ({
        steps: [...writeMemory(part, start, data), ...readMemory(start, data)],
        left: stored(start, data),
      })),
  },
  {
    ...base,
    id: 'spi/2.7/256-bytes',
    requirement: 'The longest block is 256 bytes, with N = 255.',
    covers: ['spi-2.7-3'],
    entries: WAITING,
    unsupported: (part) =>
      part.quirks.has('128-byte-writes-only') ? 'this ROM takes 128 bytes' : tooSmall(part),
    script: (part) =>
      bytes(256).map((data) => ({
        steps: writeMemory(part, scratch(part), data),
        left: stored(scratch(part), data),
      })),
  },
  {
    ...base,
    id: 'spi/2.7/shortest-block',
    requirement: 'The shortest block fills one program unit.',
    covers: ['spi-2.7-1'],
    entries: ['synchronised', 'after-nack'],
    script: (part) =>
      bytes(blockUnit(part)).map((data) => ({
        steps: writeMemory(part, scratch(part), data),
        left: stored(scratch(part), data),
      })),
  },
  {
    ...base,
    id: 'spi/2.7/last-block-of-flash',
    requirement: 'The last block of flash can be written.',
    covers: ['spi-2.7-1'],
    script: (part) =>
      bytes(blockUnit(part)).map((data) => {
        const start = part.pages.at(-1)!.end - data.length;
        return { steps: writeMemory(part, start, data), left: stored(start, data) };
      }),
  },
  {
    ...base,
    id: 'spi/2.7/one-block-after-the-other',
    requirement: 'Blocks written one after the other all land.',
    covers: ['spi-2.7-1'],
    entries: ['synchronised', 'aborted-write'],
    script: (part) =>
      fc.integer({ min: 2, max: 6 }).map((blocks) => {
        const size = some(part).length;
        const parts = Array.from({ length: blocks }, (_, at) => some(part, at));
        return {
          steps: parts.flatMap((data, at) => writeMemory(part, scratch(part) + at * size, data)),
          left: stored(scratch(part), parts.flat()),
        };
      }),
  },
  {
    ...base,
    id: 'spi/2.7/ram',
    requirement: 'Write Memory writes RAM that the bootloader does not use, and nothing else.',
    covers: ['spi-2.7-4'],
    destroys: 'nothing',
    entries: WAITING,
    known: RAM,
    unsupported: noRam,
    script: (part) =>
      ramBlocks(part, 64).map((blocks) => ({
        steps: blocks.flatMap(({ start, data }) => writeMemory(part, start, data)),
        left: storedAll(blocks),
      })),
  },
  {
    ...base,
    id: 'spi/2.7/polls-while-programming',
    requirement: 'A host may poll while a block is programmed: all of it lands.',
    covers: ['spi-2.7-5'],
    destroys: 'flash',
    entries: ['synchronised', 'nss-low'],
    known: ['spi-write-leaves-blanks'],
    unsupported: tooSmall,
    script: (part) =>
      bytes(part.quirks.has('128-byte-writes-only') ? 128 : 256).map((data) => {
        const polled = [{ send: packet([data.length - 1, ...data]) }, ...getAck('program')];
        return {
          steps: [
            command('write-memory'),
            address(scratch(part)),
            { ...step('the block, polled at once', polled), withinMs: 5_000 },
          ],
          left: stored(scratch(part), data),
        };
      }),
  },
  {
    ...base,
    id: 'spi/2.7/wrong-address-checksum',
    requirement: 'An address with a wrong checksum is refused and ends the command.',
    covers: ['spi-2.7-6', 'spi-2.1-1'],
    destroys: 'nothing',
    entries: WAITING,
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => [
          command('write-memory'),
          address(scratch(part), [NACK], wrong),
        ]),
      })),
  },
  {
    ...base,
    id: 'spi/2.7/no-memory-there',
    requirement: 'An address at which there is no memory is refused and ends the command.',
    covers: ['spi-2.7-7'],
    destroys: 'nothing',
    entries: WAITING,
    script: (part) =>
      fc.constantFrom(...nowhere(part)).map((to) => ({ steps: refusedWrite(part, to) })),
  },
  {
    ...base,
    id: 'spi/2.7/system-memory',
    requirement: 'System memory cannot be written: its address is refused.',
    covers: ['spi-2.7-7'],
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    unsupported: (part) =>
      part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
    script: (part) => ({ steps: refusedWrite(part, part.device.systemMemory[0]!.start) }),
  },
  {
    ...base,
    id: 'spi/2.7/bootloader-ram',
    requirement: 'RAM that the bootloader uses is refused.',
    covers: ['spi-2.7-8'],
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    unsupported: (part) =>
      part.bootloader.ramUsed.length === 0
        ? 'the RAM that the bootloader uses is not known'
        : undefined,
    script: (part) =>
      fc.constantFrom(...ramUsed(part)).map((start) => ({
        steps: refusedWrite(part, start),
      })),
  },
  {
    ...base,
    id: 'spi/2.7/wrong-block-checksum',
    requirement: 'A block with a wrong checksum is refused and nothing of it is written.',
    covers: ['spi-2.7-9', 'spi-2.1-1'],
    entries: WAITING,
    script: (part) =>
      fc.tuple(flashBlock(part), spoils).map(([{ start, data }, all]) => ({
        steps: all.flatMap((wrong) => [
          command('write-memory'),
          address(start),
          block(part, data, [NACK], wrong),
        ]),
      })),
  },
  {
    ...base,
    id: 'spi/2.7/checksum-covers-the-count',
    requirement: 'The checksum of a block covers N: one over the data alone is refused.',
    covers: ['spi-2.7-9'],
    entries: ['synchronised', 'after-nack'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => ({
        steps: [
          command('write-memory'),
          address(start),
          block(part, data, [NACK], data.length - 1),
        ],
      })),
  },
  {
    ...base,
    id: 'spi/2.7/refused-block-in-ram',
    requirement: 'A block for RAM with a wrong checksum is refused and nothing of it is written.',
    covers: ['spi-2.7-9'],
    destroys: 'nothing',
    known: RAM,
    unsupported: noRam,
    script: (part) =>
      spoil.map((wrong) => {
        const { start } = part.ram!;
        return {
          steps: [
            ...writeMemory(part, start, pattern(16)),
            command('write-memory'),
            address(start),
            block(part, pattern(16, 5), [NACK], wrong),
          ],
          left: stored(start, pattern(16)),
        };
      }),
  },
  {
    ...base,
    id: 'spi/2.7/checksum-late',
    requirement: 'A block is waited for without a time-out: its checksum may come 26 ms late.',
    covers: ['spi-1-13'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => {
        const sent = packet([data.length - 1, ...data]);
        const late = [
          { send: sent.slice(0, -1) },
          { pauseMs: 26 },
          { send: sent.slice(-1) },
          { pauseMs: 5 },
          ...getAck('program'),
        ];
        return {
          steps: [
            command('write-memory'),
            address(start),
            { ...step('the block, its checksum late', late), withinMs: 5_000 },
          ],
          left: stored(start, data),
        };
      }),
  },
  {
    ...base,
    id: 'spi/2.7/split-anywhere',
    requirement: 'It does not matter into which transfers the bytes of a block are split.',
    covers: ['spi-1-9'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low'],
    script: (part) =>
      fc.tuple(flashBlock(part), fc.integer({ min: 1, max: 9 })).map(([{ start, data }, size]) => {
        const sent = packet([data.length - 1, ...data]);
        const pieces = Array.from({ length: Math.ceil(sent.length / size) }, (_, at) => ({
          send: sent.slice(at * size, (at + 1) * size),
        }));
        const all = [...pieces, { pauseMs: 5 }, ...getAck('program')];
        return {
          steps: [
            command('write-memory'),
            address(start),
            { ...step(`the block in transfers of ${size} bytes`, all), withinMs: 5_000 },
          ],
          left: stored(start, data),
        };
      }),
  },
  {
    ...base,
    id: 'spi/2.7/length-not-multiple-of-4',
    requirement: 'A length that is not a multiple of four is acknowledged all the same.',
    covers: ['spi-2.7-10'],
    strength: 'observed',
    script: (part) =>
      fc.constantFrom(1, 2, 3, 5, 17).map((length) => {
        const data = pattern(length);
        const unit = Math.max(part.device.flash.programUnit, 4);
        const whole = unit * Math.ceil(length / unit);
        const nothing = Array.from({ length: whole }, () => blank(part));
        const padded = [...data, ...nothing.slice(length)];
        return {
          steps: [
            command('write-memory'),
            address(scratch(part)),
            block(part, data, [ACK, { ...NACK, verdict: 'informational', says: 'it is refused' }]),
          ],
          left: [
            { areas: [holding(scratch(part), padded)] },
            {
              areas: [holding(scratch(part), nothing)],
              verdict: 'informational',
              says: 'nothing was written',
            },
          ],
        };
      }),
  },
  {
    ...base,
    id: 'spi/2.7/misaligned-address',
    requirement:
      'A flash address that is not aligned as AN2606 asks is acknowledged, and nothing is stored.',
    covers: ['spi-2.7-11'],
    strength: 'observed',
    unsupported: alignedAnywhere,
    script: (part) =>
      fc.integer({ min: 1, max: Math.max(1, part.device.flash.writeAlign - 1) }).map((off) => ({
        steps: writeMemory(part, scratch(part) + off, pattern(16)),
      })),
  },
  {
    ...base,
    id: 'spi/2.7/misaligned-spoils-later-writes',
    requirement:
      'After a misaligned write later ones are acknowledged and lost too, until a reset.',
    covers: ['spi-2.7-11'],
    strength: 'observed',
    unsupported: alignedAnywhere,
    script: (part) => ({
      steps: [
        ...writeMemory(part, scratch(part) + 1, pattern(16)),
        ...writeMemory(part, scratch(part), some(part)),
      ],
      left: [
        { areas: [] },
        {
          ...stored(scratch(part), some(part))[0]!,
          verdict: 'informational',
          says: 'later writes land',
        },
      ],
    }),
  },
  {
    ...base,
    id: 'spi/2.7/past-the-end',
    requirement: 'A block that starts in flash and runs past its end is refused and not written.',
    covers: ['spi-2.7-12'],
    strength: 'observed',
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
          block(part, pattern(2 * unit), [NACK]),
        ],
      };
    },
  },
  {
    ...base,
    id: 'spi/2.7/write-protected-page',
    requirement:
      'A write to a write-protected page is acknowledged without an error and changes nothing.',
    covers: ['spi-2.7-13'],
    entries: ['write-protected'],
    unsupported: noWriteProtection,
    script: (part) =>
      bytes(Math.max(16, blockUnit(part))).map((data) => ({
        steps: writeMemory(part, scratch(part), data),
      })),
    sharesKills: 'the protection shows again after Write Protect (2.9)',
  },
  {
    ...base,
    id: 'spi/2.7/programmed-flash',
    requirement: 'A write over programmed flash leaves what the series makes of it.',
    covers: ['spi-2.7-14'],
    strength: 'observed',
    unsupported: (part) =>
      part.device.flash.overwrite === undefined || part.device.flash.overwrite === 'ecc'
        ? 'what this line makes of it is not known'
        : undefined,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes: old } = content(part);
      const data = some(part, 9);
      const rule = part.device.flash.overwrite;
      const after = data.map((byte, at) =>
        rule === 'and' ? byte & old[at]! : rule === 'or' ? byte | old[at]! : old[at]!,
      );
      return { steps: writeMemory(part, start, data), left: stored(start, after) };
    },
  },
  {
    ...base,
    id: 'spi/2.7/protected',
    requirement: 'Under readout protection Write Memory is refused at the command.',
    covers: ['spi-2.7-15'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('write-memory', NACK)] }),
    sharesKills: 'the protection shows again after Readout Protect (2.11)',
  },
  {
    ...base,
    id: 'spi/2.7/protected-writes-nothing',
    requirement: 'Under readout protection a whole Write Memory writes nothing.',
    covers: ['spi-2.7-15'],
    destroys: 'page',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({
      steps: [
        command('write-memory', NACK),
        // nothing of it starts a frame
        step(
          'address and data all the same',
          [{ send: packet([0x20, 0x00, 0x20, 0x00]) }, { send: packet([3, 1, 2, 3, 4]) }],
          { bytes: [] },
        ),
        ask('the bootloader waits for a command', [0x5a, 0x00, 0x00], [NACK]),
      ],
    }),
    sharesKills: 'the protection shows again after Readout Protect (2.11)',
  },
];

export default scenarios;
