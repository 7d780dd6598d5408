import * as fc from 'fast-check';
import {
  ACK,
  HELD,
  NOBODY,
  TAKEN,
  restarted,
  command,
  fetch,
  frame,
  identity,
  outlasts,
  read,
} from '../host.ts';
import { timeOutMs } from '../part.ts';
import { transfer } from '../transactions.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import type { Reply } from '../../../run/script.ts';
import { reachable } from './define.ts';

/** What a host may find that asks a chip for an answer which it is about to lose by a reset. */
const LOST: readonly Reply[] = [...NOBODY, HELD, read(ANY)];

const scenarios: readonly Scenario[] = [
  {
    id: 'i2c/2/silence-resets',
    requirement:
      'A host that is silent within a command for longer than the time-out finds the chip reset.',
    covers: ['i2c-2-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['connected', 'after-nack', 'refused-go'],
    commands: ['read-memory'],
    script: (part) => ({ steps: [command('read-memory'), ...outlasts(part)] }),
  },
  {
    id: 'i2c/2/half-a-frame-resets',
    requirement: 'A frame that breaks off is given up by a reset when the time-out is over.',
    covers: ['i2c-2-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: (part) =>
      fc.constantFrom(0x00, 0x01, 0x02, 0x11, 0x92).map((opcode) => ({
        steps: [frame('an opcode alone', [opcode]), ...outlasts(part)],
      })),
  },
  {
    id: 'i2c/2/unread-answer-resets',
    requirement: 'A host that does not fetch an answer before the time-out finds the chip reset.',
    covers: ['i2c-2-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['connected', 'rdp-1'],
    script: (part) => ({ steps: [frame('Get', [0x00, 0xff]), ...outlasts(part)] }),
  },
  {
    id: 'i2c/2/half-an-answer-resets',
    requirement: 'An answer of which a part was read is given up by a reset too.',
    covers: ['i2c-2-6', 'i2c-3-8'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected'],
    protection: 'any',
    script: (part) => ({
      steps: [command('get-id'), fetch('one byte of three', 1, [read(1)]), ...outlasts(part)],
    }),
  },
  {
    id: 'i2c/2/half-a-frame-holds',
    requirement:
      'A host that asks for the answer to half a frame is held, and finds the chip reset.',
    covers: ['i2c-2-6', 'i2c-3-7'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected'],
    protection: 'any',
    script: () => ({
      steps: [frame('an opcode alone', [0x02]), fetch('its answer', 1, LOST), ...restarted()],
    }),
  },
  {
    id: 'i2c/2/slow-host',
    requirement: 'A host may be silent within a command for less than the time-out.',
    covers: ['i2c-2-7'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['connected', 'after-nack'],
    protection: 'any',
    unsupported: (part) =>
      timeOutMs(part) < 100 ? 'no host can be that quick for sure' : undefined,
    script: (part) => {
      const pause = Math.floor(timeOutMs(part) * 0.6);
      const late = { pause };
      return {
        steps: [
          frame('Get ID', [0x02, 0xfd]),
          fetch(`its ACK after ${pause} ms`, 1, [ACK], late),
          fetch(`the ID after ${pause} ms`, 3, [read(ANY, ANY, ANY)], late),
          fetch(`the last ACK after ${pause} ms`, 1, [ACK], late),
        ],
      };
    },
    sharesKills: 'no mutant is impatient: what counts the time cannot be replaced',
  },
  {
    id: 'i2c/2/between-commands-it-waits',
    requirement: 'Between commands a host may be silent for as long as it likes.',
    covers: ['i2c-2-8'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: (part) => {
      const pause = Math.min(60_000, Math.ceil(timeOutMs(part) * 3));
      const late = transfer({ pause }, { write: [0x02, 0xfd] });
      return {
        steps: [{ name: `Get ID after ${pause} ms`, send: late, replies: [TAKEN] }, identity()],
      };
    },
  },
];

export default reachable(scenarios);
