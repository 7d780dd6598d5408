import type { UsbClass, UsbDescription } from './device.ts';

/** What a full-speed device of one configuration says about itself. */
export interface UsbIdentity {
  readonly idVendor: number;
  readonly idProduct: number;
  /** Binary-coded decimal, as 0x0100. */
  readonly bcdDevice: number;
  readonly deviceClass: UsbClass;
  readonly product: string;
  readonly interfaces: readonly UsbInterface[];
}

export interface UsbInterface {
  readonly codes: UsbClass;
  /** Class-specific descriptors, which stand behind that of the interface. */
  readonly functional?: readonly number[];
  readonly endpoints?: readonly UsbEndpoint[];
}

export interface UsbEndpoint {
  /** Its number, with bit 7 for IN. */
  readonly address: number;
  readonly type: 'bulk' | 'interrupt';
  /** wMaxPacketSize in bytes. */
  readonly size: number;
  /** Of an interrupt endpoint, in ms. */
  readonly interval?: number;
}

/** Descriptor types and transfer types (USB 2.0 tables 9-5 and 9-13). */
const TYPE = { device: 1, configuration: 2, string: 3, interface: 4, endpoint: 5 } as const;
const TRANSFER = { bulk: 2, interrupt: 3 } as const;

const MANUFACTURER = 'vstm32';
const STRING = { manufacturer: 1, product: 2 } as const;
const ENGLISH = 0x0409;
const BUS_POWERED = 0x80;
/** Current in units of 2 mA. */
const POWER = 50;

/** The descriptor that GET_DESCRIPTOR asks for by its type and index in `wValue`; undefined where there is none. */
export function descriptorOf(identity: UsbIdentity, wValue: number): Uint8Array | undefined {
  const [type, index] = [wValue >> 8, wValue & 0xff];
  if (type === TYPE.string) return stringDescriptor(identity, index);
  if (index !== 0) return undefined;
  if (type === TYPE.device) return deviceDescriptor(identity);
  if (type === TYPE.configuration) return configurationDescriptor(identity);
  return undefined;
}

/** What a server tells of the device before anybody uses it. */
export function descriptionOf(identity: UsbIdentity): UsbDescription {
  const interfaces = identity.interfaces.map(({ codes }) => codes);
  return { ...identity, speed: 'full', interfaces };
}

function deviceDescriptor(identity: UsbIdentity): Uint8Array {
  const { deviceClass, idVendor, idProduct, bcdDevice } = identity;
  const numbers = [idVendor, idProduct, bcdDevice].flatMap(u16);
  const strings = [STRING.manufacturer, STRING.product, 0];
  return Uint8Array.of(
    18,
    TYPE.device,
    ...u16(0x0200),
    ...deviceClass,
    64,
    ...numbers,
    ...strings,
    1,
  );
}

function configurationDescriptor({ interfaces }: UsbIdentity): Uint8Array {
  const body = interfaces.flatMap(interfaceDescriptors);
  const total = u16(9 + body.length);
  const head = [9, TYPE.configuration, ...total, interfaces.length, 1, 0, BUS_POWERED, POWER];
  return Uint8Array.of(...head, ...body);
}

function interfaceDescriptors(
  { codes, functional = [], endpoints = [] }: UsbInterface,
  number: number,
): readonly number[] {
  const head = [9, TYPE.interface, number, 0, endpoints.length, ...codes, 0];
  return [...head, ...functional, ...endpoints.flatMap(endpointDescriptor)];
}

function endpointDescriptor({ address, type, size, interval = 0 }: UsbEndpoint): readonly number[] {
  return [7, TYPE.endpoint, address, TRANSFER[type], ...u16(size), interval];
}

function stringDescriptor({ product }: UsbIdentity, index: number): Uint8Array | undefined {
  const texts: Readonly<Record<number, string>> = {
    0: String.fromCharCode(ENGLISH),
    [STRING.manufacturer]: MANUFACTURER,
    [STRING.product]: product,
  };
  const text = texts[index];
  if (text === undefined) return undefined;
  const words = Array.from({ length: text.length }, (_, at) => u16(text.charCodeAt(at))).flat();
  return Uint8Array.of(2 + words.length, TYPE.string, ...words);
}

function u16(value: number): readonly [low: number, high: number] {
  return [value & 0xff, value >> 8];
}
