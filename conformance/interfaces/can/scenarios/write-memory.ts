import { writes } from '../../../scenarios/write-memory.ts';
import { refusedWrites } from '../../../scenarios/write-refused.ts';
import { canHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import {
  OPCODES,
  ack,
  but,
  chunks,
  dataFrame,
  dataFrames,
  getId,
  spoilt,
  writeHeader,
} from '../host.ts';
import { blockUnit } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Script } from '../../../run/script.ts';
import { flashBlock, pattern } from '../../../scenarios/kit/inputs.ts';
import { scratch, some, stored } from '../../../scenarios/kit/scratch.ts';
import { silence } from '../../../scenarios/kit/waits.ts';
import { AT_FIRST_RATE, WAITING } from './define.ts';

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

const base = { strength: 'must', destroys: 'page', entries: WAITING } as const;

const scenarios: readonly Scenario[] = [
  ...writes(canHost, '3.7', {
    flash: [1, 2, 3],
    '256-bytes': [1],
    'last-block-of-flash': [1],
    ram: [6],
    'length-not-multiple-of-4': [13],
    'rest-of-the-unit-stays-blank': { name: 'rest-of-the-unit', covers: [13] },
    'misaligned-address': [12],
    'write-protected-page': [14],
    'programmed-flash': [13],
    'option-bytes': {
      covers: [15],
      entries: ['connected', 'unknown-command', 'faster', 'write-protected'],
    },
    'supply-range': [18],
  }),
  ...refusedWrites(canHost, '3.7', {
    'no-memory-there': [10],
    'system-memory': [10],
    'past-the-end': [11],
    'option-bytes-not-at-base': { covers: [16], entries: ['connected'] },
    protected: ['3-2', 17],
  }),
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
    id: 'can/3.7/spoilt-data',
    requirement: 'A data frame that was spoilt ends the command, and nothing of it is written.',
    covers: ['can-3.7-9', 'can-2-8'],
    entries: AT_FIRST_RATE,
    script: (part) => {
      const data = some(part);
      const [first, ...rest] = chunks(data);
      const says = 'the spoilt frame goes unnoticed: the command goes on';
      const unnoticed = { ...but(ack(OPCODES['write-memory']), 'non-strict', says), goOn: [] };
      return {
        steps: [
          writeHeader(scratch(part), data.length),
          dataFrame(first!),
          spoilt('data', { id: 0x04, data: [...rest[0]!] }),
          { ...getId(part), replies: [...getId(part).replies, unnoticed] },
        ],
      };
    },
  },
];

export default scenarios;
