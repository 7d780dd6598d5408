import { getScenarios, listOf, noList } from '../../../scenarios/get.ts';
import type { JudgedList } from '../../../scenarios/get.ts';
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

const scenarios: readonly Scenario[] = [
  ...getScenarios({
    host: i2cHost,
    sections: ['3.1', '3.2', '3.3'],
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
  }),
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
