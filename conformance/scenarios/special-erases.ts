import * as fc from 'fast-check';
import type { Page, Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Step } from '../run/script.ts';
import { eraseBase } from './erase.ts';
import type { EraseHost } from './erase.ts';
import { erased } from './kit/erased.ts';
import { BANKS } from './kit/known.ts';
import { noMassErase } from './kit/replies.ts';
import { scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';

/** A command in which codes from 0xFFF0 on stand for more than a list. */
export interface CodeHost extends EraseHost {
  readonly special: (code: number) => readonly Step[];
  readonly specialRefused: (code: number) => readonly Step[];
}

const oneBank = (part: Part): string | undefined =>
  noMassErase(part) ?? (part.banks < 2 ? 'this part has one bank' : undefined);

const bank = (part: Part, number: number): readonly Page[] =>
  part.pages.filter((each) => each.bank === number);

/** What an Erase must do that has special codes. */
export function specialEraseScenarios(own: CodeHost): readonly Scenario[] {
  const { host, special, specialRefused } = own;
  const { connected, waiting } = host;
  const base = eraseBase(own.name);
  const early = [connected, waiting[1]!];
  const shared: readonly Shared[] = [
    {
      ...base,
      name: 'no-mass-erase',
      requirement: 'A line without mass erase refuses special code 0xFFFF.',
      strength: 'observed',
      entries: [connected],
      on: { 'usart/3.8': [15], i2c: [8], spi: [6] },
      unsupported: (part) => (part.device.massErase ? 'this line has mass erase' : undefined),
      script: () => ({ steps: specialRefused(0xffff) }),
    },
    {
      ...base,
      name: 'bank-1',
      requirement: 'Special code 0xFFFE erases bank 1 and leaves bank 2.',
      entries: early,
      known: BANKS,
      on: { 'usart/3.8': [4], i2c: [9], spi: [7], fdcan: { covers: [10], known: [] } },
      unsupported: oneBank,
      script: (part) => ({ steps: special(0xfffe), left: erased(part, bank(part, 0)) }),
    },
    {
      ...base,
      name: 'bank-2',
      requirement: 'Special code 0xFFFD erases bank 2 and leaves bank 1.',
      entries: early,
      known: [...BANKS, 'bank-2-erase-returns-early'],
      on: {
        'usart/3.8': [5],
        i2c: [9],
        spi: [8],
        fdcan: { covers: [10], known: ['bank-2-erase-returns-early'] },
      },
      unsupported: oneBank,
      script: (part) => ({ steps: special(0xfffd), left: erased(part, bank(part, 1)) }),
    },
    {
      ...base,
      name: 'no-second-bank',
      requirement: 'A part with one bank refuses the bank erases.',
      strength: 'observed',
      entries: [connected],
      on: { 'usart/3.8': [4, 5], i2c: [9], spi: [7, 8], fdcan: [10] },
      unsupported: (part) => (part.banks > 1 ? 'this part has two banks' : undefined),
      script: () =>
        fc.constantFrom(0xfffe, 0xfffd).map((code) => ({ steps: specialRefused(code) })),
    },
    {
      ...base,
      name: 'reserved-codes',
      requirement:
        'Special codes 0xFFF0 to 0xFFFC are reserved: they are refused and erase nothing.',
      entries: waiting,
      on: {
        'usart/3.8': [6],
        i2c: { covers: [5], entries: early },
        'no-stretch': { covers: [5], entries: early },
        spi: [9],
        fdcan: [11],
      },
      script: () =>
        fc
          .integer({ min: 0xfff0, max: 0xfffc })
          .map((code) => ({ steps: [0xfff0, code, 0xfffc].flatMap(specialRefused) })),
    },
  ];
  return scenariosOf(host.over, own.section, shared);
}
