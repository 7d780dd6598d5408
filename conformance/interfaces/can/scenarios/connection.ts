import * as fc from 'fast-check';
import { CAN_RATE } from '../frames.ts';
import {
  HELLO,
  NOT_TAKEN,
  OPCODES,
  SILENCE,
  SPEEDS,
  getId,
  hello,
  helloAgain,
  hostRate,
  nack,
  sent,
} from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { anyData } from './define.ts';

/** No answer to a frame: while the chip measures its clock it may take the frame, or be in the reset behind that. */
const UNHEARD: readonly Reply[] = [SILENCE, NOT_TAKEN];

/** Commands that do more than tell: a ROM that looks at the low byte of an identifier only is not asked them. */
const WORKING: readonly number[] = [
  OPCODES.go,
  OPCODES['write-memory'],
  OPCODES.erase,
  OPCODES['write-protect'],
  OPCODES['write-unprotect'],
  OPCODES['readout-protect'],
  OPCODES['readout-unprotect'],
  0x44, // Extended Erase of other buses
  0x50, // Special
  0x51,
];

/** A host at another rate tries to connect, and one at the first rate behind it. */
const wrongRate = (bitsPerSecond: number): readonly Step[] => [
  hostRate(bitsPerSecond),
  hello(...UNHEARD),
  hostRate(CAN_RATE.nominal),
  helloAgain(),
];

const scenarios: readonly Scenario[] = [
  {
    id: 'can/1/hello',
    requirement: 'A frame with identifier 0x79 is answered by an ACK under the same identifier.',
    covers: ['can-1-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () => ({ steps: [hello()] }),
    sharesKills: 'whoever goes on behind a reset begins with it',
  },
  {
    id: 'can/1/hello-with-data',
    requirement: 'The data of the frame that connects does not matter.',
    covers: ['can-1-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: ({ device }) =>
      // a longer one may not fit the 1.5 ms for which a guessed crystal is tried (AN3154, figure 2)
      anyData
        .map((data) => (device.canCrystals === undefined ? data : data.slice(0, 3)))
        .map((data) => ({ steps: [sent('connect', { id: HELLO, data })] })),
  },
  {
    id: 'can/1/ready',
    requirement: 'Behind the ACK the device waits for commands, at 125 kbit/s.',
    covers: ['can-1-1', 'can-2-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: (part) => ({ steps: [hello(), getId(part), getId(part)] }),
    sharesKills: 'whatever is asked behind it needs the same',
  },
  {
    id: 'can/1/another-identifier',
    requirement: 'A frame with another identifier does not connect; one with 0x79 behind it does.',
    covers: ['can-1-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () =>
      fc
        .oneof(
          fc.constantFrom(OPCODES['get-id'], OPCODES.get, 0x7f, 0x78, 0x179),
          fc.nat(0x7ff).filter((id) => id !== HELLO && !WORKING.includes(id & 0xff)),
        )
        .map((id) => ({
          steps: [sent('another identifier', { id, data: [] }, ...UNHEARD), helloAgain()],
        })),
  },
  {
    id: 'can/1/extended-hello',
    requirement: 'The extended identifier 0x79 does not connect; the standard one behind it does.',
    covers: ['can-2-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () => ({
      steps: [
        sent('extended identifier 0x79', { id: HELLO, data: [], extended: true }, ...UNHEARD),
        helloAgain(),
      ],
    }),
  },
  {
    id: 'can/1/wrong-rate',
    requirement:
      'A host at another bit rate is not answered: the device is reset, and found at 125 kbit/s.',
    covers: ['can-1-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () =>
      fc
        .constantFrom(SPEEDS[2]!, SPEEDS[3]!, SPEEDS[4]!)
        .map((bitsPerSecond) => ({ steps: wrongRate(bitsPerSecond) })),
  },
  {
    id: 'can/1/wrong-rates',
    requirement: 'A host may try one bit rate after the other.',
    covers: ['can-1-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['reset'],
    protection: 'any',
    script: () => ({
      steps: [4, 3, 2, 3, 4].flatMap((code, at) =>
        at < 4 ? wrongRate(SPEEDS[code]!).slice(0, 2) : wrongRate(SPEEDS[code]!),
      ),
    }),
  },
  {
    id: 'can/1/second-hello',
    requirement: 'To a device that is connected, identifier 0x79 is no command.',
    covers: ['can-1-5'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected', 'unknown-command', 'faster', 'rdp-1'],
    script: () => ({ steps: [hello(nack(HELLO))] }),
  },
  {
    id: 'can/1/connects-again',
    requirement: 'A device that was powered off and on is connected to anew, at 125 kbit/s.',
    covers: ['can-1-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['connected'],
    protection: 'any',
    script: (part) => ({ steps: [{ ...hello(), restart: true }, getId(part)] }),
    sharesKills: 'Speed (3.4) and the commands that end in a reset need the same',
  },
];

export default scenarios;
