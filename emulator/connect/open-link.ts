import type { Board } from '../board/board.ts';
import { formatAddress } from '../links/address.ts';
import { CanAdapter } from '../links/can/adapter.ts';
import type { TcpLink } from '../links/one-host.ts';
import type { Pacer } from '../links/pacer.ts';
import type { PtyLink } from '../links/serial/pty.ts';
import type { ModemLines } from '../links/serial/wiring.ts';
import type { LinkChoice } from './link-choices.ts';
import type { Port } from './ports.ts';

/** A port of a board that a host can open. */
export interface Link {
  readonly port: Port;
  readonly pty?: PtyLink;
  close(): Promise<void>;
}

/** What a link is opened on. */
export interface LinkedBoard {
  readonly board: Board;
  readonly pacer: Pacer;
  /** Takes DTR and RTS of the first USART. */
  readonly lines: (levels: ModemLines) => void;
}

/** What takes DTR and RTS of the USART that is linked: those of others lead nowhere. */
export function linesOf({ lines }: LinkedBoard, { key }: LinkChoice): LinkedBoard['lines'] {
  return key === 'usart' ? lines : () => {};
}

type Open = (on: LinkedBoard, choice: LinkChoice) => Promise<Link>;

/** The links by their schemes; what is on USB/IP shares one server. */
const LINKS: Readonly<Record<Exclude<Port['kind'], 'usbip'>, Open>> = {
  async pty(on, choice) {
    const { openPty } = await import('../links/serial/pty.ts');
    const { board, pacer } = on;
    const options = { ...at(choice), lines: linesOf(on, choice) };
    return ptyLink('pty', await openPty(board.usart(choice.name), pacer, board.trace, options));
  },
  async tcp({ board, pacer }, choice) {
    const { openTcp } = await import('../links/serial/tcp.ts');
    return tcpLink(
      'tcp',
      'socket',
      await openTcp(board.usart(choice.name), pacer, board.trace, choice.at!),
    );
  },
  async rfc2217(on, choice) {
    const { openRfc2217 } = await import('../links/serial/rfc2217.ts');
    const { board, pacer } = on;
    const options = { ...choice.at!, lines: linesOf(on, choice) };
    return tcpLink(
      'rfc2217',
      'rfc2217',
      await openRfc2217(board.usart(choice.name), pacer, board.trace, options),
    );
  },
  async buspirate({ board, pacer }, choice) {
    const { BusPirate } = await import('../links/i2c-spi/buspirate.ts');
    const { openPty } = await import('../links/serial/pty.ts');
    const { bus, name } = choice;
    const pins = bus === 'i2c' ? { i2c: board.i2c(name) } : { spi: board.spi(name) };
    const pirate = new BusPirate(pins, noteOf(board, name));
    return ptyLink('buspirate', await openPty(pirate, pacer, board.trace, at(choice)));
  },
  async slcan({ board, pacer }, choice) {
    const { Slcan } = await import('../links/can/slcan.ts');
    const { openPty } = await import('../links/serial/pty.ts');
    const slcan = new Slcan(new CanAdapter(board.can(choice.name), board.clock), board.clock);
    return ptyLink('slcan', await openPty(slcan, pacer, board.trace, at(choice)));
  },
};

/** Opens the link of one choice. @throws EmulatorError where its place is taken */
export async function openLink(
  on: LinkedBoard,
  choice: LinkChoice & { readonly scheme: keyof typeof LINKS },
): Promise<Link> {
  return await LINKS[choice.scheme](on, choice);
}

/** Something that a user would be surprised by, on a port. */
export function noteOf(board: Board, name: string): (text: string) => void {
  return (text) => board.trace.emit({ kind: 'surprise', text: `${name}: ${text}` });
}

function at({ path }: LinkChoice): { readonly link?: string } {
  return path === undefined ? {} : { link: path };
}

function ptyLink(kind: Port['kind'], pty: PtyLink): Link {
  return { port: { kind, path: pty.path }, pty, close: () => pty.close() };
}

function tcpLink(kind: Port['kind'], protocol: string, link: TcpLink): Link {
  const { address: host, port } = link;
  const path = `${protocol}://${formatAddress({ host, port })}`;
  return { port: { kind, path, host, port }, close: () => link.close() };
}
