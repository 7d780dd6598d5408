import * as fc from 'fast-check';
import { nowhere, shownPages } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Script } from '../run/script.ts';
import type { FramedHost, PacketHost } from './kit/framed-host.ts';
import { anyPage, spoils } from './kit/inputs.ts';
import { ramUsed } from './kit/ram.ts';
import { noRam, noReadoutProtection, ramNotKnown } from './kit/replies.ts';
import { scratch } from './kit/scratch.ts';
import { shared } from './kit/shared.ts';
import { applications, vectors } from './start.ts';

const stays = { strength: 'must', destroys: 'nothing', commands: ['go'] } as const;
/** The application that runs may do anything. */
const leaves = { ...stays, destroys: 'chip', known: ['go-broken'] } as const;

const noSystemMemory = ({ device }: Part): string | undefined =>
  device.systemMemory.length === 0 ? 'its address is not known' : undefined;

const noOptionBytes = ({ device }: Part): string | undefined =>
  device.options?.areas[0] === undefined ? 'their address is not known' : undefined;

/** What Go must do over every framed interface. */
export const goes = shared((host: FramedHost) => {
  const { connected, moves, waiting } = host;
  const often = [connected, waiting[1]!] as const;
  const left = (part: Part, to: number): Script => ({ steps: moves.go(part, to), ends: 'gone' });
  const refused = (part: Part, to: number): Script => ({
    steps: host.goRefused(part, to),
  });
  return {
    flash: {
      ...leaves,
      requirement: 'Go to flash is acknowledged, and the bootloader is left.',
      entries: waiting,
      setUp: (part) => applications(part, part.pages.slice(0, 1)),
      script: (part) => left(part, part.pages[0]!.start),
    },
    'any-page': {
      ...leaves,
      requirement: 'Go takes the base address of an application anywhere in flash.',
      entries: [connected],
      setUp: (part) => applications(part, shownPages(part)),
      script: (part) => anyPage(part).map(({ start }) => left(part, start)),
    },
    ram: {
      ...leaves,
      requirement: 'Go to an application in RAM is acknowledged, and the bootloader is left.',
      entries: often,
      commands: ['go', 'write-memory'],
      unsupported: noRam,
      script: (part) => {
        const start = Math.ceil(part.ram!.start / 512) * 512;
        return {
          steps: [...moves.write(part, start, vectors(part, start)), ...moves.go(part, start)],
          ends: 'gone',
        };
      },
    },
    'vectors-not-judged': {
      ...stays,
      requirement:
        'The content of the vector table is not judged: Go to blank flash is acknowledged too.',
      strength: 'observed',
      destroys: 'chip',
      entries: [connected],
      script: (part) => left(part, scratch(part)),
    },
    'no-memory-there': {
      ...stays,
      requirement:
        'An address at which there is no memory is refused, and the bootloader is not left.',
      entries: waiting,
      script: (part) => fc.constantFrom(...nowhere(part)).map((to) => refused(part, to)),
    },
    'system-memory': {
      ...stays,
      requirement: 'Go to system memory is refused.',
      entries: often,
      unsupported: noSystemMemory,
      script: (part) =>
        fc.constantFrom(...part.device.systemMemory).map(({ start }) => refused(part, start)),
    },
    'option-bytes': {
      ...stays,
      requirement: 'Go to the option bytes is refused.',
      entries: often,
      unsupported: noOptionBytes,
      script: (part) => refused(part, part.device.options!.areas[0]!.start),
    },
    'bootloader-ram': {
      ...stays,
      requirement: 'Go to RAM that the bootloader uses is refused.',
      entries: often,
      unsupported: ramNotKnown,
      script: (part) => fc.constantFrom(...ramUsed(part)).map((start) => refused(part, start)),
    },
    protected: {
      ...stays,
      requirement: 'Under readout protection Go is refused at once.',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: (part) => ({ steps: host.refused(part, 'go') }),
      sharesKills: 'the protection shows again after Readout Protect',
    },
  };
});

/** What Go must do where the address is a packet of its own. */
export const goPackets = shared(({ NACK, address, goCommand, waiting }: PacketHost) => ({
  'wrong-address-checksum': {
    ...stays,
    requirement: 'An address with a wrong checksum is refused, and the bootloader is not left.',
    entries: waiting,
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => [
          goCommand(part),
          address(part.pages[0]!.start, [NACK], wrong),
        ]),
      })),
  },
}));
