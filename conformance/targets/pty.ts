import { setTimeout as wait } from 'node:timers/promises';
import { createBoard } from '../../emulator/index.ts';
import type { Board, BoardOptions, ConnectedBoard, Speed } from '../../emulator/index.ts';
import type { Part } from '../part/part.ts';
import { startUpMs } from '../part/start-up.ts';
import type { Channel } from '../run/target.ts';
import { EmulatedTarget, speedWords } from './emulated.ts';
import type { Emulation } from './emulated.ts';
import { PtyChannel } from './pty-channel.ts';

/** The emulator behind a pseudo-terminal, talked to as any serial port: each boot is a new board. */
export class PtyTarget extends EmulatedTarget {
  override readonly again: string;
  override readonly quietMs = 25;
  override readonly replyMs = 500;
  readonly #speed: Speed;
  #connected: ConnectedBoard | undefined;
  #line: PtyChannel | undefined;

  constructor(part: Part, { name, speed = 'instant' }: Emulation = {}) {
    super(part, {}, { name, speed, over: 'over a pty' });
    this.#speed = speed;
    this.again = ['--target', 'pty', ...speedWords(speed)].join(' ');
  }

  override async awaitStart(): Promise<void> {
    if (this.#speed === 'instant') return;
    const factor = this.#speed === 'real' ? 1 : this.#speed;
    await wait(startUpMs(this.part.bootloader) / factor);
  }

  override async close(): Promise<void> {
    await this.#disconnect();
    await super.close();
  }

  protected override async makeBoard(options: BoardOptions): Promise<Board> {
    await this.#disconnect();
    const { device, flashKiB } = this.part;
    const linked = { flashKiB, usart: 'pty', speed: this.#speed };
    this.#connected = await createBoard(device.id, { ...options, ...linked });
    return this.#connected;
  }

  protected override async openChannel(): Promise<Channel> {
    this.#line = await PtyChannel.open(this.#connected!);
    return this.#line;
  }

  protected override async reopenChannel(): Promise<Channel> {
    await this.#line!.clear(this.quietMs);
    return this.#line!;
  }

  async #disconnect(): Promise<void> {
    await this.#line?.close();
    await this.#connected?.[Symbol.asyncDispose]();
    this.#line = undefined;
    this.#connected = undefined;
  }
}
