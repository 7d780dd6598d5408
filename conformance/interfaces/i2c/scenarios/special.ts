import { ACK, NACK, command, fetch, read } from '../host.ts';
import { i2cHost } from '../framed-host.ts';
import { has } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { SPECIALS, specialScenarios } from '../../../scenarios/special.ts';
import { reachable } from './define.ts';

const scenarios: readonly Scenario[] = [
  ...specialScenarios(i2cHost, {
    reset: (name, last) => [
      last,
      ...(name === 'special' ? [fetch('no data', 2, [read(0, 0)])] : []),
      fetch('the status', 3, [read(0, 1, 0)]),
      fetch('the last ACK', 1, [ACK]),
    ],
  }),
  ...SPECIALS.map(([name, title]): Scenario => ({
    id: `i2c/${i2cHost.sections[name]}/not-offered`,
    requirement: `A bootloader whose list has no ${title} refuses it.`,
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
