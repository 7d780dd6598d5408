import * as fc from 'fast-check';
import { ackThenNack, command, erase, getId, nack, specialErase } from '../host.ts';
import { be16 } from '../../usart/host.ts';
import { scratchPages } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { marked } from '../../../scenarios/inputs.ts';
import { erased } from '../../../scenarios/erased.ts';
import { noReadoutProtection, noWriteProtection } from '../../../scenarios/replies.ts';
import { WAITING } from './define.ts';

const noMassErase = (part: Part): string | undefined =>
  part.device.massErase ? undefined : 'this line has no mass erase';

const oneBank = (part: Part): string | undefined =>
  noMassErase(part) ?? (part.banks < 2 ? 'this part has one bank' : undefined);

const bank = (part: Part, number: number): readonly Page[] =>
  part.pages.filter((each) => each.bank === number);

const base = {
  strength: 'must',
  destroys: 'flash',
  entries: ['connected'],
  commands: ['extended-erase'],
  setUp: (part: Part) => ({ flash: marked(part) }),
} as const;

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'fdcan/erase-memory/mass-erase',
    requirement: 'Special code 0xFFFF erases all of main flash: two ACKs, and no list.',
    covers: ['fdcan-erase-memory-9'],
    entries: WAITING,
    unsupported: noMassErase,
    script: (part) => ({ steps: [specialErase(0xffff)], left: erased(part, part.pages) }),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/bank-1',
    requirement: 'Special code 0xFFFE erases bank 1 and leaves bank 2.',
    covers: ['fdcan-erase-memory-10'],
    entries: ['connected', 'unknown-command'],
    unsupported: oneBank,
    script: (part) => ({ steps: [specialErase(0xfffe)], left: erased(part, bank(part, 0)) }),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/bank-2',
    requirement: 'Special code 0xFFFD erases bank 2 and leaves bank 1.',
    covers: ['fdcan-erase-memory-10'],
    entries: ['connected', 'unknown-command'],
    known: ['bank-2-erase-returns-early'],
    unsupported: oneBank,
    script: (part) => ({ steps: [specialErase(0xfffd)], left: erased(part, bank(part, 1)) }),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/no-second-bank',
    requirement: 'A part with one bank refuses the bank erases.',
    covers: ['fdcan-erase-memory-10'],
    strength: 'observed',
    unsupported: (part) => (part.banks > 1 ? 'this part has two banks' : undefined),
    script: () =>
      fc.constantFrom(0xfffe, 0xfffd).map((code) => ({
        steps: [specialErase(code, ackThenNack('extended-erase'))],
      })),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/reserved-codes',
    requirement: 'Special codes 0xFFF0 to 0xFFFC are refused, and erase nothing.',
    covers: ['fdcan-erase-memory-11'],
    entries: WAITING,
    script: () =>
      fc.integer({ min: 0xfff0, max: 0xfffc }).map((code) => ({
        steps: [0xfff0, code, 0xfffc].flatMap((each) => [
          specialErase(each, ackThenNack('extended-erase'), nack('extended-erase')),
          getId(),
        ]),
      })),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/write-protected',
    requirement: 'The erase of a write-protected page ends without an error and without an effect.',
    covers: ['fdcan-erase-memory-15'],
    destroys: 'page',
    entries: ['write-protected'],
    unsupported: noWriteProtection,
    script: (part) => ({ steps: erase(part, [scratchPages(part)[0]!.number]) }),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/mass-erase-with-protected-page',
    requirement: 'A mass erase with a write-protected page is acknowledged and erases nothing.',
    covers: ['fdcan-erase-memory-15'],
    strength: 'observed',
    entries: ['write-protected'],
    unsupported: (part) => noMassErase(part) ?? noWriteProtection(part),
    script: () => ({ steps: [specialErase(0xffff)] }),
  },
  {
    ...base,
    id: 'fdcan/erase-memory/protected',
    requirement:
      'Under readout protection Erase Memory is refused with one NACK, and erases nothing.',
    covers: ['fdcan-erase-memory-16', 'fdcan-command-set-4'],
    destroys: 'flash',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: () =>
      fc.constantFrom(1, 0xffff, 0xfffe).map((count) => ({
        steps: [command('extended-erase', be16(count), nack('extended-erase')), getId()],
      })),
  },
];

export default scenarios;
