import { writes } from '../../../scenarios/write-memory.ts';
import { refusedWrites } from '../../../scenarios/write-refused.ts';
import { fdcanHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { SILENCE, ack, block, padded, send, spoilt, writeHeader } from '../host.ts';
import { OPCODES } from '../../usart/host.ts';
import { blockUnit } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Script, Step } from '../../../run/script.ts';
import { pattern } from '../../../scenarios/kit/inputs.ts';
import { scratch, some, stored, tooSmall } from '../../../scenarios/kit/scratch.ts';
import { unanswered } from '../../../scenarios/kit/waits.ts';
import { WAITING } from './define.ts';

const base = {
  strength: 'must',
  destroys: 'page',
  entries: WAITING,
  commands: ['write-memory'],
} as const;

const id = OPCODES['write-memory'];

/** One frame of data, as it is. */
const dataFrame = (data: readonly number[], ...replies: readonly Reply[]): Step =>
  send(`${data.length} bytes of data`, [{ id, data }], ...replies);

/** The data announced and sent so, and stored. */
const taken = (part: Part, data: readonly number[], ...frames: readonly Step[]): Script => ({
  steps: [writeHeader(scratch(part), data.length), ...frames],
  left: stored(scratch(part), data),
});

/** Bytes that fill more than one frame and the program unit. */
const long = (part: Part): number => 64 + Math.max(16, blockUnit(part));

const scenarios: readonly Scenario[] = [
  ...writes(fdcanHost, 'write-memory', {
    flash: [1, 2],
    'read-back': { covers: [1, 'read-memory-1'], entries: WAITING },
    '256-bytes': { covers: [1, 3], known: ['fdcan-long-write-fails'] },
    'shortest-block': [1],
    'last-block-of-flash': [1],
    'one-block-after-the-other': {
      name: 'one-behind-the-other',
      covers: [1],
      entries: ['connected', 'spoilt-frame'],
    },
    ram: { covers: [10], known: [] },
    'ram-read-back': { name: 'ram-again', covers: [10] },
    'length-not-multiple-of-4': [13],
    'misaligned-address': [14],
    'write-protected-page': { name: 'write-protected', covers: [15] },
    'programmed-flash': [16],
    'option-bytes': [17],
  }),
  ...refusedWrites(fdcanHost, 'write-memory', {
    'no-memory-there': [11],
    'system-memory': [11],
    'bootloader-ram': [11],
    'past-the-end': [12],
    'option-bytes-not-at-base': [17],
    protected: [18, 'command-set-4'],
  }),
  {
    ...base,
    id: 'fdcan/write-memory/no-ack-for-each-frame',
    known: ['fdcan-long-write-fails'],
    requirement: 'Frames of data are not acknowledged one by one: one ACK follows the last.',
    covers: ['fdcan-write-memory-4'],
    destroys: 'flash',
    entries: ['connected', 'unknown-command'],
    unsupported: tooSmall,
    script: (part) => {
      const data = pattern(256);
      return taken(
        part,
        data,
        ...[0, 64, 128].map((at) => dataFrame(data.slice(at, at + 64), SILENCE)),
        dataFrame(data.slice(192), ack('write-memory')),
      );
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/filling-not-written',
    requirement: 'What fills the last frame up is not written.',
    covers: ['fdcan-write-memory-5'],
    entries: ['connected', 'unknown-command'],
    unsupported: (part) => (blockUnit(part) > 32 ? 'its program unit fills the frame' : undefined),
    script: (part) => {
      const unit = Math.max(16, blockUnit(part));
      const data = pattern(unit);
      const filler = Array<number>(64 - unit).fill(0x3c);
      return taken(part, data, dataFrame([...data, ...filler], ack('write-memory')));
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/shorter-last-frame',
    requirement: 'A last frame that is no longer than it must be is taken too.',
    covers: ['fdcan-write-memory-6'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => {
      const data = pattern(Math.max(16, blockUnit(part)));
      return taken(part, data, dataFrame(padded(data), ack('write-memory')));
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/missing-frame-waited-for',
    requirement: 'A frame of data that does not come is waited for, without a time-out.',
    covers: ['fdcan-write-memory-7'],
    strength: 'observed',
    destroys: 'flash',
    entries: ['connected', 'unknown-command'],
    script: (part) => {
      const data = pattern(long(part));
      return taken(
        part,
        data,
        unanswered(dataFrame(data.slice(0, 64))),
        dataFrame(padded(data.slice(64), 64), ack('write-memory')),
      );
    },
  },
  {
    ...base,
    id: 'fdcan/write-memory/incomplete-block-not-written',
    requirement: 'A block whose last frame never comes is neither answered nor written.',
    covers: ['fdcan-write-memory-7'],
    strength: 'observed',
    destroys: 'flash',
    entries: ['connected'],
    script: (part) => ({
      steps: [writeHeader(scratch(part), long(part)), unanswered(dataFrame(pattern(64)))],
      ends: 'open',
    }),
  },
  {
    ...base,
    id: 'fdcan/write-memory/any-identifier',
    requirement:
      'Frames of data may have any identifier of one byte, that of a command too: they are none.',
    covers: ['fdcan-write-memory-8'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) =>
      fc.oneof(fc.constantFrom(...Object.values(OPCODES)), fc.nat(0xff)).map((other) => {
        const data = pattern(Math.max(16, blockUnit(part)));
        const frame = { id: other, data: padded(data, 64) };
        return taken(
          part,
          data,
          send(`data under ${other.toString(16)}`, [frame], ack('write-memory')),
        );
      }),
  },
  {
    ...base,
    id: 'fdcan/write-memory/spoilt-frame-between',
    requirement: 'A frame that is spoilt in the middle of the data is not part of it.',
    covers: ['fdcan-write-memory-9'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => {
      const data = some(part);
      return taken(part, data, spoilt(part), block(data));
    },
  },
];

export default scenarios;
