import type { Fault, LinkFault } from '../faults.ts';
import type { Happening } from '../trace/trace.ts';

type Filter = (bytes: Uint8Array) => Uint8Array;

/** What the link faults of a board make of bytes in each direction, counted together for all ports. */
export function linkFilters(
  faults: readonly Fault[],
  emit: (happening: Happening) => void,
): { readonly toChip: Filter; readonly toHost: Filter } {
  const mine = faults.filter((fault) => fault.at === 'link');
  return {
    toChip: linkFilter(mine, 'to-chip', emit),
    toHost: linkFilter(mine, 'to-host', emit),
  };
}

/** Applies the faults of one direction to bytes as they pass; bytes are counted from 1 and never again from 1. */
export function linkFilter(
  faults: readonly LinkFault[],
  direction: LinkFault['direction'],
  emit: (happening: Happening) => void,
): Filter {
  const mine = faults.filter((fault) => fault.direction === direction);
  if (mine.length === 0) return (bytes) => bytes;
  let count = 0;
  return (bytes) =>
    Uint8Array.from(
      [...bytes].flatMap((byte) => {
        count++;
        let passed = [byte];
        for (const fault of mine) {
          if (fault.nth !== count) continue;
          emit({ kind: 'fault', fault: `${fault.do} byte ${count} ${direction}` });
          passed = faulty(fault, passed);
        }
        return passed;
      }),
    );
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
