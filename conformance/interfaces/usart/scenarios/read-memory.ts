import { readPackets, reads } from '../../../scenarios/read-memory.ts';
import { usartHost } from '../framed-host.ts';
import { NACK, address, answer, command, step } from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { filled } from '../../../scenarios/kit/inputs.ts';
import { content } from '../../../scenarios/kit/scratch.ts';
import { noReadoutProtection, protectedRefusal } from '../../../scenarios/kit/replies.ts';
import { unanswered } from '../../../scenarios/kit/waits.ts';
import { before22 } from './define.ts';

const scenarios: readonly Scenario[] = [
  ...reads(usartHost, '3.4', {
    flash: [1, 6, 7],
    'one-byte': [1],
    '256-bytes': [1],
    'no-ack-behind-data': [5],
    'last-bytes-of-flash': [6],
    'blank-flash': [6],
    ram: { covers: [6], entries: ['synchronised', 'after-nack', 'aborted-write'] },
    'system-memory': [6],
    'bootloader-id': [14],
    'option-bytes': [6],
    otp: [6],
    'no-memory-there': [3, '4-2'],
    'bootloader-ram': {
      covers: [8, '4-1'],
      requirement: 'From protocol 2.2 on RAM that the bootloader uses is refused.',
      entries: ['synchronised', 'after-nack', 'half-command'],
      unsupported: before22,
    },
    protected: ['3-6', 10],
  }),
  ...readPackets(usartHost, '3.4', {
    'wrong-address-checksum': [2],
    'wrong-length-complement': [4],
    'reading-changes-nothing': [11],
  }),
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
