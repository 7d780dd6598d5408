import * as fc from 'fast-check';
import { ACK, NACK, command, fetch, fetchAcknowledged, getId, sealed, step } from '../host.ts';
import { i3cHost } from '../framed-host.ts';
import { be16, xor } from '../../usart/host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { bytes, spoils } from '../../../scenarios/kit/inputs.ts';

/** Sub-operation that resets the chip (AN2606, special commands of H5). */
const RESET = 0x0002;

/** Most bytes of the data of Special (AN5927). */
const MOST = 128;

const base = {
  strength: 'must',
  destroys: 'nothing',
  entries: i3cHost.resetting,
  commands: ['special'],
} as const;

const lacksReset = (part: Part): string | undefined =>
  part.bootloader.specials?.includes(RESET) === true
    ? undefined
    : 'the reset sub-operation is not among those of this ROM';

const code = (value: number, replies: readonly Reply[] = [ACK], spoil = 0): Step =>
  sealed(`sub-operation 0x${value.toString(16)}`, be16(value), replies, spoil);

/** The size and the data, each a frame; the checksum behind them covers both, and answers for both. */
function packetOf(data: readonly number[], reply: Reply = ACK, spoil = 0): Step {
  const size = be16(data.length);
  const sum = xor([...size, ...data]) ^ spoil;
  const name = `${data.length} bytes${spoil === 0 ? '' : `, checksum wrong by 0x${spoil.toString(16)}`}`;
  const taken = [0x00, ...reply.bytes]; // that of the size stands before that of the data
  return step(name, [{ write: size }, { write: [...data, sum] }], { ...reply, bytes: taken });
}

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'i3c/special/unknown-sub-operation',
    requirement: 'Special refuses a sub-operation that the product does not have.',
    covers: ['i3c-special-1'],
    script: (part) =>
      fc
        .oneof(
          fc.integer({ min: 0x100, max: 0xffff }),
          // the low byte is that of one which the product has
          fc.constantFrom(...(part.bootloader.specials ?? []), 0x77).map((each) => 0x100 + each),
        )
        .filter((value) => part.bootloader.specials?.includes(value) !== true)
        .map((value) => ({ steps: [command('special'), code(value, [NACK]), ...getId()] })),
  },
  {
    ...base,
    id: 'i3c/special/wrong-code-checksum',
    requirement: 'Special refuses a sub-operation with a wrong checksum.',
    covers: ['i3c-special-2'],
    script: (part) =>
      fc
        .tuple(fc.constantFrom(...(part.bootloader.specials ?? [RESET])), spoils)
        .map(([value, all]) => ({
          steps: all.flatMap((wrong) => [command('special'), code(value, [NACK], wrong)]),
        })),
  },
  {
    ...base,
    id: 'i3c/special/wrong-data-checksum',
    requirement: 'Special refuses data with a wrong checksum and does nothing.',
    covers: ['i3c-special-3'],
    unsupported: lacksReset,
    script: () =>
      fc.tuple(bytes(1, 8), spoils).map(([data, all]) => ({
        steps: all.flatMap((wrong) => [
          command('special'),
          code(RESET),
          packetOf(data, NACK, wrong),
        ]),
      })),
  },
  {
    ...base,
    id: 'i3c/special/checksum-covers-the-size',
    requirement: 'The checksum of the data covers the size: one over the data alone is refused.',
    covers: ['i3c-special-3'],
    entries: ['connected'],
    unsupported: lacksReset,
    script: () =>
      bytes(1, 8).map((data) => ({
        steps: [command('special'), code(RESET), packetOf(data, NACK, xor(be16(data.length)))],
      })),
  },
  {
    ...base,
    id: 'i3c/special/reset',
    requirement:
      'Special answers a data packet, a status packet and an ACK; its reset sub-operation then resets the chip.',
    covers: ['i3c-special-4', 'i3c-start-12'],
    unsupported: lacksReset,
    script: () =>
      bytes(1, 4).map((data) => ({
        ...i3cHost.resets([
          command('special'),
          code(RESET),
          packetOf(data),
          fetch('no data', [0, 0]),
          fetchAcknowledged('the status', [0, 1, 0]),
        ]),
      })),
  },
  {
    ...base,
    id: 'i3c/special/no-data',
    requirement: 'A packet without data is acknowledged as any other.',
    covers: ['i3c-special-5'],
    strength: 'observed', // OpenBootloader compares a byte that it has not read, and refuses
    entries: ['connected'],
    unsupported: lacksReset,
    script: () => ({
      ...i3cHost.resets([
        command('special'),
        code(RESET),
        packetOf([]),
        fetch('no data', [0, 0]),
        fetchAcknowledged('the status', [0, 1, 0]),
      ]),
    }),
  },
  {
    ...base,
    id: 'i3c/special/too-many-bytes',
    requirement: 'Special refuses a packet of more than 128 bytes.',
    covers: ['i3c-special-6'],
    strength: 'should',
    entries: ['connected'],
    unsupported: lacksReset,
    script: () =>
      fc.integer({ min: MOST + 1, max: 0xffff }).map((count) => ({
        steps: [MOST + 1, count].flatMap((each) => [
          command('special'),
          code(RESET),
          step('a size', [{ write: be16(each) }], NACK),
        ]),
      })),
  },
];

export default scenarios;
