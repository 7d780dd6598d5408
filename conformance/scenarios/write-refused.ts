import * as fc from 'fast-check';
import { blockUnit, nowhere } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Reply, Script, Step } from '../run/script.ts';
import type { FramedHost, PacketHost } from './kit/framed-host.ts';
import { flashBlock, pattern, spoil, spoils } from './kit/inputs.ts';
import { RAM } from './kit/known.ts';
import { insideOptions } from './kit/option-image.ts';
import { ramUsed } from './kit/ram.ts';
import {
  noOptions,
  noRam,
  noReadoutProtection,
  ramNotKnown,
  ramNotReserved,
} from './kit/replies.ts';
import { scratch, stored } from './kit/scratch.ts';
import { prefixesOf, scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';

type Base = Pick<Shared, 'strength' | 'destroys' | 'commands'>;

/** What scenarios of Write Memory have in common: those that write to flash, and those that do not. */
export function basesOf({ over }: FramedHost): { readonly base: Base; readonly harmless: Base } {
  const commands = [`${prefixesOf(over).form}write-memory`] as const;
  const base = { strength: 'must', destroys: 'page', commands } as const;
  return { base, harmless: { ...base, destroys: 'nothing' } };
}

/** The steps, to the last of which this is answered. */
export function ending(
  steps: readonly Step[],
  replies: (usual: readonly Reply[]) => readonly Reply[],
): readonly Step[] {
  return steps.map((each, at) =>
    at < steps.length - 1 ? each : { ...each, replies: replies(each.replies) },
  );
}

/** What Write Memory must refuse over every framed interface. */
export function refusedWrites(host: FramedHost): readonly Shared[] {
  const { connected, moves, over, waiting } = host;
  const { base, harmless } = basesOf(host);
  const often = [connected, waiting[1]!] as const;
  const refused = (part: Part, to: number): Script => ({
    steps: moves.writeRefused(part, to, 'address'),
  });
  return [
    {
      ...harmless,
      name: 'no-memory-there',
      requirement: 'An address at which there is no memory is refused and ends the command.',
      entries: waiting,
      on: {
        usart: [4, '4-2'],
        i2c: [4],
        'no-stretch': [4],
        spi: [7],
        can: [10],
        fdcan: [11],
      },
      script: (part) => fc.constantFrom(...nowhere(part)).map((to) => refused(part, to)),
    },
    {
      ...harmless,
      name: 'system-memory',
      requirement: 'System memory cannot be written: its address is refused.',
      entries: often,
      on: { usart: [17], i2c: [9], spi: [7], can: [10], fdcan: [11] },
      unsupported: (part) =>
        part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
      script: (part) => refused(part, part.device.systemMemory[0]!.start),
    },
    {
      ...harmless,
      name: 'bootloader-ram',
      requirement: 'RAM that the bootloader uses is refused.',
      entries: often,
      on: {
        usart: {
          covers: [11, '4-1'],
          requirement: 'From protocol 2.2 on RAM that the bootloader uses is refused.',
          unsupported: ramNotReserved,
        },
        spi: [8],
        fdcan: [11],
      },
      unsupported: ramNotKnown,
      script: (part) => fc.constantFrom(...ramUsed(part)).map((start) => refused(part, start)),
    },
    {
      ...base,
      name: 'past-the-end',
      requirement: 'A block that starts in flash and runs past its end is refused and not written.',
      strength: 'observed',
      entries: [connected],
      on: { usart: [14], i2c: [13], spi: [12], can: [11], fdcan: [12] },
      unsupported: (part) =>
        nowhere(part).includes(part.pages.at(-1)!.end)
          ? undefined
          : 'memory follows flash, on some chip of the line',
      script: (part) => {
        const unit = blockUnit(part);
        const start = part.pages.at(-1)!.end - unit;
        const [first, ...rest] = ending(moves.write(part, start, pattern(2 * unit)), () => [
          host.blockRefused,
        ]);
        const early = host.refusedEarly === undefined ? [] : [host.refusedEarly];
        return { steps: [{ ...first!, replies: [...first!.replies, ...early] }, ...rest] };
      },
    },
    {
      ...harmless,
      name: 'option-bytes-not-at-base',
      requirement: 'A write into the option bytes that does not start at their base is refused.',
      entries: often,
      on: {
        usart: [7],
        i2c: [15],
        spi: [17],
        can: { covers: [16], entries: [connected] },
        fdcan: [17],
      },
      unsupported: (part) =>
        noOptions(part) ??
        (insideOptions(part) === undefined ? 'every word of them is a base of its own' : undefined),
      script: (part) => refused(part, insideOptions(part)!),
    },
    {
      ...harmless,
      name: 'protected',
      requirement: `Under readout protection ${prefixesOf(over).title}Write Memory is refused at once.`,
      entries: ['rdp-1'],
      on: {
        usart: ['3-6', 12],
        i2c: ['3-9', 6],
        'no-stretch': ['3-9', 6],
        spi: [15],
        can: ['3-2', 17],
        fdcan: [18, 'command-set-4'],
      },
      unsupported: noReadoutProtection,
      script: (part) => ({ steps: host.refused(part, 'write-memory') }),
      sharesKills: 'the protection shows again after Readout Protect',
    },
  ];
}

/** What Write Memory must do where the address and the block are packets of their own. */
export function writePacketScenarios(host: PacketHost): readonly Scenario[] {
  const { NACK, address, block, command, connected, moves, waiting } = host;
  const { base, harmless } = basesOf(host);
  const often = [connected, waiting[1]!] as const;
  /** A write whose block is refused for its checksum. */
  const spoilt = (part: Part, start: number, data: readonly number[], wrong: number) => [
    command('write-memory'),
    address(start),
    ...block(part, data, [NACK], wrong),
  ];
  const shared: readonly Shared[] = [
    {
      ...harmless,
      name: 'wrong-address-checksum',
      requirement: 'An address with a wrong checksum is refused and ends the command.',
      entries: waiting,
      on: { usart: [3], i2c: [3], 'no-stretch': [3], spi: [6, '2.1-1'] },
      script: (part) =>
        spoils.map((all) => ({
          steps: all.flatMap((wrong) => [
            command('write-memory'),
            address(scratch(part), [NACK], wrong),
          ]),
        })),
    },
    {
      ...base,
      name: 'wrong-block-checksum',
      requirement: 'A block with a wrong checksum is refused and nothing of it is written.',
      entries: waiting,
      on: { usart: [5], i2c: [5], 'no-stretch': [5], spi: [9, '2.1-1'] },
      script: (part) =>
        fc.tuple(flashBlock(part), spoils).map(([{ start, data }, all]) => ({
          steps: all.flatMap((wrong) => spoilt(part, start, data, wrong)),
        })),
    },
    {
      ...base,
      name: 'checksum-covers-the-count',
      requirement: 'The checksum of a block covers N: one over the data alone is refused.',
      entries: often,
      on: { usart: [5], i2c: [5], spi: [9] },
      script: (part) =>
        flashBlock(part).map(({ start, data }) => ({
          steps: spoilt(part, start, data, data.length - 1),
        })),
    },
    {
      ...harmless,
      name: 'refused-block-in-ram',
      requirement: 'A block for RAM with a wrong checksum is refused and nothing of it is written.',
      entries: [connected],
      known: RAM,
      on: { usart: [5], spi: [9] },
      unsupported: noRam,
      script: (part) =>
        spoil.map((wrong) => {
          const { start } = part.ram!;
          return {
            steps: [
              ...moves.write(part, start, pattern(16)),
              ...spoilt(part, start, pattern(16, 5), wrong),
            ],
            left: stored(start, pattern(16)),
          };
        }),
    },
    {
      ...base,
      name: 'option-bytes-wrong-checksum',
      requirement: 'A block for the option bytes with a wrong checksum changes none of them.',
      destroys: 'options',
      entries: [connected],
      on: { usart: [5, 8], i2c: [5, 16], spi: [9, 16] },
      unsupported: noOptions,
      script: (part) =>
        spoil.map((wrong) => ({
          steps: spoilt(part, part.device.options!.areas[0]!.start, pattern(16), wrong),
        })),
    },
  ];
  return scenariosOf(host.over, host.sections['write-memory'], shared);
}
