import * as fc from 'fast-check';
import { answered, command, getId, send, unknownCommand } from '../host.ts';
import { OPCODES, be16 } from '../../usart/host.ts';
import { since } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { filled } from '../../../scenarios/inputs.ts';
import { ALWAYS, WAITING } from './define.ts';

function versionByte({ protocol }: Part): number {
  const [major, minor] = protocol.split('.');
  return Number(major) * 16 + Number(minor);
}

/** The answer to Get with the fields that are judged; the others are any. */
function getReply(
  opcodes: readonly number[],
  {
    count = ANY,
    version = ANY,
    list = false,
  }: { count?: number; version?: number; list?: boolean },
): Reply {
  const each = opcodes.map((opcode) => [list ? opcode : ANY]);
  return answered('get', [count], [version], ...each);
}

/** Opcodes of every command that a note knows. */
const ALL: readonly number[] = Object.values(OPCODES);

const opcodesOf = (part: Part): readonly number[] =>
  part.commands!.map((name) => OPCODES[name as keyof typeof OPCODES]);

/** AN5405 lists eleven commands for 1.x, AN2606 special ones for some of its products: either list will do. */
function getReplies(part: Part, judged: { count?: true; version?: true; list?: true }): Reply[] {
  const reply = (opcodes: readonly number[]): Reply =>
    getReply(opcodes, {
      list: judged.list === true,
      ...(judged.count ? { count: opcodes.length } : {}),
      ...(judged.version ? { version: versionByte(part) } : {}),
    });
  const all = opcodesOf(part);
  const plain = all.filter(
    (opcode) => ![OPCODES.special, OPCODES['extended-special']].includes(opcode),
  );
  if (plain.length === all.length || since(part, '2.0')) return [reply(all)];
  const says = 'the special commands that AN2606 tells of are not in the list';
  return [reply(all), { ...reply(plain), verdict: 'informational', says }];
}

/** As many commands as are counted, whichever they are: the list is judged by itself. */
const anyCount = (): readonly Reply[] =>
  Array.from({ length: 32 }, (_, count) => getReply(Array<number>(count).fill(0), { count }));

/** A command of others with what it would have in its frame: a rate, or a number of pages. */
const notOffered = (id: number): Step => {
  const { name, replies } = unknownCommand(id);
  return send(name, [{ id, data: [0x01] }], ...replies);
};

const listUnknown = (part: Part): string | undefined =>
  part.commands === undefined ? 'the commands of this ROM are not known' : undefined;

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: ALWAYS,
  setUp: (part: Part) => ({ flash: filled(part) }),
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'fdcan/get/count',
    requirement: 'Get tells the number of commands, and sends as many, each in its own frame.',
    covers: ['fdcan-get-1', 'fdcan-get-2'],
    known: ['fdcan-get-counts-13'],
    unsupported: listUnknown,
    script: (part) => ({
      steps: [command('get', [], ...getReplies(part, { count: true }), ...anyCount())],
    }),
  },
  {
    ...base,
    id: 'fdcan/get/version',
    requirement: 'Behind the count comes the protocol version in its two nibbles.',
    covers: ['fdcan-get-3'],
    known: ['fdcan-version-1.1'],
    unsupported: listUnknown,
    script: (part) => ({ steps: [command('get', [], ...getReplies(part, { version: true }))] }),
  },
  {
    ...base,
    id: 'fdcan/get/list',
    requirement:
      'Get lists the commands of the protocol version in the order of the note, each time it is asked.',
    covers: ['fdcan-get-4'],
    unsupported: listUnknown,
    script: (part) => ({
      steps: [0, 1].map(() => command('get', [], ...getReplies(part, { list: true }))),
    }),
  },
  {
    ...base,
    id: 'fdcan/get/list-under-rdp',
    requirement: 'The list is the same under readout protection.',
    covers: ['fdcan-get-5'],
    strength: 'observed',
    entries: ['rdp-1'],
    unsupported: listUnknown,
    script: (part) => ({
      steps: [command('get', [], ...getReplies(part, { count: true, list: true }))],
    }),
  },
  {
    ...base,
    id: 'fdcan/get/closing-ack',
    requirement: 'The list ends in an ACK, and nothing follows it.',
    covers: ['fdcan-get-6'],
    unsupported: listUnknown,
    script: (part) => ({ steps: [command('get', [], ...getReplies(part, {}))] }),
  },
  {
    ...base,
    id: 'fdcan/get-version/version',
    requirement: 'Get Version answers the protocol version.',
    covers: ['fdcan-get-version-1'],
    known: ['fdcan-version-1.1'],
    script: (part) => ({
      steps: [command('get-version', [], answered('get-version', [versionByte(part)], [ANY, ANY]))],
    }),
  },
  {
    ...base,
    id: 'fdcan/get-version/two-zeros',
    requirement: 'Behind the version come two zero bytes in one frame, and an ACK.',
    covers: ['fdcan-get-version-2', 'fdcan-get-version-3'],
    script: () => ({
      steps: [command('get-version', [], answered('get-version', [ANY], [0, 0]))],
    }),
  },
  {
    ...base,
    id: 'fdcan/get-version/same-as-get',
    requirement: 'Get and Get Version tell the same version.',
    covers: ['fdcan-get-version-4'],
    strength: 'should',
    entries: ['connected', 'rdp-1'],
    unsupported: listUnknown,
    script: (part) => ({
      steps: [
        command(
          'get',
          [],
          ...[versionByte(part), 0x11].map((version) => ({
            ...getReply(opcodesOf(part), { version }),
            goOn: [command('get-version', [], answered('get-version', [version], [ANY, ANY]))],
          })),
        ),
      ],
    }),
  },
  {
    ...base,
    id: 'fdcan/get-id/product-id',
    requirement:
      'Get ID answers the product ID of the line in one frame, most significant byte first.',
    covers: ['fdcan-get-id-1'],
    script: (part) => ({
      steps: [getId(answered('get-id', be16(part.device.productId)))],
    }),
  },
  {
    ...base,
    id: 'fdcan/get-id/closing-ack',
    requirement: 'The product ID stands between two ACKs, and nothing follows them.',
    covers: ['fdcan-get-id-2'],
    script: () => ({ steps: [getId()] }),
    sharesKills: 'Get ID is asked in every section',
  },
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
