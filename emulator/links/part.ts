import type { Socket } from 'node:net';

/** What a peer that is to go has left to read what it was sent, and to close its end, in ms. */
const PARTING_MS = 1000;

/** Ends a connection when everything sent has left, and closes it soon, whether the peer closes its end or not. */
export function part(socket: Socket): void {
  socket.resume().end();
  const timer = setTimeout(() => socket.destroy(), PARTING_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}
