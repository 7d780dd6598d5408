import type { DeviceInterface } from '../device-interface.ts';
import { listenOnCan } from './listener.ts';
import { CanPort } from './port.ts';
import { canQuirks } from './quirks.ts';

/** Classic CAN in the device (AN3154). */
export const can: DeviceInterface<'CAN', CanPort> = {
  protocol: '1.0',
  makePort: ({ name }, { clock, trace }) => new CanPort(name, false, clock, trace),
  listen: listenOnCan,
  quirks: canQuirks,
};
