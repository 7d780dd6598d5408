import { SerialPort } from 'serialport';
import { ConformanceError } from '../errors.ts';
import type { Channel } from '../target.ts';

/** A serial port set as the bootloader asks for: 8 data bits, even parity, one stop bit (AN3155 §1). */
export class SerialLine implements Channel {
  readonly #port: SerialPort;
  #heard: number[] = [];
  #arrived: (() => void) | undefined;

  private constructor(port: SerialPort) {
    this.#port = port;
    port.on('data', (bytes: Uint8Array) => {
      for (const byte of bytes) this.#heard.push(byte);
      this.#arrived?.();
    });
    // a port that vanishes is found by the next write or by silence
    port.on('error', () => {});
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
        else
          reject(
            new ConformanceError(`${path} cannot be opened: ${cause.message}`, {
              exitCode: 3,
              cause,
            }),
          );
      });
    });
    return new SerialLine(port);
  }

  async send(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#port.write(bytes, (cause) => {
        if (cause != null) reject(vanished(this.#port.path, cause));
      });
      this.#port.drain((cause) => {
        if (cause === null) resolve();
        else reject(vanished(this.#port.path, cause));
      });
    });
  }

  async next(withinMs: number): Promise<number | undefined> {
    if (this.#heard.length === 0 && withinMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#arrived = undefined;
    }
    return this.#heard.shift();
  }

  /** Forgets all that came until the line is silent. */
  async clear(quietMs: number): Promise<void> {
    while ((await this.next(quietMs)) !== undefined);
  }

  async close(): Promise<void> {
    if (!this.#port.isOpen) return;
    await new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }
}

function vanished(path: string, cause: Error): ConformanceError {
  return new ConformanceError(`${path} no longer takes bytes: ${cause.message}`, {
    exitCode: 3,
    cause,
  });
}
