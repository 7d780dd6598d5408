import { blank, scratchPages, since } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import { holding } from '../run/script.ts';
import type { Step } from '../run/script.ts';
import { nothing } from './kit/erased.ts';
import type { FramedHost } from './kit/framed-host.ts';
import { filled, marked, pattern } from './kit/inputs.ts';
import { optionAreas } from './kit/option-image.ts';
import { cannotStayProtected, needsPowerCycle, wiped } from './kit/readout.ts';
import { noRam, noReadoutProtection } from './kit/replies.ts';
import { scratch, some } from './kit/scratch.ts';
import { levelAreas } from './kit/sector-lists.ts';
import { prefixesOf, scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';

const base = { strength: 'must', destroys: 'chip' } as const;

/** What Readout Protect and Readout Unprotect must do over every framed interface. */
export function readoutProtectionScenarios(host: FramedHost): readonly Scenario[] {
  return [...readoutProtect(host), ...readoutUnprotect(host)];
}

function readoutProtect(host: FramedHost): readonly Scenario[] {
  const { connect, connected, over, protection, refused, resets, resetting } = host;
  const { form, title } = prefixesOf(over);
  const closing = {
    ...base,
    entries: [connected],
    commands: [`${form}readout-protect`],
    unsupported: cannotStayProtected,
  } as const;
  const shared: readonly Shared[] = [
    {
      ...closing,
      name: 'two-acks',
      requirement: `${title}Readout Protect is acknowledged twice, when received and when done, and followed by a reset.`,
      entries: [...resetting, 'write-protected'],
      on: {
        usart: [1, 3],
        i2c: [1, 2],
        'no-stretch': [1, 2],
        spi: [1, 3],
        can: [1],
        fdcan: {
          covers: [1, 2],
          sharesKills: 'Readout Unprotect is examined behind a Readout Protect too',
        },
      },
      script: (part) => ({
        ...resets(protection(part, 'readout-protect')),
        left: [{ areas: levelAreas(part) }],
      }),
    },
    {
      ...closing,
      name: 'protects',
      requirement: `Behind ${title}Readout Protect reading, writing and Go are refused.`,
      on: {
        usart: [2, '3-6'],
        i2c: [3, '3-9'],
        'no-stretch': [3, '3-9'],
        spi: [2, '2-10'],
        can: [2, '3-2'],
        fdcan: [3, 'command-set-4'],
      },
      setUp: (part) => ({ flash: filled(part) }),
      script: (part) => ({
        steps: [
          ...protection(part, 'readout-protect'),
          ...connect(part),
          ...refused(part, 'read-memory'),
          ...refused(part, 'write-memory'),
          ...refused(part, 'go'),
        ],
        left: [{ areas: levelAreas(part) }],
      }),
    },
    {
      ...closing,
      name: 'already-protected',
      requirement: `Under readout protection ${title}Readout Protect is refused.`,
      destroys: 'nothing',
      entries: ['rdp-1'],
      on: {
        usart: ['3-6', 4],
        i2c: ['3-9', 5],
        'no-stretch': ['3-9', 5],
        spi: [4],
        can: [4],
        fdcan: { covers: [5], strength: 'observed' },
      },
      unsupported: noReadoutProtection,
      script: (part) => ({ steps: refused(part, 'readout-protect') }),
    },
    {
      ...closing,
      name: 'keeps-content',
      requirement: `${title}Readout Protect leaves main flash as it was.`,
      on: { usart: [5], i2c: [4], 'no-stretch': [4], spi: [5], can: [3], fdcan: [4] },
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({
        steps: protection(part, 'readout-protect'),
        left: [{ areas: levelAreas(part) }],
        ends: 'reset',
      }),
    },
  ];
  return scenariosOf(over, host.sections['readout-protect'], shared);
}

function readoutUnprotect(host: FramedHost): readonly Scenario[] {
  const { connect, connected, over, protection, read, refused, resets, resetting, write } = host;
  const { form, title } = prefixesOf(over);
  const unprotecting = {
    ...base,
    entries: ['rdp-1'],
    commands: [`${form}readout-unprotect`],
    unsupported: noReadoutProtection,
  } as const;
  const unprotect = (part: Part): readonly Step[] => protection(part, 'readout-unprotect');
  const shared: readonly Shared[] = [
    {
      ...unprotecting,
      name: 'two-acks',
      requirement: `${title}Readout Unprotect is acknowledged twice, when received and when done, and followed by a reset, protected or not.`,
      entries: [...resetting, 'write-protected', 'rdp-1'],
      on: {
        usart: [1, 5, 6],
        i2c: [1, 2],
        'no-stretch': [1, 2],
        spi: [1, 4, 5],
        fdcan: [1, 2],
      },
      script: (part) => ({ ...resets(unprotect(part)), left: [{ areas: optionAreas(part) }] }),
    },
    {
      ...unprotecting,
      name: 'erases-flash',
      requirement: `${title}Readout Unprotect erases all of main flash.`,
      entries: [connected, 'rdp-1'],
      on: {
        usart: [2],
        i2c: [3],
        'no-stretch': [3],
        spi: [2],
        can: {
          name: 'wipes',
          covers: [1, 2],
          requirement:
            'Readout Unprotect erases all of main flash and resets, whether the device is protected or not.',
          entries: [...resetting, 'write-protected', 'rdp-1'],
        },
        fdcan: [4],
      },
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({ steps: unprotect(part), left: [{ areas: wiped(part) }], ends: 'reset' }),
    },
    {
      ...unprotecting,
      name: 'write-protection-does-not-hinder',
      requirement: 'Readout Unprotect erases write-protected pages too.',
      strength: 'observed',
      entries: ['write-protected'],
      on: { usart: [8], i2c: [6], spi: [6], fdcan: [4] },
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({ steps: unprotect(part), left: [{ areas: wiped(part) }], ends: 'reset' }),
    },
    {
      ...unprotecting,
      name: 'opens',
      requirement: `Behind ${title}Readout Unprotect the memory can be read and written again.`,
      on: { usart: [3], i2c: [4], 'no-stretch': [4], spi: [3], can: [3], fdcan: [5] },
      commands: [`${form}readout-unprotect`, 'read-memory', 'write-memory'],
      unsupported: needsPowerCycle,
      setUp: (part) => ({ flash: filled(part) }),
      script: (part) => {
        const { start, end } = scratchPages(part)[0]!;
        const data = some(part);
        return {
          steps: [
            ...unprotect(part),
            ...connect(part),
            ...read(start, nothing(part)),
            ...write(part, start, data),
            ...read(start, data),
          ],
          left: [
            {
              areas: [
                ...optionAreas(part),
                holding(start, data),
                { start: start + data.length, end, value: blank(part) },
              ],
            },
          ],
        };
      },
    },
    {
      ...unprotecting,
      name: 'clears-ram',
      requirement: `${title}Readout Unprotect clears the RAM.`,
      entries: [connected],
      on: {
        usart: {
          covers: [4, '4-1'],
          requirement: 'From protocol 2.2 on Readout Unprotect clears the RAM.',
          known: ['ram-write-refused'],
          unsupported: (part) =>
            noReadoutProtection(part) ??
            noRam(part) ??
            (since(part, '2.2') ? undefined : 'RAM is cleared from protocol 2.2 on'),
        },
        i2c: [5],
        'no-stretch': [5],
        spi: {
          covers: [7],
          strength: 'should',
          unsupported: (part) => cannotStayProtected(part) ?? needsPowerCycle(part) ?? noRam(part),
        },
        can: [4],
        fdcan: {
          covers: [6],
          strength: 'observed',
          unsupported: (part) =>
            noReadoutProtection(part) ??
            noRam(part) ??
            (part.quirks.has('fdcan-options-after-power-on')
              ? 'this ROM needs a power cycle, which clears RAM too'
              : undefined),
        },
      },
      commands: [`${form}readout-unprotect`, 'write-memory', 'read-memory'],
      unsupported: (part) => noReadoutProtection(part) ?? noRam(part),
      script: (part) => {
        const { start } = part.ram!;
        return {
          steps: [
            ...write(part, start, pattern(32)),
            ...unprotect(part),
            ...connect(part),
            ...read(start, Array<number>(32).fill(0)),
          ],
          left: [{ areas: optionAreas(part) }],
        };
      },
    },
    {
      ...unprotecting,
      name: 'protect-and-unprotect',
      requirement:
        'Readout Protect and Readout Unprotect one after the other end in an open, blank device.',
      entries: resetting.slice(0, 2),
      on: {
        usart: ['3.11-2', 2, 3],
        spi: ['2.11-2', 2, 3],
        fdcan: ['readout-protect-3', 5],
      },
      commands: ['readout-protect', 'readout-unprotect', 'read-memory'],
      unsupported: (part) => cannotStayProtected(part) ?? needsPowerCycle(part),
      setUp: (part) => ({ flash: filled(part) }),
      script: (part) => ({
        steps: [
          ...protection(part, 'readout-protect'),
          ...connect(part),
          ...refused(part, 'read-memory'),
          ...unprotect(part),
          ...connect(part),
          ...read(scratch(part), Array<number>(4).fill(blank(part))),
        ],
        left: [{ areas: wiped(part) }],
      }),
    },
  ];
  return scenariosOf(over, host.sections['readout-unprotect'], shared);
}
