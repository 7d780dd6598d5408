import * as fc from 'fast-check';
import type { Entry } from '../../../run/entry.ts';
import {
  ACK,
  BUSY_BYTE,
  HELD,
  NACK,
  OPCODES,
  ask,
  comesBack,
  restarted,
  command,
  fetch,
  frame,
  getId,
  read,
} from '../host.ts';
import { since } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { ANY } from '../../../run/script.ts';
import { spoils } from '../../../scenarios/kit/inputs.ts';
import { several } from '../../../scenarios/kit/opcodes.ts';
import { reachable } from './define.ts';

const REFUSING: readonly Entry[] = [
  'connected',
  'after-nack',
  'aborted-write',
  'refused-go',
  'rdp-1',
];

/** Opcodes of commands that no version has. */
const foreign = several(
  fc.nat(0xff).filter((opcode) => !Object.values<number>(OPCODES).includes(opcode)),
);

const scenarios: readonly Scenario[] = [
  {
    id: 'i2c/3/wrong-complement',
    requirement: 'An opcode that is not followed by its complement is refused with one NACK.',
    covers: ['i2c-3-1', 'i2c-3-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: REFUSING,
    script: () =>
      fc.tuple(fc.constantFrom(...Object.values(OPCODES)), spoils).map(([opcode, all]) => ({
        steps: all.flatMap((wrong) => [
          ask('wrong complement', [opcode, opcode ^ 0xff ^ wrong], NACK),
        ]),
      })),
  },
  {
    id: 'i2c/3/unknown-opcode',
    requirement: 'An opcode that the bootloader does not offer is refused with one NACK.',
    covers: ['i2c-3-2', 'i2c-3-3'],
    strength: 'must',
    destroys: 'nothing',
    entries: REFUSING,
    script: () =>
      foreign.map((all) => ({
        steps: all.map((opcode) => ask('unknown opcode', [opcode, opcode ^ 0xff], NACK)),
      })),
  },
  {
    id: 'i2c/3/no-other-erase',
    requirement: 'The Erase of old USART bootloaders, opcode 0x43, is refused.',
    covers: ['i2c-3-2'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['connected', 'after-nack'],
    protection: 'any',
    script: () => ({ steps: [command('erase', NACK)] }),
  },
  {
    id: 'i2c/3/waits-for-a-command-after-nack',
    requirement: 'After a NACK the bootloader waits for the next command.',
    covers: ['i2c-3-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['connected', 'after-nack', 'refused-go', 'rdp-1'],
    script: () =>
      fc.integer({ min: 1, max: 6 }).map((times) => ({
        steps: [
          ...Array.from({ length: times }, () => ask('refused', [0x02, 0x02], NACK)),
          ...getId(),
        ],
      })),
  },
  {
    id: 'i2c/3/no-stretch-not-before-1.1',
    requirement: 'Before protocol 1.1 the no-stretch commands are refused.',
    covers: ['i2c-3-2', 'i2c-4-1'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['connected', 'after-nack'],
    unsupported: (part) => (since(part, '1.1') ? 'they are offered from 1.1 on' : undefined),
    script: () =>
      fc.constantFrom(0x32, 0x45, 0x64, 0x74, 0x83, 0x93).map((opcode) => ({
        steps: [ask('no-stretch opcode', [opcode, opcode ^ 0xff], NACK)],
      })),
  },
  {
    id: 'i2c/3/more-read-than-answered',
    requirement:
      'A host that reads more than the answer gets filler, and the bootloader stays in step.',
    covers: ['i2c-3-5'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected', 'after-nack', 'rdp-1'],
    script: () =>
      fc.integer({ min: 2, max: 8 }).map((times) => {
        const filler = Array.from({ length: times - 1 }, () => ANY);
        return {
          steps: [
            frame('Get ID', [0x02, 0xfd]),
            fetch(`its ACK, ${times} bytes`, times, [read(0x79, ...filler)]),
            fetch('the ID', 3 + times, [read(ANY, ANY, ANY, ANY, ...filler)]),
            fetch('the last ACK', 1, [ACK]),
          ],
        };
      }),
  },
  {
    id: 'i2c/3/answered-once',
    requirement: 'An answer is given once: who reads again gets filler, neither ACK nor NACK.',
    covers: ['i2c-3-6'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['connected', 'rdp-1'],
    script: () => ({
      steps: [
        ...getId(),
        fetch('one byte more', 1, [
          read(0xff),
          { ...read(BUSY_BYTE), verdict: 'informational', says: 'it says that it is busy' },
          { ...HELD, verdict: 'informational', says: 'SCL is held', goOn: restarted() },
        ]),
        ...comesBack(),
      ],
    }),
  },
  {
    id: 'i2c/3/complement-judged-before-protection',
    requirement: 'A protected command with a wrong complement is refused once, not twice.',
    covers: ['i2c-3-1', 'i2c-3-9'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['rdp-1'],
    script: () =>
      fc.constantFrom(0x11, 0x21, 0x31).map((opcode) => ({
        steps: [ask('wrong complement', [opcode, opcode], NACK), ...getId()],
      })),
  },
];

export default reachable(scenarios);
