import {
  answers,
  command,
  getId,
  go,
  nack,
  protection,
  read,
  readHeader,
  write,
  writeHeader,
} from '../host.ts';
import { ACK_BYTE, OPCODES } from '../../usart/host.ts';
import { blank, scratchPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import { filled, marked, pattern } from '../../../scenarios/inputs.ts';
import { erased, nothing } from '../../../scenarios/erased.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/replies.ts';
import { optionAreas } from '../../../scenarios/option-image.ts';
import { scratch, some } from '../../../scenarios/scratch.ts';
import { again } from './define.ts';
import { protectedReadReplies } from './replies.ts';

const cannotStayProtected = (part: Part): string | undefined =>
  noReadoutProtection(part) ??
  (part.quirks.has('crash-loop-under-rdp-1')
    ? 'this ROM restarts for ever under readout protection (AN2606)'
    : undefined);

const base = { strength: 'must', destroys: 'options', entries: ['connected'] } as const;
const closing = {
  ...base,
  destroys: 'chip',
  commands: ['readout-protect'],
  unsupported: cannotStayProtected,
} as const;
const regressing = {
  ...base,
  destroys: 'chip',
  commands: ['readout-unprotect'],
  unsupported: noReadoutProtection,
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...closing,
    id: 'fdcan/readout-protect/two-acks',
    requirement: 'Readout Protect is acknowledged twice, and followed by a reset.',
    covers: ['fdcan-readout-protect-1', 'fdcan-readout-protect-2'],
    entries: ['connected', 'unknown-command', 'write-protected'],
    script: (part) => ({
      steps: [protection(part, 'readout-protect')],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
    sharesKills: 'Readout Unprotect is examined behind a Readout Protect too',
  },
  {
    ...closing,
    id: 'fdcan/readout-protect/protects',
    requirement: 'Behind Readout Protect reading, writing and Go are refused.',
    covers: ['fdcan-readout-protect-3', 'fdcan-command-set-4'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => ({
      steps: [
        protection(part, 'readout-protect'),
        ...again(part, [
          readHeader(scratch(part), 16, ...protectedReadReplies(part)),
          writeHeader(scratch(part), 16, nack('write-memory')),
          go(part.pages[0]!.start, nack('go')),
        ]),
      ],
      left: [{ areas: optionAreas(part) }],
    }),
  },
  {
    ...closing,
    id: 'fdcan/readout-protect/keeps-content',
    requirement: 'Readout Protect leaves main flash as it was.',
    covers: ['fdcan-readout-protect-4'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [protection(part, 'readout-protect')],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...closing,
    id: 'fdcan/readout-protect/already-protected',
    requirement: 'Under readout protection Readout Protect is refused.',
    covers: ['fdcan-readout-protect-5'],
    strength: 'observed',
    destroys: 'nothing',
    entries: ['rdp-1'],
    script: () => ({ steps: [command('readout-protect', [], nack('readout-protect')), getId()] }),
  },
  {
    ...regressing,
    id: 'fdcan/readout-unprotect/two-acks',
    requirement:
      'Readout Unprotect is acknowledged twice, protected or not, and followed by a reset.',
    covers: ['fdcan-readout-unprotect-1', 'fdcan-readout-unprotect-2'],
    entries: ['connected', 'unknown-command', 'write-protected', 'rdp-1'],
    script: (part) => ({
      steps: [protection(part, 'readout-unprotect')],
      left: [{ areas: optionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...regressing,
    id: 'fdcan/readout-unprotect/answered-under-the-command',
    requirement: 'Both ACKs carry the identifier of the command.',
    covers: ['fdcan-readout-unprotect-3'],
    entries: ['connected', 'rdp-1'],
    script: (part) => {
      const asked = protection(part, 'readout-unprotect');
      const own = answers(OPCODES['readout-unprotect'], [ACK_BYTE], [ACK_BYTE]);
      return {
        steps: [{ ...asked, replies: [own, ...asked.replies.slice(1)] }],
        left: [{ areas: optionAreas(part) }],
        ends: 'reset',
      };
    },
  },
  {
    ...regressing,
    id: 'fdcan/readout-unprotect/erases-flash',
    requirement: 'Readout Unprotect erases all of main flash.',
    covers: ['fdcan-readout-unprotect-4'],
    entries: ['connected', 'rdp-1'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [protection(part, 'readout-unprotect')],
      left: [{ areas: [...erased(part, part.pages)[0]!.areas, ...optionAreas(part)] }],
      ends: 'reset',
    }),
  },
  {
    ...regressing,
    id: 'fdcan/readout-unprotect/write-protection-does-not-hinder',
    requirement: 'Readout Unprotect erases write-protected pages too.',
    covers: ['fdcan-readout-unprotect-4'],
    strength: 'observed',
    entries: ['write-protected'],
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [protection(part, 'readout-unprotect')],
      left: [{ areas: [...erased(part, part.pages)[0]!.areas, ...optionAreas(part)] }],
      ends: 'reset',
    }),
  },
  {
    ...regressing,
    id: 'fdcan/readout-unprotect/opens',
    requirement: 'Behind Readout Unprotect memory is read and written again.',
    covers: ['fdcan-readout-unprotect-5'],
    entries: ['rdp-1'],
    commands: ['readout-unprotect', 'read-memory', 'write-memory'],
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, end } = scratchPages(part)[0]!;
      const data = some(part);
      return {
        steps: [
          protection(part, 'readout-unprotect'),
          ...again(part, [
            ...read(start, nothing(part)),
            ...write(start, data),
            ...read(start, data),
          ]),
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
    ...regressing,
    id: 'fdcan/readout-unprotect/clears-ram',
    requirement: 'Readout Unprotect clears the RAM.',
    covers: ['fdcan-readout-unprotect-6'],
    strength: 'observed',
    commands: ['readout-unprotect', 'write-memory', 'read-memory'],
    unsupported: (part) =>
      noReadoutProtection(part) ??
      noRam(part) ??
      (part.quirks.has('fdcan-options-after-power-on')
        ? 'this ROM needs a power cycle, which clears RAM too'
        : undefined),
    script: (part) => {
      const { start } = part.ram!;
      return {
        steps: [
          ...write(start, pattern(32)),
          protection(part, 'readout-unprotect'),
          ...again(part, read(start, Array<number>(32).fill(0))),
        ],
        left: [{ areas: optionAreas(part) }],
      };
    },
  },
  {
    ...regressing,
    id: 'fdcan/readout-unprotect/protect-and-unprotect',
    requirement:
      'Readout Protect and Readout Unprotect one after the other end in an open, blank device.',
    covers: ['fdcan-readout-protect-3', 'fdcan-readout-unprotect-5'],
    entries: ['connected', 'unknown-command'],
    commands: ['readout-protect', 'readout-unprotect', 'read-memory'],
    unsupported: cannotStayProtected,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const [content] = filled(part);
      const { address: start, bytes } = content!;
      return {
        steps: [
          protection(part, 'readout-protect'),
          ...again(part, [
            readHeader(start, 4, ...protectedReadReplies(part)),
            protection(part, 'readout-unprotect'),
            ...again(part, read(start, Array<number>(4).fill(blank(part)))),
          ]),
        ],
        left: [
          {
            areas: [...optionAreas(part), { start, end: start + bytes.length, value: blank(part) }],
          },
        ],
      };
    },
  },
];

export default scenarios;
