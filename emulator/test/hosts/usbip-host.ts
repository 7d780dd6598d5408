import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Setup } from '../../index.ts';

const VERSION = 0x0111;
const REQUEST_DEVICES = 0x8005;
const REQUEST_IMPORT = 0x8003;

/** USBIP_RET_SUBMIT or USBIP_RET_UNLINK. */
export interface Reply {
  readonly command: number;
  readonly seqnum: number;
  readonly status: number;
  readonly data: Buffer;
}

/** Bytes of a socket as they are asked for. */
class Reader {
  #bytes = Buffer.alloc(0);
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      socket.emit('more');
    });
    socket.on('close', () => socket.emit('more'));
    socket.on('error', () => {});
  }

  /** The next `count` bytes; fewer when the connection has ended before. */
  async take(count: number): Promise<Buffer> {
    while (this.#bytes.length < count && !this.#socket.closed) await once(this.#socket, 'more');
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }
}

/** A USB/IP client of our own, written from the protocol's description. */
export class UsbipHost implements AsyncDisposable {
  readonly socket: Socket;
  readonly #reader: Reader;
  #devid = 0;
  #seqnum = 0;
  /** Transfers whose replies carry no data. */
  readonly #outs = new Set<number>();

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.#reader = new Reader(this.socket);
  }

  /** Names of the devices that the server exports, and their identities. */
  static async list(port: number): Promise<readonly string[]> {
    await using host = new UsbipHost(port);
    host.socket.write(operation(REQUEST_DEVICES));
    const count = (await host.#reader.take(12)).readUInt32BE(8);
    const devices: string[] = [];
    for (let index = 0; index < count; index++) {
      const entry = await host.#reader.take(312);
      await host.#reader.take(4 * entry.readUInt8(311));
      devices.push(
        `${text(entry, 256)} ${entry.toString('hex', 300, 302)}:${entry.toString('hex', 302, 304)}`,
      );
    }
    return devices;
  }

  /** Imports a device; returns the status of the reply, 0 when it is ours now. */
  async import(busid = '1-1'): Promise<number> {
    this.socket.write(operation(REQUEST_IMPORT, busid));
    const status = (await this.#reader.take(8)).readUInt32BE(4);
    if (status !== 0) return status;
    const device = await this.#reader.take(312);
    this.#devid = (device.readUInt32BE(288) << 16) | device.readUInt32BE(292);
    return status;
  }

  /** What names the imported device in transfers. */
  get devid(): number {
    return this.#devid;
  }

  /** Sends a control transfer without waiting for its end; returns its number. */
  submit(setup: Setup, data: Uint8Array = new Uint8Array()): number {
    const header = this.#header(1);
    const toHost = (setup.bmRequestType & 0x80) !== 0;
    header.writeUInt32BE(toHost ? 1 : 0, 12);
    header.writeUInt32BE(toHost ? setup.wLength : data.length, 24);
    header.writeInt32BE(-1, 32);
    header.set([setup.bmRequestType, setup.bRequest], 40);
    [setup.wValue, setup.wIndex, setup.wLength].forEach((word, index) =>
      header.writeUInt16LE(word, 42 + 2 * index),
    );
    if (!toHost) this.#outs.add(this.#seqnum);
    this.socket.write(Buffer.concat([header, data]));
    return this.#seqnum;
  }

  /** Sends bytes to a bulk endpoint, or with a number asks one for so many; returns the number of the transfer. */
  bulk(endpoint: number, data: Uint8Array | number): number {
    const header = this.#header(1);
    const toHost = typeof data === 'number';
    header.writeUInt32BE(toHost ? 1 : 0, 12);
    header.writeUInt32BE(endpoint, 16);
    header.writeUInt32BE(toHost ? data : data.length, 24);
    header.writeInt32BE(-1, 32);
    if (!toHost) this.#outs.add(this.#seqnum);
    this.socket.write(toHost ? header : Buffer.concat([header, data]));
    return this.#seqnum;
  }

  /** Asks for a transfer to be taken back; returns the number of the request. */
  unlink(victim: number): number {
    const header = this.#header(2);
    header.writeUInt32BE(victim, 20);
    this.socket.write(header);
    return this.#seqnum;
  }

  /** The next reply; undefined when the connection has ended. */
  async reply(): Promise<Reply | undefined> {
    const header = await this.#reader.take(48);
    if (header.length < 48) return undefined;
    const command = header.readUInt32BE(0);
    const status = header.readInt32BE(20);
    const seqnum = header.readUInt32BE(4);
    const carries = command === 3 && !this.#outs.delete(seqnum);
    const data = await this.#reader.take(carries ? header.readUInt32BE(24) : 0);
    return { command, seqnum, status, data };
  }

  /** A control transfer to its end. */
  async control(setup: Setup, data?: Uint8Array): Promise<Reply | undefined> {
    this.submit(setup, data);
    return await this.reply();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.socket.closed ? undefined : once(this.socket, 'close');
    this.socket.destroy();
    await closed;
  }

  #header(command: number): Buffer {
    const header = Buffer.alloc(48);
    header.writeUInt32BE(command, 0);
    header.writeUInt32BE(++this.#seqnum, 4);
    header.writeUInt32BE(this.#devid, 8);
    return header;
  }
}

/** GET_DESCRIPTOR of the device. */
export const GET_DEVICE_DESCRIPTOR: Setup = {
  bmRequestType: 0x80,
  bRequest: 6,
  wValue: 0x0100,
  wIndex: 0,
  wLength: 18,
};

function operation(code: number, busid?: string): Buffer {
  const message = Buffer.alloc(busid === undefined ? 8 : 40);
  message.writeUInt16BE(VERSION, 0);
  message.writeUInt16BE(code, 2);
  message.write(busid ?? '', 8);
  return message;
}

function text(bytes: Buffer, start: number): string {
  return bytes.toString('latin1', start, bytes.indexOf(0, start));
}
