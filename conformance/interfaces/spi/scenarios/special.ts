import * as fc from 'fast-check';
import { NACK, ask, command, fetch, fetchAcknowledged, resetting, sealed } from '../host.ts';
import { be16 } from '../../usart/host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { bytes, spoils } from '../../../scenarios/inputs.ts';

/** Sub-operation that resets the chip (AN2606, special commands of H5 and C5). */
const RESET = 0x0002;

const code = (value: number, replies?: readonly Reply[], wrong?: number): Step =>
  sealed(`sub-operation 0x${value.toString(16)}`, be16(value), replies, wrong);

const payload = (data: readonly number[], replies?: readonly Reply[], wrong?: number): Step =>
  sealed(`${data.length} bytes`, [...be16(data.length), ...data], replies, wrong);

const noReset = (part: Part): string | undefined =>
  part.bootloader.specials?.includes(RESET) === true
    ? undefined
    : 'the reset sub-operation is not among those of this ROM';

const NOT_OFFERED = 'no line of the tables offers a known sub-operation by Extended Special';

const scenarios: readonly Scenario[] = (['special', 'extended-special'] as const).flatMap(
  (name): readonly Scenario[] => {
    const extended = name === 'extended-special';
    const section = extended ? '2.15' : '2.14';
    const titled = extended ? 'Extended Special' : 'Special';
    const shared = extended ? { sharesKills: NOT_OFFERED } : {};
    const base = {
      strength: 'must',
      destroys: 'nothing',
      entries: ['synchronised', 'after-nack', 'nss-low'],
      commands: [name],
    } as const;
    return [
      {
        ...base,
        id: `spi/${section}/unknown-sub-operation`,
        requirement: `${titled} refuses a sub-operation that the product does not have.`,
        covers: [`spi-${section}-1`],
        script: (part) =>
          fc
            .nat(0xffff)
            .filter((value) => value > 0xff && part.bootloader.specials?.includes(value) !== true)
            .map((value) => ({ steps: [command(name), code(value, [NACK])] })),
      },
      {
        ...base,
        id: `spi/${section}/wrong-code-checksum`,
        requirement: `${titled} refuses a sub-operation with a wrong checksum.`,
        covers: [`spi-${section}-2`, 'spi-2.1-1'],
        script: (part) =>
          fc
            .tuple(fc.constantFrom(...(part.bootloader.specials ?? [RESET])), spoils)
            .map(([value, all]) => ({
              steps: all.flatMap((wrong) => [command(name), code(value, [NACK], wrong)]),
            })),
      },
      {
        ...base,
        ...shared,
        id: `spi/${section}/wrong-data-checksum`,
        requirement: `${titled} refuses data with a wrong checksum and does nothing.`,
        covers: [`spi-${section}-4`, 'spi-2.1-1'],
        unsupported: noReset,
        script: () =>
          fc.tuple(bytes(0, 8), spoils).map(([data, all]) => ({
            steps: all.flatMap((wrong) => [
              command(name),
              code(RESET),
              payload(data, [NACK], wrong),
            ]),
          })),
      },
      {
        ...base,
        id: `spi/${section}/too-many-bytes`,
        requirement: `${titled} refuses a first packet of more than 128 bytes.`,
        covers: [`spi-${section}-3`],
        strength: 'should',
        entries: ['synchronised'],
        unsupported: noReset,
        script: () =>
          fc.integer({ min: 129, max: 200 }).map((length) => ({
            // refused at the size or behind the packet: what is polled meanwhile counts as data
            steps: [command(name), code(RESET), ask('size', be16(length), [NACK])],
          })),
      },
      {
        ...base,
        ...shared,
        id: `spi/${section}/reset`,
        requirement: `${titled} answers its packets and an ACK; its reset sub-operation then resets the chip.`,
        covers: [`spi-${section}-5`],
        unsupported: noReset,
        script: () => ({
          steps: [
            command(name),
            code(RESET),
            ...(extended ? [payload([0])] : []),
            payload([0]),
            ...(extended ? [] : [fetch('no data', [0, 0])]),
            resetting(fetchAcknowledged('one status byte', [0, 1, 0])),
          ],
          ends: 'reset',
        }),
      },
    ];
  },
);

export default scenarios;
