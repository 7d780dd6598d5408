import { writeMemoryScenarios } from '../../../scenarios/write-memory.ts';
import { writePacketScenarios } from '../../../scenarios/write-refused.ts';
import { usartHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { ACK, NACK, address, block, command, packet, step, write } from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { flashBlock } from '../../../scenarios/kit/inputs.ts';
import { stored } from '../../../scenarios/kit/scratch.ts';
import { noSupplyRegister } from '../../../scenarios/kit/replies.ts';
import { unanswered } from '../../../scenarios/kit/waits.ts';

const base = {
  destroys: 'page',
  entries: ['synchronised', 'after-nack'],
  commands: ['write-memory'],
} as const;

const scenarios: readonly Scenario[] = [
  ...writeMemoryScenarios(usartHost),
  ...writePacketScenarios(usartHost),
  {
    ...base,
    id: 'usart/3.6/block-waits',
    requirement: 'A block with a byte too few is waited for without a time-out.',
    covers: ['3-7'],
    strength: 'observed',
    script: (part) =>
      flashBlock(part).map(({ start, data }) => {
        const sent = packet([data.length - 1, ...data]);
        return {
          steps: [
            command('write-memory'),
            address(start),
            unanswered(step('all but the checksum', sent.slice(0, -1))),
            { ...step('the checksum', sent.slice(-1), ACK), withinMs: 5_000 },
          ],
          left: stored(start, data),
        };
      }),
  },
  {
    ...base,
    id: 'usart/3.6/split-anywhere',
    requirement: 'It does not matter into which bursts the bytes are split.',
    covers: ['3-8'],
    strength: 'must',
    script: (part) =>
      fc
        .tuple(flashBlock(part), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }))
        .map(([{ start, data }, sizes]) => ({
          steps: write(start, data).map((each) => ({
            ...each,
            bursts: burstsOf(each.send.length, sizes),
          })),
          left: stored(start, data),
        })),
  },
  {
    ...base,
    id: 'usart/3.6/supply-range-unknown',
    requirement: 'A supply range code above 4 is refused.',
    covers: ['3.6-19'],
    strength: 'should',
    destroys: 'nothing',
    entries: ['synchronised'],
    unsupported: noSupplyRegister,
    script: (part) =>
      fc.integer({ min: 5, max: 0xff }).map((code) => ({
        steps: [5, code].flatMap((each) => [
          command('write-memory'),
          address(part.device.supplyRegister!),
          block([each, 0xff, 0xff, 0xff], [NACK]),
        ]),
      })),
  },
];

/** Lengths of bursts that share `total` bytes out, taken from `sizes` again and again. */
function burstsOf(total: number, sizes: readonly number[]): readonly number[] {
  const bursts: number[] = [];
  for (let left = total, at = 0; left > 0; at++) {
    const size = Math.min(left, sizes[at % Math.max(1, sizes.length)] ?? total);
    bursts.push(size);
    left -= size;
  }
  return bursts;
}

export default scenarios;
