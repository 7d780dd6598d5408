import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { CanFrame } from '../pins.ts';
import type { CanAdapter } from './can-adapter.ts';
import type { Pacer } from './pacer.ts';
import type { PreloadedPort } from './preload/open-preload.ts';
import { FROM, frameOf, RawSocket } from './socketcan-socket.ts';

/** Operation and length of a message, as preload/can.c sends them. */
const HEAD = 4;
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

  /** Hands a frame to every program that wants it. */
  function deliver(frame: CanFrame, sender?: Socket): void {
    const ms = Date.now();
    for (const [socket, raw] of programs) {
      const from = sender === undefined ? FROM.bus : socket === sender ? FROM.self : FROM.host;
      if ((from === FROM.self && !raw.receivesOwn) || !raw.wants(frame)) continue;
      if (socket.writableLength < MOST_UNREAD) socket.write(raw.record(frame, from, ms));
    }
  }

  function obey(socket: Socket, raw: RawSocket, operation: string, bytes: Buffer): boolean {
    if (operation !== 'f') {
      if (!raw.set(operation, bytes)) return false;
      if (operation !== 'b') return true;
      socket.write(raw.boundRecord());
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

  const server = createServer((socket) => {
    const raw = new RawSocket();
    programs.set(socket, raw);
    let unread: Buffer = Buffer.alloc(0);
    const refuse = (): void => {
      note('preload: a message was not understood');
      socket.destroy();
    };
    socket.on('data', (chunk) => {
      unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
      while (unread.length >= HEAD && !socket.destroyed) {
        const length = unread.readUIntLE(1, 3);
        if (length > LONGEST) return refuse();
        if (unread.length < HEAD + length) return;
        const operation = String.fromCharCode(unread[0]!);
        const bytes = unread.subarray(HEAD, HEAD + length);
        unread = unread.subarray(HEAD + length);
        if (!obey(socket, raw, operation, bytes)) return refuse();
      }
    });
    socket.on('error', () => {}); // the process is gone: `close` follows
    socket.on('close', () => programs.delete(socket));
  });
  adapter.onReceive((frame) => deliver(frame));
  pacer.input(() => adapter.open());
  server.listen(path);
  await once(server, 'listening');

  return {
    async close() {
      pacer.input(() => adapter.close());
      server.close();
      const closed = [...programs.keys()].map((socket) => once(socket, 'close'));
      for (const socket of programs.keys()) socket.destroy();
      await Promise.all(closed);
    },
  };
}
