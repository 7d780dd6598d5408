import { eraseCodes } from '../../families/index.ts';
import * as fc from 'fast-check';
import type { Page, Part } from '../part/part.ts';
import type { Step } from '../run/script.ts';
import { eraseBase } from './erase.ts';
import type { EraseHost } from './erase.ts';
import { erased } from './kit/erased.ts';
import type { FramedHost } from './kit/framed-host.ts';
import { BANKS } from './kit/known.ts';
import { noMassErase } from './kit/replies.ts';
import { shared } from './kit/shared.ts';

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
export const specialErases = shared((host: FramedHost, own: CodeHost) => {
  const { name, special, specialRefused } = own;
  const { connected, waiting } = host;
  const base = eraseBase(name);
  const early = [connected, waiting[1]!];
  return {
    'no-mass-erase': {
      ...base,
      requirement: 'A line without mass erase refuses special code 0xFFFF.',
      strength: 'observed',
      entries: [connected],
      unsupported: (part) => (part.device.massErase ? 'this line has mass erase' : undefined),
      script: () => ({ steps: specialRefused(eraseCodes.all) }),
    },
    'bank-1': {
      ...base,
      requirement: 'Special code 0xFFFE erases bank 1 and leaves bank 2.',
      entries: early,
      known: BANKS,
      unsupported: oneBank,
      script: (part) => ({
        steps: special(eraseCodes.bank1),
        left: erased(part, bank(part, 0)),
      }),
    },
    'bank-2': {
      ...base,
      requirement: 'Special code 0xFFFD erases bank 2 and leaves bank 1.',
      entries: early,
      known: [...BANKS, 'bank-2-erase-returns-early'],
      unsupported: oneBank,
      script: (part) => ({
        steps: special(eraseCodes.bank2),
        left: erased(part, bank(part, 1)),
      }),
    },
    'no-second-bank': {
      ...base,
      requirement: 'A part with one bank refuses the bank erases.',
      strength: 'observed',
      entries: [connected],
      unsupported: (part) => (part.banks > 1 ? 'this part has two banks' : undefined),
      script: () =>
        fc
          .constantFrom(eraseCodes.bank1, eraseCodes.bank2)
          .map((code) => ({ steps: specialRefused(code) })),
    },
    'reserved-codes': {
      ...base,
      requirement:
        'Special codes 0xFFF0 to 0xFFFC are reserved: they are refused and erase nothing.',
      entries: waiting,
      script: () =>
        fc
          .integer({ min: 0xfff0, max: 0xfffc })
          .map((code) => ({ steps: [0xfff0, code, 0xfffc].flatMap(specialRefused) })),
    },
  };
});
