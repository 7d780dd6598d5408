import type { Micros } from '../clock.ts';
import type { CanFrame } from '../interfaces/can/pins.ts';
import type { Line } from '../interfaces/usart/pins.ts';
import type { Setup } from '../interfaces/usb/pins.ts';
import type { Level, PinName } from '../pins.ts';

/** Everything that happens on a board, as one stream. Fields are only ever added. */
export type TraceEvent = {
  /** Virtual time since power-on of the board object, in µs. */
  readonly time: Micros;
} & Happening;

/** An I2C message, from its START to the STOP or repeated START behind it, or a private one of I3C. */
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

/** What resets a chip: something about the board, the bootloader for a reason of its own, or a command by its name. */
export type ResetCause =
  | 'power-on'
  | 'NRST'
  | 'fault'
  | 'independent watchdog'
  | 'crash of the bootloader'
  | 'CAN clock search'
  | 'I2C time-out'
  | 'I3C time-out'
  /** DfuSe's leave, where nothing can run. */
  | 'leave'
  /** Option bytes were written as memory is. */
  | 'option bytes'
  | 'write-protect'
  | 'write-unprotect'
  | 'readout-protect'
  | 'readout-unprotect'
  /** Sub-operations of Special, by their code. */
  | 'special 2'
  | 'special 82';

/** What an event tells, by its `kind`. Addresses and lengths are in bytes; `port` is the name of a port, as `USART1`. */
export type Happening =
  | {
      /**
       * On a CAN bus `bytes` is the data of one frame, and `frame` the rest of it; on an I2C the data of one
       * `message`; on an SPI MOSI (rx) and MISO (tx) of the same slots follow each other.
       */
      readonly kind: 'rx' | 'tx';
      /** Name of the port. */
      readonly port: string;
      /** The bytes. */
      readonly bytes: Uint8Array;
      /** The frame but for its data. */
      readonly frame?: TracedFrame;
      /** The message that they belong to. */
      readonly message?: I2cMessage;
    }
  | {
      /** The host changed the setting of its serial line. */
      readonly kind: 'line';
      /** Name of the port. */
      readonly port: string;
      /** The setting from now on. */
      readonly line: Line;
    }
  | {
      /** The host holds its transmit line low, or lets go. */
      readonly kind: 'break';
      /** Name of the port. */
      readonly port: string;
      /** It begins; false: it ends. */
      readonly on: boolean;
    }
  | {
      /** A port was selected (USART: by its sync byte); `baud` is the rate measured, where one is known. */
      readonly kind: 'select';
      /** Name of the port. */
      readonly port: string;
      /** Bits per second. */
      readonly baud?: number;
    }
  | {
      /** A command was understood. */
      readonly kind: 'command';
      /** Name of the port. */
      readonly port: string;
      /** Its name. */
      readonly name: string;
      /** Its opcode. */
      readonly opcode: number;
      /** Where the opcode alone does not say it (DfuSe). */
      readonly address?: number;
    }
  | {
      /** What a command of a framed protocol names, before it is done or refused for it. */
      readonly kind: 'request';
      /** Name of the port. */
      readonly port: string;
      /** Its first address. */
      readonly address?: number;
      /** Bytes. */
      readonly length?: number;
      /** Numbers of erase units, or codes of sectors to protect. */
      readonly pages?: readonly number[];
      /** The bank, or all of main flash. */
      readonly bank?: number | 'all';
      /** Of Special and Extended Special. */
      readonly code?: number;
    }
  | {
      /** A command of a framed protocol was answered to its end, and not refused. */
      readonly kind: 'done';
      /** Name of the port. */
      readonly port: string;
      /** Its name. */
      readonly name: string;
    }
  | {
      /** A target on an I3C bus has got its dynamic address. */
      readonly kind: 'assigned';
      /** Name of the port. */
      readonly port: string;
      /** The address, 7 bits. */
      readonly address: number;
    }
  | {
      /** An I3C controller sent a common command code to all targets. */
      readonly kind: 'broadcast';
      /** Name of the port. */
      readonly port: string;
      /** The code. */
      readonly code: number;
      /** Its data. */
      readonly bytes: Uint8Array;
      /** Somebody acknowledged the broadcast address. */
      readonly acknowledged: boolean;
    }
  | {
      /** An I3C target interrupts its controller in band. */
      readonly kind: 'interrupt';
      /** Name of the port. */
      readonly port: string;
      /** The dynamic address, 7 bits. */
      readonly address: number;
      /** Its data. */
      readonly bytes: Uint8Array;
    }
  | {
      /** A refusal on the wire; the reason exists only here. */
      readonly kind: 'nack';
      /** Name of the port. */
      readonly port: string;
      /** Why, for a person. */
      readonly reason: string;
    }
  | {
      /** A USB device came onto its bus (`on`), or dropped off it. */
      readonly kind: 'attach';
      /** Name of the port. */
      readonly port: string;
      /** It begins; false: it ends. */
      readonly on: boolean;
    }
  | {
      /** The host reset the bus. */
      readonly kind: 'bus-reset';
      /** Name of the port. */
      readonly port: string;
    }
  | {
      /** A control transfer begins; `bytes` is the data of its OUT stage, `request` the request by name. */
      readonly kind: 'setup';
      /** Name of the port. */
      readonly port: string;
      /** The request by its name. */
      readonly request: string;
      /** Its SETUP stage. */
      readonly setup: Setup;
      /** The bytes. */
      readonly bytes: Uint8Array;
    }
  | {
      /** It ends; `bytes` is the data of its IN stage. `none`: given up or cut off without an answer. */
      readonly kind: 'answer';
      /** Name of the port. */
      readonly port: string;
      /** Its SETUP stage. */
      readonly setup: Setup;
      /** How it ended. */
      readonly answer: 'done' | 'stall' | 'none';
      /** The DFU state in which such a request has no place. */
      readonly state?: string;
      /** Why, for a person. */
      readonly reason?: string;
      /** The bytes. */
      readonly bytes: Uint8Array;
    }
  | {
      /** The DFU state machine moved. */
      readonly kind: 'dfu-state';
      /** Name of the port. */
      readonly port: string;
      /** The state it is in now. */
      readonly state: string;
      /** The status that goes with it. */
      readonly status: string;
    }
  | {
      /** Bytes were programmed. */
      readonly kind: 'program';
      /** Its first address. */
      readonly address: number;
      /** Bytes. */
      readonly length: number;
    }
  | {
      /** Bytes were erased. */
      readonly kind: 'erase';
      /** Its first address. */
      readonly address: number;
      /** Bytes. */
      readonly length: number;
    }
  | {
      /** A program or erase that changed nothing, or was cut. */
      readonly kind: 'lost';
      /** What was under way. */
      readonly operation: string;
      /** Its first address. */
      readonly address: number;
      /** Bytes. */
      readonly length: number;
      /** Why, for a person. */
      readonly why: string;
    }
  | {
      /** Something that a host sent or asked for, and the chip passes over in silence. */
      readonly kind: 'dropped';
      /** Name of the port. */
      readonly port?: string;
      /** What was sent or asked for. */
      readonly what: string;
      /** Why, for a person. */
      readonly why: string;
    }
  | {
      /** Option bytes were written. */
      readonly kind: 'options';
      /** Address of the area of option bytes. */
      readonly area: number;
      /** The bytes. */
      readonly bytes: Uint8Array;
    }
  | {
      /** The level of the readout protection changed. */
      readonly kind: 'protection';
      /** Level before. */
      readonly from: number;
      /** What it is now. */
      readonly to: number;
    }
  | {
      /** A pin of the board moved. */
      readonly kind: 'pin';
      /** The pin. */
      readonly name: PinName;
      /** Its level from now on. */
      readonly level: Level;
    }
  | {
      /** The power was switched. */
      readonly kind: 'power';
      /** It begins; false: it ends. */
      readonly on: boolean;
    }
  | {
      /** The chip went into reset. */
      readonly kind: 'reset';
      /** What reset it. */
      readonly cause: ResetCause;
    }
  | {
      /** The chip left reset and chose what it boots. */
      readonly kind: 'boot';
      /** What was chosen. */
      readonly area: string;
      /** Why, for a person. */
      readonly why: string;
    }
  | {
      /** The core jumped to a vector table. */
      readonly kind: 'jump';
      /** Its first address. */
      readonly address: number;
      /** Initial stack pointer. */
      readonly stack: number;
      /** What it is now. */
      readonly to: string;
    }
  | {
      /** A fault of the options struck. */
      readonly kind: 'fault';
      /** The fault, as it is said on the command line. */
      readonly fault: string;
    }
  | {
      /** Something a user would be surprised by; `run` prints it on a terminal. */
      readonly kind: 'surprise';
      /** The sentence. */
      readonly text: string;
      /** A reset ends it, and nothing else does. */
      readonly until?: 'reset';
    }
  | {
      /** Something that may be of use to a reader. */
      readonly kind: 'note';
      /** The sentence. */
      readonly text: string;
    };

/** The stream of a board's events; readers are called in the order they came, as each event happens. */
export class Trace {
  readonly #readers: ((event: TraceEvent) => void)[] = [];
  readonly #first: (() => void)[] = [];
  readonly #now: () => Micros;

  /** Events are given the time that `now` tells, in µs. */
  constructor(now: () => Micros) {
    this.#now = now;
  }

  /** Somebody reads: expensive details are worth making. */
  get read(): boolean {
    return this.#readers.length > 0;
  }

  /** Calls `reader` with each event from now on. */
  listen(reader: (event: TraceEvent) => void): void {
    this.#readers.push(reader);
  }

  /** Calls `first` once, ahead of the next event: what a port collects keeps its place in the stream. */
  before(first: () => void): void {
    this.#first.push(first);
  }

  /** Tells the readers what has happened, at this time. */
  emit(happening: Happening): void {
    if (this.#readers.length === 0) return;
    if (this.#first.length > 0) for (const first of this.#first.splice(0)) first();
    const event: TraceEvent = { time: this.#now(), ...happening };
    for (const reader of this.#readers) reader(event);
  }
}
