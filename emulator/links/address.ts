import { BlockList, isIP } from 'node:net';
import { EmulatorError } from '../errors.ts';

/** Where a link listens. */
export interface TcpAddress {
  /** Name or IP address; default 127.0.0.1, so that nobody else on the network can flash the board. */
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';

const ofThisMachine = new BlockList();
ofThisMachine.addSubnet('127.0.0.0', 8);
ofThisMachine.addAddress('::1', 'ipv6');

/** Whether a name or an IP address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === 'localhost';
  return ofThisMachine.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

/** Reads `HOST:PORT`, `[IPV6]:PORT`, `:PORT` or `PORT`. */
export function parseAddress(text: string): TcpAddress {
  const match = /^(?:(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^:[\]/\s]*)):)?(?<port>\d{1,5})$/.exec(text);
  const { ipv6, host, port } = match?.groups ?? {};
  if (port === undefined || Number(port) > 0xffff) {
    throw new EmulatorError(
      `"${text}" is not HOST:PORT: write 127.0.0.1:3000, [::1]:3000, or port 0 for any free port`,
    );
  }
  return { host: ipv6 ?? (host || LOOPBACK), port: Number(port) };
}

/** Writes an address the way `parseAddress` reads it. */
export function formatAddress({ host, port }: TcpAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
