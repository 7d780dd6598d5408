import type { BusPort } from './bus-port.ts';
import type { BootloaderSurroundings, Listening } from './listening.ts';
import { listenOnUsart } from './usart-listener.ts';
import { UsartPort } from './usart-port.ts';

/** Starts the bootloader on a port by the protocol of its bus; `lock` is called when a host selects it. */
export function listen(port: BusPort, on: BootloaderSurroundings, lock: () => void): Listening {
  if (port instanceof UsartPort) return listenOnUsart(port, on, lock);
  throw new Error(`unreachable: no bootloader speaks on ${port.name}`);
}
