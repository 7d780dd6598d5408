import { blank, scratchPages } from '../part/part.ts';
import type { Part } from '../part/part.ts';
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
import { prefixesOf, shared } from './kit/shared.ts';

const base = { strength: 'must', destroys: 'chip' } as const;

/** What Readout Protect must do over every framed interface. */
export const readoutProtects = shared((host: FramedHost) => {
  const { connect, connected, protection, refused, resets, resetting } = host;
  const { form, title } = prefixesOf(host);
  const closing = {
    ...base,
    entries: [connected],
    commands: [`${form}readout-protect`],
    unsupported: cannotStayProtected,
  } as const;
  return {
    'two-acks': {
      ...closing,
      requirement: `${title}Readout Protect is acknowledged twice, when received and when done, and followed by a reset.`,
      entries: [...resetting, 'write-protected'],
      script: (part) => ({
        ...resets(protection(part, 'readout-protect')),
        left: [{ areas: levelAreas(part) }],
      }),
    },
    protects: {
      ...closing,
      requirement: `Behind ${title}Readout Protect reading, writing and Go are refused.`,
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
    'already-protected': {
      ...closing,
      requirement: `Under readout protection ${title}Readout Protect is refused.`,
      destroys: 'nothing',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: (part) => ({ steps: refused(part, 'readout-protect') }),
    },
    'keeps-content': {
      ...closing,
      requirement: `${title}Readout Protect leaves main flash as it was.`,
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({
        steps: protection(part, 'readout-protect'),
        left: [{ areas: levelAreas(part) }],
        ends: 'reset',
      }),
    },
  };
});

/** What Readout Unprotect must do over every framed interface. */
export const readoutUnprotects = shared((host: FramedHost) => {
  const { connect, connected, protection, read, refused, resets, resetting, write } = host;
  const { form, title } = prefixesOf(host);
  const unprotecting = {
    ...base,
    entries: ['rdp-1'],
    commands: [`${form}readout-unprotect`],
    unsupported: noReadoutProtection,
  } as const;
  const unprotect = (part: Part): readonly Step[] => protection(part, 'readout-unprotect');
  return {
    'two-acks': {
      ...unprotecting,
      requirement: `${title}Readout Unprotect is acknowledged twice, when received and when done, and followed by a reset, protected or not.`,
      entries: [...resetting, 'write-protected', 'rdp-1'],
      script: (part) => ({ ...resets(unprotect(part)), left: [{ areas: optionAreas(part) }] }),
    },
    'erases-flash': {
      ...unprotecting,
      requirement: `${title}Readout Unprotect erases all of main flash.`,
      entries: [connected, 'rdp-1'],
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({ steps: unprotect(part), left: [{ areas: wiped(part) }], ends: 'reset' }),
    },
    'write-protection-does-not-hinder': {
      ...unprotecting,
      requirement: 'Readout Unprotect erases write-protected pages too.',
      strength: 'observed',
      entries: ['write-protected'],
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({ steps: unprotect(part), left: [{ areas: wiped(part) }], ends: 'reset' }),
    },
    opens: {
      ...unprotecting,
      requirement: `Behind ${title}Readout Unprotect the memory can be read and written again.`,
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
    'clears-ram': {
      ...unprotecting,
      requirement: `${title}Readout Unprotect clears the RAM.`,
      entries: [connected],
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
    'protect-and-unprotect': {
      ...unprotecting,
      requirement:
        'Readout Protect and Readout Unprotect one after the other end in an open, blank device.',
      entries: resetting.slice(0, 2),
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
  };
});
