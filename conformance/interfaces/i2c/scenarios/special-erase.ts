import * as fc from 'fast-check';
import { NACK, command, specialErase } from '../host.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { marked, spoils } from '../../../scenarios/inputs.ts';
import { erased } from '../../../scenarios/erased.ts';
import { noWriteProtection } from '../../../scenarios/replies.ts';
import { BANKS } from '../../../scenarios/known.ts';
import { WAITING, reachable } from './define.ts';
import { noMassErase } from './erase.ts';

const oneBank = (part: Part): string | undefined =>
  noMassErase(part) ?? (part.banks < 2 ? 'this part has one bank' : undefined);

const bank = (part: Part, number: number): readonly Page[] =>
  part.pages.filter((each) => each.bank === number);

const base = {
  strength: 'must',
  destroys: 'flash',
  commands: ['extended-erase'],
  setUp: (part: Part) => ({ flash: marked(part) }),
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'i2c/3.7/no-mass-erase',
    requirement: 'A line without mass erase refuses special code 0xFFFF.',
    covers: ['i2c-3.7-8'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) => (part.device.massErase ? 'this line has mass erase' : undefined),
    script: () => ({
      steps: [command('extended-erase'), ...specialErase(0xffff, 'stretch', [NACK])],
    }),
  },
  {
    ...base,
    id: 'i2c/3.7/bank-1',
    requirement: 'Special code 0xFFFE erases bank 1 and leaves bank 2.',
    covers: ['i2c-3.7-9'],
    entries: ['connected', 'after-nack'],
    known: BANKS,
    unsupported: oneBank,
    script: (part) => ({
      steps: [command('extended-erase'), ...specialErase(0xfffe, 'stretch')],
      left: erased(part, bank(part, 0)),
    }),
  },
  {
    ...base,
    id: 'i2c/3.7/bank-2',
    requirement: 'Special code 0xFFFD erases bank 2 and leaves bank 1.',
    covers: ['i2c-3.7-9'],
    entries: ['connected', 'after-nack'],
    known: [...BANKS, 'bank-2-erase-returns-early'],
    unsupported: oneBank,
    script: (part) => ({
      steps: [command('extended-erase'), ...specialErase(0xfffd, 'stretch')],
      left: erased(part, bank(part, 1)),
    }),
  },
  {
    ...base,
    id: 'i2c/3.7/no-second-bank',
    requirement: 'A part with one bank refuses the bank erases.',
    covers: ['i2c-3.7-9'],
    strength: 'observed',
    entries: ['connected'],
    unsupported: (part) => (part.banks > 1 ? 'this part has two banks' : undefined),
    script: () =>
      fc.constantFrom(0xfffe, 0xfffd).map((code) => ({
        steps: [command('extended-erase'), ...specialErase(code, 'stretch', [NACK])],
      })),
  },
  {
    ...base,
    id: 'i2c/3.7/special-wrong-checksum',
    requirement: 'A special code with a wrong checksum is refused and nothing is erased.',
    covers: ['i2c-3.7-4'],
    entries: WAITING,
    script: () =>
      fc.tuple(fc.integer({ min: 0xfff0, max: 0xffff }), spoils).map(([code, all]) => ({
        steps: all.flatMap((wrong) => [
          command('extended-erase'),
          ...specialErase(code, 'stretch', [NACK], wrong),
        ]),
      })),
  },
  {
    ...base,
    id: 'i2c/3.7/mass-erase-with-protected-page',
    requirement: 'A mass erase with a write-protected page is acknowledged and erases nothing.',
    covers: ['i2c-3.7-14'],
    strength: 'observed',
    entries: ['write-protected'],
    unsupported: (part) => noMassErase(part) ?? noWriteProtection(part),
    script: () => ({ steps: [command('extended-erase'), ...specialErase(0xffff, 'stretch')] }),
  },
];

export default reachable(scenarios);
