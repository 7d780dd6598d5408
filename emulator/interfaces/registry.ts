import type { Bootloader, Device, Protocol } from '../../families/index.ts';
import type { BusPort } from '../bootloader/bus-port.ts';
import type { Listening } from '../bootloader/listening.ts';
import type { RomVersion } from '../bootloader/rom.ts';
import type { Happening } from '../trace/trace.ts';
import { can } from './can/index.ts';
import type { CanPort } from './can/port.ts';
import type { DeviceInterface, PortMaking } from './device-interface.ts';
import { fdcan } from './fdcan/index.ts';
import { i2c } from './i2c/index.ts';
import type { I2cPort } from './i2c/port.ts';
import { i3c } from './i3c/index.ts';
import type { I3cPort } from './i3c/port.ts';
import type { Replace } from './replace.ts';
import { spi } from './spi/index.ts';
import type { SpiPort } from './spi/port.ts';
import { portSurroundings } from './surroundings.ts';
import type { BootloaderSurroundings, PortSurroundings, WiredPort } from './surroundings.ts';
import { usart } from './usart/index.ts';
import type { UsartPort } from './usart/port.ts';
import { usb } from './usb/index.ts';
import type { UsbPort } from './usb/port.ts';

/** The port of each interface. */
export interface PortOf {
  readonly USART: UsartPort;
  readonly I2C: I2cPort;
  readonly SPI: SpiPort;
  readonly CAN: CanPort;
  readonly FDCAN: CanPort;
  readonly USB: UsbPort;
  readonly I3C: I3cPort;
}

/** The device's rooms, none of them left out. */
export type Interfaces = { readonly [Name in Protocol]: DeviceInterface<Name, PortOf[Name]> };

/** Every interface by its name in the tables. */
const interfaces: Interfaces = {
  USART: usart,
  I2C: i2c,
  SPI: spi,
  CAN: can,
  FDCAN: fdcan,
  USB: usb,
  I3C: i3c,
};

type AnyInterface = DeviceInterface<Protocol, BusPort>;

function interfaceOf(name: Protocol): AnyInterface {
  return interfaces[name] as AnyInterface;
}

/** The ports that a bootloader version listens on, in the order of the tables. */
export function wirePorts(
  device: Device,
  { interfaces: there }: Bootloader,
  making: PortMaking,
): ReadonlyMap<string, WiredPort> {
  const ports = new Map<string, WiredPort>();
  for (const row of device.interfaces) {
    if (!there.includes(row.name)) continue;
    const port = interfaceOf(row.protocol).makePort(row, making);
    if (port !== undefined) ports.set(row.name, { protocol: row.protocol, port });
  }
  return ports;
}

/** The ports of those interfaces, in the order of the tables. */
export function portsOf<Name extends Protocol>(
  ports: ReadonlyMap<string, WiredPort>,
  ...names: readonly Name[]
): readonly PortOf[Name][] {
  const isOne = (protocol: Protocol): boolean => names.some((name) => name === protocol);
  // the registry made the port, and its type says so
  return [...ports.values()]
    .filter(({ protocol }) => isOne(protocol))
    .map(({ port }) => port as PortOf[Name]);
}

/** What the bootloader runs on for each interface: the ports of one share it. */
export type Shared = Map<Protocol, PortSurroundings>;

/** Starts the bootloader on a port; undefined where that is broken in this version. */
export function listen(
  { protocol, port }: WiredPort,
  surroundings: BootloaderSurroundings,
  shared: Shared,
  lock: () => void,
): Listening | undefined {
  const spoken = interfaceOf(protocol);
  const there = shared.get(protocol) ?? portSurroundings(protocol, spoken, surroundings);
  shared.set(protocol, there);
  if (spoken.isBroken?.(port.name, there.rom) === true) return undefined;
  return spoken.listen(port, there, lock);
}

/** The port that the search for an interface never leaves. */
export function trapOf(ports: ReadonlyMap<string, WiredPort>, rom: RomVersion): string | undefined {
  for (const [name, spoken] of Object.entries(interfaces) as [Protocol, AnyInterface][]) {
    const trap = spoken.trap?.(portsOf(ports, name), rom);
    if (trap !== undefined) return trap;
  }
  return undefined;
}

/** Quirks of each interface as replacements by name, one record for each interface that has any. */
export function interfaceQuirks(
  emit: (happening: Happening) => void,
): readonly Readonly<Record<string, Replace>>[] {
  const each = Object.values(interfaces) as readonly AnyInterface[];
  return each.map((spoken) => spoken.quirks?.(emit) ?? {});
}
