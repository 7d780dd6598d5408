import type { CommandName } from '../../../families/index.ts';
import type { Erase } from '../../chip/chip.ts';
import type { Operation, Refused } from '../../chip/operation.ts';
import type { Dialogue } from '../../bootloader/dialogue.ts';

/** Where in a command a refusal happens. */
export interface At {
  readonly command?: CommandName | undefined;
  readonly step: 'command' | 'address' | 'length' | 'block' | 'operation';
}

/** Judges an address, and with `length` the range; undefined means go on. */
export type Check = (address: number, length?: number) => Refused | undefined;

/** The request was refused on the wire: the command is over. */
export type Answered = 'answered';

export interface ChecksumRequest {
  readonly address: number;
  /** 32-bit words. */
  readonly words: number;
  readonly polynomial: number;
  readonly initial: number;
}

/**
 * What a protocol supplies: the form of requests and answers on its bus. One method per request, since
 * the order of address, length and ACK really differs between buses; what is done with a request is
 * written once, in commands.ts.
 */
export interface Wire {
  /** One answer judges the whole request of Write Memory (AN3154, AN5405). */
  readonly judgesWritesAtOnce?: true;
  /** A Read that runs past the end of memory is refused (AN5927 §3.4). */
  readonly readsNothingPastEnd?: true;
  /** Get Checksum takes addresses of main flash alone (AN4221). */
  readonly checksumsMainFlashOnly?: true;
  /** Waits until a host selects this port. */
  select(): Dialogue<void>;
  /** The next command's opcode; a malformed one was refused already. */
  command(): Dialogue<number | 'malformed'>;
  /** The ACK that follows the opcode where the bus has one. */
  acceptCommand(): Dialogue<void>;
  accept(): Dialogue<void>;
  refuse(why: Refused, at: At): Dialogue<void>;
  /** Whether a packet passes whose checksum or complement is wrong in these bits; without it none does. */
  tolerates?(wrong: number, at: At): boolean;
  readRequest(check: Check): Dialogue<{ address: number; length: number } | Answered>;
  writeRequest(check: Check): Dialogue<{ address: number; data: Uint8Array } | Answered>;
  goRequest(check: Check): Dialogue<{ address: number } | Answered>;
  /** Erase (0x43); `nothing` is a request that is acknowledged and erases nothing. */
  eraseRequest(): Dialogue<Erase | 'nothing' | Answered>;
  extendedEraseRequest(): Dialogue<Erase | Answered>;
  writeProtectRequest(): Dialogue<{ codes: readonly number[] } | Answered>;
  checksumRequest(check: Check): Dialogue<ChecksumRequest | Answered>;
  /** Sub-operation code and its data packets of Special and Extended Special. */
  specialRequest(
    command: 'special' | 'extended-special',
    known: (code: number) => boolean,
  ): Dialogue<{ code: number; data: Uint8Array } | Answered>;
  /** Bytes as they are. */
  reply(bytes: Uint8Array): Dialogue<void>;
  /** Bytes behind their count less one, as Get answers. */
  replyCounted(bytes: Uint8Array): Dialogue<void>;
  /** The protocol version, with the two option bytes where the bus has them. */
  replyVersion(version: number): Dialogue<void>;
  /** The product ID, most significant byte first. */
  replyId(bytes: Uint8Array): Dialogue<void>;
  /** Content of memory, with the ACK behind it where the bus has one. */
  replyMemory(bytes: Uint8Array): Dialogue<void>;
  /** A 32-bit value with its checksum. */
  replyChecksum(value: number): Dialogue<void>;
  busy(operation: Operation): Dialogue<void>;
  /** Waits until the last answer has left. */
  flush(): Dialogue<void>;
  silence(what: string): Dialogue<never>;
}
