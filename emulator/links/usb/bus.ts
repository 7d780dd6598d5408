import type { UsbDevice } from './device.ts';

/** One that uses an exported device. */
export interface Importer {
  /** The computer it is on: several programs of one computer share a device, two computers do not. */
  readonly host: unknown;
  /** The device has dropped off the bus. */
  detached(): void;
}

/** USB devices that a host can import, named `1-1`, `1-2`, … in the order in which they were added. */
export class UsbBus {
  readonly #devices: ExportedDevice[] = [];
  /** Linux counts from the root hub, which is 1. */
  #lastAddress = 1;

  add(device: UsbDevice): ExportedDevice {
    const busid = `1-${this.#devices.length + 1}`;
    const exported = new ExportedDevice(busid, device, () => this.#nextAddress());
    this.#devices.push(exported);
    return exported;
  }

  get devices(): readonly ExportedDevice[] {
    return this.#devices;
  }

  /** The devices that are on the bus now. */
  get attached(): readonly ExportedDevice[] {
    return this.#devices.filter(({ device }) => device.attached);
  }

  #nextAddress(): number {
    this.#lastAddress = this.#lastAddress === 127 ? 2 : this.#lastAddress + 1; // USB 2.0 §9.4.6
    return this.#lastAddress;
  }
}

/** A device on the bus, and who uses it. */
export class ExportedDevice {
  /** The port it is in. */
  readonly busid: string;
  readonly busnum = 1;
  readonly device: UsbDevice;
  /** bConfigurationValue, 0 as long as none is set. */
  configuration = 0;
  /** There was a transfer since the last reset. */
  touched = false;
  readonly #importers = new Set<Importer>();
  #address = 0;
  /** The computer that has enumerated the device since it was attached. */
  #host: unknown;

  constructor(busid: string, device: UsbDevice, nextAddress: () => number) {
    this.busid = busid;
    this.device = device;
    if (device.attached) this.#address = nextAddress();
    device.onAttach((attached) => {
      if (attached) this.#address = nextAddress();
      else this.#detached();
    });
  }

  /** Number on the bus, a new one each time the device comes back. */
  get devnum(): number {
    return this.#address;
  }

  /** Gives the device to a host, for which it is on a freshly reset bus if it has not used it before. */
  import(importer: Importer): 'imported' | 'busy' | 'absent' {
    if (!this.device.attached) return 'absent';
    if (this.#importers.size > 0 && importer.host !== this.#host) return 'busy';
    this.#importers.add(importer);
    if (importer.host !== this.#host) {
      this.#host = importer.host;
      this.reset();
    }
    return 'imported';
  }

  release(importer: Importer): void {
    if (this.#importers.delete(importer) && this.#importers.size === 0) this.device.released?.();
  }

  /** A bus reset, by which every configuration is lost (USB 2.0 §9.1.1.3). */
  reset(): void {
    this.configuration = 0;
    this.touched = false;
    this.device.busReset();
  }

  #detached(): void {
    this.#host = undefined;
    this.configuration = 0;
    const importers = [...this.#importers];
    this.#importers.clear();
    for (const importer of importers) importer.detached();
  }
}
