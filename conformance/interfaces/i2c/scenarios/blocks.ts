import * as fc from 'fast-check';
import {
  ACK,
  NACK,
  address,
  block,
  command,
  frame,
  outlasts,
  readMemory,
  writeMemory,
} from '../host.ts';
import { packet } from '../../usart/host.ts';
import { blockUnit, nowhere, scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { bytes, filled, flashBlock, pattern, spoil } from '../../../scenarios/inputs.ts';
import { content, scratch, stored } from '../../../scenarios/scratch.ts';
import { noWriteProtection } from '../../../scenarios/replies.ts';
import { WAITING, formsOf, reachable } from './define.ts';
import { refusedWrite } from './write-memory.ts';

const [stretching] = formsOf('write-memory', ['3.6', '3.12']);

const base = { strength: 'must', destroys: 'page', commands: ['write-memory'] } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'i2c/3.6/read-back',
    requirement: 'What was written is what Read Memory answers.',
    covers: ['i2c-3.6-1', 'i2c-3.4-1'],
    entries: ['connected', 'after-nack', 'aborted-write'],
    commands: ['write-memory', 'read-memory'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => ({
        steps: [...writeMemory(start, data), ...readMemory(start, data)],
        left: stored(start, data),
      })),
  },
  {
    ...base,
    id: 'i2c/3.6/256-bytes',
    requirement: 'The longest block is 256 bytes, with N = 255.',
    covers: ['i2c-3.6-8'],
    entries: WAITING,
    unsupported: (part) =>
      scratchPages(part)[0]!.end - scratch(part) < 256 && part.pages.length < 4
        ? 'flash is too small'
        : part.quirks.has('128-byte-writes-only')
          ? 'this ROM takes 128 bytes'
          : undefined,
    script: (part) =>
      bytes(256).map((data) => {
        const start = scratch(part);
        return { steps: writeMemory(start, data), left: stored(start, data) };
      }),
  },
  {
    ...base,
    id: 'i2c/3.6/shortest-block',
    requirement: 'The shortest block fills one program unit.',
    covers: ['i2c-3.6-1'],
    entries: ['connected', 'after-nack'],
    script: (part) =>
      bytes(blockUnit(part)).map((data) => {
        const start = scratch(part);
        return { steps: writeMemory(start, data), left: stored(start, data) };
      }),
  },
  {
    ...base,
    id: 'i2c/3.6/last-block-of-flash',
    requirement: 'The last block of flash can be written.',
    covers: ['i2c-3.6-1'],
    entries: ['connected'],
    script: (part) =>
      bytes(blockUnit(part)).map((data) => {
        const start = part.pages.at(-1)!.end - data.length;
        return { steps: writeMemory(start, data), left: stored(start, data) };
      }),
  },
  {
    ...base,
    id: 'i2c/3.6/done-when-acknowledged',
    requirement:
      'The ACK behind a block comes when it is programmed: the next block can follow at once.',
    covers: ['i2c-3.6-2'],
    entries: ['connected', 'aborted-write'],
    script: (part) =>
      fc.integer({ min: 2, max: 6 }).map((blocks) => {
        const start = scratch(part);
        const size = Math.max(16, blockUnit(part));
        const parts = Array.from({ length: blocks }, (_, at) => pattern(size, at));
        return {
          steps: parts.flatMap((data, at) => writeMemory(start + at * size, data)),
          left: stored(start, parts.flat()),
        };
      }),
  },
  {
    ...base,
    id: 'i2c/3.6/checksum-covers-the-count',
    requirement: 'The checksum of a block covers N: one over the data alone is refused.',
    covers: ['i2c-3.6-5'],
    entries: ['connected', 'after-nack'],
    script: (part) =>
      flashBlock(part).map(({ start, data }) => ({
        steps: [
          command('write-memory'),
          address(start),
          ...block(data, 'stretch', [NACK], data.length - 1),
        ],
      })),
  },
  {
    ...base,
    id: 'i2c/3.6/system-memory',
    requirement: 'System memory cannot be written: its address is refused.',
    covers: ['i2c-3.6-9'],
    destroys: 'nothing',
    entries: ['connected', 'after-nack'],
    unsupported: (part) =>
      part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
    script: (part) => ({
      steps: refusedWrite(part, part.device.systemMemory[0]!.start, stretching),
    }),
  },
  {
    ...base,
    id: 'i2c/3.6/write-protected-page',
    requirement:
      'A write to a write-protected page is acknowledged without an error and changes nothing.',
    covers: ['i2c-3.6-10'],
    entries: ['write-protected'],
    unsupported: noWriteProtection,
    script: (part) =>
      bytes(Math.max(16, blockUnit(part))).map((data) => ({
        steps: writeMemory(scratch(part), data),
      })),
    sharesKills: 'the protection shows again behind Write Protect (3.8)',
  },
  {
    ...base,
    id: 'i2c/3.6/length-not-multiple-of-4',
    requirement: 'A length that is not a multiple of four is acknowledged all the same.',
    covers: ['i2c-3.6-11'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) =>
      fc.constantFrom(1, 2, 3, 5, 17).map((length) => {
        const start = scratch(part);
        const unit = Math.max(part.device.flash.programUnit, 4);
        const end = start + unit * Math.ceil(length / unit);
        return {
          steps: [
            command('write-memory'),
            address(start),
            ...block(pattern(length), 'stretch', [
              ACK,
              { ...NACK, verdict: 'informational', says: 'it is refused' },
            ]),
          ],
          left: [{ areas: [{ start, end }] }],
        };
      }),
  },
  {
    ...base,
    id: 'i2c/3.6/misaligned-address',
    requirement:
      'A flash address that is not aligned as AN2606 asks is acknowledged, and nothing is stored.',
    covers: ['i2c-3.6-12'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) =>
      part.device.flash.writeAlign === 1 ? 'any address is aligned on this line' : undefined,
    script: (part) =>
      fc.integer({ min: 1, max: Math.max(1, part.device.flash.writeAlign - 1) }).map((off) => ({
        steps: writeMemory(scratch(part) + off, pattern(16)),
      })),
  },
  {
    ...base,
    id: 'i2c/3.6/past-the-end',
    requirement: 'A block that starts in flash and runs past its end is refused and not written.',
    covers: ['i2c-3.6-13'],
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
          command('write-memory'),
          address(part.pages.at(-1)!.end - unit),
          ...block(pattern(2 * unit), 'stretch', [NACK]),
        ],
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.6/block-breaks-off',
    requirement: 'A block that breaks off is not written, and a reset gives it up.',
    covers: ['i2c-3.6-14', 'i2c-2-6'],
    entries: ['connected', 'after-nack'],
    script: (part) => {
      const start = scratch(part);
      const sent = packet([15, ...pattern(16)]);
      return {
        steps: [
          command('write-memory'),
          address(start),
          frame('all but the checksum', sent.slice(0, -1)),
          ...outlasts(part),
        ],
      };
    },
    sharesKills: 'who waits for ever waits for every frame (2)',
  },
  {
    ...base,
    id: 'i2c/3.6/spoilt-page-stays',
    requirement: 'A refused block leaves what was there as it was.',
    covers: ['i2c-3.6-5'],
    entries: ['connected'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) =>
      spoil.map((wrong) => {
        const { start, bytes: there } = content(part);
        return {
          steps: [
            command('write-memory'),
            address(start),
            ...block(pattern(16, 5), 'stretch', [NACK], wrong),
            ...readMemory(start, there.slice(0, 16)),
          ],
        };
      }),
  },
];

export default reachable(scenarios);
