import type { Entry } from '../run/entry.ts';
import type { InterfaceName } from './names.ts';
import type { Page, Part } from '../part/part.ts';
import type { Step } from '../run/script.ts';
import type { Channel, Target } from '../run/target.ts';

/** Why a device refuses something: nothing of the kind is there, or readout protection is on. */
export type Refusal = 'address' | 'protection';

/** What a host can do over any protocol; some cannot be done over each, or not on each part. */
export type Move = 'read' | 'write' | 'write-options' | 'erase' | 'mass-erase' | 'go' | 'unprotect';

/**
 * What every protocol offers, as steps of a device that waits for a command, and waits again behind
 * them; behind `go` the bootloader is left, behind `writeOptions` and `unprotect` the chip was reset.
 */
export interface Moves {
  /** Why the part cannot be asked for the move; undefined when it can. */
  lacks(part: Part, move: Move): string | undefined;
  /** Most bytes that one `read` or `write` moves. */
  longestBlock(part: Part): number;
  /** Reads the bytes that are expected at an address. */
  read(part: Part, from: number, expected: readonly number[]): readonly Step[];
  readRefused(part: Part, from: number, why: Refusal): readonly Step[];
  write(part: Part, to: number, data: readonly number[]): readonly Step[];
  /** Writes a block of option bytes. */
  writeOptions(part: Part, to: number, data: readonly number[]): readonly Step[];
  writeRefused(part: Part, to: number, why: Refusal): readonly Step[];
  /** Erases one unit of main flash. */
  erase(part: Part, page: Page): readonly Step[];
  /** An erase that readout protection refuses. */
  eraseRefused(part: Part, page: Page): readonly Step[];
  massErase(part: Part): readonly Step[];
  unprotect(part: Part): readonly Step[];
  /** Starts the application whose vector table is at `from`, and finds that the bootloader is gone. */
  go(part: Part, from: number): readonly Step[];
}

/** How people read what was sent and what came; a byte below 0 stands for any. */
export interface Words {
  /** At most `most` bytes are told. */
  sent(bytes: readonly number[], most?: number): string;
  answer(sent: readonly number[], got: readonly number[], most?: number): string;
}

/** A protocol of the bootloader as the suite knows it. */
export interface Protocol {
  /** First part of the ids of its scenarios. */
  readonly name: string;
  readonly interface: InterfaceName;
  /** Why the flash size register cannot be read; undefined where it can. */
  readonly flashSizeUnread?: string;
  /** The state in which a host finds a device that it has connected to. */
  readonly connected: Entry;
  /** States in which the device waits for any of the moves. */
  readonly waiting: readonly Entry[];
  /** States that a read-protected device can be brought into: a host reaches no memory on the way. */
  readonly protectedStates: readonly Entry[];
  /** What a host does first on a device that has reset itself, and `then` what follows. */
  connect(part: Part, then?: readonly Step[]): readonly Step[];
  /** What a host does to bring a fresh device into a state; undefined for a state of another protocol. */
  entrySteps(entry: Entry, part: Part): readonly Step[] | undefined;
  /** Connects, whatever the device answers. */
  wake(channel: Channel, target: Target): Promise<void>;
  /**
   * What a device that waits for a command answers to a question that changes nothing: the same each
   * time; no bytes: it is silent.
   */
  probe(channel: Channel, target: Target): Promise<readonly number[]>;
  /** What the probe asks and what came of it, for people. */
  readonly probeName: string;
  probeWords(got: readonly number[]): string;
  /** Learns of the device what only it can tell; false when it does not answer. */
  identify(target: Target): Promise<boolean>;
  readonly moves: Moves;
  readonly words: Words;
}
