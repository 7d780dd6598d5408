import type { UsartPins } from '../../interfaces/usart/pins.ts';
import type { Trace } from '../../trace/trace.ts';
import type { TcpAddress } from '../address.ts';
import type { TcpLink } from '../one-host.ts';
import { serveOneHost } from '../one-host.ts';
import type { Pacer } from '../pacer.ts';

/**
 * The bytes of a USART over TCP, as they are; the line setting of the host is not known and taken as
 * right. What the chip sends while no host is connected is lost.
 */
export async function openTcp(
  pins: UsartPins,
  pacer: Pacer,
  trace: Trace,
  address: TcpAddress,
): Promise<TcpLink> {
  let send: ((bytes: Uint8Array) => void) | undefined;
  pins.onTransmit((bytes) => send?.(bytes));
  return serveOneHost('tcp', address, trace, (toHost) => {
    send = toHost;
    return {
      receive: (bytes) => pacer.input(() => pins.receive(bytes)),
      left: () => {
        send = undefined;
      },
    };
  });
}
