import type { QuirkName } from '../../../families/index.ts';
import type { Protocol, Move } from '../../protocol.ts';
import type { Scenario } from '../../scenario.ts';

/** A scenario of what every protocol offers, before it is made one of a protocol's own. */
export type Common = Omit<Scenario, 'id' | 'entries' | 'known'> & {
  /** Permanent; the id is `PROTOCOL/common/NAME`. */
  readonly name: string;
  /** Default: the states of the protocol in which the device waits for a command. */
  readonly entries?: Scenario['entries'];
  /** What it needs; a part that lacks one cannot be asked. */
  readonly moves: readonly Move[];
};

/** Limitations that AN2606 prints, or logs show, for what every protocol offers. */
const KNOWN: readonly QuirkName[] = [
  'ram-write-corrupted',
  'ram-write-refused',
  'fdcan-long-write-fails',
  'dfu-long-blocks-corrupted',
  'dfu-bank-2-erase-broken',
  'dfu-bank-2-erase-shifted',
  'dfu-stuck-busy-after-bank-2-erase',
  'dfu-rdp-writes-dropped',
  'spi-last-byte-repeated',
  'spi-erase-acknowledged-early',
];

/** Those of a single move. */
const KNOWN_OF: Readonly<Partial<Record<Move, readonly QuirkName[]>>> = {
  go: ['go-broken', 'go-needs-stack-below-end', 'go-refuses-foreign-stack'],
  'write-options': ['option-load-missing'],
  'mass-erase': ['dfu-mass-erase-broken', 'i2c-mass-erase-bank-2-only'],
};

/** The scenario as one of a protocol. */
export function scenarioOf(
  { name: own, moves: needed, unsupported, entries, ...rest }: Common,
  { name, moves, waiting }: Protocol,
): Scenario {
  return {
    id: `${name}/common/${own}`,
    entries: entries ?? waiting,
    known: [...needed.flatMap((move) => KNOWN_OF[move] ?? []), ...KNOWN],
    unsupported(part) {
      for (const move of needed) {
        const missing = moves.lacks(part, move);
        if (missing !== undefined) return missing;
      }
      return unsupported?.(part);
    },
    ...rest,
  };
}
