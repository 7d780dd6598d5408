import type { Board } from '../board/board.ts';
import type { HostPort } from './host-port.ts';
import { Pacer, type Speed } from '../links/pacer.ts';
import { preloadedUsb } from '../links/preload/usb-port.ts';
import type { UsbPins } from '../interfaces/usb/pins.ts';
import { usbBusOf } from './usb-bus-of.ts';

/** How a USB port is opened for a host. */
export interface HostUsbOptions {
  /** Puts something between the host and the pins of the chip. */
  readonly through?: (pins: UsbPins) => UsbPins;
  /** What chip work costs, and a tool's wait for it: `instant` (default), `real`, or a factor. */
  readonly speed?: Speed;
}

/**
 * Opens the USB port of a board for a host tool that uses libusb-1.0. The clock of a board follows one port:
 * for USART and USB at once there is `createBoard`. @throws EmulatorError on a board without USB
 */
export function openUsb(board: Board, options: HostUsbOptions = {}): HostPort {
  const { through, speed = 'instant' } = options;
  const pins = through?.(board.usb()) ?? board.usb();
  const pacer = new Pacer(board.clock, speed);
  const bus = usbBusOf(board, pins, (action) => pacer.input(action));
  const port = preloadedUsb(bus, board.trace, speed);
  const servers: { close(): Promise<void> }[] = [];
  const unplug = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
  };
  return {
    ...port,
    async serve(socket) {
      const server = await port.serve(socket);
      servers.push(server);
      return server;
    },
    unplug,
    async [Symbol.asyncDispose]() {
      await unplug();
      pacer.close();
    },
  };
}
