import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openPty,
  Pacer,
  parseWire,
  preloadLibrary,
  RELEASED,
  serveControl,
  Wiring,
} from '../emulator/index.ts';
import type { Board, PtyLink } from '../emulator/index.ts';
import type { WireFault } from './faults.ts';
import { FaultyPins } from './faulty-pins.ts';

export interface SerialPortOptions {
  /** As `--wire` takes it. */
  readonly wire: string;
  /** No preload library: a pseudo-terminal as it is. */
  readonly plain: boolean;
  readonly faults: readonly WireFault[];
  /** The host has begun the nth packet of a step. */
  readonly onPacket: (step: string, nth: number) => void;
}

/** The USART of a board as a serial port for one tool. */
export class SerialPort implements AsyncDisposable {
  /** What the tool opens. */
  readonly path: string;
  /** What the environment of the tool must have. */
  readonly env: Readonly<Record<string, string>>;
  readonly #close: () => Promise<void>;

  constructor(path: string, env: Readonly<Record<string, string>>, close: () => Promise<void>) {
    this.path = path;
    this.env = env;
    this.#close = close;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

/** Opens the first USART of the board; chip work costs no wall time. */
export async function openSerialPort(
  board: Board,
  options: SerialPortOptions,
): Promise<SerialPort> {
  const pacer = new Pacer(board.clock, 'instant');
  const wiring = new Wiring(parseWire(options.wire), board, {
    boot0: board.pinLevel('BOOT0'),
    boot1: board.pinLevel('BOOT1'),
  });
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  closers.push(async () => pacer.close());
  try {
    let link: PtyLink | undefined = undefined;
    const pins = new FaultyPins(board, options.faults, {
      // Not at once: the link is still handing over what the host has sent.
      disconnect: () => setImmediate(() => void link?.close()),
      packet: options.onPacket,
    });
    pacer.input(() => wiring.set(RELEASED));
    link = await openPty(pins, pacer, board.trace, { lines: (levels) => wiring.set(levels) });
    closers.push(() => link!.close());
    if (options.plain) return new SerialPort(link.path, {}, close);

    const library = await preloadLibrary();
    const folder = await mkdtemp(join(tmpdir(), 'vstm32-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const preload = join(folder, 'tty.so');
    await symlink(library, preload); // the cache's own path may have blanks in it
    const socket = join(folder, 'port');
    const server = await serveControl(link, socket);
    closers.push(() => server.close());
    const env = { LD_PRELOAD: preload, VSTM32_TTY: `${link.slavePath}=${socket}` };
    return new SerialPort(link.path, env, close);
  } catch (error) {
    await close();
    throw error;
  }
}
