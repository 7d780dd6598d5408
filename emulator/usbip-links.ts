import type { Board } from './board.ts';
import type { BusTexts } from './bus-links.ts';
import { EmulatorError } from './errors.ts';
import { formatAddress, parseAddress, type TcpAddress } from './links/address.ts';
import type { TcpLink } from './links/one-host.ts';
import type { Pacer } from './links/pacer.ts';
import type { UsbBus } from './links/usb-bus.ts';
import { UsbAdapter, type AdapterFunction } from './links/usb-adapter.ts';
import type { ModemLines } from './links/wiring.ts';
import { parseUsbChoice, type LinkChoice } from './ports.ts';

/** Something of the board that a host reaches as a USB device. */
export interface UsbipChoice {
  /** The chip's own USB port, or a bus behind an adapter. */
  readonly bus: 'usb' | 'usart' | 'i2c' | 'can';
  /** `USART3`, `I2C2`; of the chip's USB port nothing else than `usb`. */
  readonly name: string;
  /** By which it goes among the ports: `i2c` for the first, `I2C2`. */
  readonly key: string;
  /** Where the server is to listen, if that is said. */
  readonly at?: TcpAddress | undefined;
}

/** Where the adapters of a board are plugged in, and what they are connected to. */
export interface UsbipBoard {
  readonly board: Board;
  readonly bus: UsbBus;
  readonly pacer: Pacer;
  /** Takes DTR and RTS of the first USART. */
  readonly lines: (lines: ModemLines) => void;
}

/**
 * What is to be on USB/IP: the USB port by the text of `--usb`, USARTs by their links, and what the texts of I2C and
 * CAN say with `[NAME=]usbip[:HOST:PORT]`; `others` are those that say something else.
 * @throws EmulatorError for ports that the bootloader does not have
 */
export function usbipChoices(
  board: Board,
  usarts: ReadonlyMap<string, LinkChoice>,
  usb: string | undefined,
  texts: BusTexts,
): { readonly usbips: readonly UsbipChoice[]; readonly others: BusTexts } {
  const usbips: UsbipChoice[] = [];
  if (usb !== undefined) {
    usbips.push({ bus: 'usb', name: 'usb', key: 'usb', at: parseUsbChoice(usb) });
    board.usb();
  }
  for (const [name, link] of usarts) {
    if (link.kind !== 'usbip') continue;
    const key = name === board.usarts[0] ? 'usart' : name;
    usbips.push({ bus: 'usart', name, key, at: link.at });
  }
  const take = (bus: 'i2c' | 'can', names: readonly string[]): readonly string[] =>
    (texts[bus] ?? []).filter((text) => {
      const [whole, named, place] = /^(?:(\w+(?::\w+\/\w+)?)=)?usbip(?::(.+))?$/is.exec(text) ?? [];
      if (whole === undefined) return true;
      const name = named?.toUpperCase() ?? names[0] ?? bus.toUpperCase();
      if (bus === 'i2c') board.i2c(name);
      else board.can(name);
      const at = place === undefined ? undefined : parseAddress(place);
      usbips.push({ bus, name, key: name === names[0] ? bus : name, at });
      return false;
    });
  const others = { ...texts, i2c: take('i2c', board.i2cs), can: take('can', board.cans) };
  return { usbips, others };
}

/** @throws EmulatorError for two links of one port */
export function refuseTwice(
  choices: readonly { readonly key: string; readonly name: string }[],
): void {
  const seen = new Set<string>();
  for (const { key, name } of choices) {
    if (seen.has(key)) throw new EmulatorError(`${name} is given two links: give it one`);
    seen.add(key);
  }
}

/**
 * Plugs an adapter into the bus for each choice but the chip itself, which is there, and serves the bus.
 * @returns the server, and the busid of each choice by its key
 */
export async function openUsbip(
  { board, bus, pacer, lines }: UsbipBoard,
  choices: readonly UsbipChoice[],
): Promise<{ readonly server: TcpLink; readonly busids: ReadonlyMap<string, string> }> {
  const at = addressOf(choices);
  const { serveUsbip } = await import('./links/usbip.ts');
  const busids = new Map<string, string>();
  for (const choice of choices) {
    const exported =
      choice.bus === 'usb'
        ? bus.devices[0]!
        : bus.add(new UsbAdapter(await adapterOf({ board, bus, pacer, lines }, choice)));
    busids.set(choice.key, exported.busid);
  }
  return { server: await serveUsbip(bus, board.trace, at), busids };
}

/** The address of the one server. */
function addressOf(choices: readonly UsbipChoice[]): TcpAddress | undefined {
  const [first, ...rest] = choices.flatMap(({ at }) => (at === undefined ? [] : [at]));
  const other = rest.find((at) => formatAddress(at) !== formatAddress(first!));
  if (other === undefined) return first;
  throw new EmulatorError(
    `usbip:${formatAddress(first!)} and usbip:${formatAddress(other)}: a board has one USB/IP server, give its address once`,
  );
}

async function adapterOf(
  { board, pacer, lines }: UsbipBoard,
  { bus, name }: UsbipChoice,
): Promise<AdapterFunction> {
  const note = (text: string): void => board.trace.emit({ kind: 'note', text: `${name}: ${text}` });
  const surroundings = { pacer, clock: board.clock, note };
  switch (bus) {
    case 'i2c': {
      const { I2cTinyUsb } = await import('./links/i2c-tiny-usb.ts');
      return new I2cTinyUsb(board.i2c(name), pacer);
    }
    case 'can': {
      const { CanAdapter } = await import('./links/can-adapter.ts');
      const { GsUsb } = await import('./links/gs-usb.ts');
      const adapter = new CanAdapter(board.can(name), board.clock);
      return new GsUsb(adapter, name.startsWith('FD'), surroundings);
    }
    default: {
      const { CdcAcm } = await import('./links/cdc-acm.ts');
      const wired = name === board.usarts[0] ? lines : (): void => {};
      return new CdcAcm(board.usart(name), surroundings, wired);
    }
  }
}
