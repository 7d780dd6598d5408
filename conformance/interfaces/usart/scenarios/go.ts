import * as fc from 'fast-check';
import { WAITING } from '../../../run/entry.ts';
import { ACK, NACK, SILENCE, address, be32, command, packet, step, write } from '../host.ts';
import { nowhere, scratchPages, shownPages, since } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { applications, vectors } from '../../../scenarios/start.ts';
import { anyPage, spoils } from '../../../scenarios/inputs.ts';
import { unanswered } from '../../../scenarios/waits.ts';
import {
  noRam,
  noReadoutProtection,
  protectedRefusal,
  ramNotReserved,
} from '../../../scenarios/replies.ts';
import { ramUsed } from '../../../scenarios/ram.ts';

/** The opcode of Go, whose ACK one ROM does not send. */
function opcode(part: Part): Step {
  if (!part.quirks.has('go-first-ack-missing')) return command('go');
  const says = 'this ROM does not acknowledge the opcode (limitation printed in AN2606)';
  return command('go', ACK, { ...SILENCE, verdict: 'non-strict', says });
}

const go = (part: Part, to: number, replies: readonly Reply[] = [ACK], wrong = 0): Step[] => [
  opcode(part),
  address(to, replies, wrong),
];

const scenarios: readonly Scenario[] = [
  {
    id: 'usart/3.5/flash',
    requirement: 'Go to flash is acknowledged twice, and the bootloader is left.',
    covers: ['3.5-1'],
    known: ['go-broken'],
    strength: 'must',
    destroys: 'chip', // the application that runs may do anything
    entries: WAITING,
    commands: ['go'],
    setUp: (part) => applications(part, part.pages.slice(0, 1)),
    script: (part) => ({
      steps: [
        ...go(part, part.pages[0]!.start),
        step('Get ID is not answered any more', [0x02, 0xfd], SILENCE),
      ],
      ends: 'gone',
    }),
  },
  {
    id: 'usart/3.5/any-page',
    requirement: 'Go takes the base address of an application anywhere in flash.',
    covers: ['3.5-1'],
    known: ['go-broken'],
    strength: 'must',
    destroys: 'chip', // the application that runs may do anything
    entries: ['synchronised'],
    commands: ['go'],
    setUp: (part) => applications(part, shownPages(part)),
    script: (part) =>
      anyPage(part).map(({ start }) => ({
        steps: [...go(part, start), step('Get ID is not answered any more', [0x02, 0xfd], SILENCE)],
        ends: 'gone',
      })),
  },
  {
    id: 'usart/3.5/ram',
    requirement: 'Go to an application in RAM is acknowledged twice, and the bootloader is left.',
    covers: ['3.5-9'],
    known: ['ram-write-refused', 'go-broken'],
    strength: 'must',
    destroys: 'chip', // the application that runs may do anything
    entries: ['synchronised', 'after-nack'],
    commands: ['go', 'write-memory'],
    unsupported: noRam,
    script: (part) => {
      const start = Math.ceil(part.ram!.start / 512) * 512;
      return {
        steps: [
          ...write(start, vectors(part, start)),
          ...go(part, start),
          step('Get ID is not answered any more', [0x02, 0xfd], SILENCE),
        ],
        ends: 'gone',
      };
    },
  },
  {
    id: 'usart/3.5/vectors-not-judged',
    requirement:
      'The content of the vector table is not judged: Go to blank flash is acknowledged too.',
    covers: ['3.5-10'],
    strength: 'observed',
    destroys: 'chip', // the application that runs may do anything
    entries: ['synchronised'],
    commands: ['go'],
    script: (part) => ({
      steps: [...go(part, scratchPages(part)[0]!.start), step('Get ID', [0x02, 0xfd], SILENCE)],
      ends: 'gone',
    }),
  },
  {
    id: 'usart/3.5/wrong-address-checksum',
    requirement: 'An address with a wrong checksum is refused, and the bootloader is not left.',
    covers: ['3.5-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: WAITING,
    commands: ['go'],
    script: (part) =>
      spoils.map((all) => ({
        steps: all.flatMap((wrong) => go(part, part.pages[0]!.start, [NACK], wrong)),
      })),
  },
  {
    id: 'usart/3.5/no-memory-there',
    requirement:
      'An address at which there is no memory is refused, and the bootloader is not left.',
    covers: ['3.5-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: WAITING,
    commands: ['go'],
    script: (part) =>
      fc.constantFrom(...nowhere(part)).map((to) => ({ steps: [...go(part, to, [NACK])] })),
  },
  {
    id: 'usart/3.5/system-memory',
    requirement: 'From protocol 2.1 on Go to system memory is refused.',
    covers: ['3.5-4', '4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack', 'half-command'],
    commands: ['go'],
    unsupported: (part) =>
      !since(part, '2.1')
        ? 'refused from protocol 2.1 on'
        : part.device.systemMemory.length === 0
          ? 'its address is not known'
          : undefined,
    script: (part) =>
      fc.constantFrom(...part.device.systemMemory).map(({ start }) => ({
        steps: [...go(part, start, [NACK])],
      })),
  },
  {
    id: 'usart/3.5/option-bytes',
    requirement: 'From protocol 2.1 on Go to the option bytes is refused.',
    covers: ['3.5-4', '4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    commands: ['go'],
    unsupported: (part) =>
      !since(part, '2.1')
        ? 'refused from protocol 2.1 on'
        : part.device.options?.areas[0] === undefined
          ? 'their address is not known'
          : undefined,
    script: (part) => ({ steps: [...go(part, part.device.options!.areas[0]!.start, [NACK])] }),
  },
  {
    id: 'usart/3.5/bootloader-ram',
    requirement: 'From protocol 2.2 on Go to RAM that the bootloader uses is refused.',
    covers: ['3.5-5', '4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['synchronised', 'after-nack'],
    commands: ['go'],
    unsupported: ramNotReserved,
    script: (part) =>
      fc.constantFrom(...ramUsed(part)).map((start) => ({
        steps: [...go(part, start, [NACK])],
      })),
  },
  {
    id: 'usart/3.5/protected',
    requirement: 'Under readout protection Go is refused at the command.',
    covers: ['3-6', '3.5-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['go'],
    unsupported: noReadoutProtection,
    script: (part) => ({ steps: [command('go', ...protectedRefusal(part, true))] }),
    sharesKills: 'the protection shows again after Readout Protect (3.11)',
  },
  {
    id: 'usart/3.5/address-waits',
    requirement: 'An address that breaks off is waited for without a time-out.',
    covers: ['3-7'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['synchronised'],
    commands: ['go'],
    script: (part) =>
      fc.integer({ min: 1, max: 4 }).map((at) => {
        const sent = packet(be32(nowhere(part)[0]!));
        return {
          steps: [
            opcode(part),
            unanswered(step('part of an address', sent.slice(0, at))),
            step('the rest of it', sent.slice(at), NACK),
          ],
        };
      }),
  },
];

export default scenarios;
