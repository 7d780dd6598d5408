import { EmulatorError } from './errors.ts';
import type { TcpAddress } from './links/address.ts';
import { formatAddress, parseAddress } from './links/address.ts';

/** Where a USART of a board is reached. */
export type Port =
  | { readonly kind: 'pty'; readonly path: string }
  | { readonly kind: 'tcp' | 'rfc2217'; readonly host: string; readonly port: number };

/** One `--usart` text: which USART, the first of the line where it is not named, and over what. */
export interface PortChoice {
  readonly usart?: string;
  readonly link:
    | { readonly kind: 'pty'; readonly path?: string }
    | ({ readonly kind: 'tcp' | 'rfc2217' } & TcpAddress);
}

/** Reads `[NAME=]pty[:PATH]`, `[NAME=]tcp:HOST:PORT` or `[NAME=]rfc2217:HOST:PORT`; port 0 is any free one. */
export function parsePortChoice(text: string): PortChoice {
  const [, usart, spec = ''] = /^(?:([^=:/]+(?::P[A-K]\d+\/P[A-K]\d+)?)=)?(.*)$/is.exec(text) ?? [];
  const named = usart === undefined ? {} : { usart };
  const [, kind, place] = /^(pty|tcp|rfc2217)(?::(.+))?$/s.exec(spec) ?? [];
  switch (kind) {
    case 'pty':
      return { ...named, link: place === undefined ? { kind } : { kind, path: place } };
    case 'tcp':
    case 'rfc2217':
      return { ...named, link: { kind, ...parseAddress(place ?? '0') } };
    default:
      throw new EmulatorError(
        `--usart ${text}: write pty, pty:/path/of/link, tcp:HOST:PORT or rfc2217:HOST:PORT, with USART3= before it for another USART`,
      );
  }
}

/** `tcp:127.0.0.1:3000`, `/dev/pts/3`: a port in a few letters. */
export function formatPort(port: Port): string {
  return port.kind === 'pty' ? port.path : `${port.kind}:${formatAddress(port)}`;
}
