import * as fc from 'fast-check';
import { frame, rate } from '../../can/frames.ts';
import type { Frame } from '../../can/frames.ts';
import {
  FD_LENGTHS,
  SILENCE,
  answered,
  answers,
  command,
  getId,
  ratesOf,
  send,
  spoilt,
  unknownCommand,
} from '../host.ts';
import { ACK_BYTE, NACK_BYTE, OPCODES } from '../../usart/host.ts';
import { since } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import { ANY } from '../../../run/script.ts';
import type { Reply, Step } from '../../../run/script.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ALWAYS, WAITING } from './define.ts';

const base = { strength: 'must', destroys: 'nothing', entries: WAITING } as const;

/** Get Version; what it says is judged in its own section. */
const getVersion = (): Step =>
  command('get-version', [], answered('get-version', [ANY], [ANY, ANY]));

/** Identifiers above one byte, the lowest and the highest among them. */
const aboveAByte = (id: number): readonly number[] => [0x100, id, 0x7ff];

/** Get ID in a frame of another form. */
const getIdAs = (what: string, form: Omit<Frame, 'id' | 'data'>, ...replies: Reply[]): Step => ({
  name: `Get ID in ${what}`,
  send: frame({ id: OPCODES['get-id'], data: [], ...form }),
  replies: replies.length === 0 ? getId().replies : replies,
});

const before = (version: string) => (part: Part) =>
  since(part, version) ? `from protocol ${version} on it is otherwise` : undefined;

/** Identifiers above one byte whose lower byte is that of Get ID. */
const longGetId = fc.integer({ min: 1, max: 7 }).map((high) => high * 256 + OPCODES['get-id']);

/** Get ID under an identifier above one byte, answered under that or under the opcode. */
function lowByteCounts(part: Part, id: number): Step {
  const data = [[ACK_BYTE], [ANY, ANY], [ACK_BYTE]];
  const replies: Reply[] = [answers(id, ...data)];
  if (part.quirks.has('fdcan-answers-on-opcode')) {
    const says = 'this ROM answers under the opcode (seen on silicon)';
    replies.push({ ...answered('get-id', [ANY, ANY]), verdict: 'non-strict', says });
  }
  return send(`Get ID under ${id.toString(16)}`, [{ id, data: [] }], ...replies);
}

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'fdcan/settings/rates',
    requirement: 'Frames at the rates of the note are taken and answered at them.',
    covers: ['fdcan-settings-1'],
    protection: 'any',
    script: (part) => ({
      steps: [{ ...getId(), send: [...rate(ratesOf(part)), ...getId().send] }],
    }),
    sharesKills: 'every frame of every section is one',
  },
  {
    ...base,
    id: 'fdcan/settings/other-nominal-rate',
    requirement: 'A frame at another nominal rate is not taken, nor answered later.',
    covers: ['fdcan-settings-1', 'fdcan-settings-2'],
    protection: 'any',
    script: (part) => ({ steps: [spoilt(part, 'nominal'), getId()] }),
  },
  {
    ...base,
    id: 'fdcan/settings/other-data-rate',
    requirement: 'A frame whose data phase has another rate is not taken, nor answered later.',
    covers: ['fdcan-settings-1', 'fdcan-settings-2'],
    protection: 'any',
    script: (part) => ({ steps: [spoilt(part, 'data'), getId()] }),
  },
  {
    ...base,
    id: 'fdcan/settings/form-of-answers',
    requirement: 'Answers are frames of CAN FD with a fast data phase and standard identifiers.',
    covers: ['fdcan-settings-3'],
    entries: ALWAYS,
    script: () => ({ steps: [getId(), getVersion(), unknownCommand()] }),
    sharesKills: 'every answer of every section is one',
  },
  {
    ...base,
    id: 'fdcan/settings/answered-under-the-command',
    requirement: 'What answers a command carries its identifier, and no longer that of the start.',
    covers: ['fdcan-settings-4'],
    entries: ALWAYS,
    script: () => ({ steps: [getId(), getVersion(), getId()] }),
    sharesKills: 'every answer of every section does',
  },
  {
    ...base,
    id: 'fdcan/settings/without-bit-rate-switch',
    requirement: 'Frames of CAN FD without a fast data phase are taken, and answered with one.',
    covers: ['fdcan-settings-5'],
    strength: 'observed',
    protection: 'any',
    script: () => ({ steps: [getIdAs('CAN FD without BRS', { fd: true })] }),
  },
  {
    ...base,
    id: 'fdcan/settings/classic-frames',
    requirement: 'Classic frames are taken, and answered in CAN FD.',
    covers: ['fdcan-settings-6'],
    strength: 'observed',
    protection: 'any',
    script: () => {
      const says = 'classic frames are ignored (AN5405 does not say)';
      const ignored: Reply = { ...SILENCE, verdict: 'informational', says };
      return { steps: [getIdAs('a classic frame', {}, ...getId().replies, ignored), getId()] };
    },
  },
  {
    ...base,
    id: 'fdcan/settings/extended-identifiers',
    requirement: 'Frames with extended identifiers are filtered out, and change nothing.',
    covers: ['fdcan-settings-7'],
    strength: 'should',
    protection: 'any',
    script: () =>
      fc.constantFrom(0, 0x4_0000, 0x1000_0000).map((high) => ({
        steps: [
          {
            name: 'Get ID with an extended identifier',
            send: frame({
              id: high + OPCODES['get-id'],
              data: [],
              extended: true,
              fd: true,
              brs: true,
            }),
            replies: [SILENCE],
          },
          getId(),
        ],
      })),
  },
  {
    ...base,
    id: 'fdcan/settings/low-byte-counts',
    requirement: 'Before protocol 2.1 the low byte of the identifier is the command.',
    covers: ['fdcan-settings-8', 'fdcan-settings-9'],
    protection: 'any',
    unsupported: before('2.1'),
    script: (part) => longGetId.map((id) => ({ steps: [lowByteCounts(part, id)] })),
  },
  {
    ...base,
    id: 'fdcan/settings/refused-under-long-identifier',
    requirement: 'Before protocol 2.1 a refusal carries the identifier that was received.',
    covers: ['fdcan-settings-9'],
    strength: 'observed',
    protection: 'any',
    unsupported: before('2.1'),
    script: () =>
      fc.integer({ min: 1, max: 7 }).map((high) => {
        const id = high * 256 + 0x0e;
        return {
          steps: [send(`${id.toString(16)}`, [{ id, data: [] }], answers(id, [NACK_BYTE]))],
        };
      }),
  },
  {
    ...base,
    id: 'fdcan/settings/above-a-byte-refused',
    requirement: 'At protocol 2.1 an identifier above one byte is refused.',
    covers: ['fdcan-settings-10'],
    protection: 'any',
    unsupported: (part) => (part.protocol === '2.1' ? undefined : 'it is said of protocol 2.1'),
    script: () =>
      longGetId.map((id) => ({
        steps: [
          ...aboveAByte(id).map((each) =>
            send(`${each.toString(16)}`, [{ id: each, data: [] }], answers(each, [NACK_BYTE])),
          ),
          getId(),
        ],
      })),
    sharesKills: 'the data of no line with protocol 2.1 is complete',
  },
  {
    ...base,
    id: 'fdcan/settings/above-a-byte-filtered',
    requirement: 'From protocol 2.2 on a filter keeps identifiers above one byte away.',
    covers: ['fdcan-settings-11'],
    protection: 'any',
    unsupported: (part) => (since(part, '2.2') ? undefined : 'the filter came with protocol 2.2'),
    script: () =>
      longGetId.map((id) => ({
        steps: [
          ...aboveAByte(id).map((each) =>
            send(`${each.toString(16)}`, [{ id: each, data: [] }], SILENCE),
          ),
          getId(),
        ],
      })),
  },
  {
    ...base,
    id: 'fdcan/settings/frames-in-a-row',
    requirement: 'Three frames that come at once are answered one after the other.',
    covers: ['fdcan-settings-12'],
    strength: 'observed',
    entries: ['connected', 'unknown-command'],
    protection: 'any',
    script: () => {
      const one = getId();
      const all = one.replies.map(({ bytes }) => ({ bytes: [...bytes, ...bytes, ...bytes] }));
      const sent = [...one.send, ...one.send, ...one.send];
      return { steps: [{ name: 'Get ID three times', send: sent, replies: all }] };
    },
  },
  {
    ...base,
    id: 'fdcan/settings/length-does-not-matter',
    requirement: 'Data that a command has no use for is ignored, whatever its length.',
    covers: ['fdcan-settings-13'],
    strength: 'should',
    protection: 'any',
    script: () =>
      fc.nat(0xff).map((byte) => ({
        steps: FD_LENGTHS.map((length) =>
          send(
            `Get ID with ${length} bytes`,
            [{ id: OPCODES['get-id'], data: Array<number>(length).fill(byte) }],
            ...getId().replies,
          ),
        ),
      })),
  },
];

export default scenarios;
