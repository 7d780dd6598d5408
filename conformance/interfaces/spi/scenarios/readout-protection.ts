import { NACK, command, done, readMemory, resync, writeMemory } from '../host.ts';
import { blank, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Area, Step } from '../../../run/script.ts';
import { optionAreas } from '../../../scenarios/option-image.ts';
import { filled, marked, pattern } from '../../../scenarios/inputs.ts';
import { cannotStayProtected, needsPowerCycle, wiped } from '../../../scenarios/readout.ts';
import { scratch, some } from '../../../scenarios/scratch.ts';
import { levelAreas } from '../../../scenarios/sector-lists.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/replies.ts';

/** What readout protection refuses; the others are asked in their sections. */
const refusals: readonly Step[] = [
  command('read-memory', NACK),
  command('write-memory', NACK),
  command('go', NACK),
];

const nothing = (part: Part, length: number): number[] => Array.from({ length }, () => blank(part));

/** The first scratch page, blank but for what was written to it. */
function written(part: Part): readonly Area[] {
  const { start, end } = scratchPages(part)[0]!;
  const data = some(part);
  return [holding(start, data), { start: start + data.length, end, value: blank(part) }];
}

const protecting = {
  strength: 'must',
  destroys: 'chip',
  entries: ['synchronised'],
  commands: ['readout-protect'],
  unsupported: cannotStayProtected,
} as const;

const unprotecting = {
  ...protecting,
  commands: ['readout-unprotect'],
  unsupported: noReadoutProtection,
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...protecting,
    id: 'spi/2.11/two-acks',
    requirement: 'Readout Protect is acknowledged twice, and followed by a reset.',
    covers: ['spi-2.11-1', 'spi-2.11-3'],
    entries: ['synchronised', 'after-nack', 'nss-low', 'write-protected'],
    script: (part) => ({
      steps: [...done('readout-protect'), resync()],
      left: [{ areas: levelAreas(part) }],
    }),
  },
  {
    ...protecting,
    id: 'spi/2.11/protects',
    requirement: 'Behind Readout Protect reading, writing and Go are refused.',
    covers: ['spi-2.11-2', 'spi-2-10'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => ({
      steps: [...done('readout-protect'), resync(), ...refusals],
      left: [{ areas: levelAreas(part) }],
    }),
  },
  {
    ...protecting,
    id: 'spi/2.11/already-protected',
    requirement: 'Under readout protection Readout Protect is refused.',
    covers: ['spi-2.11-4'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('readout-protect', NACK)] }),
  },
  {
    ...protecting,
    id: 'spi/2.11/keeps-content',
    requirement: 'Readout Protect leaves main flash as it was.',
    covers: ['spi-2.11-5'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: done('readout-protect'),
      left: [{ areas: levelAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...unprotecting,
    id: 'spi/2.12/two-acks',
    requirement:
      'Readout Unprotect is acknowledged twice, and followed by a reset, protected or not.',
    covers: ['spi-2.12-1', 'spi-2.12-4', 'spi-2.12-5'],
    entries: ['synchronised', 'after-nack', 'nss-low', 'write-protected', 'rdp-1'],
    script: (part) => ({
      steps: [...done('readout-unprotect'), resync()],
      left: [{ areas: optionAreas(part) }],
    }),
  },
  {
    ...unprotecting,
    id: 'spi/2.12/erases-flash',
    requirement: 'Readout Unprotect erases all of main flash.',
    covers: ['spi-2.12-2'],
    entries: ['synchronised', 'rdp-1'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: done('readout-unprotect'),
      left: [{ areas: wiped(part) }],
      ends: 'reset',
    }),
  },
  {
    ...unprotecting,
    id: 'spi/2.12/write-protection-does-not-hinder',
    requirement: 'Readout Unprotect erases write-protected pages too.',
    covers: ['spi-2.12-6'],
    strength: 'observed',
    entries: ['write-protected'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: done('readout-unprotect'),
      left: [{ areas: wiped(part) }],
      ends: 'reset',
    }),
  },
  {
    ...unprotecting,
    id: 'spi/2.12/opens',
    requirement: 'Behind Readout Unprotect the memory can be read and written again.',
    covers: ['spi-2.12-3'],
    entries: ['rdp-1'],
    commands: ['readout-unprotect', 'read-memory', 'write-memory'],
    unsupported: needsPowerCycle,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => ({
      steps: [
        ...done('readout-unprotect'),
        resync(),
        ...readMemory(scratch(part), nothing(part, 16)),
        ...writeMemory(part, scratch(part), some(part)),
        ...readMemory(scratch(part), some(part)),
      ],
      left: [{ areas: [...optionAreas(part), ...written(part)] }],
    }),
  },
  {
    ...unprotecting,
    id: 'spi/2.12/protect-and-unprotect',
    requirement:
      'Readout Protect and Readout Unprotect one after the other end in an open, blank device.',
    covers: ['spi-2.11-2', 'spi-2.12-2', 'spi-2.12-3'],
    entries: ['synchronised', 'after-nack'],
    commands: ['readout-protect', 'readout-unprotect', 'read-memory'],
    unsupported: needsPowerCycle,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => ({
      steps: [
        ...done('readout-protect'),
        resync(),
        command('read-memory', NACK),
        ...done('readout-unprotect'),
        resync(),
        ...readMemory(scratch(part), nothing(part, 4)),
      ],
      left: [{ areas: wiped(part) }],
    }),
  },
  {
    ...unprotecting,
    id: 'spi/2.12/clears-ram',
    requirement: 'Readout Unprotect clears the RAM.',
    covers: ['spi-2.12-7'],
    strength: 'should',
    commands: ['readout-unprotect', 'write-memory', 'read-memory'],
    unsupported: (part) => needsPowerCycle(part) ?? noRam(part),
    script: (part) => {
      const { start } = part.ram!;
      return {
        steps: [
          ...writeMemory(part, start, pattern(32)),
          ...done('readout-unprotect'),
          resync(),
          ...readMemory(
            start,
            Array.from({ length: 32 }, () => 0),
          ),
        ],
        left: [{ areas: optionAreas(part) }],
      };
    },
  },
];

export default scenarios;
