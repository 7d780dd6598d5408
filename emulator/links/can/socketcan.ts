import type { Socket } from 'node:net';
import type { CanFrame } from '../../interfaces/can/pins.ts';
import type { CanAdapter } from './adapter.ts';
import { serveSocket } from '../local-server.ts';
import type { Pacer } from '../pacer.ts';
import type { PreloadedPort } from '../preload/open-preload.ts';
import { inMessages, type Message } from '../requests.ts';
import { FROM, frameOf, RawSocket } from './socketcan-socket.ts';

/** The longest message is 512 filters, bytes. */
const LONGEST = 8 * 512;
/** Frames for a program that does not read are lost from here on, bytes. */
const MOST_UNREAD = 1 << 20;

/** The bus behind an interface. */
export interface CanInterface {
  readonly adapter: CanAdapter;
  /** The interface carries CAN FD. */
  readonly fd: boolean;
  readonly pacer: Pacer;
  /** Puts a remark into the board's trace. */
  readonly note: (text: string) => void;
}

/** A CAN bus as a network interface for programs with raw CAN sockets, for `openPreload`. */
export function preloadedCan(name: string, bus: CanInterface): PreloadedPort {
  return {
    path: name,
    library: 'can',
    device: `${name}:${bus.fd ? 72 : 16}`,
    serve: (socket) => serveCan(bus, socket),
  };
}

/** Listens on a socket to which preload/can.c connects, once for each raw CAN socket; the interface is up until it is closed. */
export async function serveCan(
  { adapter, pacer, note }: CanInterface,
  path: string,
): Promise<{ close(): Promise<void> }> {
  const programs = new Map<Socket, RawSocket>();
  const losing = new WeakSet<Socket>();

  /** Hands a frame to every program that wants it. */
  function deliver(frame: CanFrame, sender?: Socket): void {
    const ms = Date.now();
    for (const [socket, raw] of programs) {
      const from = sender === undefined ? FROM.bus : socket === sender ? FROM.self : FROM.host;
      if ((from === FROM.self && !raw.receivesOwn) || !raw.wants(frame)) continue;
      give(socket, raw.record(frame, from, ms));
    }
  }

  /** A program that does not read loses frames, as from a full receive buffer. */
  function give(socket: Socket, record: Buffer): void {
    if (socket.writableLength < MOST_UNREAD) socket.write(record);
    else if (!losing.has(socket)) {
      losing.add(socket);
      note('a program does not read: frames are lost');
    }
  }

  function obey(socket: Socket, raw: RawSocket, { operation, bytes }: Message): boolean {
    if (operation !== 'f') {
      if (!raw.set(operation, bytes)) return false;
      if (operation !== 'b') return true;
      give(socket, raw.boundRecord());
      note('a program opened it');
      return true;
    }
    const frame = frameOf(bytes);
    if (frame === undefined) return false;
    if (frame === 'ignored' || !raw.bound) return true;
    const echo = (): void => {
      if (raw.loopback) deliver(frame, socket);
    };
    pacer.input(() => {
      if (!adapter.send(frame, echo)) note('too many frames wait for the bus: one is lost');
    });
    return true;
  }

  const serve = (socket: Socket): void => {
    const raw = new RawSocket();
    const next = inMessages(LONGEST);
    programs.set(socket, raw);
    let unread: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
      for (let message = next(unread); message !== undefined; message = next(unread)) {
        if (message === 'too long' || !obey(socket, raw, message.request)) {
          note('preload: a message was not understood');
          socket.destroy();
          return;
        }
        unread = unread.subarray(message.length);
      }
    });
    socket.on('close', () => programs.delete(socket));
  };
  adapter.onReceive((frame) => deliver(frame));
  pacer.input(() => adapter.open());
  const served = await serveSocket({ path }, serve, { note: (text) => note(`preload: ${text}`) });

  return {
    async close() {
      pacer.input(() => adapter.close());
      await served.close();
    },
  };
}
