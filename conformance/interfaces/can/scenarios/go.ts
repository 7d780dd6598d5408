import * as fc from 'fast-check';
import { OPCODES, command, nack, write } from '../host.ts';
import { be32 } from '../../usart/host.ts';
import { nowhere, scratchPages, shownPages } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import { isGone } from '../index.ts';
import type { Scenario } from '../../../run/scenario.ts';
import type { Step } from '../../../run/script.ts';
import { anyPage } from '../../../scenarios/inputs.ts';
import { applications, vectors } from '../../../scenarios/start.ts';
import { noRam, noReadoutProtection } from '../../../scenarios/replies.ts';
import { WAITING } from './define.ts';

const REFUSED = nack(OPCODES.go);

const go = (part: Part, to: number): readonly Step[] => [command('go', be32(to)), isGone(part)];

const refused = (to: number): Step => command('go', be32(to), REFUSED);

/** Addresses with memory in which no application is. */
const notForPrograms = (part: Part): readonly number[] => [
  ...part.device.systemMemory.map(({ start }) => start),
  ...(part.device.options?.areas ?? []).map(({ start }) => start),
];

const base = {
  strength: 'must',
  destroys: 'chip', // the application that runs may do anything
  entries: WAITING,
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'can/3.6/flash',
    requirement: 'Go to flash is acknowledged once, and the bootloader is left.',
    covers: ['can-3.6-1', 'can-3.6-2'],
    setUp: (part) => applications(part, part.pages.slice(0, 1)),
    script: (part) => ({ steps: go(part, part.pages[0]!.start), ends: 'gone' }),
  },
  {
    ...base,
    id: 'can/3.6/any-page',
    requirement: 'Go takes the base address of an application anywhere in flash.',
    covers: ['can-3.6-2'],
    entries: ['connected'],
    setUp: (part) => applications(part, shownPages(part)),
    script: (part) => anyPage(part).map(({ start }) => ({ steps: go(part, start), ends: 'gone' })),
  },
  {
    ...base,
    id: 'can/3.6/ram',
    requirement: 'Go to an application in RAM is acknowledged once, and the bootloader is left.',
    covers: ['can-3.6-3'],
    entries: ['connected', 'faster'],
    unsupported: noRam,
    script: (part) => {
      const start = Math.ceil(part.ram!.start / 512) * 512;
      return { steps: [...write(start, vectors(part, start)), ...go(part, start)], ends: 'gone' };
    },
  },
  {
    ...base,
    id: 'can/3.6/vectors-not-judged',
    requirement: 'Go to blank flash is acknowledged too.',
    covers: ['can-3.6-4'],
    strength: 'observed',
    entries: ['connected'],
    script: (part) => ({ steps: go(part, scratchPages(part)[0]!.start), ends: 'gone' }),
  },
  {
    ...base,
    id: 'can/3.6/no-memory-there',
    requirement: 'An address without memory is refused, and the bootloader is not left.',
    covers: ['can-3.6-5'],
    destroys: 'nothing',
    script: (part) => fc.constantFrom(...nowhere(part)).map((to) => ({ steps: [refused(to)] })),
  },
  {
    ...base,
    id: 'can/3.6/not-for-programs',
    requirement: 'System memory and option bytes are refused: an application is in flash or RAM.',
    covers: ['can-3.6-5'],
    destroys: 'nothing',
    unsupported: (part) =>
      notForPrograms(part).length === 0 ? 'their addresses are not known' : undefined,
    script: (part) =>
      fc.constantFrom(...notForPrograms(part)).map((to) => ({ steps: [refused(to)] })),
  },
  {
    ...base,
    id: 'can/3.6/protected',
    requirement: 'Under readout protection Go is refused.',
    covers: ['can-3-2', 'can-3.6-6'],
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: (part) => ({ steps: [refused(part.pages[0]!.start)] }),
    sharesKills: 'the protection shows again after Readout Protect (3.11)',
  },
];

export default scenarios;
