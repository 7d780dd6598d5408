import * as fc from 'fast-check';
import { ACK, NACK, command, fetch, read, sealed } from '../host.ts';
import { be16 } from '../../usart/host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { bytes, spoils } from '../../../scenarios/inputs.ts';
import { reachable } from './define.ts';

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
  (name): Scenario[] => {
    const section = name === 'special' ? '3.19' : '3.20';
    const titled = name === 'special' ? 'Special' : 'Extended Special';
    const shared = name === 'special' ? {} : { sharesKills: NOT_OFFERED };
    const first = name === 'special' ? [] : [payload([0])];
    const base = {
      strength: 'must',
      destroys: 'nothing',
      entries: ['connected', 'after-nack'],
      commands: [name],
    } as const;
    return [
      {
        ...base,
        id: `i2c/${section}/unknown-sub-operation`,
        requirement: `${titled} refuses a sub-operation that the product does not have.`,
        covers: [`i2c-${section}-1`],
        script: (part) =>
          fc
            .nat(0xffff)
            .filter((value) => value > 0xff && part.bootloader.specials?.includes(value) !== true)
            .map((value) => ({ steps: [command(name), code(value, [NACK])] })),
      },
      {
        ...base,
        id: `i2c/${section}/wrong-code-checksum`,
        requirement: `${titled} refuses a sub-operation with a wrong checksum.`,
        covers: [`i2c-${section}-2`],
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
        id: `i2c/${section}/wrong-data-checksum`,
        requirement: `${titled} refuses data with a wrong checksum and does nothing.`,
        covers: [`i2c-${section}-3`],
        entries: ['connected'],
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
        ...shared,
        id: `i2c/${section}/reset`,
        requirement: `${titled} answers its packets and an ACK; its reset sub-operation then resets the chip.`,
        covers: [`i2c-${section}-4`],
        unsupported: noReset,
        script: () => ({
          steps: [
            command(name),
            code(RESET),
            ...first,
            payload([0]),
            ...(name === 'special' ? [fetch('no data', 2, [read(0, 0)])] : []),
            fetch('the status', 3, [read(0, 1, 0)]),
            fetch('the last ACK', 1, [ACK]),
          ],
          ends: 'reset',
        }),
      },
      {
        ...base,
        id: `i2c/${section}/not-offered`,
        requirement: `A bootloader whose list has no ${titled} refuses it.`,
        covers: ['i2c-3-2'],
        strength: 'observed',
        commands: [],
        entries: ['connected', 'rdp-1'],
        unsupported: (part) =>
          part.commands === undefined || part.commands.includes(name)
            ? 'it is offered, or may be'
            : undefined,
        script: () => ({ steps: [command(name, NACK)] }),
      },
    ];
  },
);

export default reachable(scenarios);
