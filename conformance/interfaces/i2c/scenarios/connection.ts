import { NOBODY_THERE, fetch, frame, getId, identity, read } from '../host.ts';
import { ownAddress } from '../part.ts';
import { transfer } from '../transactions.ts';
import { since } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { reachable } from './define.ts';

/** A write to another address than the chip's; nothing follows the address. */
const elsewhere = (address: number, write: readonly number[] = []): Step => ({
  name: `address 0x${address.toString(16)}`,
  send: transfer({ write, address }),
  replies: [NOBODY_THERE],
});

const scenarios: readonly Scenario[] = [
  {
    id: 'i2c/2/address-acknowledged',
    requirement:
      'After reset the bootloader acknowledges its address, and takes a command at once.',
    covers: ['i2c-2-1', 'i2c-2-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () => ({ steps: getId() }),
  },
  {
    id: 'i2c/2/other-addresses',
    requirement: 'No other address than its own is acknowledged.',
    covers: ['i2c-2-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset', 'connected', 'rdp-1'],
    script: (part) => ({
      steps: Array.from({ length: 0x70 }, (_, at) => 0x08 + at)
        .filter((address) => address !== ownAddress(part))
        .map((address) => elsewhere(address)),
    }),
  },
  {
    id: 'i2c/2/neighbouring-addresses',
    requirement: 'Addresses that differ from its own in one bit are not acknowledged.',
    covers: ['i2c-2-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset', 'connected'],
    protection: 'any',
    script: (part) => ({
      steps: [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40].map((bit) =>
        elsewhere(ownAddress(part)! ^ bit),
      ),
    }),
  },
  {
    id: 'i2c/2/no-general-call',
    requirement: 'The general call address is not acknowledged.',
    covers: ['i2c-2-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset', 'connected'],
    protection: 'any',
    script: () => ({ steps: [elsewhere(0x00)] }),
  },
  {
    id: 'i2c/2/traffic-of-others',
    requirement: 'What is said to another address does not disturb a command.',
    covers: ['i2c-2-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['connected', 'after-nack'],
    protection: 'any',
    script: (part) => ({
      steps: [
        frame('Get ID', [0x02, 0xfd]),
        elsewhere(ownAddress(part)! ^ 0x08, [0x00, 0xff]),
        identity(),
      ],
    }),
  },
  {
    id: 'i2c/2/probed',
    requirement:
      'A probe of its address, as i2cdetect makes it, does not keep it from taking a command.',
    covers: ['i2c-2-5'],
    strength: 'should',
    destroys: 'nothing',
    entries: ['reset', 'connected', 'rdp-1'],
    script: () => ({ steps: [frame('a probe', []), ...getId()] }),
  },
  {
    id: 'i2c/2/probed-by-reading',
    requirement: 'From protocol 1.2 on a probe that reads a byte does no harm either.',
    covers: ['i2c-2-5'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    unsupported: (part) => (since(part, '1.2') ? undefined : 'tolerated from protocol 1.2 on'),
    script: () => ({ steps: [fetch('a probe', 1, [read(ANY)]), ...getId()] }),
  },
];

export default reachable(scenarios);
