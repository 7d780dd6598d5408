import type { UsartPins } from '../../interfaces/usart/pins.ts';
import type { Trace } from '../../trace/trace.ts';
import type { TcpAddress } from '../address.ts';
import type { ComPortTarget } from './com-port.ts';
import { ComPort } from './com-port.ts';
import type { TcpLink } from '../one-host.ts';
import { serveOneHost } from '../one-host.ts';
import type { Pacer } from '../pacer.ts';

/** Where an RFC 2217 port listens and what is wired to its control lines. */
export interface Rfc2217Options extends TcpAddress {
  /** Called with DTR and RTS, true for asserted, whenever the host changes one; inside `pacer.input`. */
  readonly lines?: ComPortTarget['lines'];
}

/**
 * A USART as a serial port server on TCP (RFC 2217): bytes, line setting, break, DTR and RTS. What the
 * chip sends while no host is connected is lost.
 */
export async function openRfc2217(
  pins: UsartPins,
  pacer: Pacer,
  trace: Trace,
  options: Rfc2217Options,
): Promise<TcpLink> {
  let host: ComPort | undefined;
  pins.onTransmit((bytes) => host?.transmit(bytes));
  const target: ComPortTarget = {
    receive: (bytes, line) => pacer.input(() => pins.receive(bytes, line)),
    setLine: (line) => pacer.input(() => pins.setLine(line)),
    breakLine: (on) => pacer.input(() => pins.breakLine(on)),
    lines: (lines) => pacer.input(() => options.lines?.(lines)),
  };
  return serveOneHost('rfc2217', options, trace, (send) => {
    const session = new ComPort(target, send);
    host = session;
    session.start();
    return {
      receive: (bytes) => session.receive(bytes),
      left: () => {
        host = undefined;
        session.close();
      },
    };
  });
}
