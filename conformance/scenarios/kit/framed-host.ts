import type { Protocol } from '../../interfaces/protocol.ts';
import type { Entry } from '../../run/entry.ts';
import type { Part } from '../../part/part.ts';
import type { UsartCommandName } from '../../../families/index.ts';
import type { Reply, Script, Step } from '../../run/script.ts';

/** Commands that change the protection and have no parameters. */
export type Protection = 'write-unprotect' | 'readout-protect' | 'readout-unprotect';

/** A host of a framed interface as shared scenarios play it: its protocol, whole commands, and what refuses them. */
export interface FramedHost extends Pick<
  Protocol,
  'connect' | 'connected' | 'moves' | 'name' | 'waiting'
> {
  /** What the numbers of its assertions begin with. */
  readonly assertions: '' | `${string}-`;
  /** It gives the commands that take work in the form that answers busy meanwhile (AN4221 §3.12). */
  readonly form?: 'no-stretch-';
  /** States from which a command is given that ends in a reset. */
  readonly resetting: readonly Entry[];
  /** Fewest bytes of a read whose answer is certain. */
  readonly leastRead: number;
  /** All of Read Memory; a byte below 0 is not judged. */
  readonly read: (from: number, bytes: readonly number[]) => readonly Step[];
  /** All of Write Memory, in its first form where it has two. */
  readonly write: Protocol['moves']['write'];
  /** The same of option bytes, where what follows differs. */
  readonly writeOptions?: Protocol['moves']['write'];
  /** What refuses a block of Write Memory when all of it is there. */
  readonly blockRefused: Reply;
  /** What may refuse it before. */
  readonly refusedEarly?: Reply;
  /** Go up to the refusal of its address. */
  readonly goRefused: (part: Part, to: number) => readonly Step[];
  /** All of Write Protect, up to the reset. */
  readonly protect: (codes: readonly number[]) => readonly Step[];
  /** All of the command, up to the reset. */
  readonly protection: (part: Part, name: Protection) => readonly Step[];
  /** Steps that end in a reset, and how a host finds that they did. */
  readonly resets: (steps: readonly Step[]) => Script;
  /** A command that readout protection refuses. */
  readonly refused: (
    part: Part,
    name: 'read-memory' | 'write-memory' | 'go' | 'write-protect' | Protection,
  ) => readonly Step[];
}

/** A host that sends addresses and counts in packets of their own: USART, I2C and SPI. */
export interface PacketHost extends FramedHost {
  readonly ACK: Reply;
  /** The refusal of a packet. */
  readonly NACK: Reply;
  readonly command: (name: UsartCommandName, ...replies: readonly Reply[]) => Step;
  /** The opcode of Go, whose ACK one ROM does not send. */
  readonly goCommand: (part: Part) => Step;
  /** `spoil` is XORed into the checksum. */
  readonly address: (value: number, replies?: readonly Reply[], spoil?: number) => Step;
  /** The block of Write Memory; `spoil` is XORed into its checksum. */
  readonly block: (
    part: Part,
    data: readonly number[],
    replies: readonly Reply[],
    spoil: number,
  ) => readonly Step[];
  /** Any bytes with their checksum. */
  readonly sealed: (
    what: string,
    bytes: readonly number[],
    replies?: readonly Reply[],
    spoil?: number,
  ) => Step;
  /** A number of bytes or sectors; `spoil` is XORed into its complement. */
  readonly count: (what: string, count: number, replies: readonly Reply[], spoil?: number) => Step;
  /** Number and codes of the sectors of Write Protect; `spoil` is XORed into the checksum. */
  readonly sectors: (
    codes: readonly number[],
    replies?: readonly Reply[],
    spoil?: number,
  ) => readonly Step[];
}
