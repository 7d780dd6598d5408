import { goPacketScenarios, goScenarios } from '../../../scenarios/go.ts';
import { usartHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { NACK, be32, goCommand, packet, step } from '../host.ts';
import { nowhere } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { unanswered } from '../../../scenarios/kit/waits.ts';

const scenarios: readonly Scenario[] = [
  ...goScenarios(usartHost),
  ...goPacketScenarios(usartHost),
  {
    id: 'usart/3.5/address-waits',
    requirement: 'An address that breaks off is waited for without a time-out.',
    covers: ['3-7'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['go'],
    script: (part) =>
      fc.integer({ min: 1, max: 4 }).map((at) => {
        const sent = packet(be32(nowhere(part)[0]!));
        return {
          steps: [
            goCommand(part),
            unanswered(step('part of an address', sent.slice(0, at))),
            step('the rest of it', sent.slice(at), NACK),
          ],
        };
      }),
  },
];

export default scenarios;
