import * as fc from 'fast-check';
import { scratchPages } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
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
import { prefixesOf, shared } from './kit/shared.ts';

const base = { strength: 'must', destroys: 'options' } as const;

/** A code that no sector has. */
const NO_SECTOR = 0xff;

const first = (part: Part): Page => scratchPages(part)[0]!;

/** What Write Protect must do over every framed interface. */
export const writeProtects = shared((host: FramedHost) => {
  const { connected, protect, refused, resets, resetting } = host;
  const { form, title } = prefixesOf(host);
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
  return {
    resets: {
      ...listing,
      requirement: `${title}Write Protect is acknowledged behind its list, and followed by a reset.`,
      entries: resetting,
      script: (part) => ({
        ...resets(protect(sectorCodes(part, [first(part)]))),
        left: [{ areas: protectionAreas(part) }],
      }),
    },
    protects: {
      ...writing,
      requirement: `Behind ${title}Write Protect the sectors of its list can no longer be written.`,
      entries: [connected, 'aborted-write'],
      script: (part) => {
        const pages = pagesOfSectors(part);
        return listed(part, [sectorCodes(part, pages)], pages, []);
      },
    },
    'spares-others': {
      ...writing,
      requirement: 'Write Protect leaves the sectors that are not in its list open.',
      unsupported: noSecondSector,
      script: (part) =>
        listed(part, [sectorCodes(part, [first(part)])], [], [pageOfAnotherSector(part)!]),
    },
    'second-replaces-first': {
      ...writing,
      requirement: 'A second Write Protect opens the sectors that only the first one protected.',
      unsupported: noSecondSector,
      script: (part) => {
        const pages = [first(part), pageOfAnotherSector(part)!];
        const lists = pages.map((each) => sectorCodes(part, [each]));
        return listed(part, lists, pages.slice(1), pages.slice(0, 1));
      },
    },
    'codes-not-judged': {
      ...listing,
      requirement: 'A sector code that no sector has is no error.',
      script: (part) => ({
        steps: protect([NO_SECTOR]),
        left: [{ areas: protectionAreas(part) }],
        ends: 'reset',
      }),
    },
    'each-sector': {
      ...writing,
      requirement:
        'Every sector of a list is protected, the last one and one of the second bank too.',
      unsupported: noSecondSector,
      script: (part) => {
        const closed = spread(part);
        return listed(part, [sectorCodes(part, closed)], closed, others(part, closed));
      },
    },
    'unknown-code-among-others': {
      ...writing,
      requirement:
        'A sector code that no sector has does not keep the others from being protected.',
      script: (part) => {
        const closed = [first(part)];
        const codes = [NO_SECTOR, ...sectorCodes(part, closed)];
        return listed(part, [codes], closed, others(part, closed));
      },
    },
    protected: {
      ...listing,
      requirement: `Under readout protection ${title}Write Protect is refused at the command.`,
      destroys: 'nothing',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: (part) => ({ steps: refused(part, 'write-protect') }),
    },
  };
});

/** What Write Protect must do where its list is a packet with a checksum. */
export const sectorLists = shared((host: PacketHost) => {
  const { NACK, command, connected, count, resetting, sectors } = host;
  const { form, title } = prefixesOf(host);
  const refusing = {
    ...base,
    commands: [`${form}write-protect`],
    unsupported: noWriteProtection,
  } as const;
  return {
    'wrong-checksum': {
      ...refusing,
      requirement: `${title}Write Protect refuses a list with a wrong checksum and protects nothing.`,
      entries: [connected, 'after-nack', 'aborted-write'],
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
    'wrong-count': {
      ...refusing,
      requirement: `${title}Write Protect refuses a number of sectors without its complement before any is named.`,
      destroys: 'nothing',
      entries: resetting.slice(0, 2),
      script: () =>
        fc.tuple(fc.integer({ min: 1, max: 256 }), spoils).map(([number, all]) => ({
          steps: all.flatMap((wrong) => [
            command('write-protect'),
            count('sectors', number, [NACK], wrong),
          ]),
        })),
    },
    'checksum-spares-the-count': {
      ...refusing,
      requirement: 'The checksum of the list does not cover the count: one over both is refused.',
      entries: [connected],
      script: () => ({
        steps: [command('write-protect'), ...sectors([1, 2, 4], [NACK], 3 - 1)],
      }),
    },
  };
});

/** What Write Unprotect must do over every framed interface. */
export const writeUnprotects = shared((host: FramedHost) => {
  const { connect, connected, protection, refused, resets, resetting } = host;
  const { form, title } = prefixesOf(host);
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
  return {
    'two-acks': {
      ...opening,
      requirement: `${title}Write Unprotect is acknowledged twice, when received and when done, and followed by a reset.`,
      entries: [...resetting, 'write-protected'],
      script: (part) => ({
        ...resets(unprotect(part)),
        left: [{ areas: protectionAreas(part) }],
      }),
    },
    unprotects: {
      ...writing,
      requirement: `Behind ${title}Write Unprotect the sector that was protected can be written.`,
      script: (part) => opened(part, [first(part)]),
    },
    'every-sector': {
      ...writing,
      requirement: 'Every sector that was protected is free, whichever area or bank it lies in.',
      entries: [connected],
      setUp: (part) => ({ options: protectingEverything(part)! }),
      script: (part) => opened(part, pagesOfAreas(part)),
    },
    'keeps-content': {
      ...opening,
      requirement: `${title}Write Unprotect leaves main flash as it was.`,
      setUp: (part) => ({ flash: marked(part) }),
      script: (part) => ({
        steps: unprotect(part),
        left: [{ areas: protectionAreas(part) }],
        ends: 'reset',
      }),
    },
    protected: {
      ...opening,
      requirement: `Under readout protection ${title}Write Unprotect is refused at the command.`,
      destroys: 'nothing',
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: (part) => ({ steps: refused(part, 'write-unprotect') }),
    },
  };
});

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
