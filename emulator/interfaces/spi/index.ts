import type { DeviceInterface } from '../device-interface.ts';
import { listenOnSpi } from './listener.ts';
import { SpiPort } from './port.ts';

/** SPI in the device (AN4286). */
export const spi: DeviceInterface<'SPI', SpiPort> = {
  protocol: '1.0',
  makePort: ({ name }, { clock, trace }) => new SpiPort(name, clock, trace),
  listen: listenOnSpi,
  isBroken: (port, { quirk }) => port === 'SPI1' && quirk('spi1-broken'),
};
