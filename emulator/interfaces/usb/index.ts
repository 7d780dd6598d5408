import type { DeviceInterface } from '../device-interface.ts';
import { listenOnUsb } from './listener.ts';
import { UsbPort } from './port.ts';
import { dfuQuirks } from './quirks.ts';

/** USB DFU in the device (AN3156). */
export const usb: DeviceInterface<'USB', UsbPort> = {
  protocol: '1.0',
  makePort: ({ name }, { trace }) => new UsbPort(name, trace),
  listen: listenOnUsb,
  quirks: dfuQuirks,
};
