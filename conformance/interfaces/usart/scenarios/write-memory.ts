import { writes } from '../../../scenarios/write-memory.ts';
import { refusedWrites, writePackets } from '../../../scenarios/write-refused.ts';
import { usartHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { ACK, NACK, address, block, command, packet, step, write } from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { flashBlock } from '../../../scenarios/kit/inputs.ts';
import { stored } from '../../../scenarios/kit/scratch.ts';
import { RAM } from '../../../scenarios/kit/known.ts';
import { noSupplyRegister } from '../../../scenarios/kit/replies.ts';
import { unanswered } from '../../../scenarios/kit/waits.ts';
import { before22 } from './define.ts';

const base = {
  destroys: 'page',
  entries: ['synchronised', 'after-nack'],
  commands: ['write-memory'],
} as const;

const scenarios: readonly Scenario[] = [
  ...writes(usartHost, '3.6', {
    flash: [1, 2],
    'read-back': [1, '3.4-1'],
    '256-bytes': [6],
    'shortest-block': [1],
    'last-block-of-flash': [1],
    'one-block-after-the-other': [1, '3-3'],
    ram: { covers: [15], known: RAM },
    'ram-read-back': { covers: [15], known: RAM },
    'length-not-multiple-of-4': [10],
    'rest-of-the-unit-stays-blank': [18],
    'misaligned-address': [13],
    'misaligned-spoils-later-writes': [13],
    'write-protected-page': [9],
    'programmed-flash': [16],
    'option-bytes': { covers: [7, 8], known: ['option-load-missing'] },
    'supply-range': [19],
  }),
  ...refusedWrites(usartHost, '3.6', {
    'no-memory-there': [4, '4-2'],
    'system-memory': [17],
    'bootloader-ram': {
      covers: [11, '4-1'],
      requirement: 'From protocol 2.2 on RAM that the bootloader uses is refused.',
      unsupported: before22,
    },
    'past-the-end': [14],
    'option-bytes-not-at-base': [7],
    protected: ['3-6', 12],
  }),
  ...writePackets(usartHost, '3.6', {
    'wrong-address-checksum': [3],
    'wrong-block-checksum': [5],
    'checksum-covers-the-count': [5],
    'refused-block-in-ram': [5],
    'option-bytes-wrong-checksum': [5, 8],
  }),
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
