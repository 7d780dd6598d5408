import { ACK, OPCODES, command, fetch, read } from '../host.ts';
import { be16 } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { ALWAYS, reachable } from './define.ts';
import { noList } from './replies.ts';

function versionByte({ protocol }: Part): number {
  const [major, minor] = protocol.split('.');
  return Number(major) * 16 + Number(minor);
}

/** AN4221, versions of the protocol. */
const VERSIONS = [0x10, 0x11, 0x12, 0x20];

interface Judged {
  readonly count?: true;
  readonly version?: number;
  readonly opcodes?: true;
  readonly seventh?: true;
  /** Bytes that the host reads behind the list. */
  readonly more?: number;
}

/** Get with the fields that are judged; the others are any. */
function get(part: Part, { more = 0, ...judged }: Judged): readonly Step[] {
  const opcodes = part.commands!.map((name) => OPCODES[name as keyof typeof OPCODES]);
  const list = read(
    judged.count ? opcodes.length : ANY,
    judged.version ?? ANY,
    ...opcodes.map((opcode, at) => (judged.opcodes || (judged.seventh && at === 6) ? opcode : ANY)),
    ...Array.from({ length: more }, () => ANY),
  );
  return [
    command('get'),
    fetch('the list', opcodes.length + 2 + more, [list]),
    fetch('the last ACK', 1, [ACK]),
  ];
}

const getVersion = (byte: number): readonly Step[] => [
  command('get-version'),
  fetch('the version', 1, [read(byte)]),
  fetch('the last ACK', 1, [ACK]),
];

/** Get, and Get Version behind it, which answers the version that Get told. */
function sameVersion(part: Part): readonly Step[] {
  const versions = [...new Set([versionByte(part), ...VERSIONS])];
  const [asked, list, acknowledged] = get(part, {});
  return [
    asked!,
    {
      ...list!,
      replies: versions.map((version) => ({
        ...get(part, { version })[1]!.replies[0]!,
        goOn: [acknowledged!, ...getVersion(version)],
      })),
    },
  ];
}

const getId = (...bytes: readonly number[]): readonly Step[] => [
  command('get-id'),
  fetch('the ID', 3, [read(...bytes)]),
  fetch('the last ACK', 1, [ACK]),
];

const scenarios: readonly Scenario[] = [
  {
    id: 'i2c/3.1/count',
    requirement:
      'Get counts the commands of the protocol version in its first byte, the version left out.',
    covers: ['i2c-3.1-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    unsupported: noList,
    script: (part) => ({ steps: get(part, { count: true }) }),
  },
  {
    id: 'i2c/3.1/version',
    requirement: 'Get reports the protocol version in its two nibbles.',
    covers: ['i2c-3.1-2', 'i2c-4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    unsupported: noList,
    script: (part) => ({ steps: get(part, { version: versionByte(part) }) }),
  },
  {
    id: 'i2c/3.1/list',
    requirement:
      'Get lists the commands of the protocol version, the no-stretch forms behind the others, however often it is asked.',
    covers: ['i2c-3.1-3', 'i2c-4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    unsupported: noList,
    script: (part) => {
      const list = get(part, { count: true, opcodes: true });
      return { steps: [...list, ...list, ...list] };
    },
  },
  {
    id: 'i2c/3.1/list-under-rdp',
    requirement: 'The list is the same under readout protection.',
    covers: ['i2c-3.1-4'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noList,
    script: (part) => ({ steps: get(part, { count: true, opcodes: true }) }),
  },
  {
    id: 'i2c/3.1/erase-in-seventh-place',
    requirement: 'The erase command is the seventh of the list, where hosts look for it.',
    covers: ['i2c-3.1-5'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected'],
    protection: 'any',
    unsupported: noList,
    script: (part) => ({ steps: get(part, { seventh: true }) }),
  },
  {
    id: 'i2c/3.1/one-answer',
    requirement: 'Count, version and list are one answer, between two ACKs of their own.',
    covers: ['i2c-3.1-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    unsupported: noList,
    script: (part) => ({ steps: get(part, {}) }),
    sharesKills: 'what Get leaves out shows wherever Get is asked (3.3)',
  },
  {
    id: 'i2c/3.1/read-too-far',
    requirement: 'A host that does not know how long the list is may read too far.',
    covers: ['i2c-3.1-7', 'i2c-3-5'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected', 'rdp-1'],
    unsupported: noList,
    script: (part) => ({ steps: get(part, { count: true, opcodes: true, more: 8 }) }),
  },
  {
    id: 'i2c/3.2/version',
    requirement: 'Get Version answers one byte, the protocol version, between two ACKs.',
    covers: ['i2c-3.2-1', 'i2c-3.2-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    script: (part) => ({ steps: getVersion(versionByte(part)) }),
  },
  {
    id: 'i2c/3.2/same-version-as-get',
    requirement: 'Get and Get Version report the same version.',
    covers: ['i2c-3.2-2'],
    strength: 'should',
    destroys: 'nothing',
    entries: ['connected', 'rdp-1'],
    unsupported: noList,
    script: (part) => ({ steps: sameVersion(part) }),
  },
  {
    id: 'i2c/3.3/product-id',
    requirement: 'Get ID answers the product ID of the line in two bytes, high byte first.',
    covers: ['i2c-3.3-1', 'i2c-3.3-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    script: (part) => ({ steps: getId(1, ...be16(part.device.productId)) }),
  },
  {
    id: 'i2c/3.3/count',
    requirement: 'Get ID counts the bytes of the ID less one.',
    covers: ['i2c-3.3-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ALWAYS,
    script: () => ({ steps: getId(1, ANY, ANY) }),
  },
  {
    id: 'i2c/3.3/asking-changes-nothing',
    requirement: 'Get, Get Version and Get ID leave the memory as it was.',
    covers: ['i2c-3.3-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['connected', 'write-protected'],
    unsupported: noList,
    setUp: (part) => ({
      flash: [{ address: scratchPages(part)[0]!.start, bytes: Uint8Array.of(1, 2, 3, 4) }],
    }),
    script: (part) => ({
      steps: [...get(part, {}), ...getVersion(ANY), ...getId(ANY, ANY, ANY)],
    }),
  },
];

export default reachable(scenarios);
