import type { Bootloader, Device } from '../../families/index.ts';
import type { Clock } from '../clock.ts';
import type { Fault } from '../faults.ts';
import { linkFilter } from '../link-faults.ts';
import type { Trace } from '../trace.ts';
import type { BusPort } from './bus-port.ts';
import { CanPort } from './can-port.ts';
import { I2cPort } from './i2c-port.ts';
import { SpiPort } from './spi-port.ts';
import { UsartPort } from './usart-port.ts';
import { UsbPort } from './usb-port.ts';

/** Makes the ports that a bootloader version listens on, in the order of the tables. */
export function wirePorts(
  device: Device,
  bootloader: Bootloader,
  { clock, trace, faults }: { clock: Clock; trace: Trace; faults: readonly Fault[] },
): ReadonlyMap<string, BusPort> {
  const linkFaults = faults.filter((fault) => fault.at === 'link');
  const emit = trace.emit.bind(trace);
  // one count of bytes for the board, whichever port they pass
  const filters = {
    toChip: linkFilter(linkFaults, 'to-chip', emit),
    toHost: linkFilter(linkFaults, 'to-host', emit),
  };
  const ports = new Map<string, BusPort>();
  for (const each of device.interfaces) {
    if (!bootloader.interfaces.includes(each.name)) continue;
    switch (each.protocol) {
      case 'USART':
        ports.set(each.name, new UsartPort(each.name, clock, trace, filters));
        break;
      case 'I2C':
        // no host reaches a target whose address is not known
        if (each.address !== undefined) {
          ports.set(each.name, new I2cPort(each.name, each.address, clock, trace));
        }
        break;
      case 'SPI':
        ports.set(each.name, new SpiPort(each.name, clock, trace));
        break;
      case 'USB':
        ports.set(each.name, new UsbPort(each.name, trace));
        break;
      case 'CAN':
      case 'FDCAN':
        ports.set(each.name, new CanPort(each.name, each.protocol === 'FDCAN', clock, trace));
        break;
      default: // a bus that nothing here speaks
    }
  }
  return ports;
}
