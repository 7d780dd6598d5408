import { interfaces } from '../../../families/index.ts';
import { timeOutMs } from './part.ts';
import { OPCODES as I2C_OPCODES } from './host.ts';
import { OUTCOME, OWN, parseTransfer } from './transactions.ts';
import { ACK_BYTE, NACK_BYTE, OPCODES, complement } from '../usart/host.ts';
import type { Part } from '../../part/part.ts';
import type { Asked } from '../asked.ts';
import type { Dialect } from '../packets.ts';
import { SentCommands } from '../usart/sent-commands.ts';

/** The commands that hold SCL, by the forms that answer busy instead. */
const HOLDING = new Map(Object.entries(interfaces.I2C.noStretch));

/** AN4221 counts pages and sectors apart, and has commands in two forms. */
const DIALECT: Dialect = {
  countsApart: true,
  checksumWords: 2,
  sync: undefined,
  syncBeforeOpcode: false,
  wholePackets: true,
  losesBytes: false,
  meaning(opcode) {
    const [name] = Object.entries(I2C_OPCODES).find(([, each]) => each === opcode) ?? [];
    const usual = name === undefined ? undefined : HOLDING.get(name);
    return usual === undefined ? opcode : OPCODES[usual];
  },
};

const GET_ID = [OPCODES['get-id'], complement(OPCODES['get-id'])];

/** Follows the transfers that are sent to a device on I2C: a message that is written is a packet (AN4221 §2). */
export class SentTransfers {
  readonly #commands: SentCommands;
  /** How many bytes each transfer reads that has not told yet how it ended. */
  #reads: number[] = [];
  #heard: number[] = [];
  /** The bytes of an answer that still belong to the transfer that is read. */
  #left = 0;

  /** The answer to a Get ID that was all that was sent, as far as it was read. */
  #identity: number[] | undefined;
  #at: number;
  readonly #part: Part;
  readonly #now: () => number;

  /** `now`: ms of a clock that runs while a host does not. */
  constructor(asked: Asked, part: Part, now: () => number) {
    this.#commands = new SentCommands(asked, DIALECT);
    this.#part = part;
    this.#now = now;
    this.#at = now();
  }

  /** Whom they are for is not looked at, but other chips than this answer otherwise. */
  sent(bytes: Uint8Array): void {
    const messages = parseTransfer(bytes);
    const carried = messages.filter(({ kind }) => kind !== 'pause');
    // the ROM resets the chip when a host is silent within a command
    const silent = carried.length < messages.length || this.#isLate();
    if (silent && this.#commands.isWithin) this.#commands.lose();
    if (carried.length === 0) return;
    const writes = carried.filter(({ kind }) => kind === 'write');
    if (writes.length > 0) {
      // SCL was held, or a host went on without looking: what was taken of it is unknown
      if (this.#reads.length > 0 || this.#left > 0) this.#commands.lose('with gaps');
      this.#reads = [];
      this.#left = 0;
    }
    const usual = carried.length === 1 && carried[0]!.address === OWN;
    if (!usual) this.#commands.lose('with gaps');
    if (writes.length > 0) this.#identity = undefined;
    for (const { data } of writes) this.#commands.sent(data);
    if (usual && writes[0]?.data.join() === GET_ID.join()) this.#identity = [];
    this.#reads.push(
      carried.reduce((sum, { kind, count }) => sum + (kind === 'read' ? count : 0), 0),
    );
  }

  heard(byte: number): void {
    this.#at = this.#now();
    if (this.#left > 0) {
      this.#left--;
      this.#identity?.push(byte);
      // not BUSY, and not what a chip with nothing to say is read as
      if (byte === ACK_BYTE || byte === NACK_BYTE || this.#heard.length > 0) this.#heard.push(byte);
      if (this.#left === 0) this.#told();
      return;
    }
    const reads = this.#reads.shift();
    if (byte === OUTCOME.data && reads !== undefined && reads > 0) this.#left = reads;
    else if (byte === OUTCOME['no-target'] && reads === 0) this.#commands.notTaken();
    else if (byte !== OUTCOME.done || reads !== 0) this.#commands.lose('with gaps');
  }

  found(): void {
    this.restarted();
    this.#commands.found();
  }

  restarted(): void {
    this.#commands.restarted();
    this.#reads = [];
    this.#heard = [];
    this.#left = 0;
  }

  /** A device may have lost its patience with a host that was held up, by no pause of its own. */
  #isLate(): boolean {
    const before = this.#at;
    this.#at = this.#now();
    return this.#at - before > timeOutMs(this.#part) / 2;
  }

  #told(): void {
    const { productId } = this.#part.device;
    const whole = [ACK_BYTE, 1, productId >> 8, productId & 0xff, ACK_BYTE];
    if (this.#identity?.join() === whole.join()) {
      this.#commands.found(); // whoever answers that has done with all that was before it
      this.#identity = undefined;
      this.#heard = [];
    }
    for (const byte of this.#heard) this.#commands.heard(byte);
    this.#heard = [];
  }
}
