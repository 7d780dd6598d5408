import type { Board } from '../board/board.ts';
import { EmulatorError } from '../errors.ts';
import { parseAddress, type TcpAddress } from '../links/address.ts';
import type { Port } from './ports.ts';

/** What a link is asked for by: `--usart`, `--usb`, `--i2c`, `--spi`, `--can`. */
export type Bus = 'usart' | 'usb' | 'i2c' | 'spi' | 'can';

/** The texts of a bus: `[NAME=]SCHEME[:PLACE]`. */
export type LinkTexts = Readonly<Partial<Record<Bus, readonly string[]>>>;

/** Which port is to be linked, and over what. */
export interface LinkChoice {
  readonly bus: Bus;
  /** `USART3`, `I2C2`; of the USB port `usb`. */
  readonly name: string;
  /** By which it goes among the ports: `i2c` for the first, `I2C2`. */
  readonly key: string;
  readonly scheme: Port['kind'];
  /** Path of a symbolic link to the pty. */
  readonly path?: string;
  /** Where a server is to listen. */
  readonly at?: TcpAddress;
}

/** What stands behind the colon of a scheme; `always`: it listens even where none is given. */
type Place = 'path' | 'address' | 'address, always';

interface LinkedBus {
  /** The ports of the bus, the first one first. */
  readonly names: (board: Board) => readonly string[];
  /** Throws for a port that the bootloader does not have. */
  readonly check: (board: Board, name: string) => unknown;
  readonly schemes: Readonly<Partial<Record<Port['kind'], Place>>>;
  /** What to write. */
  readonly usage: string;
}

/** What each bus can be linked by. */
const BUSES: Readonly<Record<Bus, LinkedBus>> = {
  usart: {
    names: ({ usarts }) => usarts,
    check: (board, name) => board.usart(name),
    schemes: {
      pty: 'path',
      tcp: 'address, always',
      rfc2217: 'address, always',
      usbip: 'address',
    },
    usage:
      'pty, pty:/path/of/link, tcp:HOST:PORT, rfc2217:HOST:PORT or usbip, with USART3= before it for another USART',
  },
  usb: {
    names: () => ['usb'],
    check: (board) => board.usb(),
    schemes: { usbip: 'address' },
    usage: 'usbip or usbip:HOST:PORT',
  },
  i2c: {
    names: ({ i2cs }) => i2cs,
    check: (board, name) => board.i2c(name),
    schemes: { buspirate: 'path', usbip: 'address' },
    usage: 'buspirate, usbip or buspirate:/path/of/link, with I2C2= before it for another',
  },
  spi: {
    names: ({ spis }) => spis,
    check: (board, name) => board.spi(name),
    schemes: { buspirate: 'path' },
    usage: 'buspirate or buspirate:/path/of/link, with SPI2= before it for another',
  },
  can: {
    names: ({ cans }) => cans,
    check: (board, name) => board.can(name),
    schemes: { slcan: 'path', usbip: 'address' },
    usage: 'slcan, usbip or slcan:/path/of/link, with CAN2= or FDCAN1= before it for another',
  },
};

/** Whether an option is one that says a link. */
export function isBus(name: string): name is Bus {
  return Object.hasOwn(BUSES, name);
}

/**
 * What the texts of all buses ask for. The first USART is always linked, by a pty where nothing else is said.
 * @throws EmulatorError for a text that says nothing, a port that the bootloader does not have, and one with two links
 */
export function linkChoices(board: Board, texts: LinkTexts): readonly LinkChoice[] {
  const choices = (Object.keys(BUSES) as Bus[]).flatMap((bus) =>
    (texts[bus] ?? []).map((text) => linkChoice(board, bus, text)),
  );
  const seen = new Set<string>();
  for (const { key, name } of choices) {
    if (seen.has(key)) throw new EmulatorError(`${name} is given two links: give it one`);
    seen.add(key);
  }
  const usual = { bus: 'usart', name: board.usarts[0]!, key: 'usart', scheme: 'pty' } as const;
  const isFirst = ({ key }: LinkChoice): boolean => key === 'usart';
  return [choices.find(isFirst) ?? usual, ...choices.filter((choice) => !isFirst(choice))];
}

function linkChoice(board: Board, bus: Bus, text: string): LinkChoice {
  const { names, check } = BUSES[bus];
  const { name: named, ...link } = parseLink(bus, text);
  const [first] = names(board);
  const name = named ?? first ?? bus.toUpperCase();
  check(board, name);
  return { bus, name, key: keyOf(board, bus, name), ...link };
}

/** By which a port goes among those of its board: the name of its bus for the first, else its own. */
export function keyOf(board: Board, bus: Bus, name: string): string {
  return name === BUSES[bus].names(board)[0] ? bus : name;
}

/** Reads `[NAME=]SCHEME[:PLACE]`; port 0 is any free one. @throws EmulatorError for what the bus is not linked by */
export function parseLink(
  bus: Bus,
  text: string,
): Omit<LinkChoice, 'bus' | 'name' | 'key'> & { readonly name?: string } {
  const [, named, spec = ''] = /^(?:(\w+(?::\w+\/\w+)?)=)?(.*)$/s.exec(text) ?? [];
  const [, kind, place] = /^(\w+)(?::(.+))?$/s.exec(spec) ?? [];
  const { schemes, usage } = BUSES[bus];
  const scheme = kind?.toLowerCase() as Port['kind'];
  const takes = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
  if (takes === undefined || (bus === 'usb' && named !== undefined)) {
    throw new EmulatorError(`--${bus} ${text}: write ${usage}`);
  }
  const name = named === undefined ? {} : { name: named.toUpperCase() };
  if (takes === 'path') return { ...name, scheme, ...(place === undefined ? {} : { path: place }) };
  if (place === undefined && takes === 'address') return { ...name, scheme };
  return { ...name, scheme, at: parseAddress(place ?? '0') };
}
