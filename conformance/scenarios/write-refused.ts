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
import { noOptions, noRam, noReadoutProtection, ramNotKnown } from './kit/replies.ts';
import { scratch, stored } from './kit/scratch.ts';
import { prefixesOf, shared } from './kit/shared.ts';

type Base = Pick<Scenario, 'strength' | 'destroys' | 'commands'>;

/** What scenarios of Write Memory have in common: those that write to flash, and those that do not. */
export function basesOf(host: FramedHost): { readonly base: Base; readonly harmless: Base } {
  const commands = [`${prefixesOf(host).form}write-memory`] as const;
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
export const refusedWrites = shared((host: FramedHost) => {
  const { connected, moves, waiting } = host;
  const { base, harmless } = basesOf(host);
  const often = [connected, waiting[1]!] as const;
  const refused = (part: Part, to: number): Script => ({
    steps: moves.writeRefused(part, to, 'address'),
  });
  return {
    'no-memory-there': {
      ...harmless,
      requirement: 'An address at which there is no memory is refused and ends the command.',
      entries: waiting,
      script: (part) => fc.constantFrom(...nowhere(part)).map((to) => refused(part, to)),
    },
    'system-memory': {
      ...harmless,
      requirement: 'System memory cannot be written: its address is refused.',
      entries: often,
      unsupported: (part) =>
        part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
      script: (part) => refused(part, part.device.systemMemory[0]!.start),
    },
    'bootloader-ram': {
      ...harmless,
      requirement: 'RAM that the bootloader uses is refused.',
      entries: often,
      unsupported: ramNotKnown,
      script: (part) => fc.constantFrom(...ramUsed(part)).map((start) => refused(part, start)),
    },
    'past-the-end': {
      ...base,
      requirement: 'A block that starts in flash and runs past its end is refused and not written.',
      strength: 'observed',
      entries: [connected],
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
    'option-bytes-not-at-base': {
      ...harmless,
      requirement: 'A write into the option bytes that does not start at their base is refused.',
      entries: often,
      unsupported: (part) =>
        noOptions(part) ??
        (insideOptions(part) === undefined ? 'every word of them is a base of its own' : undefined),
      script: (part) => refused(part, insideOptions(part)!),
    },
    protected: {
      ...harmless,
      requirement: `Under readout protection ${prefixesOf(host).title}Write Memory is refused at once.`,
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: (part) => ({ steps: host.refused(part, 'write-memory') }),
      sharesKills: 'the protection shows again after Readout Protect',
    },
  };
});

/** What Write Memory must do where the address and the block are packets of their own. */
export const writePackets = shared((host: PacketHost) => {
  const { NACK, address, block, command, connected, moves, waiting } = host;
  const { base, harmless } = basesOf(host);
  const often = [connected, waiting[1]!] as const;
  /** A write whose block is refused for its checksum. */
  const spoilt = (part: Part, start: number, data: readonly number[], wrong: number) => [
    command('write-memory'),
    address(start),
    ...block(part, data, [NACK], wrong),
  ];
  return {
    'wrong-address-checksum': {
      ...harmless,
      requirement: 'An address with a wrong checksum is refused and ends the command.',
      entries: waiting,
      script: (part) =>
        spoils.map((all) => ({
          steps: all.flatMap((wrong) => [
            command('write-memory'),
            address(scratch(part), [NACK], wrong),
          ]),
        })),
    },
    'wrong-block-checksum': {
      ...base,
      requirement: 'A block with a wrong checksum is refused and nothing of it is written.',
      entries: waiting,
      script: (part) =>
        fc.tuple(flashBlock(part), spoils).map(([{ start, data }, all]) => ({
          steps: all.flatMap((wrong) => spoilt(part, start, data, wrong)),
        })),
    },
    'checksum-covers-the-count': {
      ...base,
      requirement: 'The checksum of a block covers N: one over the data alone is refused.',
      entries: often,
      script: (part) =>
        flashBlock(part).map(({ start, data }) => ({
          steps: spoilt(part, start, data, data.length - 1),
        })),
    },
    'refused-block-in-ram': {
      ...harmless,
      requirement: 'A block for RAM with a wrong checksum is refused and nothing of it is written.',
      entries: [connected],
      known: RAM,
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
    'option-bytes-wrong-checksum': {
      ...base,
      requirement: 'A block for the option bytes with a wrong checksum changes none of them.',
      destroys: 'options',
      entries: [connected],
      unsupported: noOptions,
      script: (part) =>
        spoil.map((wrong) => ({
          steps: spoilt(part, part.device.options!.areas[0]!.start, pattern(16), wrong),
        })),
    },
  };
});
