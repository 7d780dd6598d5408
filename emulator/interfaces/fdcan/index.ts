import { CanPort } from '../can/port.ts';
import type { DeviceInterface } from '../device-interface.ts';
import { listenOnFdcan } from './listener.ts';
import { fdcanQuirks } from './quirks.ts';

/** FDCAN in the device (AN5405). */
export const fdcan: DeviceInterface<'FDCAN', CanPort> = {
  protocol: '1.0',
  makePort: ({ name }, { clock, trace }) => new CanPort(name, true, clock, trace),
  listen: listenOnFdcan,
  quirks: fdcanQuirks,
};
