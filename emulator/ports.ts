import { EmulatorError } from './errors.ts';
import type { TcpAddress } from './links/address.ts';
import { formatAddress, parseAddress } from './links/address.ts';

/** Where a USART or the USB port of a board is reached. */
export interface Port {
  readonly kind: 'pty' | 'tcp' | 'rfc2217' | 'usbip' | 'buspirate' | 'slcan';
  /**
   * What a host opens: `/dev/pts/3`, pyserial's `socket://HOST:PORT` and `rfc2217://HOST:PORT`, or the busid
   * (`1-1`) that `usbip attach` takes, of the chip or of an adapter.
   */
  readonly path: string;
  readonly host?: string;
  readonly port?: number;
}

/** The linked ports: the first USART of the line is `usart`, others go by their names; `usb`. */
export interface Ports {
  readonly usart: Port;
  readonly [name: string]: Port;
}

/** A way to reach a USART from outside the process. */
export type LinkChoice =
  | { readonly kind: 'pty'; readonly path?: string }
  | { readonly kind: 'tcp' | 'rfc2217'; readonly at: TcpAddress }
  | { readonly kind: 'usbip'; readonly at?: TcpAddress };

/** One `--usart` text: which USART, the first of the line where it is not named, and over what. */
export interface PortChoice {
  readonly usart?: string;
  readonly link: LinkChoice;
}

/**
 * Reads `[NAME=]pty[:PATH]`, `[NAME=]tcp:HOST:PORT`, `[NAME=]rfc2217:HOST:PORT` or `[NAME=]usbip[:HOST:PORT]`; port 0
 * is any free one.
 */
export function parsePortChoice(text: string): PortChoice {
  const [, usart, spec = ''] = /^(?:([A-Z]+\d+(?::\w+\/\w+)?)=)?(.*)$/is.exec(text) ?? [];
  const named = usart === undefined ? {} : { usart: usart.toUpperCase() };
  const [, kind, place] = /^(pty|tcp|rfc2217|usbip)(?::(.+))?$/s.exec(spec) ?? [];
  switch (kind) {
    case 'pty':
      return { ...named, link: place === undefined ? { kind } : { kind, path: place } };
    case 'tcp':
    case 'rfc2217':
      return { ...named, link: { kind, at: parseAddress(place ?? '0') } };
    case 'usbip':
      return { ...named, link: place === undefined ? { kind } : { kind, at: parseAddress(place) } };
    default:
      throw new EmulatorError(
        `--usart ${text}: write pty, pty:/path/of/link, tcp:HOST:PORT, rfc2217:HOST:PORT or usbip, with USART3= before it for another USART`,
      );
  }
}

/** Reads `usbip` or `usbip:HOST:PORT`; undefined is the usual address. */
export function parseUsbChoice(text: string): TcpAddress | undefined {
  const [, place] = /^usbip(?::(.+))?$/s.exec(text) ?? [];
  if (place !== undefined) return parseAddress(place);
  if (text === 'usbip') return undefined;
  throw new EmulatorError(`--usb ${text}: write usbip or usbip:HOST:PORT`);
}

/** The port of a link that listens on TCP. */
export function tcpPort(kind: 'tcp' | 'rfc2217', at: TcpAddress): Port {
  const scheme = kind === 'tcp' ? 'socket' : 'rfc2217';
  return { kind, path: `${scheme}://${formatAddress(at)}`, host: at.host, port: at.port };
}
