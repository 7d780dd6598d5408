import type { Micros } from './clock.ts';
import type { Level, Line, PinName } from './pins.ts';

/** Everything that happens on a board, as one stream. Fields are only ever added. */
export type TraceEvent = { readonly time: Micros } & Happening;

export type Happening =
  | { readonly kind: 'rx' | 'tx'; readonly port: string; readonly bytes: Uint8Array }
  | { readonly kind: 'line'; readonly port: string; readonly line: Line }
  | { readonly kind: 'break'; readonly port: string; readonly on: boolean }
  /** A port was selected (USART: by its sync byte); `baud` is the rate measured, where one is known. */
  | { readonly kind: 'select'; readonly port: string; readonly baud?: number }
  | {
      readonly kind: 'command';
      readonly port: string;
      readonly name: string;
      readonly opcode: number;
    }
  /** A refusal on the wire; the reason exists only here. */
  | { readonly kind: 'nack'; readonly port: string; readonly reason: string }
  | { readonly kind: 'program'; readonly address: number; readonly length: number }
  | { readonly kind: 'erase'; readonly address: number; readonly length: number }
  /** A program or erase that changed nothing, or was cut. */
  | {
      readonly kind: 'lost';
      readonly operation: string;
      readonly address: number;
      readonly length: number;
      readonly why: string;
    }
  | { readonly kind: 'options'; readonly area: number; readonly bytes: Uint8Array }
  | { readonly kind: 'protection'; readonly from: number; readonly to: number }
  | { readonly kind: 'pin'; readonly name: PinName; readonly level: Level }
  | { readonly kind: 'power'; readonly on: boolean }
  | { readonly kind: 'reset'; readonly cause: string }
  | { readonly kind: 'boot'; readonly area: string; readonly why: string }
  | { readonly kind: 'jump'; readonly address: number; readonly stack: number; readonly to: string }
  | { readonly kind: 'fault'; readonly fault: string }
  /** Something a user would be surprised by; `run` prints it on a terminal. */
  | { readonly kind: 'surprise'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string };

/** The stream of a board's events; readers are called in the order they came, as each event happens. */
export class Trace {
  readonly #readers: ((event: TraceEvent) => void)[] = [];
  readonly #now: () => Micros;

  constructor(now: () => Micros) {
    this.#now = now;
  }

  /** Somebody reads: expensive details are worth making. */
  get read(): boolean {
    return this.#readers.length > 0;
  }

  listen(reader: (event: TraceEvent) => void): void {
    this.#readers.push(reader);
  }

  emit(happening: Happening): void {
    if (this.#readers.length === 0) return;
    const event: TraceEvent = { time: this.#now(), ...happening };
    for (const reader of this.#readers) reader(event);
  }
}
