import type { LinkFault } from '../faults.ts';
import type { ArmedFaults } from '../armed-faults.ts';

type Filter = (bytes: Uint8Array) => Uint8Array;

/** What the link faults of a board make of bytes in each direction, counted together for all ports. */
export function linkFilters(faults: ArmedFaults): {
  readonly toChip: Filter;
  readonly toHost: Filter;
} {
  return { toChip: linkFilter(faults, 'to-chip'), toHost: linkFilter(faults, 'to-host') };
}

/** Applies the faults of one direction to bytes as they pass. */
export function linkFilter(faults: ArmedFaults, direction: LinkFault['direction']): Filter {
  return (bytes) => {
    if (faults.none('link')) {
      faults.pass(direction, bytes.length);
      return bytes;
    }
    return Uint8Array.from(
      [...bytes].flatMap((byte) => {
        faults.count(direction);
        let passed = [byte];
        for (const armed of faults.due('link')) {
          const { fault } = armed;
          if (fault.direction !== direction) continue;
          faults.strike(armed, `${fault.do} byte ${fault.nth} ${direction}`);
          passed = faulty(fault, passed);
        }
        return passed;
      }),
    );
  };
}

function faulty(fault: LinkFault, bytes: number[]): number[] {
  const value = fault.value ?? 0xff;
  switch (fault.do) {
    case 'drop':
      return [];
    case 'corrupt':
      return bytes.map((byte) => byte ^ value);
    case 'duplicate':
      return bytes.flatMap((byte) => [byte, byte]);
    case 'insert':
      return [value, ...bytes];
  }
}
