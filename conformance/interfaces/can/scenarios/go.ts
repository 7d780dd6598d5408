import * as fc from 'fast-check';
import { goes } from '../../../scenarios/go.ts';
import { canHost } from '../framed-host.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { WAITING } from './define.ts';

/** Addresses with memory in which no application is. */
const notForPrograms = (part: Part): readonly number[] => [
  ...part.device.systemMemory.map(({ start }) => start),
  ...(part.device.options?.areas ?? []).map(({ start }) => start),
];

const scenarios: readonly Scenario[] = [
  ...goes(canHost, '3.6', {
    flash: { covers: [1, 2], known: [] },
    'any-page': { covers: [2], known: [] },
    ram: { covers: [3], entries: ['connected', 'faster'], known: [] },
    'vectors-not-judged': [4],
    'no-memory-there': [5],
    protected: ['3-2', 6],
  }),
  {
    id: 'can/3.6/not-for-programs',
    requirement: 'System memory and option bytes are refused: an application is in flash or RAM.',
    covers: ['can-3.6-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: WAITING,
    unsupported: (part) =>
      notForPrograms(part).length === 0 ? 'their addresses are not known' : undefined,
    script: (part) =>
      fc
        .constantFrom(...notForPrograms(part))
        .map((to) => ({ steps: canHost.goRefused(part, to) })),
  },
];

export default scenarios;
