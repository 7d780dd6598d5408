import { ACK, NACK, command, fetch, read } from '../host.ts';
import { i2cHost } from '../framed-host.ts';
import { has } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { SPECIALS, specials } from '../../../scenarios/special.ts';
import type { Answers } from '../../../scenarios/special.ts';
import { reachable } from './define.ts';

/** Both commands, with their sections. */
const NAMES = [
  ['special', '3.19'],
  ['extended-special', '3.20'],
] as const;

const answers: Answers = {
  reset: (name, last) => [
    last,
    ...(name === 'special' ? [fetch('no data', 2, [read(0, 0)])] : []),
    fetch('the status', 3, [read(0, 1, 0)]),
    fetch('the last ACK', 1, [ACK]),
  ],
};

const scenarios: readonly Scenario[] = [
  ...NAMES.flatMap(([name, section]) =>
    specials(
      i2cHost,
      section,
      {
        'unknown-sub-operation': [1],
        'wrong-code-checksum': [2],
        'wrong-data-checksum': [3],
        reset: [4],
      },
      name,
      answers,
    ),
  ),
  ...NAMES.map(([name, section]): Scenario => ({
    id: `i2c/${section}/not-offered`,
    requirement: `A bootloader whose list has no ${SPECIALS[name]} refuses it.`,
    covers: ['i2c-3-2'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected', 'rdp-1'],
    unsupported: (part) =>
      part.commands === undefined || has(part, name) ? 'it is offered, or may be' : undefined,
    script: () => ({ steps: [command(name, NACK)] }),
  })),
];

export default reachable(scenarios);
