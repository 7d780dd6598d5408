import { Board } from '../../emulator/index.ts';
import type { BoardOptions, Speed } from '../../emulator/index.ts';
import { rangesThatDiffer } from '../run/differences.ts';
import { bootOptions, ownQuirks } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { startUpMs } from '../part/start-up.ts';
import type { Change, Channel, SetUp, Target } from '../run/target.ts';
import { roomOf } from '../interfaces/index.ts';
import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import type { WrongPins } from '../interfaces/wrong-pins.ts';
import type { MemoryChannel } from './memory-channels/heard.ts';
import { speedText } from './spec.ts';

/** What makes an emulated device a wrong one. */
export type Wrong = Pick<BoardOptions, 'replace'> & WrongPins & { readonly name?: string };

/** Content that a memory had at power-on. */
interface Before {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is said of an emulated target beside its part. */
export interface Emulation {
  /** What the reports call it. */
  readonly name?: string | undefined;
  /** What chip work costs; default `instant`. */
  readonly speed?: Speed | undefined;
  /** Where it is, for its name; default `in memory`. */
  readonly over?: string;
}

/** A host on a wire listens for so long, in ms of the chip. */
const WIRE = { quietMs: 25, replyMs: 500 };

/**
 * The emulator in memory, in virtual time: each boot is a new board. At `real` speed the host waits no longer
 * than on a wire, by the chip's clock.
 */
export class EmulatedTarget implements Target {
  readonly name: string;
  readonly again?: string;
  part: Part;
  readonly quietMs: number;
  readonly replyMs: number;
  readonly #speed: Speed;
  readonly #wrong: Wrong;
  #board: Board | undefined;
  #touched: { name: string; offset: number; length: number }[] = [];
  #before: readonly Before[] = [];
  #loaded: SetUp['flash'] = [];
  #channel: MemoryChannel | undefined;

  constructor(part: Part, wrong: Wrong = {}, emulation: Emulation = {}) {
    const { name, speed = 'instant', over = 'in memory' } = emulation;
    const as = wrong.name === undefined ? '' : ` as ${wrong.name}`;
    const on = part.interface === DEFAULT_INTERFACE ? '' : ` over ${part.interface.toUpperCase()}`;
    this.name = name ?? `${part.name} ${part.bootloader.version} ${over}${on}${as}`;
    this.part = part;
    this.#wrong = wrong;
    this.#speed = speed;
    ({ quietMs: this.quietMs, replyMs: this.replyMs } =
      speed === 'instant' ? { quietMs: 0, replyMs: 0 } : WIRE);
    const words = [
      ...speedWords(speed),
      ...(part.interface === DEFAULT_INTERFACE ? [] : ['--interface', part.interface]),
      ...(wrong.name === undefined ? [] : ['--mutant', wrong.name]),
    ];
    if (words.length > 0) this.again = words.join(' ');
  }

  async boot(setUp: SetUp): Promise<Channel> {
    const board = await this.makeBoard(this.#options(setUp));
    this.#board = board;
    this.#loaded = setUp.flash ?? [];
    this.#touched = [];
    this.#before = board.memories
      .filter((memory) => memory.name !== 'flash')
      .map((memory) => ({ name: memory.name, bytes: memory.read(0, memory.length) }));
    for (const memory of board.memories) {
      memory.onChange((change) => {
        const length = 'bytes' in change ? change.bytes.length : change.erased;
        this.#touched.push({ name: memory.name, offset: change.offset, length });
      });
    }
    board.run();
    this.#settle();
    return this.openChannel(board);
  }

  async restart(): Promise<Channel> {
    const board = this.#board!;
    board.power(false);
    board.power(true);
    board.run();
    this.#settle();
    return this.reopenChannel();
  }

  async awaitStart(): Promise<void> {
    const board = this.#board!;
    const { clock } = board;
    if (this.#speed === 'instant') board.run();
    else clock.advanceTo(clock.now + startUpMs(this.part.bootloader) * 1000);
  }

  state(): string {
    const board = this.#board!;
    const wait = board.waiting(roomOf(this.part).portsOf(board)[0]);
    if (wait === undefined) return board.state;
    return 'what' in wait ? wait.what : wait.for;
  }

  look(address: number, length: number): Uint8Array | undefined {
    const { chip } = this.#board!;
    for (let at = address; at < address + length;) {
      const region = chip.regionAt(at);
      if (region === undefined) return undefined;
      at = region.end;
    }
    return chip.read(address, length);
  }

  changed(): readonly Change[] {
    return this.#touched.flatMap(({ name, offset, length }) => {
      const memory = this.#board!.memories.find((each) => each.name === name)!;
      const now = memory.read(offset, length);
      const before =
        name === 'flash'
          ? this.#flashBefore(offset, length)
          : this.#before
              .find((each) => each.name === name)!
              .bytes.subarray(offset, offset + length);
      return rangesThatDiffer(before, now).flatMap(({ start, end }) =>
        this.#runs(name, offset + start, offset + end).map((run) => ({
          start: run.address,
          end: run.address + run.end - run.start,
          was: before.slice(run.start - offset, run.end - offset),
        })),
      );
    });
  }

  async close(): Promise<void> {
    this.#board = undefined;
  }

  /** A new board, powered on. */
  protected async makeBoard(options: BoardOptions): Promise<Board> {
    return new Board(this.part.device, this.part.flashKiB, options);
  }

  /** The line to a new board. */
  protected async openChannel(board: Board): Promise<Channel> {
    const passing = this.#speed === 'instant' ? 'at once' : 'as on a wire';
    this.#channel = roomOf(this.part).memoryChannel(board, this.#wrong, passing);
    return this.#channel;
  }

  /** The same line after a restart: what came before it is forgotten. */
  protected async reopenChannel(): Promise<Channel> {
    this.#channel!.clear();
    return this.#channel!;
  }

  #options(setUp: SetUp): BoardOptions {
    const { bootloader, device, protocol, quirks } = this.part;
    const own = new Set(ownQuirks(device, bootloader));
    const switched = Object.fromEntries([
      ...[...quirks].filter((name) => !own.has(name)).map((name) => [name, true]),
      ...[...own].filter((name) => !quirks.has(name)).map((name) => [name, false]),
    ]) as Record<string, boolean>;
    return {
      bootloader: bootloader.version,
      ...(this.part.interface === DEFAULT_INTERFACE ? { protocol } : {}),
      quirks: switched,
      options: { ...bootOptions(this.part), ...setUp.options },
      ...(setUp.rdp === undefined ? {} : { rdp: setUp.rdp }),
      ...(setUp.flash === undefined ? {} : { load: setUp.flash }),
      ...(setUp.cutAt === undefined
        ? {}
        : { faults: [{ at: 'flash', do: 'power-cut', operation: setUp.cutAt }] }),
      ...(this.#wrong.replace === undefined ? {} : { replace: this.#wrong.replace }),
    };
  }

  /** AN2606, H74x V9.0: one reset more before the bootloader answers. */
  #settle(): void {
    if (!this.part.quirks.has('extra-reset-needed')) return;
    this.#board!.reset();
    this.#board!.run();
  }

  /** Main flash as it was at power-on, by offset in the array. */
  #flashBefore(offset: number, length: number): Uint8Array {
    const { flash } = this.#board!.chip;
    const bytes = new Uint8Array(length).fill(flash.cells.blank);
    for (const { address, bytes: content } of this.#loaded ?? []) {
      const from = flash.offsetOf(address) - offset;
      if (from >= length || from + content.length <= 0) continue;
      const skipped = Math.max(0, -from);
      bytes.set(content.subarray(skipped, length - from), from + skipped);
    }
    return bytes;
  }

  /** Where in memory bytes of an array lie, which may have a gap between its banks. */
  #runs(
    name: string,
    start: number,
    end: number,
  ): readonly { readonly start: number; readonly end: number; readonly address: number }[] {
    const board = this.#board!;
    const memory = board.memories.find((each) => each.name === name)!;
    if (name !== 'flash') return [{ start, end, address: memory.start + start }];
    const runs: { start: number; end: number; address: number }[] = [];
    for (const { offset, length, address } of board.chip.flash.units) {
      const [from, to] = [Math.max(start, offset), Math.min(end, offset + length)];
      if (from >= to) continue;
      const at = address + from - offset;
      const last = runs.at(-1);
      if (last !== undefined && last.address + last.end - last.start === at) last.end = to;
      else runs.push({ start: from, end: to, address: at });
    }
    return runs;
  }
}

/** The words of the command line that ask for a speed. */
export function speedWords(speed: Speed): readonly string[] {
  return speed === 'instant' ? [] : ['--speed', speedText(speed)];
}
