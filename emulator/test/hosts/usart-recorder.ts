import { EventEmitter, once } from 'node:events';
import type { Line, UsartPins } from '../../interfaces/usart/pins.ts';

/** Something that a host did to the pins. */
export type PinEvent =
  | { readonly receive: Uint8Array; readonly line: Line | undefined }
  | { readonly setLine: Line }
  | { readonly breakLine: boolean };

/** A stand-in for whatever is wired to a USART: it keeps what the host does and sends what it is told to. */
export class UsartRecorder implements UsartPins {
  readonly events: PinEvent[] = [];
  /** Count of bytes received. */
  received = 0;
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];
  readonly #arrived = new EventEmitter();
  readonly #reply: (bytes: Uint8Array) => Uint8Array | undefined;

  /** `reply` answers what is received, at once. */
  constructor(reply: (bytes: Uint8Array) => Uint8Array | undefined = () => undefined) {
    this.#reply = reply;
  }

  receive(bytes: Uint8Array, line?: Line): void {
    this.events.push({ receive: Uint8Array.from(bytes), line });
    this.received += bytes.length;
    const reply = this.#reply(bytes);
    if (reply !== undefined) this.transmit(reply);
    this.#arrived.emit('bytes');
  }

  setLine(line: Line): void {
    this.events.push({ setLine: line });
  }

  breakLine(on: boolean): void {
    this.events.push({ breakLine: on });
  }

  onTransmit(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
  }

  transmit(bytes: Uint8Array): void {
    for (const listener of this.#listeners) listener(bytes);
  }

  /** All bytes so far. */
  get bytes(): Buffer {
    return Buffer.concat(
      this.events.map((event) => ('receive' in event ? event.receive : [])) as Uint8Array[],
    );
  }

  /** Settles when `count` bytes have been received. */
  async gets(count: number): Promise<void> {
    while (this.received < count) await once(this.#arrived, 'bytes');
  }
}
