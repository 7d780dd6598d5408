import { goPackets, goes } from '../../../scenarios/go.ts';
import { usartHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { NACK, be32, goCommand, packet, step } from '../host.ts';
import { nowhere } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { unanswered } from '../../../scenarios/kit/waits.ts';
import { before21, before22 } from './define.ts';

const scenarios: readonly Scenario[] = [
  ...goes(usartHost, '3.5', {
    flash: [1],
    'any-page': [1],
    ram: { covers: [9], known: ['ram-write-refused', 'go-broken'] },
    'vectors-not-judged': [10],
    'no-memory-there': [3],
    'system-memory': {
      covers: [4, '4-1'],
      requirement: 'From protocol 2.1 on Go to system memory is refused.',
      entries: ['synchronised', 'after-nack', 'half-command'],
      unsupported: before21,
    },
    'option-bytes': {
      covers: [4, '4-1'],
      requirement: 'From protocol 2.1 on Go to the option bytes is refused.',
      unsupported: before21,
    },
    'bootloader-ram': {
      covers: [5, '4-1'],
      requirement: 'From protocol 2.2 on Go to RAM that the bootloader uses is refused.',
      unsupported: before22,
    },
    protected: ['3-6', 6],
  }),
  ...goPackets(usartHost, '3.5', {
    'wrong-address-checksum': [2],
  }),
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
