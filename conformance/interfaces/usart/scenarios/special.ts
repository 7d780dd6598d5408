import * as fc from 'fast-check';
import { ACK, NACK, answer, be16, command, packet, step } from '../host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { bytes, spoils } from '../../../scenarios/inputs.ts';

/** Sub-operation that resets the chip (AN2606, special commands of H5 and C5). */
const RESET = 0x0002;

const code = (value: number, replies: readonly Reply[] = [ACK], wrong = 0): Step =>
  step(`sub-operation 0x${value.toString(16)}`, packet(be16(value), wrong), ...replies);

const payload = (data: readonly number[], replies: readonly Reply[] = [ACK], wrong = 0): Step =>
  step(`${data.length} bytes`, packet([...be16(data.length), ...data], wrong), ...replies);

const noReset = (part: Part): string | undefined =>
  part.bootloader.specials?.includes(RESET) === true
    ? undefined
    : 'the reset sub-operation is not among those of this ROM';

const scenarios: readonly Scenario[] = (['special', 'extended-special'] as const).flatMap(
  (name): Scenario[] => {
    const section = name === 'special' ? '3.14' : '3.15';
    const titled = name === 'special' ? 'Special' : 'Extended Special';
    return [
      {
        id: `usart/${section}/unknown-sub-operation`,
        requirement: `${titled} refuses a sub-operation that the product does not have.`,
        covers: [`${section}-1`],
        strength: 'must',
        destroys: 'nothing',
        entries: ['synchronised', 'after-nack'],
        commands: [name],
        script: (part) =>
          fc
            .nat(0xffff)
            .filter((value) => value > 0xff && part.bootloader.specials?.includes(value) !== true)
            .map((value) => ({ steps: [command(name), code(value, [NACK])] })),
      },
      {
        id: `usart/${section}/wrong-code-checksum`,
        requirement: `${titled} refuses a sub-operation with a wrong checksum.`,
        covers: [`${section}-2`],
        strength: 'must',
        destroys: 'nothing',
        entries: ['synchronised', 'after-nack'],
        commands: [name],
        script: (part) =>
          fc
            .tuple(fc.constantFrom(...(part.bootloader.specials ?? [RESET])), spoils)
            .map(([value, all]) => ({
              steps: all.flatMap((wrong) => [command(name), code(value, [NACK], wrong)]),
            })),
      },
      {
        id: `usart/${section}/too-many-bytes`,
        requirement: `${titled} refuses a first packet of more than 128 bytes.`,
        covers: [`${section}-3`],
        strength: 'should',
        destroys: 'nothing',
        entries: ['synchronised'],
        commands: [name],
        unsupported: noReset,
        script: () =>
          fc.integer({ min: 129, max: 0xfff0 }).map((size) => ({
            steps: [command(name), code(RESET), step('size', be16(size), NACK)],
          })),
      },
      {
        id: `usart/${section}/wrong-data-checksum`,
        requirement: `${titled} refuses data with a wrong checksum and does nothing.`,
        covers: [`${section}-4`],
        strength: 'must',
        destroys: 'nothing',
        entries: ['synchronised'],
        ...(name === 'special'
          ? {}
          : {
              sharesKills: 'no line of the tables offers a known sub-operation by Extended Special',
            }),
        commands: [name],
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
        id: `usart/${section}/reset`,
        requirement: `${titled} answers its packets and an ACK; its reset sub-operation then resets the chip.`,
        covers: [`${section}-5`],
        strength: 'must',
        destroys: 'nothing',
        entries: ['synchronised', 'after-nack'],
        ...(name === 'special'
          ? {}
          : {
              sharesKills: 'no line of the tables offers a known sub-operation by Extended Special',
            }),
        commands: [name],
        unsupported: noReset,
        script: () => {
          const result = name === 'special' ? [0, 0, 0, 1, 0, 0x79] : [0, 1, 0, 0x79];
          const first = name === 'special' ? [] : [payload([0])];
          return {
            steps: [command(name), code(RESET), ...first, payload([0], results(result))],
            ends: 'reset',
          };
        },
      },
    ];
  },
);

/** AN3155 §3.14: an ACK for the data, then the packets. */
function results(packets: readonly number[]): readonly Reply[] {
  const says = 'no ACK for the data comes before the answer';
  return [answer(...packets), { bytes: packets, verdict: 'non-strict', says }];
}

export default scenarios;
