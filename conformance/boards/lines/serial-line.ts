import { SerialPort } from 'serialport';
import { ConformanceError } from '../../errors.ts';
import { portVanished } from '../../run/target.ts';
import { Inbox } from './line.ts';
import type { ControlLines, Line } from './line.ts';

/** A serial port set as the bootloader asks for: 8 data bits, even parity, one stop bit (AN3155 §1). */
export class SerialLine implements Line {
  readonly #port: SerialPort;
  readonly #inbox = new Inbox();

  private constructor(port: SerialPort) {
    this.#port = port;
    port.on('data', (bytes: Uint8Array) => this.#inbox.push(bytes));
    const gone = (cause?: unknown): void => this.#inbox.fail(portVanished(port.path, cause));
    port.on('error', gone);
    port.on('close', gone);
  }

  /** @throws ConformanceError for a port that cannot be opened. */
  static async open(path: string, baudRate = 115_200): Promise<SerialLine> {
    const port = new SerialPort({
      path,
      baudRate,
      dataBits: 8,
      parity: 'even',
      stopBits: 1,
      autoOpen: false,
    });
    await new Promise<void>((resolve, reject) => {
      port.open((cause) => {
        if (cause === null) resolve();
        else reject(notOpened(path, cause));
      });
    });
    return new SerialLine(port);
  }

  async send(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const ended = (cause: Error | null | undefined): void => {
        if (cause == null) resolve();
        else reject(portVanished(this.#port.path, cause));
      };
      if (!this.#port.isOpen) ended(new Error('it is closed'));
      this.#port.write(bytes, (cause) => {
        if (cause != null) ended(cause);
      });
      this.#port.drain(ended);
    });
  }

  next(withinMs: number): Promise<number | undefined> {
    return this.#inbox.next(withinMs);
  }

  clear(quietMs: number): Promise<void> {
    return this.#inbox.clear(quietMs);
  }

  async setLines(lines: ControlLines): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#port.set({ ...lines }, (cause) => {
        if (cause === null) resolve();
        else reject(portVanished(this.#port.path, cause));
      });
    });
  }

  async close(): Promise<void> {
    if (!this.#port.isOpen) return;
    await new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }
}

function notOpened(path: string, cause: Error): ConformanceError {
  return new ConformanceError(`${path} cannot be opened: ${cause.message}`, { exitCode: 3, cause });
}
