import type { Micros } from '../clock.ts';
import type { CanFrame } from '../interfaces/can/pins.ts';
import type { Line } from '../interfaces/usart/pins.ts';
import type { Setup } from '../interfaces/usb/pins.ts';
import type { Level, PinName } from '../pins.ts';

/** Everything that happens on a board, as one stream. Fields are only ever added. */
export type TraceEvent = { readonly time: Micros } & Happening;

/** An I2C message, from its START to the STOP or repeated START behind it. */
export interface I2cMessage {
  /** 7 bits. */
  readonly address: number;
  /** Somebody acknowledged the address. */
  readonly acknowledged: boolean;
}

/** A CAN frame but for its data. */
export interface TracedFrame extends Omit<CanFrame, 'data'> {
  /** The chip took it; false for one that only woke it, and for one spoilt by a bus error. Always true for its own. */
  readonly acknowledged: boolean;
}

export type Happening =
  /**
   * On a CAN bus `bytes` is the data of one frame, and `frame` the rest of it; on an I2C the data of one
   * `message`; on an SPI MOSI (rx) and MISO (tx) of the same slots follow each other.
   */
  | {
      readonly kind: 'rx' | 'tx';
      readonly port: string;
      readonly bytes: Uint8Array;
      readonly frame?: TracedFrame;
      readonly message?: I2cMessage;
    }
  | { readonly kind: 'line'; readonly port: string; readonly line: Line }
  | { readonly kind: 'break'; readonly port: string; readonly on: boolean }
  /** A port was selected (USART: by its sync byte); `baud` is the rate measured, where one is known. */
  | { readonly kind: 'select'; readonly port: string; readonly baud?: number }
  | {
      readonly kind: 'command';
      readonly port: string;
      readonly name: string;
      readonly opcode: number;
      /** Where the opcode alone does not say it (DfuSe). */
      readonly address?: number;
    }
  /** A refusal on the wire; the reason exists only here. */
  | { readonly kind: 'nack'; readonly port: string; readonly reason: string }
  /** A USB device came onto its bus (`on`), or dropped off it. */
  | { readonly kind: 'attach'; readonly port: string; readonly on: boolean }
  | { readonly kind: 'bus-reset'; readonly port: string }
  /** A control transfer begins; `bytes` is the data of its OUT stage, `request` the request by name. */
  | {
      readonly kind: 'setup';
      readonly port: string;
      readonly request: string;
      readonly setup: Setup;
      readonly bytes: Uint8Array;
    }
  /** It ends; `bytes` is the data of its IN stage. `none`: given up or cut off without an answer. */
  | {
      readonly kind: 'answer';
      readonly port: string;
      readonly setup: Setup;
      readonly answer: 'done' | 'stall' | 'none';
      readonly reason?: string;
      readonly bytes: Uint8Array;
    }
  /** The DFU state machine moved. */
  | {
      readonly kind: 'dfu-state';
      readonly port: string;
      readonly state: string;
      readonly status: string;
    }
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
  /** Something that a host sent or asked for, and the chip passes over in silence. */
  | {
      readonly kind: 'dropped';
      readonly port?: string;
      readonly what: string;
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
  readonly #first: (() => void)[] = [];
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

  /** Calls `first` once, ahead of the next event: what a port collects keeps its place in the stream. */
  before(first: () => void): void {
    this.#first.push(first);
  }

  emit(happening: Happening): void {
    if (this.#readers.length === 0) return;
    if (this.#first.length > 0) for (const first of this.#first.splice(0)) first();
    const event: TraceEvent = { time: this.#now(), ...happening };
    for (const reader of this.#readers) reader(event);
  }
}
