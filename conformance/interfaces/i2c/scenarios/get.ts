import { gets, ids, versions, listOf, noList } from '../../../scenarios/get.ts';
import type { GetHost, JudgedList } from '../../../scenarios/get.ts';
import { i2cHost } from '../framed-host.ts';
import { ACK, OPCODES, command, fetch, read } from '../host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { anyBytes } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { reachable } from './define.ts';

/** Get, by a host that reads `more` bytes behind the list. */
function get(part: Part, judged: JudgedList, more = 0): readonly Step[] {
  const list = [...listOf(part, OPCODES, judged), ...anyBytes(more)];
  return [
    command('get'),
    fetch('the list', list.length, [read(...list)]),
    fetch('the last ACK', 1, [ACK]),
  ];
}

const how: GetHost = {
  get,
  getVersion: (_, version) => [
    command('get-version'),
    fetch('the version', 1, [read(version)]),
    fetch('the last ACK', 1, [ACK]),
  ],
  getId: (_, id) => [
    command('get-id'),
    fetch('the ID', 3, [read(1, ...id)]),
    fetch('the last ACK', 1, [ACK]),
  ],
};

const scenarios: readonly Scenario[] = [
  ...gets(
    i2cHost,
    '3.1',
    {
      count: [1],
      version: [2, '4-1'],
      list: [3, '4-1'],
      'list-under-rdp': [4],
      'erase-in-seventh-place': [5],
      'closing-ack': {
        covers: [6],
        name: 'one-answer',
        sharesKills: 'what Get leaves out shows wherever Get is asked (3.3)',
      },
    },
    how,
  ),
  ...versions(
    i2cHost,
    '3.2',
    {
      version: [1, 2],
      'same-version-as-get': [2],
    },
    how,
  ),
  ...ids(
    i2cHost,
    '3.3',
    {
      'product-id': [1, 2],
      count: [2],
      'asking-changes-nothing': [3],
    },
    how,
  ),
  {
    id: 'i2c/3.1/read-too-far',
    requirement: 'A host that does not know how long the list is may read too far.',
    covers: ['i2c-3.1-7', 'i2c-3-5'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected', 'rdp-1'],
    unsupported: noList,
    script: (part) => ({ steps: get(part, { count: true, opcodes: true }, 8) }),
  },
];

export default reachable(scenarios);
