import {
  ACK,
  BUSY,
  NACK,
  restarted,
  command,
  fetch,
  isReset,
  protection,
  readMemory,
  result,
  writeMemory,
} from '../host.ts';
import { blank, scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Step } from '../../../run/script.ts';
import { filled, marked, pattern } from '../../../scenarios/inputs.ts';
import { optionAreas } from '../../../scenarios/option-image.ts';
import { cannotStayProtected, needsPowerCycle, wiped } from '../../../scenarios/readout.ts';
import { some } from '../../../scenarios/scratch.ts';
import { levelAreas } from '../../../scenarios/sector-lists.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/replies.ts';
import { formsOf, reachable } from './define.ts';
import type { Formed } from './define.ts';
import { nothing } from '../../../scenarios/erased.ts';

/** What readout protection refuses. */
const refusals: readonly Step[] = [
  command('read-memory', NACK),
  command('write-memory', NACK),
  command('go', NACK),
  command('extended-erase', NACK),
];

/** Readout Protect in both forms. */
function readoutProtect({ section, form, name, title }: Formed): readonly Scenario[] {
  const base = {
    strength: 'must',
    destroys: 'chip',
    commands: [name],
    unsupported: cannotStayProtected,
  } as const;
  return [
    {
      ...base,
      id: `i2c/${section}/two-acks`,
      requirement: `${title} is acknowledged twice, when received and when done, and followed by a reset.`,
      covers: [`i2c-${section}-1`, `i2c-${section}-2`],
      entries: ['connected', 'after-nack', 'write-protected'],
      script: (part) => ({
        steps: [...protection('readout-protect', form), ...isReset()],
        left: [{ areas: levelAreas(part) }],
      }),
    },
    {
      ...base,
      id: `i2c/${section}/protects`,
      requirement: `Behind ${title} reading, writing, erasing and Go are refused.`,
      covers: [`i2c-${section}-3`, 'i2c-3-9'],
      entries: ['connected'],
      setUp: (part) => ({ flash: filled(part) }),
      script: (part) => ({
        steps: [...protection('readout-protect', form), ...restarted(), ...refusals],
        left: [{ areas: levelAreas(part) }],
      }),
    },
    {
      ...base,
      id: `i2c/${section}/keeps-content`,
      requirement: `${title} leaves main flash as it was.`,
      covers: [`i2c-${section}-4`],
      entries: ['connected'],
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({
        steps: protection('readout-protect', form),
        left: [{ areas: levelAreas(part) }],
        ends: 'reset',
      }),
    },
    {
      ...base,
      id: `i2c/${section}/already-protected`,
      requirement: `Under readout protection ${title} is refused.`,
      covers: ['i2c-3-9', `i2c-${section}-5`],
      destroys: 'nothing',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: () => ({ steps: [command(name, NACK)] }),
    },
  ];
}

/** Readout Unprotect in both forms. */
function readoutUnprotect({ section, form, name, title }: Formed): readonly Scenario[] {
  const base = {
    strength: 'must',
    destroys: 'chip',
    commands: [name],
    unsupported: noReadoutProtection,
  } as const;
  const unprotected = protection('readout-unprotect', form);
  return [
    {
      ...base,
      id: `i2c/${section}/two-acks`,
      requirement: `${title} is acknowledged twice and followed by a reset, protected or not.`,
      covers: [`i2c-${section}-1`, `i2c-${section}-2`],
      entries: ['connected', 'after-nack', 'write-protected', 'rdp-1'],
      script: (part) => ({
        steps: [...unprotected, ...isReset()],
        left: [{ areas: optionAreas(part) }],
      }),
    },
    {
      ...base,
      id: `i2c/${section}/erases-flash`,
      requirement: `${title} erases all of main flash.`,
      covers: [`i2c-${section}-3`],
      entries: ['connected', 'rdp-1'],
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({ steps: unprotected, left: [{ areas: wiped(part) }], ends: 'reset' }),
    },
    {
      ...base,
      id: `i2c/${section}/opens`,
      requirement: `Behind ${title} the memory can be read and written again.`,
      covers: [`i2c-${section}-4`],
      entries: ['rdp-1'],
      commands: [name, 'read-memory', 'write-memory'],
      unsupported: needsPowerCycle,
      setUp: (part) => ({ flash: filled(part) }),
      script: (part) => {
        const { start, end } = scratchPages(part)[0]!;
        return {
          steps: [
            ...unprotected,
            ...restarted(),
            ...readMemory(start, nothing(part)),
            ...writeMemory(start, some(part)),
            ...readMemory(start, some(part)),
          ],
          left: [
            {
              areas: [
                ...optionAreas(part),
                holding(start, some(part)),
                { start: start + some(part).length, end, value: blank(part) },
              ],
            },
          ],
        };
      },
    },
    {
      ...base,
      id: `i2c/${section}/clears-ram`,
      requirement: `${title} clears the RAM.`,
      covers: [`i2c-${section}-5`],
      entries: ['connected'],
      commands: [name, 'write-memory', 'read-memory'],
      unsupported: (part) => noReadoutProtection(part) ?? noRam(part),
      script: (part) => {
        const { start } = part.ram!;
        const zeros = Array.from({ length: 32 }, () => 0);
        return {
          steps: [
            ...writeMemory(start, pattern(32)),
            ...unprotected,
            ...restarted(),
            ...readMemory(start, zeros),
          ],
          left: [{ areas: optionAreas(part) }],
        };
      },
    },
  ];
}

const [protecting, noStretchProtecting] = formsOf('readout-protect', ['3.10', '3.16']);
const [unprotecting, noStretchUnprotecting] = formsOf('readout-unprotect', ['3.11', '3.17']);

const more: readonly Scenario[] = [
  {
    id: 'i2c/3.11/write-protection-does-not-hinder',
    requirement: 'Readout Unprotect erases write-protected pages too.',
    covers: ['i2c-3.11-6'],
    strength: 'observed',
    destroys: 'chip',
    entries: ['write-protected'],
    commands: ['readout-unprotect'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: protection('readout-unprotect'),
      left: [{ areas: wiped(part) }],
      ends: 'reset',
    }),
  },
  {
    id: 'i2c/3.17/busy-meanwhile',
    requirement: 'A device that unprotects itself answers 0x76 until it is done.',
    covers: ['i2c-3.17-6'],
    strength: 'observed',
    destroys: 'chip',
    entries: ['connected', 'rdp-1'],
    commands: ['no-stretch-readout-unprotect'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [
        command('no-stretch-readout-unprotect'),
        fetch('its answer at once', 1, [
          BUSY,
          // OpenBootloader acknowledges before it erases
          { ...ACK, verdict: 'informational', says: 'it is acknowledged at once', goOn: [] },
        ]),
        result('no-stretch', 'all'),
      ],
      left: [{ areas: wiped(part) }],
      ends: 'reset',
    }),
  },
];

const scenarios: readonly Scenario[] = [
  ...readoutProtect(protecting),
  ...readoutUnprotect(unprotecting),
  ...readoutProtect(noStretchProtecting),
  ...readoutUnprotect(noStretchUnprotecting),
  ...more,
];

export default reachable(scenarios);
