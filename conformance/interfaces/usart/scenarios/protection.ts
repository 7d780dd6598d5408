import { SILENCE, step } from '../host.ts';
import { usartHost } from '../framed-host.ts';
import { since } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { optionAreas } from '../../../scenarios/kit/option-image.ts';
import { readoutProtects, readoutUnprotects } from '../../../scenarios/readout-protection.ts';
import { noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import {
  sectorLists,
  writeProtects,
  writeUnprotects,
} from '../../../scenarios/write-protection.ts';

const scenarios: readonly Scenario[] = [
  ...writeProtects(usartHost, '3.9', {
    resets: [1, 3],
    protects: [1],
    'spares-others': [1],
    'second-replaces-first': [4],
    'codes-not-judged': [5],
    'each-sector': [1],
    'unknown-code-among-others': [1, 5],
    protected: ['3-6', 6],
  }),
  ...writeUnprotects(usartHost, '3.10', {
    'two-acks': [1, 3],
    unprotects: [2],
    'every-sector': [2],
    'keeps-content': [4],
    protected: ['3-6', 5],
  }),
  ...sectorLists(usartHost, '3.9', {
    'wrong-checksum': [2],
  }),
  ...readoutProtects(usartHost, '3.11', {
    'two-acks': [1, 3],
    protects: [2, '3-6'],
    'already-protected': ['3-6', 4],
    'keeps-content': [5],
  }),
  ...readoutUnprotects(usartHost, '3.12', {
    'two-acks': [1, 5, 6],
    'erases-flash': [2],
    'write-protection-does-not-hinder': [8],
    opens: [3],
    'clears-ram': {
      covers: [4, '4-1'],
      requirement: 'From protocol 2.2 on Readout Unprotect clears the RAM.',
      known: ['ram-write-refused'],
      unsupported: (part) =>
        since(part, '2.2') ? undefined : 'RAM is cleared from protocol 2.2 on',
    },
    'protect-and-unprotect': ['3.11-2', 2, 3],
  }),
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
