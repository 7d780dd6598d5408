import { fewBytes, gets, ids, versions, listOf } from '../../../scenarios/get.ts';
import type { GetHost, JudgedList } from '../../../scenarios/get.ts';
import { fdcanHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { answered, command, getId, send, unknownCommand } from '../host.ts';
import { OPCODES } from '../../usart/host.ts';
import { since } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY, anyBytes } from '../../../run/script.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { filled } from '../../../scenarios/kit/inputs.ts';
import { ALWAYS, WAITING } from './define.ts';

/** Opcodes of every command that a note knows. */
const ALL: readonly number[] = Object.values(OPCODES);

const opcodesOf = (part: Part): readonly number[] =>
  part.commands!.map((name) => OPCODES[name as keyof typeof OPCODES]);

const getReply = (list: readonly number[]): Reply => answered('get', ...list.map((byte) => [byte]));

/** AN5405 lists eleven commands for 1.x, AN2606 special ones for some of its products: either list will do. */
function getReplies(part: Part, judged: JudgedList): readonly Reply[] {
  const reply = (of: Part): Reply => getReply(listOf(of, OPCODES, judged));
  const plain = part.commands!.filter((name) => name !== 'special' && name !== 'extended-special');
  if (plain.length === part.commands!.length || since(part, '2.0')) return [reply(part)];
  const says = 'the special commands that AN2606 tells of are not in the list';
  const other = reply({ ...part, commands: plain });
  return [reply(part), { ...other, verdict: 'informational', says }];
}

/** As many commands as are counted, whichever they are: the list is judged by itself. */
const anyCount: readonly Reply[] = Array.from({ length: 32 }, (_, count) =>
  getReply([count, ANY, ...anyBytes(count)]),
);

/** A command of others with what it would have in its frame: a rate, or a number of pages. */
const notOffered = (id: number): Step => {
  const { name, replies } = unknownCommand(id);
  return send(name, [{ id, data: [0x01] }], ...replies);
};

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: ALWAYS,
  setUp: (part: Part) => ({ flash: filled(part) }),
} as const;

const how: GetHost = {
  get: (part, judged) => {
    const counted = judged.count === true && judged.opcodes !== true ? anyCount : [];
    return [command('get', [], ...getReplies(part, judged), ...counted)];
  },
  getVersion: (_, version, behind = [ANY, ANY]) => [
    command('get-version', [], answered('get-version', [version], behind)),
  ],
  getId: (_, id) => [getId(answered('get-id', id))],
};

const scenarios: readonly Scenario[] = [
  ...gets(
    fdcanHost,
    'get',
    {
      count: { covers: [1, 2], known: ['fdcan-get-counts-13'] },
      version: { covers: [3], known: ['fdcan-version-1.1'] },
      list: [4],
      'list-under-rdp': [5],
      'closing-ack': [6],
    },
    how,
  ),
  ...versions(
    fdcanHost,
    'get-version',
    {
      version: { covers: [1], known: ['fdcan-version-1.1'], setUp: fewBytes },
      'option-bytes-zero': { covers: [2, 3], name: 'two-zeros' },
      'same-version-as-get': { covers: [4], name: 'same-as-get' },
    },
    how,
  ),
  ...ids(
    fdcanHost,
    'get-id',
    {
      'product-id': [1],
      count: {
        covers: [2],
        name: 'closing-ack',
        requirement: 'The product ID stands between two ACKs, and nothing follows them.',
        sharesKills: 'Get ID is asked in every section',
      },
    },
    how,
  ),
  {
    ...base,
    id: 'fdcan/command-set/unknown',
    requirement: 'An identifier that is no command is refused under that identifier.',
    covers: ['fdcan-command-set-1', 'fdcan-command-set-2'],
    script: (part) =>
      fc
        .nat(0xff)
        .filter((id) => !ALL.includes(id) && !opcodesOf(part).includes(id))
        .map((id) => ({ steps: [unknownCommand(id)] })),
  },
  {
    ...base,
    id: 'fdcan/command-set/not-offered',
    requirement: 'Commands of other protocols, or of other products, are refused.',
    covers: ['fdcan-command-set-1'],
    destroys: 'flash',
    script: (part) => ({
      steps: ALL.filter((id) => !opcodesOf(part).includes(id)).map(notOffered),
    }),
  },
  {
    ...base,
    id: 'fdcan/command-set/speed',
    requirement: 'There is no Speed command: the rates are fixed.',
    covers: ['fdcan-command-set-3'],
    entries: WAITING,
    script: () => ({ steps: [notOffered(0x03), getId()] }),
  },
  {
    ...base,
    id: 'fdcan/command-set/refused-command-is-over',
    sharesKills: 'a refused command that goes on is told by every command behind one too',
    requirement: 'A refused command is over: the next frame is a command.',
    covers: ['fdcan-command-set-2'],
    entries: WAITING,
    script: () =>
      fc.integer({ min: 1, max: 4 }).map((times) => ({
        steps: [...Array.from({ length: times }, () => unknownCommand()), getId()],
      })),
  },
];

export default scenarios;
