import type { KeptFault } from '../armed-faults.ts';
import type { KeptChip } from '../chip/chip.ts';
import type { Level, PinName } from '../pins.ts';

/** What a board is put back to: see `Board.restore`. Its fields are for the board alone. */
export interface BoardSnapshot {
  /** Content of the memories. */
  readonly chip: KeptChip;
  /** Levels of the pins. */
  readonly levels: Readonly<Record<PinName, Level>>;
  /** The power is on. */
  readonly on: boolean;
  /** The faults that are armed, with what they have counted. */
  readonly faults: readonly KeptFault[];
  /** What the next random bits follow from. */
  readonly seed: number;
}
