import * as fc from 'fast-check';
import { be16 } from '../interfaces/usart/host.ts';
import type { Part } from '../part/part.ts';
import type { Reply, Step } from '../run/script.ts';
import type { PacketHost } from './kit/framed-host.ts';
import { bytes, spoils } from './kit/inputs.ts';
import { shared } from './kit/shared.ts';

/** Sub-operation that resets the chip (AN2606, special commands of H5 and C5). */
const RESET = 0x0002;

/** Both commands, with what people call them. */
export const SPECIALS = { special: 'Special', 'extended-special': 'Extended Special' } as const;

/** Replies to a packet, and what is XORed into its checksum. */
type How = [replies?: readonly Reply[], spoil?: number];

/** One of the commands. */
type Special = keyof typeof SPECIALS;

/** What only one interface knows of the commands. */
export interface Answers {
  /** A size of more than 128 bytes of data, which is refused; undefined where it comes in one frame with them. */
  readonly tooMany?: fc.Arbitrary<Step>;
  /** The last packet of the reset, and all that answers it. */
  readonly reset: (name: Special, last: Step) => readonly Step[];
}

/** What Special and Extended Special must do where sub-operations and data are packets of their own. */
export const specials = shared((host: PacketHost, name: Special, { tooMany, reset }: Answers) => {
  const { NACK, command, connected, resetting, sealed } = host;
  const title = SPECIALS[name];
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
  return {
    'unknown-sub-operation': {
      ...base,
      requirement: `${title} refuses a sub-operation that the product does not have.`,
      script: (part) =>
        fc
          .nat(0xffff)
          .filter((value) => value > 0xff && part.bootloader.specials?.includes(value) !== true)
          .map((value) => ({ steps: [command(name), code(value, [NACK])] })),
    },
    'wrong-code-checksum': {
      ...base,
      requirement: `${title} refuses a sub-operation with a wrong checksum.`,
      script: (part) =>
        fc
          .tuple(fc.constantFrom(...(part.bootloader.specials ?? [RESET])), spoils)
          .map(([value, all]) => ({
            steps: all.flatMap((wrong) => [command(name), code(value, [NACK], wrong)]),
          })),
    },
    'too-many-bytes': {
      ...base,
      requirement: `${title} refuses a first packet of more than 128 bytes.`,
      strength: 'should',
      entries: [connected],
      unsupported: noReset,
      script: () => tooMany!.map((size) => ({ steps: [command(name), code(RESET), size] })),
    },
    'wrong-data-checksum': {
      ...known,
      requirement: `${title} refuses data with a wrong checksum and does nothing.`,
      entries: [connected],
      script: () =>
        fc.tuple(bytes(0, 8), spoils).map(([data, all]) => ({
          steps: all.flatMap((wrong) => [command(name), code(RESET), payload(data, [NACK], wrong)]),
        })),
    },
    reset: {
      ...known,
      requirement: `${title} answers its packets and an ACK; its reset sub-operation then resets the chip.`,
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
  };
});

function noReset(part: Part): string | undefined {
  return part.bootloader.specials?.includes(RESET) === true
    ? undefined
    : 'the reset sub-operation is not among those of this ROM';
}
