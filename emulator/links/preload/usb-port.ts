import type { Trace } from '../../trace/trace.ts';
import type { Speed } from '../pacer.ts';
import type { UsbBus } from '../usb/bus.ts';
import { serveLocalUsbip } from '../usb/usbip.ts';
import type { PreloadedPort } from './open-preload.ts';

/**
 * The devices of a bus for programs that use libusb; `path` is the first one's, as dfu-util's `--path` takes
 * it. `speed` shortens the time that a host sleeps because a DFU device asked it to.
 */
export function preloadedUsb(bus: UsbBus, trace: Trace, speed: Speed): PreloadedPort {
  return {
    path: '1-1',
    library: 'libusb',
    device: speed === 'real' ? '1' : `${speed}`,
    serve: (socket) => serveLocalUsbip(bus, trace, socket),
  };
}
