/** `USBEndpoint` of WebUSB. */
export interface WebUsbEndpoint {
  readonly endpointNumber: number;
  readonly direction: 'in' | 'out';
  readonly type: 'bulk' | 'interrupt' | 'isochronous';
  readonly packetSize: number;
}

/** `USBAlternateInterface` of WebUSB. */
export interface WebUsbAlternate {
  readonly alternateSetting: number;
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  readonly interfaceName: string | undefined;
  readonly endpoints: readonly WebUsbEndpoint[];
}

/** `USBInterface` of WebUSB. */
export interface WebUsbInterface {
  readonly interfaceNumber: number;
  alternate: WebUsbAlternate;
  readonly alternates: readonly WebUsbAlternate[];
  claimed: boolean;
}

/** `USBConfiguration` of WebUSB. */
export interface WebUsbConfiguration {
  readonly configurationValue: number;
  readonly configurationName: string | undefined;
  readonly interfaces: readonly WebUsbInterface[];
}

/** bDescriptorType (USB 2.0 table 9-5). */
const DESCRIPTOR = { interface: 4, endpoint: 5 } as const;
const ENDPOINT_TYPES = ['control', 'isochronous', 'bulk', 'interrupt'] as const;

/** Reads a configuration descriptor with all that follows it; `name` gives the string of an index. */
export async function readConfiguration(
  bytes: Uint8Array,
  name: (index: number) => Promise<string | undefined>,
): Promise<WebUsbConfiguration> {
  const alternates = new Map<number, (WebUsbAlternate & { endpoints: WebUsbEndpoint[] })[]>();
  let endpoints: WebUsbEndpoint[] = [];
  for (const item of itemsOf(bytes)) {
    if (item[1] === DESCRIPTOR.interface && item.length >= 9) {
      endpoints = [];
      const number = item[2]!;
      const alternate = {
        alternateSetting: item[3]!,
        interfaceClass: item[5]!,
        interfaceSubclass: item[6]!,
        interfaceProtocol: item[7]!,
        interfaceName: await name(item[8]!),
        endpoints,
      };
      alternates.set(number, [...(alternates.get(number) ?? []), alternate]);
    } else if (item[1] === DESCRIPTOR.endpoint && item.length >= 7) {
      const type = ENDPOINT_TYPES[item[3]! & 3]!;
      if (type === 'control') continue;
      const [address, low, high] = [item[2]!, item[4]!, item[5]!];
      const direction = (address & 0x80) === 0 ? 'out' : 'in';
      const packetSize = (low | (high << 8)) & 0x7ff;
      endpoints.push({ endpointNumber: address & 0x0f, direction, type, packetSize });
    }
  }
  return {
    configurationValue: bytes[5]!,
    configurationName: await name(bytes[6]!),
    interfaces: [...alternates].map(([interfaceNumber, all]) => ({
      interfaceNumber,
      alternate: all[0]!,
      alternates: all,
      claimed: false,
    })),
  };
}

/** The descriptors that follow each other in `bytes`; what is cut short is left out. */
function* itemsOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at + 2 <= bytes.length;) {
    const length = bytes[at]!;
    if (length < 2 || at + length > bytes.length) return;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
