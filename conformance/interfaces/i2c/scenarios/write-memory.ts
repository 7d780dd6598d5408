import { writes } from '../../../scenarios/write-memory.ts';
import { refusedWrites, writePackets } from '../../../scenarios/write-refused.ts';
import { i2cHost, noStretchHost } from '../framed-host.ts';
import {
  ACK,
  BUSY,
  NACK,
  address,
  block,
  command,
  fetch,
  frame,
  outlasts,
  readMemory,
  result,
} from '../host.ts';
import { packet } from '../../usart/host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { filled, pattern, spoil } from '../../../scenarios/kit/inputs.ts';
import { content, scratch, stored } from '../../../scenarios/kit/scratch.ts';
import { reachable } from './define.ts';

const base = { strength: 'must', destroys: 'page', commands: ['write-memory'] } as const;

const scenarios: readonly Scenario[] = [
  ...writes(i2cHost, '3.6', {
    flash: [1, 2],
    'read-back': [1, '3.4-1'],
    '256-bytes': [8],
    'shortest-block': [1],
    'last-block-of-flash': [1],
    'one-block-after-the-other': { name: 'done-when-acknowledged', covers: [2] },
    ram: { covers: [7], entries: ['connected', 'after-nack', 'aborted-write'] },
    'length-not-multiple-of-4': [11],
    'misaligned-address': [12],
    'write-protected-page': [10],
    'option-bytes': [15, 16],
  }),
  ...refusedWrites(i2cHost, '3.6', {
    'no-memory-there': [4],
    'system-memory': [9],
    'past-the-end': [13],
    'option-bytes-not-at-base': [15],
    protected: ['3-9', 6],
  }),
  ...writePackets(i2cHost, '3.6', {
    'wrong-address-checksum': [3],
    'wrong-block-checksum': [5],
    'checksum-covers-the-count': [5],
    'option-bytes-wrong-checksum': [5, 16],
  }),
  ...writes(noStretchHost, '3.12', {
    flash: [1, 2],
    ram: { covers: [7], entries: ['connected', 'after-nack', 'aborted-write'] },
  }),
  ...refusedWrites(noStretchHost, '3.12', {
    'no-memory-there': [4],
    protected: ['3-9', 6],
  }),
  ...writePackets(noStretchHost, '3.12', {
    'wrong-address-checksum': [3],
    'wrong-block-checksum': [5],
  }),
  {
    ...base,
    id: 'i2c/3.12/busy-meanwhile',
    requirement: 'A device that programs answers 0x76 to who asks for the result.',
    covers: ['i2c-3.12-8'],
    entries: ['connected', 'after-nack'],
    commands: ['no-stretch-write-memory'],
    script: (part) => {
      const start = scratch(part);
      const data = pattern(128);
      return {
        steps: [
          command('no-stretch-write-memory'),
          address(start),
          frame('128 bytes of data', packet([127, ...data])),
          fetch('its answer at once', 1, [
            BUSY,
            { ...ACK, verdict: 'non-strict', says: 'it is not told to be busy', goOn: [] },
          ]),
          result('no-stretch', 'write'),
        ],
        left: stored(start, data),
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.6/block-breaks-off',
    requirement: 'A block that breaks off is not written, and a reset gives it up.',
    covers: ['i2c-3.6-14', 'i2c-2-6'],
    entries: ['connected', 'after-nack'],
    script: (part) => {
      const start = scratch(part);
      const sent = packet([15, ...pattern(16)]);
      return {
        steps: [
          command('write-memory'),
          address(start),
          frame('all but the checksum', sent.slice(0, -1)),
          ...outlasts(part),
        ],
      };
    },
    sharesKills: 'who waits for ever waits for every frame (2)',
  },
  {
    ...base,
    id: 'i2c/3.6/spoilt-page-stays',
    requirement: 'A refused block leaves what was there as it was.',
    covers: ['i2c-3.6-5'],
    entries: ['connected'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) =>
      spoil.map((wrong) => {
        const { start, bytes: there } = content(part);
        return {
          steps: [
            command('write-memory'),
            address(start),
            ...block(pattern(16, 5), 'stretch', [NACK], wrong),
            ...readMemory(start, there.slice(0, 16)),
          ],
        };
      }),
  },
];

export default reachable(scenarios);
