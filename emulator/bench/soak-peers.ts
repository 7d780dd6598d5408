import fs from 'node:fs';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { Source } from './soak-messages.ts';

/** Somebody who sends to a board what he likes, and does not read what comes back. */
export interface Peer {
  /** Sends one message, as soon as there is room for it. */
  send(): Promise<void>;
  close(): Promise<void>;
}

/** How long a peer waits for room before it goes away and comes back, ms. */
const PATIENCE_MS = 200;

/** A peer on TCP or a Unix socket; where nothing is taken from it any more, it vanishes and connects again. */
export class SocketPeer implements Peer {
  readonly #at: NetConnectOpts;
  readonly #source: Source;
  readonly #greeting: readonly Buffer[];
  readonly #hosts: number;
  #sockets: Socket[] = [];
  #next = 0;
  #closed = false;

  /** `greeting` is sent on each connection; there are so many `hosts` at a time, of which each sends in its turn. */
  constructor(
    at: NetConnectOpts,
    source: Source,
    greeting: readonly Buffer[] = [],
    { hosts = 1 } = {},
  ) {
    this.#at = at;
    this.#source = source;
    this.#greeting = greeting;
    this.#hosts = hosts;
  }

  async send(): Promise<void> {
    const index = this.#next++ % this.#hosts;
    const socket = await this.#socket(index);
    if (socket === undefined) return;
    if (this.#next % 64 === 0) await nextTurn();
    if (socket.write(this.#source())) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        socket.off('drain', done).off('close', done);
        resolve();
      };
      const timer = setTimeout(done, PATIENCE_MS);
      socket.on('drain', done).on('close', done);
    });
    if (socket.writableNeedDrain) socket.destroy();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const socket of this.#sockets) socket.destroy();
    await nextTurn();
  }

  async #socket(index: number): Promise<Socket | undefined> {
    const there = this.#sockets[index];
    if (there !== undefined && !there.destroyed) return there;
    if (this.#closed) return undefined;
    const socket = connect({ ...this.#at, allowHalfOpen: true } as NetConnectOpts);
    this.#sockets[index] = socket;
    socket.on('error', () => {});
    await new Promise((resolve) => void socket.once('connect', resolve).once('close', resolve));
    if (socket.destroyed) await wait(10);
    for (const message of this.#greeting) socket.write(message);
    return socket.destroyed ? undefined : socket;
  }
}

/** A peer on a pseudo-terminal. */
export class PtyPeer implements Peer {
  readonly #file: number;
  readonly #source: Source;
  #sent = 0;
  #closed = false;

  constructor(path: string, source: Source, greeting: readonly Buffer[] = []) {
    const { O_RDWR, O_NOCTTY, O_NONBLOCK } = fs.constants;
    this.#file = fs.openSync(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    this.#source = source;
    for (const message of greeting) fs.writeSync(this.#file, message);
  }

  async send(): Promise<void> {
    if (++this.#sent % 64 === 0) await nextTurn();
    const message = this.#source();
    for (let at = 0; at < message.length && !this.#closed;) {
      try {
        at += fs.writeSync(this.#file, message, at);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await wait(1);
      }
    }
    if (this.#closed) throw new Error('closed');
  }

  async close(): Promise<void> {
    if (!this.#closed) fs.closeSync(this.#file);
    this.#closed = true;
    await nextTurn();
  }
}
