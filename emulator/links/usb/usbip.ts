import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import type { Trace } from '../../trace/trace.ts';
import type { TcpAddress } from '../address.ts';
import { serveSocket } from '../local-server.ts';
import { cannotListen, type TcpLink } from '../one-host.ts';
import type { UsbBus } from './bus.ts';
import { UsbipSession } from './usbip-session.ts';

/** On this machine alone, so that nobody else on the network can flash the board, and the port of usbipd. */
const USUAL: TcpAddress = { host: '127.0.0.1', port: 3240 };

/** Connections at a time: a client has one for each device, and one for the list. */
const MOST_CLIENTS = 64;

/**
 * Exports the devices of a bus to other computers, as usbipd does; each device has one host at a time.
 * Without an address it listens at 127.0.0.1:3240, or at any free port where that one is taken.
 */
export async function serveUsbip(bus: UsbBus, trace: Trace, at?: TcpAddress): Promise<TcpLink> {
  try {
    const server = await serve(bus, trace, { ...(at ?? USUAL) });
    return { ...(server.address as AddressInfo), close: () => server.close() };
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException;
    if (at === undefined && error.code === 'EADDRINUSE') {
      return await serveUsbip(bus, trace, { ...USUAL, port: 0 });
    }
    throw cannotListen('usbip:', at ?? USUAL, error);
  }
}

/** Exports the devices of a bus to the programs of this computer on a Unix socket; they share them. */
export async function serveLocalUsbip(
  bus: UsbBus,
  trace: Trace,
  path: string,
): Promise<{ close(): Promise<void> }> {
  return await serve(bus, trace, { path }, bus);
}

async function serve(
  bus: UsbBus,
  trace: Trace,
  at: ListenOptions,
  host?: unknown,
): Promise<{ readonly address: AddressInfo | string | null; close(): Promise<void> }> {
  const note = (text: string): void => trace.emit({ kind: 'note', text: `usbip: ${text}` });
  const serveOne = (socket: Socket): void => void new UsbipSession(socket, bus, note, host);
  const served = await serveSocket(at, serveOne, { most: MOST_CLIENTS, note });
  return { address: served.server.address(), close: () => served.close() };
}
