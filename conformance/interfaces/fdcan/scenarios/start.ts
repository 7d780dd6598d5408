import * as fc from 'fast-check';
import {
  START,
  answers,
  getId,
  padded,
  send,
  SILENCE,
  startFrame,
  unknownCommand,
} from '../host.ts';
import { NACK_BYTE } from '../../usart/host.ts';
import { since } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { bytes } from '../../../scenarios/kit/inputs.ts';

const anyFrameStarts = (part: Part): string | undefined =>
  since(part, '2.2') ? 'from protocol 2.2 on a start frame comes first' : undefined;

const startFrameNeeded = (part: Part): string | undefined =>
  since(part, '2.2') ? undefined : 'up to protocol 2.1 any frame starts it';

const base = { strength: 'must', destroys: 'nothing', entries: ['reset'] } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'fdcan/start/first-frame-is-a-command',
    requirement: 'Up to protocol 2.1 the first frame is a command already, and is answered.',
    covers: ['fdcan-start-1', 'fdcan-start-2'],
    protection: 'any',
    unsupported: anyFrameStarts,
    script: () => ({ steps: [getId()] }),
  },
  {
    ...base,
    id: 'fdcan/start/any-frame-starts',
    requirement:
      'Up to protocol 2.1 a first frame that is no command is refused as one, and has started the protocol.',
    covers: ['fdcan-start-1'],
    strength: 'observed',
    protection: 'any',
    unsupported: anyFrameStarts,
    script: () =>
      fc
        .constantFrom(0x0e, 0x03, 0xfe, 0xff)
        .map((id) => ({ steps: [unknownCommand(id), getId()] })),
  },
  {
    ...base,
    id: 'fdcan/start/start-frame-is-no-command',
    requirement: 'Up to protocol 2.1 the frame that later versions start with is refused.',
    covers: ['fdcan-start-3'],
    strength: 'observed',
    protection: 'any',
    unsupported: anyFrameStarts,
    entries: ['reset', 'connected'],
    script: () => ({ steps: [startFrame(answers(START.id, [NACK_BYTE])), getId()] }),
  },
  {
    ...base,
    id: 'fdcan/start/start-frame',
    requirement: 'From protocol 2.2 on identifier 0x111 with 0x5A alone starts the protocol.',
    covers: ['fdcan-start-4'],
    protection: 'any',
    unsupported: startFrameNeeded,
    script: () => ({ steps: [startFrame(), getId()] }),
    sharesKills: 'every case begins with it',
  },
  {
    ...base,
    id: 'fdcan/start/start-frame-in-silence',
    requirement: 'The start frame is not answered.',
    covers: ['fdcan-start-5'],
    strength: 'observed',
    protection: 'any',
    unsupported: startFrameNeeded,
    script: () => ({ steps: [startFrame(SILENCE), getId()] }),
  },
  {
    ...base,
    id: 'fdcan/start/commands-before-it',
    requirement: 'From protocol 2.2 on commands before the start frame are not answered.',
    covers: ['fdcan-start-6'],
    protection: 'any',
    unsupported: startFrameNeeded,
    script: () =>
      fc.integer({ min: 1, max: 3 }).map((times) => ({
        steps: [...Array.from({ length: times }, () => getId(SILENCE)), startFrame(), getId()],
      })),
  },
  {
    ...base,
    id: 'fdcan/start/other-identifiers',
    requirement: 'From protocol 2.2 on 0x5A under another identifier does not start the protocol.',
    covers: ['fdcan-start-6'],
    protection: 'any',
    unsupported: startFrameNeeded,
    script: () =>
      fc
        .nat(0x7ff)
        .filter((id) => id !== START.id)
        .map((id) => ({
          steps: [
            ...[START.id - 1, START.id + 1, id].map((each) =>
              send(`0x5A under ${each.toString(16)}`, [{ id: each, data: START.data }], SILENCE),
            ),
            getId(SILENCE),
            startFrame(),
            getId(),
          ],
        })),
  },
  {
    ...base,
    id: 'fdcan/start/other-bytes',
    requirement: 'From protocol 2.2 on another byte than 0x5A does not start the protocol.',
    covers: ['fdcan-start-6'],
    protection: 'any',
    unsupported: startFrameNeeded,
    script: () =>
      fc
        .nat(0xff)
        .filter((byte) => byte !== START.data[0])
        .map((byte) => ({
          steps: [
            ...[START.data[0] - 1, START.data[0] + 1, byte].map((each) =>
              send(`${each.toString(16)} under 111`, [{ ...START, data: [each] }], SILENCE),
            ),
            getId(SILENCE),
            startFrame(),
            getId(),
          ],
        })),
  },
  {
    ...base,
    id: 'fdcan/start/other-lengths',
    requirement: 'From protocol 2.2 on a frame of another length does not start the protocol.',
    covers: ['fdcan-start-6'],
    protection: 'any',
    unsupported: startFrameNeeded,
    script: () =>
      fc
        .oneof(
          fc.constant([]),
          bytes(1, 63).map((more) => [...START.data, ...more]),
        )
        .map((data) => ({
          steps: [
            send(`${data.length} bytes under 111`, [{ ...START, data: padded(data) }], SILENCE),
            getId(SILENCE),
            startFrame(),
            getId(),
          ],
        })),
  },
  {
    ...base,
    id: 'fdcan/start/second-start-frame',
    requirement: 'A second start frame is filtered out, and changes nothing.',
    covers: ['fdcan-start-7'],
    strength: 'observed',
    entries: ['connected', 'unknown-command', 'rdp-1'],
    unsupported: startFrameNeeded,
    script: () => ({ steps: [startFrame(SILENCE), getId()] }),
  },
];

export default scenarios;
