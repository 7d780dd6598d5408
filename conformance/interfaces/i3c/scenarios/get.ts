import { gets, ids, listOf, noList, versions } from '../../../scenarios/get.ts';
import type { GetHost } from '../../../scenarios/get.ts';
import { i3cHost } from '../framed-host.ts';
import { OPCODES, command, fetch, fetchAcknowledged } from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';

const host: GetHost = {
  get: (part, judged) => {
    const [count, version, ...opcodes] = listOf(part, OPCODES, judged);
    return [command('get'), fetchAcknowledged('the list', [count!], [version!], opcodes)];
  },
  getVersion: (_, version) => [command('get-version'), fetchAcknowledged('the version', [version])],
  getId: (_, id) => [command('get-id'), fetchAcknowledged('the ID', [2], id)],
};

const scenarios: readonly Scenario[] = [
  ...gets(
    i3cHost,
    'get',
    {
      count: [1],
      version: [2],
      list: [3],
      'list-under-rdp': [5],
      'closing-ack': [4],
    },
    host,
  ),
  {
    id: 'i3c/get/list-in-pieces',
    requirement: 'The list may be read byte by byte, however long the host leaves between them.',
    covers: ['i3c-get-6'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected', 'rdp-1'],
    unsupported: noList,
    script: (part) => {
      const all = listOf(part, OPCODES, { count: true, opcodes: true });
      return {
        steps: [
          command('get'),
          ...all.slice(0, -1).map((each) => fetch('a byte of the list', [each])),
          fetchAcknowledged('the last one', all.slice(-1)),
        ],
      };
    },
  },
  ...versions(i3cHost, 'get-version', { version: [1, 2], 'same-version-as-get': [2] }, host),
  ...ids(
    i3cHost,
    'get-id',
    {
      'product-id': [1],
      count: {
        covers: [2, 3],
        requirement: 'Get ID counts the bytes of the ID: 2, and ends in an ACK.',
      },
      'asking-changes-nothing': [4],
    },
    host,
  ),
];

export default scenarios;
