import * as fc from 'fast-check';
import { be16 } from '../interfaces/usart/host.ts';
import type { Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Reply, Step } from '../run/script.ts';
import type { PacketHost } from './kit/framed-host.ts';
import { bytes, spoils } from './kit/inputs.ts';
import { scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';

/** Sub-operation that resets the chip (AN2606, special commands of H5 and C5). */
const RESET = 0x0002;

/** Both commands, with what people call them. */
export const SPECIALS = [
  ['special', 'Special'],
  ['extended-special', 'Extended Special'],
] as const;

/** Replies to a packet, and what is XORed into its checksum. */
type How = [replies?: readonly Reply[], spoil?: number];

/** One of the commands. */
type Special = (typeof SPECIALS)[number][0];

/** What only one interface knows of the commands. */
interface Answers {
  /** A size of more than 128 bytes of data, which is refused; undefined where it comes in one frame with them. */
  readonly tooMany?: fc.Arbitrary<Step>;
  /** The last packet of the reset, and all that answers it. */
  readonly reset: (name: Special, last: Step) => readonly Step[];
}

/** What Special and Extended Special must do where sub-operations and data are packets of their own. */
export function specialScenarios(host: PacketHost, answers: Answers): readonly Scenario[] {
  return SPECIALS.flatMap(([name, title]) => special(host, answers, name, title));
}

function special(
  host: PacketHost,
  { tooMany, reset }: Answers,
  name: Special,
  title: string,
): readonly Scenario[] {
  const { NACK, command, connected, over, resetting, sealed } = host;
  const code = (value: number, ...how: How): Step =>
    sealed(`sub-operation 0x${value.toString(16)}`, be16(value), ...how);
  const payload = (data: readonly number[], ...how: How): Step =>
    sealed(`${data.length} bytes`, [...be16(data.length), ...data], ...how);
  const base = {
    strength: 'must',
    destroys: 'nothing',
    entries: resetting,
    commands: [name],
  } as const;
  const known = {
    ...base,
    unsupported: noReset,
    ...(name === 'extended-special' && {
      sharesKills: 'no line of the tables offers a known sub-operation by Extended Special',
    }),
  };
  const shared: readonly Shared[] = [
    {
      ...base,
      name: 'unknown-sub-operation',
      requirement: `${title} refuses a sub-operation that the product does not have.`,
      on: { usart: [1], i2c: [1], spi: [1] },
      script: (part) =>
        fc
          .nat(0xffff)
          .filter((value) => value > 0xff && part.bootloader.specials?.includes(value) !== true)
          .map((value) => ({ steps: [command(name), code(value, [NACK])] })),
    },
    {
      ...base,
      name: 'wrong-code-checksum',
      requirement: `${title} refuses a sub-operation with a wrong checksum.`,
      on: { usart: [2], i2c: [2], spi: [2, '2.1-1'] },
      script: (part) =>
        fc
          .tuple(fc.constantFrom(...(part.bootloader.specials ?? [RESET])), spoils)
          .map(([value, all]) => ({
            steps: all.flatMap((wrong) => [command(name), code(value, [NACK], wrong)]),
          })),
    },
    {
      ...base,
      name: 'too-many-bytes',
      requirement: `${title} refuses a first packet of more than 128 bytes.`,
      strength: 'should',
      entries: [connected],
      on: { usart: [3], spi: [3] },
      unsupported: noReset,
      script: () => tooMany!.map((size) => ({ steps: [command(name), code(RESET), size] })),
    },
    {
      ...known,
      name: 'wrong-data-checksum',
      requirement: `${title} refuses data with a wrong checksum and does nothing.`,
      entries: [connected],
      on: { usart: [4], i2c: [3], spi: { covers: [4, '2.1-1'], entries: resetting } },
      script: () =>
        fc.tuple(bytes(0, 8), spoils).map(([data, all]) => ({
          steps: all.flatMap((wrong) => [command(name), code(RESET), payload(data, [NACK], wrong)]),
        })),
    },
    {
      ...known,
      name: 'reset',
      requirement: `${title} answers its packets and an ACK; its reset sub-operation then resets the chip.`,
      on: { usart: [5], i2c: [4], spi: [5] },
      script: () => ({
        steps: [
          command(name),
          code(RESET),
          ...(name === 'special' ? [] : [payload([0])]),
          ...reset(name, payload([0])),
        ],
        ends: 'reset',
      }),
    },
  ];
  return scenariosOf(over, host.sections[name], shared);
}

function noReset(part: Part): string | undefined {
  return part.bootloader.specials?.includes(RESET) === true
    ? undefined
    : 'the reset sub-operation is not among those of this ROM';
}
