import type { ExportedDevice, Importer, UsbBus } from '../usb/bus.ts';
import type { WebUsbDevice } from './device.ts';
import { enumerate } from './enumerate.ts';

/** `USBDeviceFilter` of WebUSB. */
export interface WebUsbFilter {
  /** idVendor. */
  readonly vendorId?: number;
  /** idProduct. */
  readonly productId?: number;
  /** Class of the device or of an interface. */
  readonly classCode?: number;
  /** Subclass; with `classCode`. */
  readonly subclassCode?: number;
  /** Protocol; with `subclassCode`. */
  readonly protocolCode?: number;
  /** String of iSerialNumber. */
  readonly serialNumber?: string;
}

/** `USBConnectionEvent` of WebUSB: `connect` or `disconnect` of a device. */
export class WebUsbConnectionEvent extends Event {
  readonly device: WebUsbDevice;

  constructor(type: 'connect' | 'disconnect', device: WebUsbDevice) {
    super(type);
    this.device = device;
  }
}

/**
 * What a page finds as `navigator.usb`, with the chip's USB port plugged into the computer. A device is
 * enumerated, which selects the port, when it is first asked for; one that comes back is another object.
 */
export class WebUsb extends EventTarget implements Importer {
  readonly host = this;
  readonly #bus: UsbBus;
  readonly #devices = new Map<ExportedDevice, Promise<WebUsbDevice>>();
  /** The page has looked for devices before. */
  #plugged = false;

  constructor(bus: UsbBus) {
    super();
    this.#bus = bus;
    for (const exported of bus.devices) {
      exported.device.onAttach((attached) => void this.#changed(exported, attached));
    }
  }

  /** The devices that are on the bus. */
  async getDevices(): Promise<WebUsbDevice[]> {
    const found: WebUsbDevice[] = [];
    for (const exported of this.#bus.attached) {
      const device = await this.#deviceOf(exported);
      if (device !== undefined) found.push(device);
    }
    return found;
  }

  /** The first device that one of the filters fits; nobody is asked for permission. */
  async requestDevice(options: {
    readonly filters: readonly WebUsbFilter[];
  }): Promise<WebUsbDevice> {
    const { filters } = options;
    const found = (await this.getDevices()).find(
      (device) => filters.length === 0 || filters.some((filter) => fits(device, filter)),
    );
    if (found === undefined) throw new DOMException('no device fits', 'NotFoundError');
    return found;
  }

  /** As an importer: what the page hears is `disconnect`. */
  detached(): void {}

  async #deviceOf(exported: ExportedDevice): Promise<WebUsbDevice | undefined> {
    this.#plugged = true;
    const known = this.#devices.get(exported);
    if (known !== undefined) return await known;
    if (exported.import(this) !== 'imported') return undefined; // another computer has it
    const device = enumerate(exported);
    this.#devices.set(exported, device);
    return await device;
  }

  async #changed(exported: ExportedDevice, attached: boolean): Promise<void> {
    if (!this.#plugged) return;
    const known = this.#devices.get(exported);
    this.#devices.delete(exported);
    await Promise.resolve(); // the chip is still on its way onto the bus
    const device = await (attached ? this.#deviceOf(exported) : known)?.catch(() => undefined);
    if (device === undefined) return;
    this.dispatchEvent(new WebUsbConnectionEvent(attached ? 'connect' : 'disconnect', device));
  }
}

/** A class that an interface names counts as the device's (WebUSB: match a device filter). */
function fits(device: WebUsbDevice, filter: WebUsbFilter): boolean {
  const { vendorId, productId, serialNumber } = filter;
  if (vendorId !== undefined && vendorId !== device.vendorId) return false;
  if (productId !== undefined && productId !== device.productId) return false;
  if (serialNumber !== undefined && serialNumber !== device.serialNumber) return false;
  const { classCode, subclassCode, protocolCode } = filter;
  if (classCode === undefined) return true;
  const classes = [
    [device.deviceClass, device.deviceSubclass, device.deviceProtocol],
    ...device.configurations
      .flatMap(({ interfaces }) => interfaces)
      .flatMap(({ alternates }) => alternates)
      .map((each) => [each.interfaceClass, each.interfaceSubclass, each.interfaceProtocol]),
  ];
  const wanted = [classCode, subclassCode, protocolCode];
  return classes.some((codes) =>
    wanted.every((code, index) => code === undefined || code === codes[index]),
  );
}
