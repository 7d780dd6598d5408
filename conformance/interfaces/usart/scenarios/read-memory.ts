import { readMemoryScenarios, readPacketScenarios } from '../../../scenarios/read-memory.ts';
import { usartHost } from '../framed-host.ts';
import { NACK, address, answer, command, step } from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { filled } from '../../../scenarios/kit/inputs.ts';
import { content } from '../../../scenarios/kit/scratch.ts';
import { noReadoutProtection, protectedRefusal } from '../../../scenarios/kit/replies.ts';
import { unanswered } from '../../../scenarios/kit/waits.ts';

const scenarios: readonly Scenario[] = [
  ...readMemoryScenarios(usartHost),
  ...readPacketScenarios(usartHost),
  {
    id: 'usart/3.4/protected-reveals-nothing',
    requirement: 'Under readout protection a whole Read Memory reveals no byte of flash.',
    covers: ['3-6', '3.4-10'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['read-memory'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => ({
      steps: [
        command('read-memory', ...protectedRefusal(part, true)),
        // five bytes are two refused commands and half a one, which the next byte makes a third
        step('address all the same', [0x08, 0x00, 0x00, 0x00, 0x08], { bytes: [0x1f, 0x1f] }),
        step('found back', [0x08], NACK),
      ],
    }),
    sharesKills: 'the protection shows again after Readout Protect (3.11)',
  },
  {
    id: 'usart/3.4/length-waits',
    requirement: 'A length without its complement is waited for without a time-out.',
    covers: ['3-7'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['read-memory'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [
          command('read-memory'),
          address(start),
          unanswered(step('length alone', [0x03])),
          step('its complement', [0xfc], answer(...bytes.slice(0, 4))),
        ],
      };
    },
  },
];

export default scenarios;
