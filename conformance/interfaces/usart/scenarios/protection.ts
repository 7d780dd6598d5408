import * as fc from 'fast-check';
import {
  ACK,
  NACK,
  SILENCE,
  answer,
  command,
  length,
  address,
  read,
  sectorList,
  resync,
  step,
  write,
} from '../host.ts';
import { blank, blockUnit, scratchPages, since } from '../../../part/part.ts';
import type { Page, Part } from '../../../part/part.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { holding } from '../../../run/script.ts';
import type { Area, Reply, Step } from '../../../run/script.ts';
import { filled, marked, pattern, spoils } from '../../../scenarios/inputs.ts';
import {
  noSecondSector,
  noSectorCodes,
  pageOfAnotherSector,
  pagesOfSectors,
  sectorCodes,
} from '../../../scenarios/sectors.ts';
import { erased, nothing } from '../../../scenarios/erased.ts';
import { levelAreas, protectionAreas, sectorsListed } from '../../../scenarios/sector-lists.ts';
import {
  noRam,
  noReadoutProtection,
  noWriteProtection,
  protectedRefusal,
} from '../../../scenarios/replies.ts';

/** Two ACKs: one for the command and one when it is done (AN3155 §3.10 to §3.12). */
const TWICE: Reply = answer(0x79);

/** Option bytes may change as they must. */
function options(part: Part): readonly Area[] {
  return (part.device.options?.areas ?? []).map(({ start, length: bytes }) => ({
    start,
    end: start + bytes,
  }));
}

const cannotStayProtected = (part: Part): string | undefined =>
  noReadoutProtection(part) ??
  (part.quirks.has('crash-loop-under-rdp-1')
    ? 'this ROM restarts for ever under readout protection (AN2606)'
    : undefined);

const needsPowerCycle = (part: Part): string | undefined =>
  cannotStayProtected(part) ??
  (part.quirks.has('readout-unprotect-without-option-load')
    ? 'this ROM needs a power cycle after Readout Unprotect (AN2606)'
    : undefined);

const data = (part: Part): number[] => pattern(Math.max(16, blockUnit(part)), 2);

const protect = (part: Part, ...pages: readonly Page[]): readonly Step[] => [
  command('write-protect'),
  sectorList(sectorCodes(part, pages)),
];

const done = (name: 'write-unprotect' | 'readout-protect' | 'readout-unprotect'): Step => ({
  ...command(name, TWICE),
  withinMs: 35_000,
});

const sectors = sectorsListed({
  protect: (codes) => [command('write-protect'), sectorList(codes)],
  unprotect: () => [done('write-unprotect')],
  back: (part) => [resync(part)],
  write: (_, to, block) => write(to, block),
});

const scenarios: readonly Scenario[] = [
  {
    id: 'usart/3.9/resets',
    requirement: 'Write Protect is acknowledged after its list, and followed by a reset.',
    covers: ['3.9-1', '3.9-3'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised', 'after-nack'],
    commands: ['write-protect'],
    unsupported: noSectorCodes,
    script: (part) => ({
      steps: [...protect(part, scratchPages(part)[0]!)],
      left: [{ areas: protectionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    id: 'usart/3.9/protects',
    requirement: 'After Write Protect the sectors of its list can no longer be written.',
    covers: ['3.9-1'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised', 'aborted-write'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSectorCodes,
    script: (part) => {
      const pages = pagesOfSectors(part);
      return {
        steps: [
          ...protect(part, ...pages),
          resync(part),
          ...pages.flatMap(({ start }) => write(start, data(part))),
        ],
        left: [{ areas: protectionAreas(part) }],
      };
    },
  },
  {
    id: 'usart/3.9/spares-others',
    requirement: 'Write Protect leaves the sectors that are not in its list open.',
    covers: ['3.9-1'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSecondSector,
    script: (part) => {
      const other = pageOfAnotherSector(part)!;
      return {
        steps: [
          ...protect(part, scratchPages(part)[0]!),
          resync(part),
          ...write(other.start, data(part)),
        ],
        left: [{ areas: [...protectionAreas(part), holding(other.start, data(part))] }],
      };
    },
  },
  {
    id: 'usart/3.9/second-replaces-first',
    requirement: 'A second Write Protect opens the sectors that only the first one protected.',
    covers: ['3.9-4'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised'],
    commands: ['write-protect', 'write-memory'],
    unsupported: noSecondSector,
    script: (part) => {
      const first = scratchPages(part)[0]!;
      const second = pageOfAnotherSector(part)!;
      return {
        steps: [
          ...protect(part, first),
          resync(part),
          ...protect(part, second),
          resync(part),
          ...write(first.start, data(part)),
          ...write(second.start, data(part)),
        ],
        left: [{ areas: [...protectionAreas(part), holding(first.start, data(part))] }],
      };
    },
  },
  {
    id: 'usart/3.9/codes-not-judged',
    requirement: 'A sector code that no sector has is no error.',
    covers: ['3.9-5'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised'],
    commands: ['write-protect'],
    unsupported: noSectorCodes,
    script: (part) => ({
      steps: [command('write-protect'), sectorList([0xff])],
      left: [{ areas: protectionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    ...sectors.each,
    id: 'usart/3.9/each-sector',
    covers: ['3.9-1'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised'],
    commands: ['write-protect', 'write-memory'],
  },
  {
    ...sectors.beyondUnknown,
    id: 'usart/3.9/unknown-code-among-others',
    covers: ['3.9-1', '3.9-5'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised'],
    commands: ['write-protect', 'write-memory'],
  },
  {
    id: 'usart/3.9/wrong-checksum',
    requirement: 'A list of sectors with a wrong checksum is refused and protects nothing.',
    covers: ['3.9-2'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised', 'after-nack', 'aborted-write'],
    commands: ['write-protect'],
    unsupported: noWriteProtection,
    script: () =>
      fc
        .tuple(fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }), spoils)
        .map(([codes, all]) => ({
          steps: all.flatMap((wrong) => [
            command('write-protect'),
            sectorList(codes, [NACK], wrong),
          ]),
        })),
  },
  {
    id: 'usart/3.9/protected',
    requirement: 'Under readout protection Write Protect is refused at the command.',
    covers: ['3-6', '3.9-6'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['write-protect'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('write-protect', NACK)] }),
  },
  {
    id: 'usart/3.10/two-acks',
    requirement: 'Write Unprotect is acknowledged twice: when received and when done.',
    covers: ['3.10-1', '3.10-3'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised', 'after-nack', 'write-protected'],
    commands: ['write-unprotect'],
    unsupported: noWriteProtection,
    script: (part) => ({
      steps: [done('write-unprotect')],
      left: [{ areas: protectionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    id: 'usart/3.10/unprotects',
    requirement: 'After Write Unprotect the sector that was protected can be written.',
    covers: ['3.10-2'],
    strength: 'must',
    destroys: 'options',
    entries: ['write-protected'],
    commands: ['write-unprotect', 'write-memory'],
    unsupported: noWriteProtection,
    script: (part) => {
      const { start } = scratchPages(part)[0]!;
      return {
        steps: [done('write-unprotect'), resync(part), ...write(start, data(part))],
        left: [{ areas: [...protectionAreas(part), holding(start, data(part))] }],
      };
    },
  },
  {
    ...sectors.freed,
    id: 'usart/3.10/every-sector',
    covers: ['3.10-2'],
    strength: 'must',
    destroys: 'options',
    entries: ['synchronised'],
    commands: ['write-unprotect', 'write-memory'],
  },
  {
    id: 'usart/3.10/keeps-content',
    requirement: 'Write Unprotect leaves main flash as it was.',
    covers: ['3.10-4'],
    strength: 'must',
    destroys: 'options',
    entries: ['write-protected'],
    commands: ['write-unprotect'],
    unsupported: noWriteProtection,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [done('write-unprotect')],
      left: [{ areas: protectionAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    id: 'usart/3.10/protected',
    requirement: 'Under readout protection Write Unprotect is refused at the command.',
    covers: ['3-6', '3.10-5'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['write-unprotect'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('write-unprotect', NACK)] }),
  },
  {
    id: 'usart/3.11/two-acks',
    requirement: 'Readout Protect is acknowledged twice and followed by a reset.',
    covers: ['3.11-1', '3.11-3'],
    strength: 'must',
    destroys: 'chip',
    entries: ['synchronised', 'after-nack', 'write-protected'],
    commands: ['readout-protect'],
    unsupported: cannotStayProtected,
    script: (part) => ({
      steps: [done('readout-protect')],
      left: [{ areas: levelAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    id: 'usart/3.11/protects',
    requirement: 'After Readout Protect reading, writing and Go are refused.',
    covers: ['3.11-2', '3-6'],
    strength: 'must',
    destroys: 'chip',
    entries: ['synchronised'],
    commands: ['readout-protect'],
    unsupported: cannotStayProtected,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => ({
      steps: [
        done('readout-protect'),
        resync(part),
        command('read-memory', ...protectedRefusal(part, true)),
        command('write-memory', ...protectedRefusal(part, true)),
        command('go', ...protectedRefusal(part, true)),
      ],
      left: [{ areas: levelAreas(part) }],
    }),
  },
  {
    id: 'usart/3.11/already-protected',
    requirement: 'Under readout protection Readout Protect is refused.',
    covers: ['3-6', '3.11-4'],
    strength: 'must',
    destroys: 'nothing',
    entries: ['rdp-1'],
    commands: ['readout-protect'],
    unsupported: noReadoutProtection,
    script: () => ({ steps: [command('readout-protect', NACK)] }),
  },
  {
    id: 'usart/3.11/keeps-content',
    requirement: 'Readout Protect leaves main flash as it was.',
    covers: ['3.11-5'],
    strength: 'must',
    destroys: 'chip',
    entries: ['synchronised'],
    commands: ['readout-protect'],
    unsupported: cannotStayProtected,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [done('readout-protect')],
      left: [{ areas: levelAreas(part) }],
      ends: 'reset',
    }),
  },
  {
    id: 'usart/3.12/two-acks',
    requirement:
      'Readout Unprotect is acknowledged twice and followed by a reset, protected or not.',
    covers: ['3.12-1', '3.12-5', '3.12-6'],
    strength: 'must',
    destroys: 'chip',
    entries: ['synchronised', 'after-nack', 'write-protected', 'rdp-1'],
    commands: ['readout-unprotect'],
    unsupported: noReadoutProtection,
    script: (part) => ({
      steps: [done('readout-unprotect')],
      left: [{ areas: options(part) }],
      ends: 'reset',
    }),
  },
  {
    id: 'usart/3.12/erases-flash',
    requirement: 'Readout Unprotect erases all of main flash.',
    covers: ['3.12-2'],
    strength: 'must',
    destroys: 'chip',
    entries: ['synchronised', 'rdp-1'],
    commands: ['readout-unprotect'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [done('readout-unprotect')],
      left: [{ areas: [...erased(part, part.pages)[0]!.areas, ...options(part)] }],
      ends: 'reset',
    }),
  },
  {
    id: 'usart/3.12/write-protection-does-not-hinder',
    requirement: 'Readout Unprotect erases write-protected pages too.',
    covers: ['3.12-8'],
    strength: 'observed',
    destroys: 'chip',
    entries: ['write-protected'],
    commands: ['readout-unprotect'],
    unsupported: noReadoutProtection,
    setUp: (part) => ({ flash: marked(part) }),
    script: (part) => ({
      steps: [done('readout-unprotect')],
      left: [{ areas: [...erased(part, part.pages)[0]!.areas, ...options(part)] }],
      ends: 'reset',
    }),
  },
  {
    id: 'usart/3.12/opens',
    requirement: 'After Readout Unprotect the memory can be read and written again.',
    covers: ['3.12-3'],
    strength: 'must',
    destroys: 'chip',
    entries: ['rdp-1'],
    commands: ['readout-unprotect', 'read-memory', 'write-memory'],
    unsupported: needsPowerCycle,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start, end } = scratchPages(part)[0]!;
      return {
        steps: [
          done('readout-unprotect'),
          resync(part),
          ...read(start, nothing(part)),
          ...write(start, data(part)),
          ...read(start, data(part)),
        ],
        left: [
          {
            areas: [
              ...options(part),
              holding(start, data(part)),
              { start: start + data(part).length, end, value: blank(part) },
            ],
          },
        ],
      };
    },
  },
  {
    id: 'usart/3.12/clears-ram',
    requirement: 'From protocol 2.2 on Readout Unprotect clears the RAM.',
    known: ['ram-write-refused'],
    covers: ['3.12-4', '4-1'],
    strength: 'must',
    destroys: 'chip',
    entries: ['synchronised'],
    commands: ['readout-unprotect', 'write-memory', 'read-memory'],
    unsupported: (part) =>
      noReadoutProtection(part) ??
      noRam(part) ??
      (since(part, '2.2') ? undefined : 'RAM is cleared from protocol 2.2 on'),
    script: (part) => {
      const { start } = part.ram!;
      return {
        steps: [
          ...write(start, pattern(32)),
          done('readout-unprotect'),
          resync(part),
          ...read(
            start,
            Array.from({ length: 32 }, () => 0),
          ),
        ],
        left: [{ areas: options(part) }],
      };
    },
  },
  {
    id: 'usart/3.12/protect-and-unprotect',
    requirement:
      'Readout Protect and Readout Unprotect one after the other end in an open, blank device.',
    covers: ['3.11-2', '3.12-2', '3.12-3'],
    strength: 'must',
    destroys: 'chip',
    entries: ['synchronised', 'after-nack'],
    commands: ['readout-protect', 'readout-unprotect', 'read-memory'],
    unsupported: needsPowerCycle,
    setUp: (part) => ({ flash: filled(part) }),
    script: (part) => {
      const { start } = scratchPages(part)[0]!;
      const [content] = filled(part);
      return {
        steps: [
          done('readout-protect'),
          resync(part),
          command('read-memory', ...protectedRefusal(part, true)),
          done('readout-unprotect'),
          resync(part),
          command('read-memory', ACK),
          address(start),
          length(4, [answer(...Array.from({ length: 4 }, () => blank(part)))]),
        ],
        left: [
          {
            areas: [
              ...options(part),
              { start, end: start + content!.bytes.length, value: blank(part) },
            ],
          },
        ],
      };
    },
  },
  {
    id: 'usart/3.12/not-answered-between',
    requirement:
      'After the second ACK the device is reset: it answers nothing until it is sent 0x7F.',
    covers: ['3.12-5'],
    strength: 'must',
    destroys: 'chip',
    entries: ['rdp-1'],
    commands: ['readout-unprotect'],
    unsupported: noReadoutProtection,
    script: (part) => ({
      steps: [
        done('readout-unprotect'),
        step('Get ID, and no 0x7F before it', [0x02, 0xfd], SILENCE),
      ],
      left: [{ areas: options(part) }],
      ends: 'deaf',
    }),
  },
];

export default scenarios;
