import { NACK, restarted, command, isReset, protection, writeMemory } from '../host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import { marked } from '../../../scenarios/inputs.ts';
import { some } from '../../../scenarios/scratch.ts';
import { protectionAreas } from '../../../scenarios/sector-lists.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/replies.ts';
import { formsOf, reachable } from './define.ts';
import type { Formed } from './define.ts';
import { sectorsIn } from './write-protect.ts';
import { askedAtOnce } from './asked-at-once.ts';

/** Write Unprotect in both forms. */
function writeUnprotect({ section, form, name, title }: Formed): readonly Scenario[] {
  const base = {
    strength: 'must',
    destroys: 'options',
    commands: [name],
    unsupported: noWriteProtection,
  } as const;
  return [
    {
      ...base,
      id: `i2c/${section}/two-acks`,
      requirement: `${title} is acknowledged twice, when received and when done, and followed by a reset.`,
      covers: [`i2c-${section}-1`, `i2c-${section}-2`],
      entries: ['connected', 'after-nack', 'write-protected'],
      script: (part) => ({
        steps: [...protection('write-unprotect', form), ...isReset()],
        left: [{ areas: protectionAreas(part) }],
      }),
    },
    {
      ...base,
      id: `i2c/${section}/unprotects`,
      requirement: `Behind ${title} the sector that was protected can be written.`,
      covers: [`i2c-${section}-3`],
      entries: ['write-protected'],
      commands: [name, 'write-memory'],
      script: (part) => {
        const { start } = scratchPages(part)[0]!;
        return {
          steps: [
            ...protection('write-unprotect', form),
            ...restarted(),
            ...writeMemory(start, some(part)),
          ],
          left: [{ areas: [...protectionAreas(part), holding(start, some(part))] }],
        };
      },
    },
    {
      ...base,
      ...sectorsIn(form).freed,
      id: `i2c/${section}/every-sector`,
      covers: [`i2c-${section}-3`],
      entries: ['connected'],
      commands: [name, 'write-memory'],
    },
    {
      ...base,
      id: `i2c/${section}/keeps-content`,
      requirement: `${title} leaves main flash as it was.`,
      covers: [`i2c-${section}-4`],
      entries: ['write-protected'],
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({
        steps: protection('write-unprotect', form),
        left: [{ areas: protectionAreas(part) }],
        ends: 'reset',
      }),
    },
    {
      ...base,
      id: `i2c/${section}/protected`,
      requirement: `Under readout protection ${title} is refused at the command.`,
      covers: ['i2c-3-9', `i2c-${section}-5`],
      destroys: 'nothing',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: () => ({ steps: [command(name, NACK)] }),
    },
  ];
}

const [unprotecting, noStretchUnprotecting] = formsOf('write-unprotect', ['3.9', '3.15']);

const scenarios: readonly Scenario[] = [
  ...writeUnprotect(unprotecting),
  ...writeUnprotect(noStretchUnprotecting),
  {
    id: 'i2c/3.15/busy-meanwhile',
    requirement: 'A device that takes the protection off answers 0x76 until it is done.',
    covers: ['i2c-3.15-6'],
    strength: 'should',
    destroys: 'options',
    entries: ['connected', 'write-protected'],
    commands: ['no-stretch-write-unprotect'],
    unsupported: noWriteProtection,
    script: (part) => ({
      steps: askedAtOnce(command('no-stretch-write-unprotect')),
      left: [{ areas: protectionAreas(part) }],
      ends: 'reset',
    }),
  },
];

export default reachable(scenarios);
