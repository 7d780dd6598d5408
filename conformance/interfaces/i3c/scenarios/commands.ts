import * as fc from 'fast-check';
import {
  ACK,
  NACK,
  NOBODY,
  OPCODES,
  TAKEN,
  address,
  ask,
  cameBack,
  command,
  fetch,
  fetchAcknowledged,
  getId,
  interrupt,
  read,
  reading,
  size,
  step,
} from '../host.ts';
import { ACK_BYTE, be16, be32, complement, packet } from '../../usart/host.ts';
import { has } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import type { Reply, Step } from '../../../run/script.ts';
import { marked, spoils } from '../../../scenarios/kit/inputs.ts';
import { opcodesNotOffered, several } from '../../../scenarios/kit/opcodes.ts';
import { noReadoutProtection } from '../../../scenarios/kit/replies.ts';
import { scratch } from '../../../scenarios/kit/scratch.ts';
import { WAITING } from './define.ts';

const base = { strength: 'must', destroys: 'nothing' } as const;

/** Commands that a product may leave out (AN5927, command set). */
const OPTIONAL = ['readout-protect', 'readout-unprotect', 'extended-special'] as const;

/** ms for which a host listens to what should not be answered. */
const QUIET_MS = 200;

/** A frame that the device has not had all of: it is not answered. */
const cut = (name: string, sent: readonly number[], at: number): Step =>
  step(name, [{ write: sent.slice(0, at) }, { pauseMs: QUIET_MS }], TAKEN);

/** The packets of commands, each up to the one that is cut. */
function cutPackets(
  part: Part,
): readonly (readonly [string, readonly Step[], readonly number[]])[] {
  const { start } = part.pages[0]!;
  const flash = scratch(part);
  return [
    ['half an address of a read', [command('read-memory')], packet(be32(start))],
    ['half a size of a read', [command('read-memory'), address(start)], packet(be16(8))],
    ['half an address of a write', [command('write-memory')], packet(be32(flash))],
    ['half a size of a write', [command('write-memory'), address(flash)], packet(be16(32))],
    [
      'half the data of a write',
      [command('write-memory'), address(flash), size(16)],
      packet(Array.from({ length: 16 }, (_, at) => at)),
    ],
    ['half an address of Go', [command('go')], packet(be32(start))],
    ['half a number of pages', [command('extended-erase')], packet(be16(1))],
  ];
}

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'i3c/commands/wrong-complement',
    requirement: 'An opcode that is not followed by its complement is refused with one NACK.',
    covers: ['i3c-commands-1', 'i3c-commands-3'],
    entries: [...WAITING, 'rdp-1'],
    script: () =>
      fc.tuple(fc.constantFrom(...Object.values(OPCODES)), spoils).map(([opcode, all]) => ({
        steps: all.map((wrong) => ask('wrong complement', [opcode, opcode ^ 0xff ^ wrong], NACK)),
      })),
  },
  {
    ...base,
    id: 'i3c/commands/unknown-opcode',
    requirement: 'An opcode that the bootloader does not offer is refused with one NACK.',
    covers: ['i3c-commands-2', 'i3c-commands-3'],
    entries: [...WAITING, 'rdp-1'],
    script: (part) =>
      several(opcodesNotOffered(part)).map((all) => ({
        steps: all.map((opcode) => ask('unknown opcode', [opcode, complement(opcode)], NACK)),
      })),
  },
  {
    ...base,
    id: 'i3c/commands/erase-of-other-buses',
    requirement: 'The Erase of USART and CAN, opcode 0x43, is not offered: Erase is 0x44.',
    covers: ['i3c-commands-2'],
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () => ({ steps: [command('erase', NACK)] }),
  },
  ...OPTIONAL.map((name): Scenario => ({
    ...base,
    id: `i3c/commands/no-${name}`,
    requirement: `A bootloader whose list has no ${name} refuses it, and changes nothing.`,
    covers: ['i3c-commands-11', 'i3c-commands-2'],
    entries: ['connected', 'after-nack', 'rdp-1'],
    setUp: (part) => ({ flash: marked(part) }),
    unsupported: (part) =>
      part.commands === undefined || has(part, name) ? 'it is offered, or may be' : undefined,
    script: () => ({ steps: [command(name, NACK)] }),
  })),
  {
    ...base,
    id: 'i3c/commands/waits-for-a-command-after-nack',
    requirement: 'After a NACK the bootloader waits for the next command.',
    covers: ['i3c-commands-4'],
    entries: ['connected', 'refused-go', 'rdp-1'],
    script: () =>
      fc.integer({ min: 1, max: 6 }).map((times) => ({
        steps: [
          ...Array.from({ length: times }, () => ask('refused', [0x02, 0x02], NACK)),
          ...getId(),
        ],
      })),
  },
  {
    ...base,
    id: 'i3c/commands/answered-once',
    requirement: 'A command is answered by one interrupt, and no other follows it.',
    covers: ['i3c-commands-5', 'i3c-commands-3'],
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () => ({
      steps: [
        step('Get ID, and a while', [{ write: [0x02, 0xfd] }], ACK),
        step('the ID behind a while', [{ pauseMs: QUIET_MS }, ...reading(1)], read(ANY)),
        fetchAcknowledged('its bytes', [ANY, ANY]),
        step('nothing more for a while', [{ pauseMs: QUIET_MS }, { write: [0x02, 0x02] }], NACK),
      ],
    }),
  },
  {
    ...base,
    id: 'i3c/commands/complement-judged-before-protection',
    requirement: 'A protected command with a wrong complement is refused once, not twice.',
    covers: ['i3c-commands-6', 'i3c-commands-1'],
    strength: 'observed',
    entries: ['rdp-1'],
    script: () =>
      fc.constantFrom(0x11, 0x21, 0x31).map((opcode) => ({
        steps: [ask('wrong complement', [opcode, opcode], NACK), ...getId()],
      })),
  },
  {
    ...base,
    id: 'i3c/commands/half-a-command-waits',
    requirement: 'An opcode alone is not answered.',
    covers: ['i3c-commands-7'],
    strength: 'observed',
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () =>
      fc.constantFrom(...Object.values(OPCODES)).map((opcode) => ({
        steps: [cut('half a command', [opcode, complement(opcode)], 1)],
        ends: 'open',
      })),
  },
  {
    ...base,
    id: 'i3c/commands/half-a-packet-waits',
    requirement: 'A packet that ends too early is not answered, and nothing is done.',
    covers: ['i3c-commands-7', 'i3c-write-memory-19'],
    strength: 'observed',
    destroys: 'page',
    entries: ['connected'],
    commands: ['read-memory', 'write-memory', 'go', 'extended-erase'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) =>
      fc
        .tuple(fc.constantFrom(...cutPackets(part)), fc.nat(0xff))
        .map(([[name, before, sent], at]) => ({
          steps: [...before, cut(name, sent, 1 + (at % (sent.length - 1)))],
          ends: 'open',
        })),
  },
  {
    ...base,
    id: 'i3c/commands/nothing-offered',
    requirement:
      'A read where the bootloader offers nothing is not acknowledged, and does no harm.',
    covers: ['i3c-commands-8'],
    strength: 'observed',
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () => ({
      steps: [step('a read of nothing', reading(4), NOBODY), ...getId()],
    }),
  },
  {
    ...base,
    id: 'i3c/commands/more-read-than-offered',
    requirement: 'A read of more bytes than the bootloader offers ends where they do.',
    covers: ['i3c-commands-9'],
    strength: 'observed',
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () =>
      fc.integer({ min: 1, max: 100 }).map((more) => ({
        steps: [
          command('get-version'),
          step('the version, read too far', reading(1 + more), versionRead()),
          ...getId(),
        ],
      })),
  },
  {
    ...base,
    id: 'i3c/commands/read-in-pieces',
    requirement: 'Bytes that a read leaves are there for the next one.',
    covers: ['i3c-commands-10'],
    strength: 'observed',
    entries: ['connected'],
    commands: ['read-memory'],
    setUp: (part) => ({
      flash: [
        { address: scratch(part), bytes: Uint8Array.from({ length: 32 }, (_, at) => 3 * at) },
      ],
    }),
    script: (part) =>
      fc.tuple(fc.integer({ min: 1, max: 31 }), fc.nat(0xff)).map(([first, second]) => {
        const all = Array.from({ length: 32 }, (_, at) => 3 * at);
        const middle = first + (second % (32 - first));
        const pieces = [all.slice(0, first), all.slice(first, middle), all.slice(middle)];
        return {
          steps: [
            command('read-memory'),
            address(scratch(part)),
            size(32),
            ...pieces.filter(({ length }) => length > 0).map((each) => fetch('a piece', each)),
            ...getId(),
          ],
        };
      }),
  },
  {
    ...base,
    id: 'i3c/commands/read-once',
    requirement: 'What was read is not there for a second read.',
    covers: ['i3c-commands-5', 'i3c-commands-8'],
    strength: 'observed',
    entries: ['connected', 'rdp-1'],
    script: () => ({
      steps: [
        command('get-version'),
        fetchAcknowledged('the version', [ANY]),
        step('the version once more', reading(1), NOBODY),
        ...getId(),
      ],
    }),
  },
  {
    ...base,
    id: 'i3c/commands/memory-refused-when-protected',
    requirement: 'Under readout protection every command that reaches memory is refused at once.',
    covers: ['i3c-commands-12'],
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () =>
      fc
        .shuffledSubarray(['read-memory', 'write-memory', 'go', 'extended-erase'] as const, {
          minLength: 4,
        })
        .map((names) => ({ steps: [...names.map((name) => command(name, NACK)), ...getId()] })),
    sharesKills: 'each command is refused in a section of its own',
  },
];

/** One byte, whichever, and the ACK behind it. */
function versionRead(): Reply {
  return cameBack({ kind: 'data', data: [ANY] }, interrupt(ACK_BYTE));
}

export default scenarios;
