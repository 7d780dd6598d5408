import * as fc from 'fast-check';
import {
  OPCODES,
  ack,
  answer,
  but,
  chunks,
  dataFrame,
  dataFrames,
  getId,
  nack,
  spoilt,
  writeHeader,
} from '../host.ts';
import { ACK_BYTE, NACK_BYTE } from '../../usart/host.ts';
import { blockUnit, nowhere } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply } from '../../../run/script.ts';
import { pattern } from '../../../scenarios/inputs.ts';
import { insideOptions } from '../../../scenarios/option-image.ts';
import { noReadoutProtection } from '../../../scenarios/replies.ts';
import { scratch, some } from '../../../scenarios/scratch.ts';
import { AT_FIRST_RATE, WAITING } from './define.ts';

const WRITE = OPCODES['write-memory'];

/** The last frame was taken, and what it completed was refused. */
const REFUSED_AT_THE_END: Reply = answer(WRITE, [ACK_BYTE], [NACK_BYTE]);

const base = { strength: 'must', destroys: 'page', entries: WAITING } as const;

const scenarios: readonly Scenario[] = [
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
      const unnoticed = { ...but(ack(WRITE), 'non-strict', says), goOn: [] };
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
  {
    ...base,
    id: 'can/3.7/no-memory-there',
    requirement: 'An address at which there is no memory is refused with one NACK.',
    covers: ['can-3.7-10'],
    destroys: 'nothing',
    script: (part) =>
      fc
        .tuple(fc.constantFrom(...nowhere(part)), fc.integer({ min: 1, max: 256 }))
        .map(([to, count]) => ({ steps: [writeHeader(to, count, nack(WRITE))] })),
  },
  {
    ...base,
    id: 'can/3.7/system-memory',
    requirement: 'System memory is refused with one NACK.',
    covers: ['can-3.7-10'],
    destroys: 'nothing',
    entries: ['connected', 'unknown-command'],
    unsupported: (part) =>
      part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
    script: (part) => ({
      steps: [writeHeader(part.device.systemMemory[0]!.start, 16, nack(WRITE))],
    }),
  },
  {
    ...base,
    id: 'can/3.7/past-the-end',
    requirement: 'A block that starts in flash and runs past its end is refused when it is whole.',
    covers: ['can-3.7-11'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) =>
      nowhere(part).includes(part.pages.at(-1)!.end)
        ? undefined
        : 'memory follows flash, on some chip of the line',
    script: (part) => {
      const unit = Math.max(8, blockUnit(part));
      const says = 'it is refused at once';
      const start = part.pages.at(-1)!.end - unit;
      const early = { ...but(nack(WRITE), 'informational', says), goOn: [] };
      return {
        steps: [
          writeHeader(start, 2 * unit, ack(WRITE), early),
          ...dataFrames(chunks(pattern(2 * unit)), [REFUSED_AT_THE_END]),
        ],
      };
    },
  },
  {
    ...base,
    id: 'can/3.7/option-bytes-not-at-base',
    requirement: 'A write into the option bytes that does not start at their base is refused.',
    covers: ['can-3.7-16'],
    destroys: 'options',
    entries: ['connected'],
    unsupported: (part) =>
      insideOptions(part) === undefined ? 'every word of them is a base of its own' : undefined,
    script: (part) => ({ steps: [writeHeader(insideOptions(part)!, 4, nack(WRITE))] }),
  },
  {
    ...base,
    id: 'can/3.7/protected',
    requirement: 'Under readout protection Write Memory is refused at its first frame.',
    covers: ['can-3-2', 'can-3.7-17'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: (part) => ({ steps: [writeHeader(scratch(part), 16, nack(WRITE))] }),
    sharesKills: 'the protection shows again after Readout Protect (3.11)',
  },
];

export default scenarios;
