import type { DeviceInterface } from '../device-interface.ts';
import { listenOnI2c } from './listener.ts';
import { I2cPort } from './port.ts';
import { i2cQuirks } from './quirks.ts';

/** I2C in the device (AN4221). */
export const i2c: DeviceInterface<'I2C', I2cPort> = {
  protocol: '1.0',
  // no host reaches a target whose address is not known
  makePort: ({ name, address }, { clock, trace }) =>
    address === undefined ? undefined : new I2cPort(name, address, clock, trace),
  listen: listenOnI2c,
  quirks: () => i2cQuirks,
};
