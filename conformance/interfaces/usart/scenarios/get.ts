import { ALWAYS } from '../../../run/entry.ts';
import { OPCODES, answer, be16, command, step } from '../host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply } from '../../../run/script.ts';
import { ANY } from '../../../run/script.ts';

const CLOSING = 0x79;

/** AN3155 §4. */
const VERSIONS = [0x20, 0x21, 0x22, 0x30, 0x31, 0x32, 0x33, 0x40];

function versionByte({ protocol }: Part): number {
  const [major, minor] = protocol.split('.');
  return Number(major) * 16 + Number(minor);
}

/** The reply to Get with the fields that are judged; the others are any. */
function getReply(
  part: Part,
  judged: { count?: true; version?: number; opcodes?: true; seventh?: true },
): Reply {
  const opcodes = part.commands!.map((name) => OPCODES[name as keyof typeof OPCODES]);
  return answer(
    judged.count ? opcodes.length : ANY,
    judged.version ?? ANY,
    ...opcodes.map((opcode, at) => (judged.opcodes || (judged.seventh && at === 6) ? opcode : ANY)),
    CLOSING,
  );
}

const noFixedList = (part: Part): string | undefined =>
  part.commands === undefined
    ? 'from protocol 4.0 on the list differs by product, and that of this line is not known'
    : undefined;

function getVersionReplies(part: Part, version = versionByte(part)): readonly Reply[] {
  const right = answer(version, ANY, ANY, CLOSING);
  if (!part.quirks.has('get-version-says-2.0')) return [right];
  const says = 'this ROM says 2.0 here (limitation printed in AN2606)';
  return [right, { ...answer(0x20, ANY, ANY, CLOSING), verdict: 'non-strict', says }];
}

const scenarios: readonly Scenario[] = [
  {
    id: 'usart/3.1/count',
    requirement: 'Get counts the bytes behind the count less one: as many as there are commands.',
    covers: ['3.1-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    unsupported: noFixedList,
    script: (part) => ({ steps: [command('get', getReply(part, { count: true }))] }),
  },
  {
    id: 'usart/3.1/version',
    requirement: 'Get reports the protocol version in its two nibbles.',
    covers: ['3.1-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    unsupported: noFixedList,
    script: (part) => ({ steps: [command('get', getReply(part, { version: versionByte(part) }))] }),
  },
  {
    id: 'usart/3.1/list',
    requirement:
      'Get lists the commands of the protocol version in the order of the note, however often it is asked.',
    covers: ['3.1-3', '3-13', '4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    unsupported: noFixedList,
    script: (part) => {
      const list = command('get', getReply(part, { count: true, opcodes: true }));
      return { steps: [list, list, list] };
    },
  },
  {
    id: 'usart/3.1/list-under-rdp',
    requirement: 'The list is the same under readout protection.',
    covers: ['3.1-5'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noFixedList,
    script: (part) => ({ steps: [command('get', getReply(part, { count: true, opcodes: true }))] }),
  },
  {
    id: 'usart/3.1/erase-in-seventh-place',
    requirement: 'The erase command is the seventh of the list, where hosts look for it.',
    covers: ['3.1-6', '3-13'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised'],
    protection: 'any',
    unsupported: noFixedList,
    script: (part) => ({ steps: [command('get', getReply(part, { seventh: true }))] }),
  },
  {
    id: 'usart/3.1/closing-ack',
    requirement: 'The reply to Get ends in an ACK, and nothing follows it.',
    covers: ['3.1-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    unsupported: noFixedList,
    script: (part) => ({ steps: [command('get', getReply(part, {}))] }),
  },
  {
    id: 'usart/3.2/version',
    requirement: 'Get Version answers the protocol version.',
    covers: ['3.2-1', '3.2-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    script: (part) => ({ steps: [command('get-version', ...getVersionReplies(part))] }),
  },
  {
    id: 'usart/3.2/option-bytes-zero',
    requirement: 'The two bytes behind the version are zero.',
    covers: ['3.2-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    script: () => ({ steps: [command('get-version', answer(ANY, 0, 0, CLOSING))] }),
  },
  {
    id: 'usart/3.2/same-version-as-get',
    requirement: 'Get and Get Version report the same version.',
    covers: ['3.2-2'],
    strength: 'should',
    destroys: 'nothing',
    entries: ['synchronised', 'rdp-1'],
    unsupported: noFixedList,
    script: (part) => ({
      steps: [
        command(
          'get',
          ...[...new Set([versionByte(part), ...VERSIONS])].map((version) => ({
            ...getReply(part, { version }),
            goOn: [command('get-version', ...getVersionReplies(part, version))],
          })),
        ),
      ],
    }),
  },
  {
    id: 'usart/3.3/product-id',
    requirement: 'Get ID answers the product ID of the line in two bytes, high byte first.',
    covers: ['3.3-1', '3.3-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    unsupported: (part) =>
      Number.parseFloat(part.protocol) >= 2.1 ? undefined : 'one byte before protocol 2.1',
    script: (part) => ({
      steps: [command('get-id', answer(1, ...be16(part.device.productId), CLOSING))],
    }),
  },
  {
    id: 'usart/3.3/count',
    requirement: 'Get ID counts the bytes of the ID less one.',
    covers: ['3.3-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    unsupported: (part) =>
      Number.parseFloat(part.protocol) >= 2.1 ? undefined : 'one byte before protocol 2.1',
    script: () => ({ steps: [command('get-id', answer(1, ANY, ANY, CLOSING))] }),
  },
  {
    id: 'usart/3.3/one-byte-id-before-2.1',
    requirement: 'Before protocol 2.1 Get ID answers one byte.',
    covers: ['3.3-3', '4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised'],
    unsupported: (part) =>
      Number.parseFloat(part.protocol) < 2.1 ? undefined : 'two bytes from protocol 2.1 on',
    script: (part) => ({
      steps: [command('get-id', answer(0, part.device.productId & 0xff, CLOSING))],
    }),
    sharesKills: 'only protocol 2.0 answers so, and no mutant is made of it',
  },
  {
    id: 'usart/3.3/asking-changes-nothing',
    requirement: 'Get, Get Version and Get ID leave the memory as it was.',
    covers: ['3.3-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'write-protected'],
    unsupported: noFixedList,
    setUp: (part) => ({
      flash: [{ address: scratchPages(part)[0]!.start, bytes: Uint8Array.of(1, 2, 3, 4) }],
    }),
    script: (part) => ({
      steps: [
        command('get', getReply(part, {})),
        command('get-version', answer(ANY, ANY, ANY, CLOSING)),
        step('get-id', [0x02, 0xfd], answer(ANY, ANY, ANY, CLOSING), answer(ANY, ANY, CLOSING)),
      ],
    }),
  },
];

export default scenarios;
