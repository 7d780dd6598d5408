import type { Socket } from 'node:net';
import { AlertLoop } from '../alert-loop.ts';
import { part } from '../part.ts';
import type { ExportedDevice, Importer, UsbBus } from './bus.ts';
import {
  BUSID,
  COMMAND,
  deviceList,
  devidOf,
  HEADER,
  importReply,
  OP,
  OP_HEADER,
  OP_STATUS,
  readSubmit,
  readUnlink,
  VERSION,
} from './usbip-messages.ts';
import { UsbipTransfers } from './usbip-transfers.ts';

/** Longest transfer in bytes; a control transfer has 65,535 at most, and Linux splits others far below. */
const LONGEST = 1 << 20;
/** Messages handled in one turn of the event loop: a transfer may make the chip work a lot. */
const MOST_AT_ONCE = 64;
/** How long a client may take until it has said what it wants, in ms. */
const HESITATION_MS = 10_000;

const REFUSED = { busy: OP_STATUS.busy, absent: OP_STATUS.noDevice } as const;

/** One connection of a USB/IP client: a question about devices, or a device that it has imported. */
export class UsbipSession implements Importer {
  readonly host: unknown;
  readonly #socket: Socket;
  readonly #bus: UsbBus;
  readonly #note: (text: string) => void;
  #unread: Buffer = Buffer.alloc(0);
  #imported: { readonly exported: ExportedDevice; readonly transfers: UsbipTransfers } | undefined;
  #over = false;
  readonly #loop = new AlertLoop();

  /** `host` is the computer that the client runs on; by default one of its own. */
  constructor(socket: Socket, bus: UsbBus, note: (text: string) => void, host?: unknown) {
    this.host = host ?? this;
    this.#socket = socket;
    this.#bus = bus;
    this.#note = note;
    socket.setTimeout(HESITATION_MS, () => socket.destroy());
    socket.on('data', (bytes) => {
      if (this.#over) return;
      this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
      this.#read();
    });
    socket.on('drain', () => {
      socket.resume();
      this.#read();
    });
    socket.on('end', () => this.#leave());
    socket.on('close', () => this.#leave());
    socket.on('error', () => {}); // a reset: `close` follows
  }

  /** The device has dropped off the bus: the client's kernel unplugs it when the connection ends. */
  detached(): void {
    this.#note('the device dropped off the bus');
    this.#part();
  }

  /** Ends the connection when everything sent has left. */
  #part(): void {
    this.#leave();
    part(this.#socket);
  }

  /** Takes no more from the client and lets its device go. */
  #leave(): void {
    this.#over = true;
    this.#unread = Buffer.alloc(0);
    const imported = this.#imported;
    this.#imported = undefined;
    if (imported === undefined) return;
    imported.transfers.cancelAll();
    imported.exported.release(this);
  }

  #refuse(what: string): void {
    this.#note(`not understood: ${what}`);
    this.#leave();
    this.#socket.destroy();
  }

  readonly #send = (message: Uint8Array): void => {
    if (this.#socket.writable && !this.#socket.write(message)) this.#socket.pause();
  };

  #read(): void {
    this.#loop.arrived();
    this.#socket.cork(); // one write for the answers to all that has arrived
    try {
      let left = MOST_AT_ONCE;
      while (!this.#over && !this.#socket.isPaused() && left > 0 && this.#readMessage()) left--;
      if (left === 0) this.#goOnLater();
    } finally {
      this.#socket.uncork();
    }
    this.#loop.handled();
  }

  /** Lets signals and others have their turn; until then no more is taken from the socket. */
  #goOnLater(): void {
    this.#socket.pause();
    setImmediate(() => {
      if (this.#socket.writableNeedDrain) return; // `drain` goes on
      this.#socket.resume();
      this.#read();
    });
  }

  /** Handles the next message if all of it is there. */
  #readMessage(): boolean {
    return this.#imported === undefined ? this.#readOperation() : this.#readCommand();
  }

  #readOperation(): boolean {
    if (this.#unread.length < OP_HEADER) return false;
    const [version, code] = [this.#unread.readUInt16BE(0), this.#unread.readUInt16BE(2)];
    if (version !== VERSION || (code !== OP.requestDevices && code !== OP.requestImport)) {
      this.#refuse(`operation 0x${code.toString(16)} of version 0x${version.toString(16)}`);
      return false;
    }
    if (code === OP.requestDevices) {
      this.#send(deviceList(this.#bus.attached));
      this.#part();
      return false;
    }
    const request = this.#take(OP_HEADER + BUSID);
    if (request === undefined) return false;
    this.#import(request.toString('latin1', OP_HEADER).replace(/\0.*$/s, ''));
    return true;
  }

  #import(busid: string): void {
    const exported = this.#bus.attached.find((each) => each.busid === busid);
    const outcome = exported?.import(this) ?? 'absent';
    if (outcome !== 'imported' || exported === undefined) {
      this.#send(importReply(outcome === 'imported' ? OP_STATUS.noDevice : REFUSED[outcome]));
      this.#note(`${JSON.stringify(busid)} was asked for and is ${outcome}`);
      return this.#part();
    }
    this.#note(`${busid} was attached to a host`);
    this.#socket.setTimeout(0);
    this.#imported = { exported, transfers: new UsbipTransfers(exported, this.#send) };
    this.#send(importReply(OP_STATUS.ok, exported));
  }

  #readCommand(): boolean {
    const { exported, transfers } = this.#imported!;
    if (this.#unread.length < HEADER) return false;
    const command = this.#unread.readUInt32BE(0);
    if (this.#unread.readUInt32BE(8) !== devidOf(exported)) {
      this.#refuse(`a device number of 0x${this.#unread.toString('hex', 8, 12)}`);
    } else if (command === COMMAND.unlink) {
      transfers.unlink(readUnlink(this.#take(HEADER)!));
      return true;
    } else if (command === COMMAND.submit) {
      const submit = readSubmit(this.#unread);
      if (submit.length > LONGEST) {
        this.#refuse(`a transfer of ${submit.length} bytes`);
        return false;
      }
      const message = this.#take(HEADER + (submit.toHost ? 0 : submit.length));
      if (message === undefined) return false;
      const wrong = transfers.submit(submit, message.subarray(HEADER));
      if (wrong === undefined) return true;
      this.#refuse(wrong);
    } else {
      this.#refuse(`command ${command}`);
    }
    return false;
  }

  /** Takes `length` bytes from what has arrived; undefined as long as there are fewer. */
  #take(length: number): Buffer | undefined {
    if (this.#unread.length < length) return undefined;
    const taken = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    return taken;
  }
}
