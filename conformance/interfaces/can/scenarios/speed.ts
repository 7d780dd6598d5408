import * as fc from 'fast-check';
import { CAN_RATE } from '../frames.ts';
import {
  OPCODES,
  SPEEDS,
  ack,
  but,
  command,
  getId,
  hello,
  nack,
  read,
  sent,
  speed,
  write,
} from '../host.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { pattern } from '../../../scenarios/kit/inputs.ts';
import { noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import { scratch, stored } from '../../../scenarios/kit/scratch.ts';
import { AT_FIRST_RATE } from './define.ts';

const codes = fc.constantFrom(1, 2, 3, 4);

/** Speed to one rate after the other, each proved by Get ID. */
function through(part: Parameters<typeof getId>[0], all: readonly number[]): readonly Step[] {
  return all.flatMap((code, at) => {
    const from = at === 0 ? CAN_RATE.nominal : SPEEDS[all[at - 1]!]!;
    return [...speed(code, from), getId(part)];
  });
}

const base = { strength: 'must', destroys: 'nothing', entries: AT_FIRST_RATE } as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'can/3.4/new-rate',
    requirement:
      'Speed is acknowledged at the old rate and then at the new one, at which the device goes on.',
    covers: ['can-3.4-1', 'can-3.4-2', 'can-3.4-3'],
    script: (part) => codes.map((code) => ({ steps: through(part, [code]) })),
  },
  {
    ...base,
    id: 'can/3.4/each-code',
    requirement: 'Codes 1 to 4 are 125, 250 and 500 kbit/s and 1 Mbit/s, in any order.',
    covers: ['can-3.4-2'],
    script: (part) =>
      fc
        .shuffledSubarray([1, 2, 3, 4], { minLength: 4 })
        .map((order) => ({ steps: through(part, [...order, ...order.toReversed().slice(1)]) })),
  },
  {
    ...base,
    id: 'can/3.4/same-rate',
    requirement: 'Speed with the rate that there is already is acknowledged twice.',
    covers: ['can-3.4-1'],
    script: (part) => ({ steps: through(part, [1]) }),
  },
  {
    ...base,
    id: 'can/3.4/no-such-code',
    requirement: 'A code that is no rate is refused at the old rate, which stays.',
    covers: ['can-3.4-4'],
    script: (part) =>
      fc.integer({ min: 5, max: 0xff }).map((code) => ({
        steps: [
          ...[0x00, 0x05, code].map((each) => command('speed', [each], nack(OPCODES.speed))),
          getId(part),
        ],
      })),
  },
  {
    ...base,
    id: 'can/3.4/no-code',
    requirement: 'Speed without a code is refused.',
    covers: ['can-3.4-5'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => ({ steps: [command('speed', [], nack(OPCODES.speed)), getId(part)] }),
  },
  {
    ...base,
    id: 'can/3.4/one-byte-counts',
    requirement: 'Of the data of Speed the first byte counts alone.',
    covers: ['can-3.4-5'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) =>
      fc.array(fc.nat(0xff), { minLength: 1, maxLength: 7 }).map((rest) => ({
        steps: [command('speed', [1, ...rest], ack(OPCODES.speed, 2)), getId(part)],
      })),
  },
  {
    ...base,
    id: 'can/3.4/at-each-rate',
    requirement: 'At each rate blocks are written and read as at the first one.',
    covers: ['can-3.4-3'],
    destroys: 'page',
    script: (part) =>
      codes.map((code) => {
        const data = pattern(32, code);
        const steps = [...speed(code), ...write(scratch(part), data), read(scratch(part), data)];
        return { steps, left: stored(scratch(part), data) };
      }),
  },
  {
    ...base,
    id: 'can/3.4/gone-with-a-reset',
    requirement: 'Behind a reset the device is at 125 kbit/s again.',
    covers: ['can-3.4-7'],
    entries: ['connected'],
    script: (part) =>
      codes.map((code) => ({
        steps: [...speed(code), { ...hello(), restart: true }, getId(part)],
      })),
  },
  {
    ...base,
    id: 'can/3.4/protected',
    requirement: 'Under readout protection Speed is refused.',
    covers: ['can-3-2', 'can-3.4-6'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => {
      const says = 'it is executed, as by OpenBootloader';
      const answered = but(ack(OPCODES.speed, 2), 'informational', says);
      const frame = { id: OPCODES.speed, data: [1] };
      return { steps: [sent('speed 125 kbit/s', frame, nack(OPCODES.speed), answered)] };
    },
  },
];

export default scenarios;
