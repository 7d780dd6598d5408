import { andThen, instead, isOperation, madeOf, nothing } from '../kit.ts';
import type { Kinds, Memory, MemoryFault, Result } from '../kit.ts';
import {
  firstUnit,
  lastUnit,
  lastWord,
  named,
  pagesOf,
  protectedCodes,
  protects,
  sparing,
  turns,
  unprotects,
  upTo,
} from './faults.ts';
import type { Method, Range } from './faults.ts';

/** A command is acknowledged and changes nothing. */
const idle = (name: string, wrong: string, method: Method): MemoryFault => ({
  name,
  wrong,
  change: (memory) => ({
    [method]: (...how: never[]) => nothing((memory[method] as (...of: never[]) => Result)(...how)),
  }),
});

/** The operation, which changes these fields instead. */
function changing(memory: Memory, right: Result, fields: Readonly<Record<string, number>>): Result {
  const other = memory.changeOptions(fields);
  return isOperation(right) && isOperation(other) ? instead(right, () => other.commit()) : right;
}

/** A regression leaves bytes of flash as they were. */
function regressionSpares(
  name: string,
  wrong: string,
  of: (pages: readonly Range[], memory: Memory) => Range,
): MemoryFault {
  return turns(name, wrong, 'readoutUnprotect', (right, memory) =>
    sparing(memory, right, [of(pagesOf(memory), memory)]),
  );
}

/** Sectors of F405, F410 and F427: nWRP has a bit for each, and 1 is open. */
const allOpen = (memory: Memory): number => 2 ** pagesOf(memory).length - 1;

export const protectsNothing = idle(
  'write-protect-does-nothing',
  'no sector is protected',
  'writeProtect',
);

export const firstOnly = protects(
  'write-protect-first-code-only',
  'the first sector of a list alone is protected',
  (codes) => codes.slice(0, 1),
);

export const protectsMore = protects(
  'write-protect-protects-more',
  'the following sectors are protected too',
  (codes) => codes.flatMap((code) => [code, code + 1, code + 2]),
);

export const judgesCodes = turns(
  'write-protect-refuses-unknown-codes',
  'Write Protect refuses codes that no sector has',
  'writeProtect',
  (right, memory, codes) =>
    codes.some((code) => code >= pagesOf(memory).length) ? { refused: 'value' } : right,
);

export const freesNothing = idle(
  'write-unprotect-does-nothing',
  'the sectors stay protected',
  'writeUnprotect',
);

/** The protection in force is that of the last reset: page 1 alone may still resist. */
export const freesAndErases = turns(
  'write-unprotect-erases',
  'Write Unprotect erases flash',
  'writeUnprotect',
  (right, memory) =>
    andThen(right, () => [memory.erase({ pages: [1] }), memory.erase({ pages: [2, 3] })]),
);

export const freesOne = unprotects(
  'write-unprotect-frees-one',
  'the first protected sector alone is freed',
  (memory, rom) => {
    const [first] = protectedCodes(memory, rom);
    const wrp = memory.option('nWRP')!;
    return { nWRP: first === undefined ? wrp : wrp | (1 << first) };
  },
);

export const hidesNothing = idle(
  'readout-protect-does-nothing',
  'Readout Protect protects nothing',
  'readoutProtect',
);

export const hidesAndErases = turns(
  'readout-protect-erases',
  'Readout Protect erases a page',
  'readoutProtect',
  (right, memory) => andThen(right, () => [memory.erase({ pages: [1] })]),
);

export const regressesNothing = idle(
  'regression-does-nothing',
  'Readout Unprotect neither erases nor lifts the protection',
  'readoutUnprotect',
);

export const forgetsAPage = regressionSpares(
  'regression-forgets-a-page',
  'the content of a page survives Readout Unprotect',
  (pages) => firstUnit(pages[1]!),
);

export const keepsTheLevel = turns(
  'regression-keeps-the-level',
  'Readout Unprotect erases and leaves the protection on',
  'readoutUnprotect',
  (_, memory) => memory.erase({ mass: true }),
);

export const keepsRam: MemoryFault = {
  name: 'regression-keeps-ram',
  wrong: 'Readout Unprotect leaves the RAM as it was',
  change: (memory) => ({
    readoutUnprotect: (_, ...rest) => memory.readoutUnprotect(false, ...rest),
  }),
};

const needsLevel1 = turns(
  'regression-needs-level-1',
  'Readout Unprotect is refused where there is no readout protection',
  'readoutUnprotect',
  (right, memory) => (memory.level === 0 ? { refused: 'protected' } : right),
);

export const leavesLastWord = regressionSpares(
  'regression-leaves-the-last-word',
  'Readout Unprotect leaves the last word of flash as it was',
  (_, memory) => lastWord(memory),
);

export const firstAreaFreed: MemoryFault = {
  name: 'write-unprotect-first-area',
  wrong: 'Write Unprotect frees the first area, or the lower half of the sectors, alone',
  change: (memory, rom) => ({
    writeUnprotect() {
      const { options } = rom.device;
      const rule = options?.writeProtection;
      const widthOf = (field?: string): number =>
        options?.fields.find(({ name }) => name === field)?.width ?? 0;
      if (rule?.kind === 'areas') {
        const { start, end } = rule.areas[0]!;
        return memory.changeOptions({ [start]: 2 ** widthOf(start) - 1, [end]: 0 });
      }
      const half = widthOf(rule?.fields[0]) / 2;
      return memory.writeProtect(protectedCodes(memory, rom).filter((code) => code >= half));
    },
  }),
};

/** Devices that protect, or free, something else than they are told. */
export const misprotecting: Kinds = {
  every: [keepsRam],
  commands: [
    protects(
      'write-protect-adds',
      'a second Write Protect leaves what the first protected',
      (codes, memory, rom) => [...protectedCodes(memory, rom), ...codes],
    ),
    protects('write-protect-last-code-lost', 'the last of several sector codes is lost', (codes) =>
      codes.length > 1 ? codes.slice(0, -1) : codes,
    ),
    firstOnly,
    protects(
      'write-protect-last-code-only',
      'Write Protect protects the last sector of its list alone',
      (codes) => codes.slice(-1),
    ),
    firstAreaFreed,
    {
      name: 'write-unprotect-keeps-a-sector',
      wrong: 'of several protected sectors Write Unprotect leaves the one in the middle protected',
      change: (memory, rom) => ({
        writeUnprotect() {
          const codes = protectedCodes(memory, rom);
          return codes.length > 2
            ? memory.writeProtect([codes[codes.length >> 1]!])
            : memory.writeUnprotect();
        },
      }),
    },
    {
      name: 'readout-protect-for-good',
      wrong: 'Readout Protect sets level 2',
      change: (memory, { device }) => ({
        readoutProtect() {
          const rdp = device.options?.rdp;
          return rdp?.level2 === undefined
            ? memory.readoutProtect()
            : memory.changeOptions({ [rdp.field]: rdp.level2 });
        },
      }),
    },
  ],
  oneForm: [
    protectsNothing,
    freesNothing,
    freesAndErases,
    hidesNothing,
    hidesAndErases,
    forgetsAPage,
    regressesNothing,
    keepsTheLevel,
    protectsMore,
  ],
  bytes: [
    leavesLastWord,
    named('regression-at-level-0-refused', needsLevel1),
    turns(
      'regression-at-level-0-erases-nothing',
      'Readout Unprotect erases nothing while nothing is protected',
      'readoutUnprotect',
      (right, memory) => (memory.level === 0 ? changing(memory, right, { RDP: 0xaa }) : right),
    ),
    protects('write-protect-ends-at-unknown', 'a list ends at an unknown code', (codes, memory) =>
      upTo(codes, (code) => code >= pagesOf(memory).length),
    ),
    freesOne,
    turns(
      'write-unprotect-changes-other-options',
      'Write Unprotect changes the brown-out level',
      'writeUnprotect',
      (right, memory) =>
        changing(memory, right, {
          nWRP: allOpen(memory),
          BOR_LEV: memory.option('BOR_LEV')! ^ 1,
        }),
    ),
    turns(
      'write-protect-changes-other-options',
      'Write Protect switches the hardware watchdog on',
      'writeProtect',
      (right, memory, codes) => {
        const kept = codes
          .filter((code) => code < pagesOf(memory).length)
          .reduce((bits, code) => bits | (1 << code), 0);
        return changing(memory, right, { nWRP: allOpen(memory) & ~kept, WDG_SW: 0 });
      },
    ),
    turns(
      'readout-protect-frees-sectors',
      'Readout Protect lifts the write protection',
      'readoutProtect',
      (right, memory) => changing(memory, right, { RDP: 0x55, nWRP: allOpen(memory) }),
    ),
  ],
  bytesInOneForm: [
    protects(
      'write-protect-off-by-one',
      'Write Protect protects the sector behind the one named',
      (codes) => codes.map((code) => code + 1),
    ),
    judgesCodes,
    ...madeOf('two-banks', [
      regressionSpares(
        'regression-spares-second-bank',
        'Readout Unprotect leaves the second bank',
        (pages) => ({ start: pages[pages.length / 2]!.start, end: pages.at(-1)!.end }),
      ),
      protects('write-protect-in-first-bank-only', 'the second bank stays open', (codes) =>
        codes.filter((code) => code < 12),
      ),
      unprotects(
        'write-unprotect-frees-first-bank',
        'Write Unprotect frees the sectors of the first bank',
        () => ({ nWRP: 0xfff }),
      ),
    ]),
  ],
  packets: [
    regressionSpares(
      'regression-keeps-last-page',
      'Readout Unprotect leaves the end of the last page',
      (pages) => lastUnit(pages.at(-1)!),
    ),
    needsLevel1,
    turns(
      'regression-at-level-0-lost',
      'Readout Unprotect erases nothing where there is no readout protection',
      'readoutUnprotect',
      (right, memory) => (memory.level === 0 ? nothing(right) : right),
    ),
  ],
};
