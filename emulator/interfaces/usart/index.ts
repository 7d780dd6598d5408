import { atLeast } from '../../bootloader/rom.ts';
import type { DeviceInterface } from '../device-interface.ts';
import { listenOnUsart } from './listener.ts';
import { isBroken, trappedBy } from './port-quirks.ts';
import { UsartPort } from './port.ts';
import { usartQuirks } from './quirks.ts';

/** USART in the device (AN3155). */
export const usart: DeviceInterface<'USART', UsartPort> = {
  protocol: '3.1',
  since: atLeast,
  makePort: ({ name }, { clock, trace, filters }) => new UsartPort(name, clock, trace, filters),
  listen: listenOnUsart,
  quirks: usartQuirks,
  isBroken: (port, { quirk }) => isBroken(port, quirk),
  trap: (ports, { quirk }) => trappedBy(ports, quirk),
};
