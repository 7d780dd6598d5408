import type { Entry } from '../run/entry.ts';
import type { Part } from '../part/part.ts';
import type { Reply, Step } from '../run/script.ts';
import type { FramedName } from './shared.ts';

/** Commands whose scenarios the framed interfaces share. */
export type Theme = 'read-memory';

/**
 * A host of a framed interface as shared scenarios play it: whole commands, and what refuses them. Where an interface
 * has packets with a checksum each, `packets` has them.
 */
export interface FramedHost {
  readonly over: FramedName;
  /** Section of its note for each command. */
  readonly sections: Readonly<Record<Theme, string>>;
  /** The state in which a host finds a device that it has connected to. */
  readonly connected: Entry;
  /** States of an unprotected device that waits for a command. */
  readonly waiting: readonly Entry[];
  /** Fewest bytes of a read whose answer is certain. */
  readonly leastRead: number;
  /** All of Read Memory; a byte below 0 is not judged. */
  readonly read: (from: number, bytes: readonly number[]) => readonly Step[];
  /** Read Memory up to the refusal of its address. */
  readonly readRefused: (part: Part, from: number, count: number) => readonly Step[];
  /** Read Memory that readout protection refuses. */
  readonly readProtected: (part: Part, from: number, count: number) => readonly Step[];
}

/** A host that sends addresses and counts in packets of their own: USART, I2C and SPI. */
export interface PacketHost extends FramedHost {
  /** The refusal of a packet. */
  readonly NACK: Reply;
  readonly command: (name: 'read-memory', ...replies: readonly Reply[]) => Step;
  /** `spoil` is XORed into the checksum. */
  readonly address: (value: number, replies?: readonly Reply[], spoil?: number) => Step;
  /** The number of bytes of Read Memory; `spoil` is XORed into its complement. */
  readonly readCount: (count: number, replies: readonly Reply[], spoil?: number) => Step;
}
