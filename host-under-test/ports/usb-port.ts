import { openUsb } from '../../emulator/index.ts';
import type { UsbFault } from '../faults/usb.ts';
import { FaultyUsb } from './faulty-usb.ts';
import type { OpenPort } from './port.ts';

/**
 * The USB port of a board, behind a cable that may be bad, for tools that use libusb. The chip works as fast
 * as a real one, so that waiting too short can be seen, unless the scenario says otherwise.
 */
export const openUsbPort: OpenPort = async (board, { setUp, faults, onAnswer, onStrike }) => {
  const ofTheBus = faults.filter((fault): fault is UsbFault => fault.at === 'usb');
  return openUsb(board, {
    speed: setUp.speed ?? 'real',
    through: (pins) => new FaultyUsb(board, pins, ofTheBus, { answer: onAnswer, strike: onStrike }),
  });
};
