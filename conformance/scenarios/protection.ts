import { blank, scratchPages } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Protocol } from '../interfaces/protocol.ts';
import { holding } from '../run/script.ts';
import type { Step } from '../run/script.ts';
import { filled, marked } from './kit/inputs.ts';
import { optionAreas } from './kit/option-image.ts';
import { needsPowerCycle, wiped } from './kit/readout.ts';
import { noReadoutProtection } from './kit/replies.ts';
import type { Common } from './kit/common.ts';
import { nothing } from './kit/erased.ts';
import { some } from './kit/scratch.ts';

/** The same again and again: what was refused once is refused the next time too. */
const thrice = (steps: readonly Step[]): readonly Step[] => [...steps, ...steps, ...steps];

/** What readout protection refuses, and how it is taken off. */
export function protectionScenarios(protocol: Protocol): readonly Common[] {
  const { moves, connected } = protocol;
  const refused = {
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    setUp: (part: Part) => ({ flash: filled(part) }),
  } as const;
  return [
    {
      ...refused,
      name: 'protected-read',
      requirement:
        'Under readout protection nothing of flash is read, however often it is asked for.',
      covers: ['common-7'],
      moves: ['read'],
      script: (part) => ({
        steps: thrice(moves.readRefused(part, scratchPages(part)[0]!.start, 'protection')),
      }),
    },
    {
      ...refused,
      name: 'protected-write',
      requirement: 'Under readout protection a write is refused, and nothing changes.',
      covers: ['common-7'],
      destroys: 'page',
      moves: ['write'],
      script: (part) => ({
        steps: thrice(moves.writeRefused(part, scratchPages(part)[0]!.start, 'protection')),
      }),
    },
    {
      ...refused,
      name: 'protected-erase',
      requirement: 'Under readout protection an erase is refused, and nothing changes.',
      covers: ['common-7'],
      destroys: 'page',
      moves: ['erase'],
      script: (part) => ({ steps: thrice(moves.eraseRefused(part, scratchPages(part)[0]!)) }),
    },
    {
      name: 'unprotect-wipes',
      requirement: 'To take the readout protection off erases all of main flash.',
      covers: ['common-8'],
      strength: 'must',
      destroys: 'chip',
      entries: [connected, 'rdp-1'],
      moves: ['unprotect'],
      unsupported: noReadoutProtection,
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({
        steps: moves.unprotect(part),
        left: [{ areas: wiped(part) }],
        ends: 'reset',
      }),
    },
    {
      name: 'unprotect-opens',
      requirement: 'Once the readout protection is off the memory can be read and written.',
      covers: ['common-8'],
      strength: 'must',
      destroys: 'chip',
      entries: ['rdp-1'],
      moves: ['unprotect', 'read', 'write'],
      unsupported: needsPowerCycle,
      setUp: (part) => ({ flash: filled(part) }),
      script: (part) => {
        const { start, end } = scratchPages(part)[0]!;
        const data = some(part);
        return {
          steps: [
            ...moves.unprotect(part),
            ...protocol.connect(part, [
              ...moves.read(part, start, nothing(part)),
              ...moves.write(part, start, data),
              ...moves.read(part, start, data),
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
  ];
}
