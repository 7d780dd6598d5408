import { dfuOf } from '../../families/index.ts';
import type { Board } from '../board/board.ts';
import { UsbBus } from '../links/usb/bus.ts';
import { UsbChip } from '../links/usb/chip.ts';
import type { UsbPins } from '../interfaces/usb/pins.ts';

/** DFU 1.1 table 4.4: application specific, device firmware upgrade, DFU mode. */
const DFU_MODE = [0xfe, 0x01, 0x02] as const;

/**
 * A USB bus with a board's chip in its first port; `pins` are those of its USB port, or what stands between,
 * and `settle` lets an action happen on them, and what follows from it.
 */
export function usbBusOf(
  { device }: Board,
  pins: UsbPins,
  settle: (action: () => void) => void,
): UsbBus {
  const description = {
    speed: 'full',
    idVendor: 0x0483,
    idProduct: 0xdf11,
    bcdDevice: dfuOf(device).bcdDevice,
    deviceClass: [0, 0, 0],
    interfaces: [DFU_MODE],
  } as const;
  const bus = new UsbBus();
  bus.add(new UsbChip(pins, description, settle));
  return bus;
}
