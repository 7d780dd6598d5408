import type { DeviceInterface } from '../device-interface.ts';
import { listenOnI3c } from './listener.ts';
import { I3cPort } from './port.ts';
import { i3cQuirks } from './quirks.ts';

/** I3C in the device (AN5927). */
export const i3c: DeviceInterface<'I3C', I3cPort> = {
  protocol: '1.0',
  makePort({ name, identity }, { clock, trace }) {
    if (identity === undefined) return undefined; // nobody knows what it says when it gets its address
    const { provisionedId, ...registers } = identity;
    return new I3cPort(name, { pid: be48(provisionedId), ...registers }, clock, trace);
  },
  listen: listenOnI3c,
  quirks: () => i3cQuirks,
};

/** A 48-bit number, most significant byte first. */
function be48(value: number): Uint8Array {
  return Uint8Array.from({ length: 6 }, (_, at) => Math.floor(value / 2 ** (40 - 8 * at)) & 0xff);
}
