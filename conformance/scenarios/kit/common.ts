import type { Protocol, Move } from '../../interfaces/protocol.ts';
import type { Scenario } from '../../run/scenario.ts';

/** A scenario of what every protocol offers, before it is made one of a protocol's own. */
export type Common = Omit<Scenario, 'id' | 'entries'> & {
  /** Permanent; the id is `PROTOCOL/common/NAME`. */
  readonly name: string;
  /** Default: the states of the protocol in which the device waits for a command. */
  readonly entries?: Scenario['entries'];
  /** What it needs; a part that lacks one cannot be asked. */
  readonly moves: readonly Move[];
};

/** The scenario as one of a protocol. */
export function scenarioOf(
  { name: own, moves: needed, unsupported, entries, ...rest }: Common,
  { name, moves, waiting }: Protocol,
): Scenario {
  return {
    id: `${name}/common/${own}`,
    entries: entries ?? waiting,
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
