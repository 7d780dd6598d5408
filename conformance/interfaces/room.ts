import type { Board } from '../../emulator/index.ts';
import type { Part } from '../part/part.ts';
import type { AssertionRow } from '../results/assertion.ts';
import type { Scenario } from '../run/scenario.ts';
import type { Channel, Target } from '../run/target.ts';
import type { MemoryChannel, Passing } from '../targets/memory-channels/heard.ts';
import type { Asked } from './asked.ts';
import type { Follower } from './follower.ts';
import type { Loader } from './loader.ts';
import type { Protocol } from './protocol.ts';
import type { Unit } from './unit.ts';
import type { WrongPins } from './wrong-pins.ts';

/** An interface as the rest of the examiner knows it. */
export interface Room {
  readonly protocol: Protocol;
  /** What its note says, section by section. */
  readonly scenarios: readonly Scenario[];
  readonly assertions: readonly AssertionRow[];
  /** The ports of a board on which it is examined: the first is taken. */
  portsOf(board: Board): readonly string[];
  /** The line to a board in memory, or to a wrong one. */
  memoryChannel(board: Board, wrong: WrongPins, passing: Passing): MemoryChannel;
  /** Who follows what is sent to a part; `now`: ms of a clock. */
  follower(asked: Asked, part: Part, now: () => number): Follower;
  /** A host at the bootloader of a device that was just reset. @throws LoaderRefused */
  connectLoader(
    channel: Channel,
    target: Pick<Target, 'part' | 'quietMs' | 'replyMs'>,
  ): Promise<Loader>;
  /** What of a burst a host may get wrong by itself. */
  unitsOf(bytes: readonly number[]): readonly Unit[];
  /** Why a board cannot be spoken to, whatever is asked; undefined when it can. */
  unreachable?(part: Part): string | undefined;
}
