import * as fc from 'fast-check';
import { asClassDriver, eraseBlock, executed, failed, massEraseBlock, report } from '../host.ts';
import {
  isMapped,
  nowhere,
  protectingOptions,
  scratchPages,
  shownPages,
} from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { marked, page } from '../../../scenarios/kit/inputs.ts';
import { erased } from '../../../scenarios/kit/erased.ts';
import {
  noMassErase,
  noReadoutProtection,
  noWriteProtection,
} from '../../../scenarios/kit/replies.ts';
import { DOWNLOADING } from './define.ts';

const base = {
  strength: 'must',
  destroys: 'page',
  entries: ['idle'],
  setUp: (part: Part) => ({ flash: marked(part) }),
} as const;

/** Addresses with memory that is not main flash, and without memory. */
const notFlash = (part: Part): readonly number[] => [
  ...nowhere(part),
  ...part.device.systemMemory.map(({ start }) => start),
  ...(part.device.options?.areas ?? []).map(({ start }) => start),
  ...(part.ram === undefined ? [] : [part.ram.start]),
  ...[0x4000_0000].filter((address) => !isMapped(part, address)),
];

const scenarios: readonly Scenario[] = [
  {
    ...base,
    id: 'dfu/5.3/one-page',
    requirement: 'Erase takes the page whose address it is given, and no other.',
    covers: ['dfu-5.3-1'],
    known: ['dfu-bank-2-erase-broken'],
    entries: DOWNLOADING,
    script: (part) =>
      page(part).map((each) => ({
        steps: executed(eraseBlock(each.start), part),
        left: erased(part, [each]),
      })),
    sharesKills: 'what an erase leaves is looked at with its poll times (2) too',
  },
  {
    ...base,
    id: 'dfu/5.3/any-address-of-the-page',
    requirement: 'Any address in a page names it.',
    covers: ['dfu-5.3-2'],
    strength: 'should',
    script: (part) =>
      fc.tuple(page(part), fc.nat(0xffff)).map(([each, at]) => ({
        steps: executed(eraseBlock(each.start + (at % (each.end - each.start))), part),
        left: erased(part, [each]),
      })),
  },
  {
    ...base,
    id: 'dfu/5.3/last-byte-of-the-page',
    requirement: 'The last address of a page names it, and not the next one.',
    covers: ['dfu-5.3-2'],
    strength: 'should',
    script: (part) => {
      const each = scratchPages(part)[0]!;
      return { steps: executed(eraseBlock(each.end - 1), part), left: erased(part, [each]) };
    },
  },
  {
    ...base,
    id: 'dfu/5.3/one-after-the-other',
    requirement:
      'Pages are erased one after the other, the last one too, and all of them are blank.',
    covers: ['dfu-5.3-1'],
    known: ['dfu-bank-2-erase-broken'],
    destroys: 'flash',
    script: (part) =>
      fc
        .uniqueArray(fc.constantFrom(...shownPages(part).slice(0, -1)), {
          minLength: 1,
          maxLength: 3,
        })
        .map((some) => {
          const pages = [...some, part.pages.at(-1)!];
          return {
            steps: pages.flatMap(({ start }) => executed(eraseBlock(start), part)),
            left: erased(part, pages),
          };
        }),
  },
  {
    ...base,
    id: 'dfu/5.3/mass-erase',
    requirement: 'Erase without an address takes all of main flash.',
    covers: ['dfu-5.3-3'],
    known: ['dfu-mass-erase-broken'],
    destroys: 'flash',
    entries: DOWNLOADING,
    unsupported: noMassErase,
    script: (part) => ({
      steps: executed(massEraseBlock(), part),
      left: erased(part, part.pages),
    }),
  },
  {
    ...base,
    id: 'dfu/5.3/no-mass-erase',
    requirement: 'A line without mass erase ends it in dfuERROR, errVENDOR.',
    covers: ['dfu-5.3-4'],
    strength: 'observed',
    destroys: 'flash',
    unsupported: (part) => (part.device.massErase ? 'this line has mass erase' : undefined),
    script: (part) => ({ steps: failed(massEraseBlock(), part, 'errVENDOR') }),
  },
  {
    ...base,
    id: 'dfu/5.3/not-flash',
    requirement:
      'An address outside of main flash ends in dfuERROR, errTARGET, and nothing is erased.',
    covers: ['dfu-5.3-5'],
    destroys: 'flash',
    entries: DOWNLOADING,
    script: (part) =>
      fc.constantFrom(...notFlash(part)).map((address) => ({
        steps: failed(
          eraseBlock(address),
          part,
          'errTARGET',
          ...asClassDriver(part, report('dfuERROR', 'errVENDOR')),
        ),
      })),
  },
  {
    ...base,
    id: 'dfu/5.3/write-protected',
    requirement: 'The erase of a write-protected page ends without an error and without an effect.',
    covers: ['dfu-5.3-6'],
    entries: ['write-protected'],
    unsupported: (part) =>
      noWriteProtection(part) ??
      (protectingOptions(part, scratchPages(part)[0]!) === undefined
        ? 'no page of it can be protected alone'
        : undefined),
    script: (part) => ({ steps: executed(eraseBlock(scratchPages(part)[0]!.start), part) }),
  },
  {
    ...base,
    id: 'dfu/5.3/protected',
    requirement:
      'Under readout protection Erase ends in dfuERROR, errVENDOR, and nothing is erased.',
    covers: ['dfu-5.3-7'],
    destroys: 'flash',
    entries: ['rdp-1'],
    unsupported: noReadoutProtection,
    script: (part) =>
      fc
        .constantFrom(eraseBlock(scratchPages(part)[0]!.start), massEraseBlock())
        .map((sent) => ({ steps: failed(sent, part, 'errVENDOR') })),
  },
];

export default scenarios;
