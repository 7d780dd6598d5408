import { SILENCE, step } from '../host.ts';
import { usartHost } from '../framed-host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { optionAreas } from '../../../scenarios/kit/option-image.ts';
import { readoutProtectionScenarios } from '../../../scenarios/readout-protection.ts';
import { noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import {
  sectorListScenarios,
  writeProtectionScenarios,
} from '../../../scenarios/write-protection.ts';

const scenarios: readonly Scenario[] = [
  ...writeProtectionScenarios(usartHost),
  ...sectorListScenarios(usartHost),
  ...readoutProtectionScenarios(usartHost),
  {
    id: 'usart/3.12/not-answered-between',
    requirement:
      'After the second ACK the device is reset: it answers nothing until it is sent 0x7F.',
    covers: ['3.12-5'],
    strength: 'must',
    destroys: 'chip',
    entries: ['rdp-1'],
    commands: ['readout-unprotect'],
    unsupported: noReadoutProtection,
    script: (part) => ({
      steps: [
        ...usartHost.protection(part, 'readout-unprotect'),
        step('Get ID, and no 0x7F before it', [0x02, 0xfd], SILENCE),
      ],
      left: [{ areas: optionAreas(part) }],
      ends: 'deaf',
    }),
  },
];

export default scenarios;
