import { reads } from '../../../scenarios/read-memory.ts';
import { canHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import {
  OPCODES,
  answer,
  but,
  chunks,
  command,
  getId,
  nack,
  read,
  readCommand,
  readFrames,
} from '../host.ts';
import { ACK_BYTE } from '../../usart/host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { filled } from '../../../scenarios/kit/inputs.ts';
import { content } from '../../../scenarios/kit/scratch.ts';
import { WAITING } from './define.ts';

const READ = OPCODES['read-memory'];

/** A read whose last frame is not whole. OpenBootloader sends the rest byte by byte. */
function restOf(start: number, bytes: readonly number[], count: number): Step {
  const data = bytes.slice(0, count);
  const right = answer(READ, ...readFrames(data));
  const [first, rest] = chunks(data);
  if (rest!.length === 1) return readCommand(start, count, right);
  const single = [[ACK_BYTE], first!, ...rest!.map((byte) => [byte]), [ACK_BYTE]];
  const says = 'the rest comes in frames of one byte, as from OpenBootloader';
  return readCommand(start, count, right, but(answer(READ, ...single), 'non-strict', says));
}

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: WAITING,
  setUp: (part: Part) => ({ flash: filled(part) }),
} as const;

const scenarios: readonly Scenario[] = [
  ...reads(canHost, '3.5', {
    flash: { covers: [1, 2], entries: WAITING },
    '256-bytes': [1],
    'last-bytes-of-flash': { covers: [5], entries: ['connected', 'faster'] },
    ram: [5],
    'system-memory': [5],
    'bootloader-id': [6],
    'option-bytes': [5],
    'no-memory-there': { covers: [7], entries: WAITING },
    protected: ['3-2', 11],
  }),
  {
    ...base,
    id: 'can/3.5/whole-frames',
    requirement: 'A multiple of eight bytes comes in whole frames, and no empty one behind them.',
    covers: ['can-3.5-3'],
    script: (part) => {
      const { start, bytes } = content(part);
      return fc
        .integer({ min: 1, max: 32 })
        .map((frames) => ({ steps: [read(start, bytes.slice(0, 8 * frames))] }));
    },
  },
  {
    ...base,
    id: 'can/3.5/short-last-frame',
    requirement: 'The last frame is as long as the rest of the bytes.',
    covers: ['can-3.5-3'],
    script: (part) => {
      const { start, bytes } = content(part);
      return { steps: [9, 10, 11, 12, 13, 14, 15].map((count) => restOf(start, bytes, count)) };
    },
  },
  {
    ...base,
    id: 'can/3.5/one-byte',
    requirement: 'One byte can be read, with N = 0.',
    covers: ['can-3.5-4'],
    strength: 'must',
    script: (part) => {
      const { start, bytes } = content(part);
      const one = read(start, bytes.slice(0, 1));
      const refused = but(nack(READ), 'informational', 'one byte is too few for it');
      return { steps: [{ ...one, replies: [...one.replies, refused] }] };
    },
  },
  {
    ...base,
    id: 'can/3.5/one-after-the-other',
    requirement: 'Reads follow each other, and leave the memory as it was.',
    covers: ['can-3.5-1', 'can-3.5-9'],
    script: (part) => {
      const { start, bytes } = content(part);
      const blocks = chunks(bytes.slice(0, 64), 20);
      return { steps: blocks.map((data, at) => read(start + 20 * at, data)) };
    },
  },
  {
    ...base,
    id: 'can/3.5/longer-frame',
    requirement: 'Data behind the length in the frame of Read Memory does not matter.',
    covers: ['can-3.5-10'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => {
      const { start, bytes } = content(part);
      const right = read(start, bytes.slice(0, 12));
      return fc.array(fc.nat(0xff), { minLength: 1, maxLength: 3 }).map((rest) => {
        const data = [...right.send.slice(6), ...rest];
        return { steps: [command('read-memory', data, ...right.replies)] };
      });
    },
  },
  {
    ...base,
    id: 'can/3.5/shorter-frame',
    requirement: 'A frame of Read Memory without all of its address and length does no harm.',
    covers: ['can-3.5-10'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) =>
      fc.array(fc.nat(0xff), { maxLength: 4 }).map((data) => ({
        steps: [{ ...command('read-memory', data), replies: [], anything: true }, getId(part)],
      })),
  },
];

export default scenarios;
