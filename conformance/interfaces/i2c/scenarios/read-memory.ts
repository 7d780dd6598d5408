import { readPackets, reads } from '../../../scenarios/read-memory.ts';
import { i2cHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { ACK, address, command, count, fetch, frame, read, readMemory } from '../host.ts';
import { be32, complement, packet } from '../../usart/host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { filled } from '../../../scenarios/kit/inputs.ts';
import { content } from '../../../scenarios/kit/scratch.ts';
import { reachable } from './define.ts';

const base = {
  strength: 'must',
  destroys: 'nothing',
  commands: ['read-memory'],
} as const;

const scenarios: readonly Scenario[] = [
  ...reads(i2cHost, '3.4', {
    flash: [1, 7],
    'one-byte': [1],
    '256-bytes': [1],
    'no-ack-behind-data': [5],
    'last-bytes-of-flash': [6],
    ram: { covers: [6], entries: ['connected', 'after-nack', 'aborted-write'] },
    'system-memory': [6],
    'bootloader-id': [9],
    'option-bytes': [6],
    'no-memory-there': [3],
    protected: ['3-9', 10],
  }),
  ...readPackets(i2cHost, '3.4', {
    'wrong-address-checksum': [2],
    'wrong-length-complement': [4],
    'reading-changes-nothing': [11],
  }),
  {
    ...base,
    id: 'i2c/3.4/data-read-too-far',
    requirement: 'A host that reads more than it asked for gets filler behind the data.',
    covers: ['i2c-3-5'],
    strength: 'observed',
    entries: ['connected'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.integer({ min: 1, max: 64 }).map((length) => ({
        steps: [
          command('read-memory'),
          address(start),
          count('bytes', length),
          fetch('the data and a byte', length + 1, [read(...bytes.slice(0, length), 0xff)]),
          ...readMemory(start, bytes.slice(0, 4)),
        ],
      }));
    },
  },
  {
    ...base,
    id: 'i2c/3.4/steps-fetched-apart',
    requirement:
      'Frames and the answers to them are transfers of their own, however long lies between them.',
    covers: ['i2c-3.4-1', 'i2c-3-10'],
    entries: ['connected', 'after-nack'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, bytes } = content(part);
      const late = (name: string): Step => fetch(name, 1, [ACK], { pause: 2 });
      return {
        steps: [
          frame('read-memory', [0x11, 0xee]),
          late('its ACK'),
          frame('the address', packet(be32(start))),
          late('its ACK'),
          frame('the length', [7, complement(7)]),
          late('its ACK'),
          fetch('the data', 8, [read(...bytes.slice(0, 8))], { pause: 2 }),
        ],
      };
    },
    sharesKills: 'who loses an answer that is not fetched at once loses it in every section',
  },
];

export default reachable(scenarios);
