import type { FastifyReply, FastifyRequest } from 'fastify';
import { EmulatorError } from '../../../errors.ts';

/** More than a server does at once. */
export class TooMuch extends EmulatorError {}

/** Requests that stay open for as long as their clients like: streams of events, and waits. */
export class OpenRequests {
  readonly #most: number;
  #open = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts a request until it is answered or its client is gone, of which the signal tells. @throws TooMuch */
  enter({ raw: { socket } }: FastifyRequest, { raw: response }: FastifyReply): AbortSignal {
    if (this.#open >= this.#most) {
      throw new TooMuch(`${this.#most} clients wait or read events here already: end one of them`);
    }
    this.#open++;
    const gone = new AbortController();
    const leave = (): void => {
      if (gone.signal.aborted) return; // a socket that closes tells its response first, and both tell here
      socket.off('close', leave); // which is kept for the next request
      response.off('close', leave);
      this.#open--;
      gone.abort();
    };
    socket.setMaxListeners(0).once('close', leave);
    response.once('close', leave);
    return gone.signal;
  }
}
