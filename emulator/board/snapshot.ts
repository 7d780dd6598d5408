import type { KeptFault } from '../armed-faults.ts';
import type { KeptChip } from '../chip/chip.ts';
import type { Level, PinName } from '../pins.ts';

/** What a board is put back to: see `Board.restore`. Its fields are for the board alone. */
export interface BoardSnapshot {
  readonly chip: KeptChip;
  readonly levels: Readonly<Record<PinName, Level>>;
  readonly on: boolean;
  readonly faults: readonly KeptFault[];
  readonly seed: number;
}
