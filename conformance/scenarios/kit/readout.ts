import { blank } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import type { Area } from '../../run/script.ts';
import { optionAreas } from './option-image.ts';
import { noReadoutProtection } from './replies.ts';

/** Why a host loses a part that it protects; undefined when it does not. */
export function cannotStayProtected(part: Part): string | undefined {
  return (
    noReadoutProtection(part) ??
    (part.quirks.has('crash-loop-under-rdp-1')
      ? 'this ROM restarts for ever under readout protection (AN2606)'
      : undefined)
  );
}

/** Why a part does not come back by itself, open, once it was unprotected. */
export function needsPowerCycle(part: Part): string | undefined {
  return (
    noReadoutProtection(part) ??
    (part.quirks.has('readout-unprotect-without-option-load')
      ? 'this ROM needs a power cycle after Readout Unprotect (AN2606)'
      : undefined)
  );
}

/** All of main flash is blank, and the option bytes may be as they must. */
export function wiped(part: Part): readonly Area[] {
  return [
    ...part.pages.map(({ start, end }) => ({ start, end, value: blank(part) })),
    ...optionAreas(part),
  ];
}
