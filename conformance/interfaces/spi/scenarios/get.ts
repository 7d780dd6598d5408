import { gets, ids, versions, listOf, noList, versionByte } from '../../../scenarios/get.ts';
import type { GetHost } from '../../../scenarios/get.ts';
import { spiHost } from '../framed-host.ts';
import { OPCODES, command, fetch, fetchAcknowledged, fetching, getAck, step } from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';

const base = { strength: 'must', destroys: 'nothing' } as const;

const how: GetHost = {
  get: (part, judged) => [
    command('get'),
    fetchAcknowledged('the list', listOf(part, OPCODES, judged)),
  ],
  getVersion: (_, version) => [command('get-version'), fetchAcknowledged('the version', [version])],
  getId: (_, id) => [command('get-id'), fetchAcknowledged('the ID', [1, ...id])],
};

const scenarios: readonly Scenario[] = [
  ...gets(
    spiHost,
    '2.2',
    {
      count: [1],
      version: [2],
      list: [3, '3-1'],
      'list-under-rdp': [5],
      'closing-ack': [4],
    },
    how,
  ),
  ...versions(
    spiHost,
    '2.3',
    {
      version: [1, 2],
      'same-version-as-get': [2],
    },
    how,
  ),
  ...ids(
    spiHost,
    '2.4',
    {
      'product-id': [1, 2],
      count: [1],
      'asking-changes-nothing': [3],
    },
    how,
  ),
  {
    ...base,
    id: 'spi/2.2/in-pieces',
    requirement: 'The list may be fetched in pieces: only its first byte is behind a dummy.',
    covers: ['spi-2.1-3'],
    entries: ['synchronised', 'nss-low', 'rdp-1'],
    unsupported: noList,
    script: (part) => {
      const [number, ...rest] = listOf(part, OPCODES, {
        count: true,
        version: versionByte(part),
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
];

export default scenarios;
