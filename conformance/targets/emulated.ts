import { Board } from '../../emulator/index.ts';
import type { BoardOptions } from '../../emulator/index.ts';
import { rangesThatDiffer } from '../differences.ts';
import { bootOptions, ownQuirks } from '../part.ts';
import type { Part } from '../part.ts';
import type { Change, Channel, SetUp, Target } from '../target.ts';
import { memoryChannel, portName } from './emulated-channel.ts';
import type { MemoryChannel, WrongPins } from './emulated-channel.ts';

/** What makes an emulated device a wrong one. */
export type Wrong = Pick<BoardOptions, 'replace'> & WrongPins & { readonly name?: string };

/** Content that a memory had at power-on. */
interface Before {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The emulator in memory, in virtual time: each boot is a new board. */
export class EmulatedTarget implements Target {
  readonly name: string;
  readonly again?: string;
  part: Part;
  readonly quietMs: number = 0;
  readonly replyMs: number = 0;
  readonly #wrong: Wrong;
  #board: Board | undefined;
  #touched: { name: string; offset: number; length: number }[] = [];
  #before: readonly Before[] = [];
  #loaded: SetUp['flash'] = [];
  #channel: MemoryChannel | undefined;

  constructor(part: Part, wrong: Wrong = {}, name?: string, over = 'in memory') {
    const as = wrong.name === undefined ? '' : ` as ${wrong.name}`;
    const on = part.interface === 'usart' ? '' : ` over ${part.interface.toUpperCase()}`;
    this.name = name ?? `${part.name} ${part.bootloader.version} ${over}${on}${as}`;
    this.part = part;
    this.#wrong = wrong;
    const words = [
      ...(part.interface === 'usart' ? [] : ['--interface', part.interface]),
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

  state(): string {
    const board = this.#board!;
    const wait = board.waiting(portName(this.part.interface, board));
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
      return rangesThatDiffer(before, now).map(({ start, end }) => {
        const from = this.#address(name, offset + start);
        return { start: from, end: from + end - start, was: before.slice(start, end) };
      });
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
    this.#channel = memoryChannel(this.part.interface, board, this.#wrong);
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
      ...(this.part.interface === 'usart' ? { protocol } : {}),
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

  #address(name: string, offset: number): number {
    const board = this.#board!;
    if (name !== 'flash') return board.memories.find((each) => each.name === name)!.start + offset;
    const unit = board.chip.flash.units.find(
      (each) => offset >= each.offset && offset < each.offset + each.length,
    )!;
    return unit.address + offset - unit.offset;
  }
}
