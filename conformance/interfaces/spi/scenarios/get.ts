import { OPCODES, command, fetch, fetchAcknowledged, fetching, getAck, step } from '../host.ts';
import { be16 } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { ALWAYS } from './define.ts';

const versionOf = ({ protocol }: Part): number => {
  const [major, minor] = protocol.split('.');
  return Number(major) * 16 + Number(minor);
};

/** AN4286, versions of the protocol. */
const VERSIONS = [0x10, 0x11, 0x12, 0x13, 0x20];

/** The list of Get with the fields that are judged; the others are any. */
function listOf(
  part: Part,
  judged: { readonly count?: true; readonly version?: number; readonly opcodes?: true },
): readonly number[] {
  const opcodes = part.commands!.map((name) => OPCODES[name as keyof typeof OPCODES]);
  return [
    judged.count ? opcodes.length : ANY,
    judged.version ?? ANY,
    ...opcodes.map((opcode) => (judged.opcodes ? opcode : ANY)),
  ];
}

const get = (part: Part, judged: Parameters<typeof listOf>[1]): readonly Step[] => [
  command('get'),
  fetchAcknowledged('the list', listOf(part, judged)),
];

const getVersion = (version: number): readonly Step[] => [
  command('get-version'),
  fetchAcknowledged('the version', [version]),
];

/** Get, and Get Version behind it, which answers the version that Get told. */
function sameVersion(part: Part): readonly Step[] {
  const versions = [...new Set([versionOf(part), ...VERSIONS])];
  const [asked, list] = get(part, {});
  return [
    asked!,
    {
      ...list!,
      replies: versions.map((version) => ({
        ...get(part, { version })[1]!.replies[0]!,
        goOn: getVersion(version),
      })),
    },
  ];
}

const getId = (...id: readonly number[]): readonly Step[] => [
  command('get-id'),
  fetchAcknowledged('the ID', id),
];

const noFixedList = (part: Part): string | undefined =>
  part.commands === undefined
    ? 'from protocol 2.0 on the list differs by product, and that of this line is not known'
    : undefined;

const base = { strength: 'must', destroys: 'nothing', entries: ALWAYS } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'spi/2.2/count',
    requirement: 'Get begins with the number of the commands of the protocol version.',
    covers: ['spi-2.2-1'],
    unsupported: noFixedList,
    script: (part) => ({ steps: get(part, { count: true }) }),
  },
  {
    ...base,
    id: 'spi/2.2/version',
    requirement: 'Get reports the protocol version in its two nibbles.',
    covers: ['spi-2.2-2'],
    unsupported: noFixedList,
    script: (part) => ({ steps: get(part, { version: versionOf(part) }) }),
  },
  {
    ...base,
    id: 'spi/2.2/list',
    requirement:
      'Get lists the commands of the protocol version in the order of the note, however often it is asked.',
    covers: ['spi-2.2-3', 'spi-3-1'],
    unsupported: noFixedList,
    script: (part) => {
      const list = get(part, { count: true, opcodes: true });
      return { steps: [...list, ...list, ...list] };
    },
  },
  {
    ...base,
    id: 'spi/2.2/list-under-rdp',
    requirement: 'The list is the same under readout protection.',
    covers: ['spi-2.2-5'],
    strength: 'observed',
    entries: ['rdp-1'],
    unsupported: noFixedList,
    script: (part) => ({ steps: get(part, { count: true, opcodes: true }) }),
  },
  {
    ...base,
    id: 'spi/2.2/closing-ack',
    requirement: 'The answer to Get is followed by an ACK, and by nothing else.',
    covers: ['spi-2.2-4'],
    unsupported: noFixedList,
    script: (part) => ({ steps: get(part, {}) }),
  },
  {
    ...base,
    id: 'spi/2.2/in-pieces',
    requirement: 'The list may be fetched in pieces: only its first byte is behind a dummy.',
    covers: ['spi-2.1-3'],
    entries: ['synchronised', 'nss-low', 'rdp-1'],
    unsupported: noFixedList,
    script: (part) => {
      const [number, ...rest] = listOf(part, {
        count: true,
        version: versionOf(part),
        opcodes: true,
      });
      const dummies = rest.map(() => 0x00);
      return {
        steps: [
          command('get'),
          fetch('the number', [number!]),
          step('the rest', [{ exchange: dummies }, ...getAck()], { bytes: [...rest, 0x79] }),
        ],
      };
    },
  },
  {
    ...base,
    id: 'spi/2.2/one-byte-more',
    requirement: 'A host that reads one byte more than there are still gets its ACK.',
    covers: ['spi-2.1-4'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low', 'rdp-1'],
    script: () => ({
      steps: [
        command('get-id'),
        step('the ID and one byte more', [...fetching(4), ...getAck()], {
          bytes: [ANY, ANY, ANY, ANY, 0x79],
        }),
      ],
    }),
  },
  {
    ...base,
    id: 'spi/2.3/version',
    requirement: 'Get Version answers the protocol version in one byte, and an ACK.',
    covers: ['spi-2.3-1', 'spi-2.3-2'],
    script: (part) => ({ steps: getVersion(versionOf(part)) }),
  },
  {
    ...base,
    id: 'spi/2.3/same-version-as-get',
    requirement: 'Get and Get Version report the same version.',
    covers: ['spi-2.3-2'],
    strength: 'should',
    entries: ['synchronised', 'rdp-1'],
    unsupported: noFixedList,
    script: (part) => ({ steps: sameVersion(part) }),
  },
  {
    ...base,
    id: 'spi/2.3/no-option-bytes',
    requirement: 'No option bytes follow the version: the ACK comes at once.',
    covers: ['spi-2.3-3'],
    strength: 'observed',
    entries: ['synchronised', 'after-nack', 'rdp-1'],
    script: () => ({
      steps: [
        command('get-version'),
        step('version, dummy and ACK', [...fetching(3)], { bytes: [ANY, ANY, 0x79] }),
        step('the acknowledgement', [{ send: [0x79] }], { bytes: [] }),
      ],
    }),
  },
  {
    ...base,
    id: 'spi/2.4/product-id',
    requirement: 'Get ID answers the product ID of the line in two bytes, high byte first.',
    covers: ['spi-2.4-1', 'spi-2.4-2'],
    script: ({ device }) => ({ steps: getId(1, ...be16(device.productId)) }),
  },
  {
    ...base,
    id: 'spi/2.4/count',
    requirement: 'Get ID counts the bytes of the ID less one.',
    covers: ['spi-2.4-1'],
    script: () => ({ steps: getId(1, ANY, ANY) }),
  },
  {
    ...base,
    id: 'spi/2.4/asking-changes-nothing',
    requirement: 'Get, Get Version and Get ID leave the memory as it was.',
    covers: ['spi-2.4-3'],
    entries: ['synchronised', 'write-protected'],
    unsupported: noFixedList,
    setUp: (part) => ({
      flash: [{ address: scratchPages(part)[0]!.start, bytes: Uint8Array.of(1, 2, 3, 4) }],
    }),
    script: (part) => ({ steps: [...get(part, {}), ...getVersion(ANY), ...getId(ANY, ANY, ANY)] }),
  },
];

export default scenarios;
