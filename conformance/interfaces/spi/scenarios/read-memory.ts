import { readPackets, reads } from '../../../scenarios/read-memory.ts';
import { spiHost } from '../framed-host.ts';
import * as fc from 'fast-check';
import { DUMMY, NACK, address, ask, command, count, fetch, getAck, step } from '../host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { filled } from '../../../scenarios/kit/inputs.ts';
import { noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import { content } from '../../../scenarios/kit/scratch.ts';

const base = {
  strength: 'must',
  destroys: 'nothing',
  commands: ['read-memory'],
  setUp: (part: Part) => ({ flash: filled(part) }),
} as const;

const scenarios: readonly Scenario[] = [
  ...reads(spiHost, '2.5', {
    flash: [1, '2.1-3'],
    'one-byte': [1],
    '256-bytes': [1],
    'no-ack-behind-data': [5],
    'last-bytes-of-flash': [6],
    'blank-flash': [6],
    ram: { covers: [6], entries: ['synchronised', 'after-nack', 'aborted-write'] },
    'system-memory': [6],
    'bootloader-id': [11],
    'option-bytes': [6],
    otp: [6],
    'no-memory-there': [3],
    'bootloader-ram': [7],
    protected: [9],
  }),
  ...readPackets(spiHost, '2.5', {
    'wrong-address-checksum': [2, '2.1-1'],
    'wrong-length-complement': [4, '2.1-2'],
    'reading-changes-nothing': [10],
  }),
  {
    ...base,
    id: 'spi/2.5/what-is-sent-meanwhile',
    requirement: 'What a host sends while it fetches the data counts for nothing.',
    covers: ['spi-2.1-5'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low'],
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.array(fc.nat(0xff), { minLength: 8, maxLength: 8 }).map((sent) => ({
        steps: [
          command('read-memory'),
          address(start),
          count('bytes', 8),
          step('the data', [{ send: [DUMMY] }, { exchange: sent }], {
            bytes: bytes.slice(0, 8),
          }),
        ],
      }));
    },
  },
  {
    ...base,
    id: 'spi/2.5/in-pieces',
    requirement: 'Data may be fetched in pieces, with pauses between them.',
    covers: ['spi-1-13', 'spi-2.1-3'],
    strength: 'observed',
    entries: ['synchronised', 'nss-low'],
    script: (part) => {
      const { start, bytes } = content(part);
      return fc.integer({ min: 1, max: 15 }).map((first) => ({
        steps: [
          command('read-memory'),
          address(start),
          count('bytes', 16),
          fetch('the first of the data', bytes.slice(0, first)),
          step(
            'and the rest',
            [{ pauseMs: 30 }, { exchange: Array.from({ length: 16 - first }, () => DUMMY) }],
            { bytes: bytes.slice(first, 16) },
          ),
        ],
      }));
    },
  },
  {
    ...base,
    id: 'spi/2.5/protected-reveals-nothing',
    requirement: 'Under readout protection a whole Read Memory reveals no byte of flash.',
    covers: ['spi-2.5-9'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: (part) => {
      const { start } = content(part);
      const sent = [start >>> 24, 0x00, 0x00, 0x00, start >>> 24, 0x07, 0xf8];
      const dummies = Array.from({ length: 16 }, () => DUMMY);
      return {
        steps: [
          command('read-memory', NACK),
          // nothing of it starts a frame
          step('address and length all the same', [{ send: sent }, { exchange: dummies }], {
            bytes: dummies.map(() => 0xa5),
          }),
          ask('the bootloader waits for a command', [0x5a, 0x00, 0x00], [NACK]),
        ],
      };
    },
    sharesKills: 'the protection shows again after Readout Protect (2.11)',
  },
  {
    ...base,
    id: 'spi/2.5/length-waits',
    requirement: 'A length is waited for without a time-out, and so is its complement.',
    covers: ['spi-1-13'],
    strength: 'observed',
    entries: ['synchronised'],
    script: (part) => {
      const { start, bytes } = content(part);
      return {
        steps: [
          command('read-memory'),
          address(start),
          step(
            'length and complement, late',
            [{ pauseMs: 500 }, { send: [0x03] }, { pauseMs: 500 }, { send: [0xfc] }, ...getAck()],
            { bytes: [0x79] },
          ),
          fetch('the data', bytes.slice(0, 4)),
        ],
      };
    },
  },
];

export default scenarios;
