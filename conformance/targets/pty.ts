import { createBoard } from '../../emulator/index.ts';
import type { Board, BoardOptions, ConnectedBoard } from '../../emulator/index.ts';
import type { Part } from '../part.ts';
import type { Channel } from '../target.ts';
import { EmulatedTarget } from './emulated.ts';
import { SerialLine } from './serial-line.ts';

/** The emulator behind a pseudo-terminal, talked to as any serial port: each boot is a new board. */
export class PtyTarget extends EmulatedTarget {
  override readonly again = '--target pty';
  override readonly quietMs = 25;
  override readonly replyMs = 500;
  #connected: ConnectedBoard | undefined;
  #line: SerialLine | undefined;

  constructor(part: Part, name?: string) {
    super(part, {}, name, 'over a pty');
  }

  override async close(): Promise<void> {
    await this.#disconnect();
    await super.close();
  }

  protected override async makeBoard(options: BoardOptions): Promise<Board> {
    await this.#disconnect();
    const { device, flashKiB } = this.part;
    this.#connected = await createBoard(device.id, { ...options, flashKiB, usart: 'pty' });
    return this.#connected;
  }

  protected override async openChannel(): Promise<Channel> {
    this.#line = await SerialLine.open(this.#connected!.ports.usart.path);
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
