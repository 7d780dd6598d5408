import * as fc from 'fast-check';
import { nowhere, shownPages, since } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Script } from '../run/script.ts';
import type { FramedHost, PacketHost } from './kit/framed-host.ts';
import { anyPage, spoils } from './kit/inputs.ts';
import { ramUsed } from './kit/ram.ts';
import { noRam, noReadoutProtection, ramNotKnown, ramNotReserved } from './kit/replies.ts';
import { scratch } from './kit/scratch.ts';
import { scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';
import { applications, vectors } from './start.ts';

const stays = { strength: 'must', destroys: 'nothing', commands: ['go'] } as const;
/** The application that runs may do anything. */
const leaves = { ...stays, destroys: 'chip', known: ['go-broken'] } as const;

const noSystemMemory = ({ device }: Part): string | undefined =>
  device.systemMemory.length === 0 ? 'its address is not known' : undefined;

const noOptionBytes = ({ device }: Part): string | undefined =>
  device.options?.areas[0] === undefined ? 'their address is not known' : undefined;

const before21 = (part: Part): string | undefined =>
  since(part, '2.1') ? undefined : 'refused from protocol 2.1 on';

/** What Go must do over every framed interface. */
export function goScenarios(host: FramedHost): readonly Scenario[] {
  const { connected, moves, waiting } = host;
  const often = [connected, waiting[1]!] as const;
  const left = (part: Part, to: number): Script => ({ steps: moves.go(part, to), ends: 'gone' });
  const refused = (part: Part, to: number): Script => ({
    steps: host.goRefused(part, to),
  });
  const shared: readonly Shared[] = [
    {
      ...leaves,
      name: 'flash',
      requirement: 'Go to flash is acknowledged, and the bootloader is left.',
      entries: waiting,
      on: { usart: [1], i2c: [1, 2], spi: [1], can: { covers: [1, 2], known: [] }, fdcan: [1] },
      setUp: (part) => applications(part, part.pages.slice(0, 1)),
      script: (part) => left(part, part.pages[0]!.start),
    },
    {
      ...leaves,
      name: 'any-page',
      requirement: 'Go takes the base address of an application anywhere in flash.',
      entries: [connected],
      on: { usart: [1], i2c: [1], spi: [1], can: { covers: [2], known: [] }, fdcan: [1] },
      setUp: (part) => applications(part, shownPages(part)),
      script: (part) => anyPage(part).map(({ start }) => left(part, start)),
    },
    {
      ...leaves,
      name: 'ram',
      requirement: 'Go to an application in RAM is acknowledged, and the bootloader is left.',
      entries: often,
      commands: ['go', 'write-memory'],
      on: {
        usart: { covers: [9], known: ['ram-write-refused', 'go-broken'] },
        i2c: [3],
        spi: { covers: [7], known: ['ram-write-refused', 'go-broken'] },
        can: { covers: [3], entries: [connected, 'faster'], known: [] },
        fdcan: [1],
      },
      unsupported: noRam,
      script: (part) => {
        const start = Math.ceil(part.ram!.start / 512) * 512;
        return {
          steps: [...moves.write(part, start, vectors(part, start)), ...moves.go(part, start)],
          ends: 'gone',
        };
      },
    },
    {
      ...stays,
      name: 'vectors-not-judged',
      requirement:
        'The content of the vector table is not judged: Go to blank flash is acknowledged too.',
      strength: 'observed',
      destroys: 'chip',
      entries: [connected],
      on: { usart: [10], i2c: [8], spi: [8], can: [4], fdcan: [2] },
      script: (part) => left(part, scratch(part)),
    },
    {
      ...stays,
      name: 'no-memory-there',
      requirement:
        'An address at which there is no memory is refused, and the bootloader is not left.',
      entries: waiting,
      on: { usart: [3], i2c: [5], spi: [3], can: [5], fdcan: [3] },
      script: (part) => fc.constantFrom(...nowhere(part)).map((to) => refused(part, to)),
    },
    {
      ...stays,
      name: 'system-memory',
      requirement: 'Go to system memory is refused.',
      entries: often,
      on: {
        usart: {
          covers: [4, '4-1'],
          requirement: 'From protocol 2.1 on Go to system memory is refused.',
          entries: [...often, 'half-command'],
          unsupported: (part) => before21(part) ?? noSystemMemory(part),
        },
        i2c: [6],
        spi: [4],
        fdcan: [3],
      },
      unsupported: noSystemMemory,
      script: (part) =>
        fc.constantFrom(...part.device.systemMemory).map(({ start }) => refused(part, start)),
    },
    {
      ...stays,
      name: 'option-bytes',
      requirement: 'Go to the option bytes is refused.',
      entries: often,
      on: {
        usart: {
          covers: [4, '4-1'],
          requirement: 'From protocol 2.1 on Go to the option bytes is refused.',
          unsupported: (part) => before21(part) ?? noOptionBytes(part),
        },
        i2c: [6],
        spi: [4],
        fdcan: [3],
      },
      unsupported: noOptionBytes,
      script: (part) => refused(part, part.device.options!.areas[0]!.start),
    },
    {
      ...stays,
      name: 'bootloader-ram',
      requirement: 'Go to RAM that the bootloader uses is refused.',
      entries: often,
      on: {
        usart: {
          covers: [5, '4-1'],
          requirement: 'From protocol 2.2 on Go to RAM that the bootloader uses is refused.',
          unsupported: ramNotReserved,
        },
        spi: [5],
        fdcan: [3],
      },
      unsupported: ramNotKnown,
      script: (part) => fc.constantFrom(...ramUsed(part)).map((start) => refused(part, start)),
    },
    {
      ...stays,
      name: 'protected',
      requirement: 'Under readout protection Go is refused at once.',
      entries: ['rdp-1'],
      on: {
        usart: ['3-6', 6],
        i2c: ['3-9', 7],
        spi: [6],
        can: ['3-2', 6],
        fdcan: [4, 'command-set-4'],
      },
      unsupported: noReadoutProtection,
      script: (part) => ({ steps: host.refused(part, 'go') }),
      sharesKills: 'the protection shows again after Readout Protect',
    },
  ];
  return scenariosOf(host.over, host.sections.go, shared);
}

/** What Go must do where the address is a packet of its own. */
export function goPacketScenarios(host: PacketHost): readonly Scenario[] {
  const { NACK, address, goCommand, over, sections, waiting } = host;
  return scenariosOf(over, sections.go, [
    {
      ...stays,
      name: 'wrong-address-checksum',
      requirement: 'An address with a wrong checksum is refused, and the bootloader is not left.',
      entries: waiting,
      on: { usart: [2], i2c: [4], spi: [2, '2.1-1'] },
      script: (part) =>
        spoils.map((all) => ({
          steps: all.flatMap((wrong) => [
            goCommand(part),
            address(part.pages[0]!.start, [NACK], wrong),
          ]),
        })),
    },
  ]);
}
