import { descriptorTypes } from '../../../families/index.ts';
import type { DfuGeneration } from '../../../families/index.ts';

/** What GET_DESCRIPTOR answers with. */
export interface UsbDescriptors {
  readonly device: Uint8Array;
  /** With its interfaces and the functional descriptor behind it. */
  readonly configuration: Uint8Array;
  readonly functional: Uint8Array;
  /** Strings by index, from 1; index 0 is the list of languages. */
  readonly strings: Readonly<Record<number, string>>;
}

const LANGUAGE = 0x0409; // English (United States)
const STM = { vendor: 0x0483, product: 0xdf11 } as const;
/** Indices of the strings that the device descriptor names. */
export const STRING = { manufacturer: 1, product: 2, serial: 3 } as const;
const SELF_POWERED = 0xc0;
const CONFIGURATION_BYTES = 9;
const INTERFACE_BYTES = 9;

/** UTF-16 units that fit into a string descriptor. */
export const LONGEST_STRING = 126;

/** What of the descriptors is a part's own. */
export interface UsbIdentity {
  readonly serial: string;
  /** Memory layout strings, one for each alternate setting. */
  readonly alternates: readonly string[];
}

/** The descriptors of a ROM, byte by byte. */
export function usbDescriptors(generation: DfuGeneration, identity: UsbIdentity): UsbDescriptors {
  const { alternates } = identity;
  const first = generation.firstAlternateString;
  const functional = [
    [9, descriptorTypes.functional],
    [0x0b], // bitCanDnload, bitCanUpload, bitWillDetach; not bitManifestationTolerant
    le16(255), // wDetachTimeOut, ms
    le16(generation.wTransferSize),
    le16(0x011a), // bcdDFUVersion: DfuSe
  ].flat();
  const interfaces = alternates
    .flatMap((_, alternate) => [
      [9, 4, 0, alternate, 0], // interface 0 without endpoints
      [0xfe, 0x01, 0x02], // application specific, DFU, DFU mode
      [first + alternate],
    ])
    .flat();
  const configuration = [
    [9, descriptorTypes.configuration],
    le16(9 + interfaces.length + functional.length),
    [1, 1, generation.iConfiguration, SELF_POWERED, generation.bMaxPower],
    interfaces,
    functional,
  ].flat();
  const device = [
    [18, descriptorTypes.device],
    le16(generation.bcdUSB),
    [0, 0, 0, 64], // class of the interface; bMaxPacketSize0
    le16(STM.vendor),
    le16(STM.product),
    le16(generation.bcdDevice),
    [STRING.manufacturer, STRING.product, STRING.serial, 1],
  ].flat();
  const strings: Record<number, string> = {
    [STRING.manufacturer]: 'STMicroelectronics',
    [STRING.product]: generation.product,
    [STRING.serial]: identity.serial,
    ...generation.strings,
  };
  alternates.forEach((text, alternate) => {
    strings[first + alternate] = text;
  });
  return {
    device: Uint8Array.from(device),
    configuration: Uint8Array.from(configuration),
    functional: Uint8Array.from(functional),
    strings,
  };
}

/** The same descriptors with another wTransferSize. */
export function withTransferSize(descriptors: UsbDescriptors, bytes: number): UsbDescriptors {
  const functional = descriptors.functional.slice();
  functional.set(le16(bytes), 5);
  const configuration = descriptors.configuration.slice();
  configuration.set(functional, configuration.length - functional.length);
  return { ...descriptors, configuration, functional };
}

/** Strings in place of a ROM's own: of the device, and of its alternate settings by their numbers. */
export interface UsbStringsGiven {
  readonly manufacturer?: string;
  readonly product?: string;
  readonly serial?: string;
  readonly alternates?: Readonly<Record<number, string>>;
}

/** The descriptors with these strings; alternate settings that they add follow those there are. */
export function withStrings(descriptors: UsbDescriptors, given: UsbStringsGiven): UsbDescriptors {
  const { configuration, functional } = descriptors;
  const interfaces = Array.from(
    { length: (configuration.length - CONFIGURATION_BYTES - functional.length) / INTERFACE_BYTES },
    (_, at) => configuration.subarray(CONFIGURATION_BYTES).subarray(at * INTERFACE_BYTES),
  ).map((each) => each.slice(0, INTERFACE_BYTES));
  const alternates = Object.entries(given.alternates ?? {}).map(
    ([number, text]) => [Number(number), text] as const,
  );
  const strings: Record<number, string> = { ...descriptors.strings };
  for (const name of ['manufacturer', 'product', 'serial'] as const) {
    if (given[name] !== undefined) strings[STRING[name]] = given[name];
  }
  for (const [number, text] of alternates.toSorted(([one], [other]) => one - other)) {
    while (interfaces.length <= number) {
      const next = interfaces.at(-1)!.slice();
      next[3]!++; // bAlternateSetting
      next[8]!++; // iInterface
      interfaces.push(next);
    }
    strings[interfaces[number]![8]!] = text;
  }
  const head = configuration.slice(0, CONFIGURATION_BYTES);
  const whole = [...head, ...interfaces.flatMap((each) => [...each]), ...functional];
  whole.splice(2, 2, ...le16(whole.length));
  return { ...descriptors, configuration: Uint8Array.from(whole), strings };
}

/** The answer to GET_DESCRIPTOR; undefined where the device has none (USB 2.0 §9.4.3). */
export function descriptor(
  { device, configuration, functional, strings }: UsbDescriptors,
  type: number,
  index: number,
): Uint8Array | undefined {
  switch (type) {
    case descriptorTypes.device:
      return index === 0 ? device : undefined;
    case descriptorTypes.configuration:
      return index === 0 ? configuration : undefined;
    case descriptorTypes.functional:
      return functional;
    case descriptorTypes.string: {
      if (index === 0) return Uint8Array.of(4, descriptorTypes.string, ...le16(LANGUAGE));
      const text = strings[index];
      return text === undefined ? undefined : stringDescriptor(text);
    }
    default:
      return undefined;
  }
}

/** UTF-16LE behind length and type; a text too long for its length byte is cut. */
function stringDescriptor(text: string): Uint8Array {
  const units = Array.from({ length: Math.min(text.length, LONGEST_STRING) }, (_, at) =>
    text.charCodeAt(at),
  );
  return Uint8Array.of(2 + 2 * units.length, descriptorTypes.string, ...units.flatMap(le16));
}

function le16(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff];
}
