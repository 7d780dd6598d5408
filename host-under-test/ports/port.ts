import type { Board, HostPort } from '../../emulator/index.ts';
import type { ScenarioFault } from '../faults/faults.ts';
import type { BoardSetUp } from '../scenario.ts';

/** How a board is reached in one scenario. */
export interface PortOptions {
  readonly setUp: BoardSetUp;
  /** How DTR and RTS go to the chip, as `--wire` takes it. */
  readonly wire: string;
  /** Those that are not of this port are passed over. */
  readonly faults: readonly ScenarioFault[];
  /** The chip begins to answer the nth packet of a step. */
  readonly onAnswer: (step: string, nth: number) => void;
  /** A fault strikes. */
  readonly onStrike: (fault: ScenarioFault) => void;
}

export type OpenPort = (board: Board, options: PortOptions) => Promise<HostPort>;
