import * as fc from 'fast-check';
import { scratchPages } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import type { Scenario } from '../run/scenario.ts';
import { holding } from '../run/script.ts';
import type { Script, Step } from '../run/script.ts';
import type { FramedHost, PacketHost } from './kit/framed-host.ts';
import { marked, spoils } from './kit/inputs.ts';
import { noReadoutProtection, noWriteProtection } from './kit/replies.ts';
import { some } from './kit/scratch.ts';
import { others, protectionAreas, spread } from './kit/sector-lists.ts';
import {
  noSecondSector,
  noSectorCodes,
  pageOfAnotherSector,
  pagesOfAreas,
  pagesOfSectors,
  protectingEverything,
  sectorCodes,
} from './kit/sectors.ts';
import { prefixesOf, scenariosOf } from './kit/shared.ts';
import type { Shared } from './kit/shared.ts';

const base = { strength: 'must', destroys: 'options' } as const;

/** A code that no sector has. */
const NO_SECTOR = 0xff;

const first = (part: Part): Page => scratchPages(part)[0]!;

/** What Write Protect and Write Unprotect must do over every framed interface. */
export function writeProtectionScenarios(host: FramedHost): readonly Scenario[] {
  return [...writeProtect(host), ...writeUnprotect(host)];
}

function writeProtect(host: FramedHost): readonly Scenario[] {
  const { connected, over, protect, refused, resets, resetting } = host;
  const { form, title } = prefixesOf(over);
  const listing = {
    ...base,
    entries: [connected],
    commands: [`${form}write-protect`],
    unsupported: noSectorCodes,
  } as const;
  const writing = {
    ...listing,
    commands: [`${form}write-protect`, 'write-memory'],
  } as const;
  /** What is left of writes to pages, some of them open, behind lists of sectors. */
  const listed = (
    part: Part,
    lists: readonly (readonly number[])[],
    closed: readonly Page[],
    open: readonly Page[],
  ): Script => {
    const steps = lists.flatMap((codes) => [...protect(codes), ...host.connect(part)]);
    return written(host, part, steps, closed, open);
  };
  const shared: readonly Shared[] = [
    {
      ...listing,
      name: 'resets',
      requirement: `${title}Write Protect is acknowledged behind its list, and followed by a reset.`,
      entries: resetting,
      on: {
        usart: [1, 3],
        i2c: [1, 2],
        'no-stretch': [1, 2],
        spi: [1, 3],
        can: {
          covers: [1, 2],
          requirement:
            'Write Protect is acknowledged for its first frame, for its codes and when done, and followed by a reset.',
        },
        fdcan: {
          name: 'two-acks',
          covers: [1, 2],
          requirement:
            'Write Protect has its codes in its own frame; it is acknowledged twice, and followed by a reset.',
          entries: [...resetting, 'spoilt-frame'],
        },
      },
      script: (part) => ({
        ...resets(protect(sectorCodes(part, [first(part)]))),
        left: [{ areas: protectionAreas(part) }],
      }),
    },
    {
      ...writing,
      name: 'protects',
      requirement: `Behind ${title}Write Protect the sectors of its list can no longer be written.`,
      entries: [connected, 'aborted-write'],
      on: {
        usart: [1],
        i2c: [1],
        'no-stretch': [1],
        spi: [1],
        can: { covers: [1], entries: [connected] },
        fdcan: { covers: [1], entries: [connected] },
      },
      script: (part) => {
        const pages = pagesOfSectors(part);
        return listed(part, [sectorCodes(part, pages)], pages, []);
      },
    },
    {
      ...writing,
      name: 'spares-others',
      requirement: 'Write Protect leaves the sectors that are not in its list open.',
      on: { usart: [1], i2c: [1], spi: [1], can: [1], fdcan: [1] },
      unsupported: noSecondSector,
      script: (part) =>
        listed(part, [sectorCodes(part, [first(part)])], [], [pageOfAnotherSector(part)!]),
    },
    {
      ...writing,
      name: 'second-replaces-first',
      requirement: 'A second Write Protect opens the sectors that only the first one protected.',
      on: { usart: [4], i2c: [5], spi: [4], can: [3], fdcan: [4] },
      unsupported: noSecondSector,
      script: (part) => {
        const pages = [first(part), pageOfAnotherSector(part)!];
        const lists = pages.map((each) => sectorCodes(part, [each]));
        return listed(part, lists, pages.slice(1), pages.slice(0, 1));
      },
    },
    {
      ...listing,
      name: 'codes-not-judged',
      requirement: 'A sector code that no sector has is no error.',
      on: {
        usart: [5],
        i2c: [6],
        spi: [5],
        can: [5],
        fdcan: { covers: [5], strength: 'observed' },
      },
      script: (part) => ({
        steps: protect([NO_SECTOR]),
        left: [{ areas: protectionAreas(part) }],
        ends: 'reset',
      }),
    },
    {
      ...writing,
      name: 'each-sector',
      requirement:
        'Every sector of a list is protected, the last one and one of the second bank too.',
      on: { usart: [1], i2c: [1], 'no-stretch': [1], spi: [1] },
      unsupported: noSecondSector,
      script: (part) => {
        const closed = spread(part);
        return listed(part, [sectorCodes(part, closed)], closed, others(part, closed));
      },
    },
    {
      ...writing,
      name: 'unknown-code-among-others',
      requirement:
        'A sector code that no sector has does not keep the others from being protected.',
      on: { usart: [1, 5], i2c: [1, 6], spi: [1, 5] },
      script: (part) => {
        const closed = [first(part)];
        const codes = [NO_SECTOR, ...sectorCodes(part, closed)];
        return listed(part, [codes], closed, others(part, closed));
      },
    },
    {
      ...listing,
      name: 'protected',
      requirement: `Under readout protection ${title}Write Protect is refused at the command.`,
      destroys: 'nothing',
      entries: ['rdp-1'],
      on: {
        usart: ['3-6', 6],
        i2c: ['3-9', 4],
        'no-stretch': ['3-9', 4],
        spi: [6],
        can: ['3-2', 6],
        fdcan: [6, 'command-set-4'],
      },
      unsupported: noReadoutProtection,
      script: (part) => ({ steps: refused(part, 'write-protect') }),
    },
  ];
  return scenariosOf(over, host.sections['write-protect'], shared);
}

/** What Write Protect must do where its list is a packet with a checksum. */
export function sectorListScenarios(host: PacketHost): readonly Scenario[] {
  const { NACK, command, connected, count, over, resetting, sectors } = host;
  const { form, title } = prefixesOf(over);
  const refusing = {
    ...base,
    commands: [`${form}write-protect`],
    unsupported: noWriteProtection,
  } as const;
  const shared: readonly Shared[] = [
    {
      ...refusing,
      name: 'wrong-checksum',
      requirement: `${title}Write Protect refuses a list with a wrong checksum and protects nothing.`,
      entries: [connected, 'after-nack', 'aborted-write'],
      on: { usart: [2], i2c: [3], 'no-stretch': [3], spi: [2, '2.1-1'] },
      script: () =>
        fc
          .tuple(fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }), spoils)
          .map(([codes, all]) => ({
            steps: all.flatMap((wrong) => [
              command('write-protect'),
              ...sectors(codes, [NACK], wrong),
            ]),
          })),
    },
    {
      ...refusing,
      name: 'wrong-count',
      requirement: `${title}Write Protect refuses a number of sectors without its complement before any is named.`,
      destroys: 'nothing',
      entries: resetting.slice(0, 2),
      on: { i2c: [3], 'no-stretch': [3], spi: [2, '2.1-2'] },
      script: () =>
        fc.tuple(fc.integer({ min: 1, max: 256 }), spoils).map(([number, all]) => ({
          steps: all.flatMap((wrong) => [
            command('write-protect'),
            count('sectors', number, [NACK], wrong),
          ]),
        })),
    },
    {
      ...refusing,
      name: 'checksum-spares-the-count',
      requirement: 'The checksum of the list does not cover the count: one over both is refused.',
      entries: [connected],
      on: {
        i2c: [7],
        spi: { name: 'checksum-without-count', covers: [2], strength: 'observed' },
      },
      script: () => ({
        steps: [command('write-protect'), ...sectors([1, 2, 4], [NACK], 3 - 1)],
      }),
    },
  ];
  return scenariosOf(over, host.sections['write-protect'], shared);
}

function writeUnprotect(host: FramedHost): readonly Scenario[] {
  const { connect, connected, over, protection, refused, resets, resetting } = host;
  const { form, title } = prefixesOf(over);
  const opening = {
    ...base,
    entries: ['write-protected'],
    commands: [`${form}write-unprotect`],
    unsupported: noWriteProtection,
  } as const;
  const writing = {
    ...opening,
    commands: [`${form}write-unprotect`, 'write-memory'],
  } as const;
  const unprotect = (part: Part): readonly Step[] => protection(part, 'write-unprotect');
  const opened = (part: Part, pages: readonly Page[]): Script =>
    written(host, part, [...unprotect(part), ...connect(part)], [], pages);
  const can = { name: 'opens', covers: [2], known: ['can-write-unprotect-broken'] } as const;
  const shared: readonly Shared[] = [
    {
      ...opening,
      name: 'two-acks',
      requirement: `${title}Write Unprotect is acknowledged twice, when received and when done, and followed by a reset.`,
      entries: [...resetting, 'write-protected'],
      on: {
        usart: [1, 3],
        i2c: [1, 2],
        'no-stretch': [1, 2],
        spi: [1, 3],
        can: [1],
        fdcan: [1, 2],
      },
      script: (part) => ({
        ...resets(unprotect(part)),
        left: [{ areas: protectionAreas(part) }],
      }),
    },
    {
      ...writing,
      name: 'unprotects',
      requirement: `Behind ${title}Write Unprotect the sector that was protected can be written.`,
      on: { usart: [2], i2c: [3], 'no-stretch': [3], spi: [2], can, fdcan: [3] },
      script: (part) => opened(part, [first(part)]),
    },
    {
      ...writing,
      name: 'every-sector',
      requirement: 'Every sector that was protected is free, whichever area or bank it lies in.',
      entries: [connected],
      on: {
        usart: [2],
        i2c: [3],
        'no-stretch': [3],
        spi: [2],
        can: { ...can, name: 'opens-all' },
        fdcan: { name: 'unprotects-all', covers: [3] },
      },
      setUp: (part) => ({ options: protectingEverything(part)! }),
      script: (part) => opened(part, pagesOfAreas(part)),
    },
    {
      ...opening,
      name: 'keeps-content',
      requirement: `${title}Write Unprotect leaves main flash as it was.`,
      on: { usart: [4], i2c: [4], 'no-stretch': [4], spi: [4], can: [3], fdcan: [4] },
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({
        steps: unprotect(part),
        left: [{ areas: protectionAreas(part) }],
        ends: 'reset',
      }),
    },
    {
      ...opening,
      name: 'protected',
      requirement: `Under readout protection ${title}Write Unprotect is refused at the command.`,
      destroys: 'nothing',
      entries: ['rdp-1'],
      on: {
        usart: ['3-6', 5],
        i2c: ['3-9', 5],
        'no-stretch': ['3-9', 5],
        spi: [5],
        can: ['3-2', 4],
        fdcan: [5, 'command-set-4'],
      },
      unsupported: noReadoutProtection,
      script: (part) => ({ steps: refused(part, 'write-unprotect') }),
    },
  ];
  return scenariosOf(over, host.sections['write-unprotect'], shared);
}

/** Writes to pages of which some are open, and what that leaves. */
function written(
  { write }: FramedHost,
  part: Part,
  before: readonly Step[],
  closed: readonly Page[],
  open: readonly Page[],
): Script {
  const data = some(part);
  return {
    steps: [...before, ...[...closed, ...open].flatMap(({ start }) => write(part, start, data))],
    left: [{ areas: [...protectionAreas(part), ...open.map(({ start }) => holding(start, data))] }],
  };
}
