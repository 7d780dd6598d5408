import { EmulatorError } from '../errors.ts';
import { formatAddress, type TcpAddress } from '../links/address.ts';
import type { TcpLink } from '../links/one-host.ts';
import { UsbAdapter, type AdapterFunction } from '../links/usb/adapter.ts';
import type { UsbBus } from '../links/usb/bus.ts';
import type { LinkChoice } from './link-choices.ts';
import { linesOf } from './open-link.ts';
import type { LinkedBoard } from './open-link.ts';

/**
 * Plugs an adapter into the bus for each choice but the chip itself, which is there, and serves the bus.
 * @returns the server, and the busid of each choice by its key
 * @throws EmulatorError for two addresses
 */
export async function openUsbip(
  on: LinkedBoard,
  bus: UsbBus,
  choices: readonly LinkChoice[],
): Promise<{ readonly server: TcpLink; readonly busids: ReadonlyMap<string, string> }> {
  const at = addressOf(choices);
  const { serveUsbip } = await import('../links/usb/usbip.ts');
  const busids = new Map<string, string>();
  for (const choice of choices) {
    const exported =
      choice.bus === 'usb' ? bus.devices[0]! : bus.add(new UsbAdapter(await adapterOf(on, choice)));
    busids.set(choice.key, exported.busid);
  }
  return { server: await serveUsbip(bus, on.board.trace, at), busids };
}

/** The address of the one server. */
function addressOf(choices: readonly LinkChoice[]): TcpAddress | undefined {
  const [first, ...rest] = choices.flatMap(({ at }) => (at === undefined ? [] : [at]));
  const other = rest.find((at) => formatAddress(at) !== formatAddress(first!));
  if (other === undefined) return first;
  throw new EmulatorError(
    `usbip:${formatAddress(first!)} and usbip:${formatAddress(other)}: a board has one USB/IP server, give its address once`,
  );
}

async function adapterOf(on: LinkedBoard, choice: LinkChoice): Promise<AdapterFunction> {
  const { board, pacer } = on;
  const { bus, name } = choice;
  const note = (text: string): void => board.trace.emit({ kind: 'note', text: `${name}: ${text}` });
  const surroundings = { pacer, clock: board.clock, note };
  switch (bus) {
    case 'i2c': {
      const { I2cTinyUsb } = await import('../links/usb/i2c-tiny-usb.ts');
      return new I2cTinyUsb(board.i2c(name), pacer);
    }
    case 'can': {
      const { CanAdapter } = await import('../links/can/adapter.ts');
      const { GsUsb } = await import('../links/usb/gs-usb.ts');
      const adapter = new CanAdapter(board.can(name), board.clock);
      return new GsUsb(adapter, board.isFd(name), surroundings);
    }
    default: {
      const { CdcAcm } = await import('../links/usb/cdc-acm.ts');
      return new CdcAcm(board.usart(name), surroundings, linesOf(on, choice));
    }
  }
}
