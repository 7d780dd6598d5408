import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPreload, openUsb, type Board, type Preload, type Speed } from '../../index.ts';

/** How dfu-util ended, and what it printed, without its progress bars. */
export interface DfuUtilRun {
  readonly code: number;
  readonly output: string;
}

/** dfu-util on the USB port of a board, and a folder for its files. */
export class DfuUtil implements AsyncDisposable {
  readonly #port: AsyncDisposable;
  readonly #preload: Preload;
  readonly #folder = mkdtempSync(join(tmpdir(), 'vstm32-dfu-'));

  static async on(board: Board, speed: Speed = 'instant'): Promise<DfuUtil> {
    board.run(); // it has booted
    const port = openUsb(board, { speed });
    return new DfuUtil(port, await openPreload([port]));
  }

  private constructor(port: AsyncDisposable, preload: Preload) {
    this.#port = port;
    this.#preload = preload;
  }

  /** Runs dfu-util; in an argument `{name}` stands for a file of its folder. */
  async run(...args: readonly string[]): Promise<DfuUtilRun> {
    const words = args.map((arg) =>
      arg.replace(/^\{(.+)\}$/, (_, name: string) => this.#path(name)),
    );
    const env = { ...process.env, ...this.#preload.env };
    return await new Promise((resolve, reject) => {
      execFile('dfu-util', words, { env }, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code !== 'number') return reject(error!);
        const lines = `${stdout}${stderr}`.split(/[\r\n]+/);
        resolve({ code, output: lines.filter((line) => !/\[=* *\]/.test(line)).join('\n') });
      });
    });
  }

  write(name: string, bytes: Uint8Array): void {
    writeFileSync(this.#path(name), bytes);
  }

  read(name: string): Buffer {
    return readFileSync(this.#path(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#preload[Symbol.asyncDispose]();
    await this.#port[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
