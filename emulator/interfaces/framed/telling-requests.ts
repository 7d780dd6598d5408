import type { Erase } from '../../chip/chip.ts';
import type { Dialogue } from '../../bootloader/dialogue.ts';
import type { Happening } from '../../trace/trace.ts';
import type { Answered, Check, Wire } from './wire.ts';

/** What the trace tells of a request. */
type Told = Omit<Extract<Happening, { kind: 'request' }>, 'kind' | 'port'>;

/** Who hears of requests. */
interface Listener {
  /** What a request names: before it is refused for that, or when it was taken. */
  request(request: Told): void;
  refused(): void;
}

/** The same wire, which tells what comes of the requests that a command makes of it. */
export function tellingRequests(wire: Wire, listener: Listener): Wire {
  /** Tells of what the check refuses, since that ends the request. */
  const heard =
    (check: Check): Check =>
    (address, length) => {
      const refused = check(address, length);
      if (refused !== undefined) {
        listener.request(length === undefined ? { address } : { address, length });
      }
      return refused;
    };
  function* told<Answer>(
    asked: Dialogue<Answer>,
    names: (request: Exclude<Answer, string>) => Told,
  ): Dialogue<Answer> {
    const answer = yield* asked;
    if (typeof answer !== 'string') listener.request(names(answer as Exclude<Answer, string>));
    else if (answer === ('answered' satisfies Answered)) listener.refused();
    return answer;
  }
  const erased = (request: Erase): Told => {
    if ('pages' in request) return { pages: request.pages };
    return { bank: 'bank' in request ? request.bank : 'all' };
  };
  return {
    ...wire,
    *refuse(why, at) {
      listener.refused();
      yield* wire.refuse(why, at);
    },
    readRequest: (check) => told(wire.readRequest(heard(check)), (request) => request),
    writeRequest: (check) =>
      told(wire.writeRequest(heard(check)), ({ address, data }) => ({
        address,
        length: data.length,
      })),
    goRequest: (check) => told(wire.goRequest(heard(check)), (request) => request),
    eraseRequest: () => told(wire.eraseRequest(), erased),
    extendedEraseRequest: () => told(wire.extendedEraseRequest(), erased),
    writeProtectRequest: () => told(wire.writeProtectRequest(), ({ codes }) => ({ pages: codes })),
    checksumRequest: (check) =>
      told(wire.checksumRequest(heard(check)), ({ address, words }) => ({
        address,
        length: 4 * words,
      })),
    specialRequest: (command, known) =>
      told(wire.specialRequest(command, known), ({ code }) => ({ code })),
  };
}
