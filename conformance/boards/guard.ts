import type { Range } from '../../families/index.ts';
import { hex8 } from '../hex.ts';
import { OPCODES } from '../interfaces/usart/host.ts';
import { mappedOnLine } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { DESTROYS } from '../run/destroys.ts';
import type { Destroys } from '../run/destroys.ts';
import { NoJudgement } from '../run/target.ts';
import type { Channel } from '../run/target.ts';
import type { Ledger } from './ledger.ts';
import { writeProtectionBits } from './option-image.ts';
import type { Piece } from './option-image.ts';
import { followerOf } from '../interfaces/index.ts';
import type { Follower } from '../interfaces/follower.ts';
import type { Asked } from '../interfaces/asked.ts';

/** Sub-operation of Special that resets the chip; the others may close it for ever (AN2606, H5, L5, U5). */
const SPECIAL_RESET = 0x0002;

/** From here on addresses are commands to some ROMs, such as closing the chip (AN2606, H7RS). */
const VIRTUAL = 0xff00_0000;

/** Most bytes of Write Memory. */
const LONGEST_BLOCK = 256;

/** What a guard knows of the board that it protects. */
export interface Protected {
  readonly part: Part;
  /** The most that may be spoilt. */
  readonly allow: Destroys;
  /** The option bytes as they were saved: but for write protection they may only be written as they are. */
  readonly options: readonly Piece[];
  readonly ledger: Ledger;
  /** ms of a clock that runs while the board waits; none where time is virtual. */
  readonly now?: () => number;
}

/**
 * The line to a board on which nothing is sent that could not be mended: no readout protection, no
 * option bytes but write protection, no one-time programmable memory, nothing beyond what is allowed.
 * What is refused is thrown as a skipped case, before the first byte of the burst is sent.
 */
export class GuardedChannel implements Channel {
  readonly #line: Channel;
  readonly #follower: Follower;
  /** Why something was not sent: behind it nothing is, until the board is reset. */
  #withheld: unknown;

  constructor(line: Channel, board: Protected) {
    this.#line = line;
    this.#follower = followerOf(board.part, new Guard(board), board.now);
  }

  async send(bytes: Uint8Array): Promise<void> {
    if (this.#withheld !== undefined) throw this.#withheld;
    try {
      this.#follower.sent(bytes);
    } catch (error) {
      this.#withheld = error;
      throw error;
    }
    await this.#line.send(bytes);
  }

  async next(withinMs: number): Promise<number | undefined> {
    const byte = await this.#line.next(withinMs);
    if (byte !== undefined) this.#follower.heard(byte);
    return byte;
  }

  /** The board was reset. */
  restarted(): void {
    this.#withheld = undefined;
    this.#follower.restarted();
  }
}

class Guard implements Asked {
  readonly #board: Protected;
  readonly #free: ReadonlyMap<number, number>;
  /** What the command under way has programmed: it counts once for all its bytes. */
  #programmed: number | 'option bytes' | undefined;

  constructor(board: Protected) {
    this.#board = board;
    this.#free = writeProtectionBits(board.part);
  }

  command(opcode: number): void {
    this.#programmed = undefined;
    if (opcode === OPCODES['readout-protect'] || opcode === OPCODES['readout-unprotect']) {
      throw withheld('the readout protection of a board is never changed');
    }
    if (opcode === OPCODES['write-protect'] || opcode === OPCODES['write-unprotect']) {
      this.#need('options', 'it changes the write protection');
    }
  }

  block(address: number, count: number): void {
    for (const { address: start, bytes } of this.#board.options) {
      if (address >= start + bytes.length || address + count <= start) continue;
      this.#need('options', 'it writes option bytes');
      if (address === start && count >= bytes.length) continue;
      // the device erases all of them first: those that are left out would mean something else (RM0008 §3.3)
      throw withheld(`option bytes are only written as a whole: ${hex8(address)}`);
    }
  }

  write(address: number, byte: number): void {
    const { part, options, ledger } = this.#board;
    const page = part.pages.find((each) => holds(each, address));
    if (page !== undefined) {
      this.#need('page', 'it writes to flash');
      if (this.#programmed !== page.number) ledger.programmed(page.number);
      this.#programmed = page.number;
      return;
    }
    const piece = options.find(({ address: start, bytes }) =>
      holds({ start, end: start + bytes.length }, address),
    );
    if (piece !== undefined) {
      this.#need('options', 'it writes option bytes');
      if (this.#programmed === undefined) ledger.erased(['option bytes']);
      this.#programmed = 'option bytes';
      const changes = piece.bytes[address - piece.address]! ^ byte;
      if ((changes & ~(this.#free.get(address) ?? 0)) === 0) return;
      throw withheld(`option bytes other than write protection stay as they are: ${hex8(address)}`);
    }
    if (this.#isVolatile(address) || !this.#isReachable(address)) return;
    throw withheld(`what lies at ${hex8(address)} was not saved`);
  }

  erase(asked: readonly number[] | 'all'): void {
    const { part, ledger } = this.#board;
    const all = part.pages.map((page) => page.number);
    const pages = asked === 'all' ? all : asked.filter((page) => all.includes(page));
    this.#need(asked === 'all' || new Set(pages).size > 1 ? 'flash' : 'page', 'it erases');
    ledger.erased(pages);
  }

  go(address: number): void {
    const { part } = this.#board;
    // what is neither flash nor RAM holds no application, on any chip of the line
    const { systemMemory, options } = part.device;
    const areas = options?.areas.map(({ start, length }) => ({ start, end: start + length })) ?? [];
    const holdsNone = [...systemMemory, ...areas].some((range) => holds(range, address));
    if (!holdsNone && this.#isReachable(address)) {
      throw withheld('no application is started on a board');
    }
  }

  eraseAround(address: number): void {
    if (!this.#isReachable(address)) return;
    throw withheld(`what lies at ${hex8(address)} is never erased`);
  }

  special(code: number): void {
    if (code !== SPECIAL_RESET)
      throw withheld('no sub-operation of Special but reset is sent to a board');
  }

  astray(opcode: number, address?: number): void {
    switch (opcode) {
      case OPCODES['write-protect']:
      case OPCODES['write-unprotect']:
        this.command(opcode);
        return;
      case OPCODES.erase:
      case OPCODES['extended-erase']:
        this.#need('flash', 'a device that is out of step could take it for a mass erase');
        return;
      case OPCODES['write-memory']:
        if (address !== undefined && this.#isVolatile(address, LONGEST_BLOCK)) return;
    }
    const name = Object.entries(OPCODES).find(([, each]) => each === opcode)?.[0] ?? opcode;
    throw withheld(`a device that is out of step could take it for ${name}`);
  }

  /** All of it is memory that a reset clears. */
  #isVolatile(address: number, count = 1): boolean {
    const { ram, supplyRegister } = this.#board.part.device;
    const volatile = [...ram, { start: supplyRegister ?? 0, length: 4 }];
    return volatile.some(
      ({ start, length }) => address >= start && address + count <= start + length,
    );
  }

  /** Some chip of the line may have something there, whatever this one is called. */
  #isReachable(address: number): boolean {
    return (
      address >= VIRTUAL || mappedOnLine(this.#board.part).some((range) => holds(range, address))
    );
  }

  #need(level: Destroys, what: string): void {
    if (DESTROYS.indexOf(level) <= DESTROYS.indexOf(this.#board.allow)) return;
    throw withheld(`${what}, which --allow ${level} permits`);
  }
}

function withheld(why: string): NoJudgement {
  return new NoJudgement('skipped', `not sent: ${why}`);
}

function holds(range: Range, address: number): boolean {
  return address >= range.start && address < range.end;
}
