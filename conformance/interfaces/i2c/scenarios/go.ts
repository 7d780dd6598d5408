import * as fc from 'fast-check';
import { ACK, NACK, address, command, isGone, writeMemory } from '../host.ts';
import { nowhere, scratchPages, shownPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { applications, vectors } from '../../../scenarios/start.ts';
import { anyPage, spoils } from '../../../scenarios/inputs.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/replies.ts';
import { WAITING, reachable } from './define.ts';

const go = (to: number, replies: readonly Reply[] = [ACK], wrong = 0): readonly Step[] => [
  command('go'),
  address(to, replies, wrong),
];

const base = {
  strength: 'must',
  destroys: 'chip', // the application that runs may do anything
  commands: ['go'],
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'i2c/3.5/flash',
    requirement: 'Go to flash is acknowledged twice, and the bootloader is left.',
    covers: ['i2c-3.5-1', 'i2c-3.5-2'],
    known: ['go-broken'],
    entries: WAITING,
    setUp: (part) => applications(part, part.pages.slice(0, 1)),
    script: (part) => ({ steps: [...go(part.pages[0]!.start), isGone()], ends: 'gone' }),
  },
  {
    ...base,
    id: 'i2c/3.5/any-page',
    requirement: 'Go takes the base address of an application anywhere in flash.',
    covers: ['i2c-3.5-1'],
    known: ['go-broken'],
    entries: ['connected'],
    setUp: (part) => applications(part, shownPages(part)),
    script: (part) =>
      anyPage(part).map(({ start }) => ({
        steps: [...go(start), isGone()],
        ends: 'gone',
      })),
  },
  {
    ...base,
    id: 'i2c/3.5/ram',
    requirement: 'Go to an application in RAM is acknowledged twice, and the bootloader is left.',
    covers: ['i2c-3.5-3'],
    known: ['go-broken'],
    entries: ['connected', 'after-nack'],
    commands: ['go', 'write-memory'],
    unsupported: noRam,
    script: (part) => {
      const start = Math.ceil(part.ram!.start / 512) * 512;
      return {
        steps: [...writeMemory(start, vectors(part, start)), ...go(start), isGone()],
        ends: 'gone',
      };
    },
  },
  {
    ...base,
    id: 'i2c/3.5/vectors-not-judged',
    requirement:
      'The content of the vector table is not judged: Go to blank flash is acknowledged too.',
    covers: ['i2c-3.5-8'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => ({ steps: [...go(scratchPages(part)[0]!.start), isGone()], ends: 'gone' }),
  },
  {
    ...base,
    id: 'i2c/3.5/wrong-address-checksum',
    requirement: 'An address with a wrong checksum is refused, and the bootloader is not left.',
    covers: ['i2c-3.5-4'],
    destroys: 'nothing',
    entries: WAITING,
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => go(part.pages[0]!.start, [NACK], wrong)),
      })),
  },
  {
    ...base,
    id: 'i2c/3.5/no-memory-there',
    requirement:
      'An address at which there is no memory is refused, and the bootloader is not left.',
    covers: ['i2c-3.5-5'],
    destroys: 'nothing',
    entries: WAITING,
    script: (part) => fc.constantFrom(...nowhere(part)).map((to) => ({ steps: go(to, [NACK]) })),
  },
  {
    ...base,
    id: 'i2c/3.5/system-memory',
    requirement: 'Go to system memory is refused.',
    covers: ['i2c-3.5-6'],
    destroys: 'nothing',
    entries: ['connected', 'after-nack'],
    unsupported: (part) =>
      part.device.systemMemory.length === 0 ? 'its address is not known' : undefined,
    script: (part) =>
      fc.constantFrom(...part.device.systemMemory).map(({ start }) => ({
        steps: go(start, [NACK]),
      })),
  },
  {
    ...base,
    id: 'i2c/3.5/option-bytes',
    requirement: 'Go to the option bytes is refused.',
    covers: ['i2c-3.5-6'],
    destroys: 'nothing',
    entries: ['connected', 'after-nack'],
    unsupported: optionsNowhere,
    script: (part) => ({ steps: go(part.device.options!.areas[0]!.start, [NACK]) }),
  },
  {
    ...base,
    id: 'i2c/3.5/protected',
    requirement: 'Under readout protection Go is refused at the command.',
    covers: ['i2c-3-9', 'i2c-3.5-7'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('go', NACK)] }),
    sharesKills: 'the protection shows again behind Readout Protect (3.10)',
  },
];

function optionsNowhere(part: Part): string | undefined {
  return part.device.options?.areas[0] === undefined ? 'their address is not known' : undefined;
}

export default reachable(scenarios);
