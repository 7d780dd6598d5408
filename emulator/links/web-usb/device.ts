import type { Setup } from '../../interfaces/usb/pins.ts';
import type { ExportedDevice } from '../usb/bus.ts';
import { DEVICE_TO_HOST, SET_CONFIGURATION } from '../usb/device.ts';
import type { WebUsbConfiguration, WebUsbInterface } from './configuration.ts';
import { control, ended, failure, viewOf } from './transfer.ts';

/** `USBControlTransferParameters` of WebUSB. */
export interface WebUsbControl {
  /** Who defines the request. */
  readonly requestType: 'standard' | 'class' | 'vendor';
  /** Whom it is for. */
  readonly recipient: 'device' | 'interface' | 'endpoint' | 'other';
  /** bRequest. */
  readonly request: number;
  /** wValue. */
  readonly value: number;
  /** wIndex. */
  readonly index: number;
}

/** `USBInTransferResult` of WebUSB. */
export interface WebUsbInResult {
  /** What came; undefined after a stall. */
  readonly data: DataView | undefined;
  /** How it ended. */
  readonly status: 'ok' | 'stall';
}

/** `USBOutTransferResult` of WebUSB. */
export interface WebUsbOutResult {
  /** Bytes that the device took. */
  readonly bytesWritten: number;
  /** How it ended. */
  readonly status: 'ok' | 'stall';
}

const CLEAR_FEATURE = 1;
const SET_INTERFACE = 11;

const TYPE = { standard: 0x00, class: 0x20, vendor: 0x40 } as const;
const RECIPIENT = { device: 0, interface: 1, endpoint: 2, other: 3 } as const;

/** What is known of a device once it was enumerated. */
export interface Enumerated {
  readonly descriptor: Uint8Array;
  readonly strings: readonly (string | undefined)[];
  readonly configuration: WebUsbConfiguration;
}

/**
 * A device as a browser shows it to a page: `USBDevice` of WebUSB. Errors are those of its specification,
 * `DOMException`s by their names; isochronous transfers are left out.
 */
export class WebUsbDevice {
  readonly #exported: ExportedDevice;
  readonly #descriptor: DataView;
  readonly #strings: readonly (string | undefined)[];
  readonly #first: WebUsbConfiguration;
  #configured = true;
  #opened = false;
  #gone = false;

  /** A device of the bus as it was enumerated. */
  constructor(exported: ExportedDevice, { descriptor, strings, configuration }: Enumerated) {
    this.#exported = exported;
    this.#descriptor = viewOf(descriptor);
    this.#strings = strings;
    this.#first = configuration;
    exported.device.onAttach((attached) => {
      if (attached) return;
      this.#gone = true;
      this.#opened = false;
    });
  }

  /** Major digit of bcdUSB. */
  get usbVersionMajor(): number {
    return this.#descriptor.getUint8(3);
  }
  /** Minor digit of bcdUSB. */
  get usbVersionMinor(): number {
    return this.#descriptor.getUint8(2) >> 4;
  }
  /** Last digit of bcdUSB. */
  get usbVersionSubminor(): number {
    return this.#descriptor.getUint8(2) & 0x0f;
  }
  /** bDeviceClass. */
  get deviceClass(): number {
    return this.#descriptor.getUint8(4);
  }
  /** bDeviceSubClass. */
  get deviceSubclass(): number {
    return this.#descriptor.getUint8(5);
  }
  /** bDeviceProtocol. */
  get deviceProtocol(): number {
    return this.#descriptor.getUint8(6);
  }
  /** idVendor. */
  get vendorId(): number {
    return this.#descriptor.getUint16(8, true);
  }
  /** idProduct. */
  get productId(): number {
    return this.#descriptor.getUint16(10, true);
  }
  /** Major digits of bcdDevice. */
  get deviceVersionMajor(): number {
    return this.#descriptor.getUint8(13);
  }
  /** Minor digit of bcdDevice. */
  get deviceVersionMinor(): number {
    return this.#descriptor.getUint8(12) >> 4;
  }
  /** Last digit of bcdDevice. */
  get deviceVersionSubminor(): number {
    return this.#descriptor.getUint8(12) & 0x0f;
  }
  /** String of iManufacturer; undefined where there is none. */
  get manufacturerName(): string | undefined {
    return this.#strings[0];
  }
  /** String of iProduct; undefined where there is none. */
  get productName(): string | undefined {
    return this.#strings[1];
  }
  /** String of iSerialNumber; undefined where there is none. */
  get serialNumber(): string | undefined {
    return this.#strings[2];
  }
  /** The configuration that is selected; null before. */
  get configuration(): WebUsbConfiguration | null {
    return this.#configured ? this.#first : null;
  }
  /** Every configuration: the bootloader has one. */
  get configurations(): readonly WebUsbConfiguration[] {
    return [this.#first];
  }
  /** The page has opened it. */
  get opened(): boolean {
    return this.#opened;
  }

  /** Begins a session. @throws DOMException `NotFoundError` where the device is gone */
  async open(): Promise<void> {
    this.#mustBeThere();
    this.#opened = true;
  }

  /** Ends the session and lets go of every interface. */
  async close(): Promise<void> {
    for (const each of this.#first.interfaces) each.claimed = false;
    this.#opened = false;
  }

  /** Closes it: there is no permission to take back. */
  async forget(): Promise<void> {
    await this.close();
  }

  /** Selects a configuration. @throws DOMException `NotFoundError` for one that there is not, `InvalidStateError` where it is not open */
  async selectConfiguration(configurationValue: number): Promise<void> {
    this.#mustBeOpen();
    if (configurationValue !== this.#first.configurationValue) {
      throw failure('NotFoundError', `there is no configuration ${configurationValue}`);
    }
    await this.#standard(0, SET_CONFIGURATION, configurationValue, 0);
    this.#configured = true;
    for (const each of this.#first.interfaces) each.alternate = each.alternates[0]!;
  }

  /** Takes an interface for the page. @throws DOMException for one that there is not */
  async claimInterface(interfaceNumber: number): Promise<void> {
    this.#interface(interfaceNumber).claimed = true;
  }

  /** Gives an interface back. @throws DOMException for one that there is not */
  async releaseInterface(interfaceNumber: number): Promise<void> {
    this.#interface(interfaceNumber).claimed = false;
  }

  /** Selects an alternate setting. @throws DOMException for one that there is not, and where the interface is not claimed */
  async selectAlternateInterface(interfaceNumber: number, alternateSetting: number): Promise<void> {
    const claimed = this.#claimed(interfaceNumber);
    const chosen = claimed.alternates.find((each) => each.alternateSetting === alternateSetting);
    if (chosen === undefined) {
      throw failure('NotFoundError', `interface ${interfaceNumber} has no ${alternateSetting}`);
    }
    await this.#standard(RECIPIENT.interface, SET_INTERFACE, alternateSetting, interfaceNumber);
    claimed.alternate = chosen;
  }

  /** A control transfer that reads at most `length` bytes. @throws DOMException where it cannot be sent */
  async controlTransferIn(control: WebUsbControl, length: number): Promise<WebUsbInResult> {
    const setup = { ...this.#setup(control, DEVICE_TO_HOST), wLength: length };
    const result = await this.#control(setup, new Uint8Array());
    if (result === 'stall') return { data: undefined, status: 'stall' };
    return { data: viewOf(result), status: 'ok' };
  }

  /** A control transfer that sends `data`. @throws DOMException where it cannot be sent */
  async controlTransferOut(
    control: WebUsbControl,
    data: ArrayBuffer | ArrayBufferView = new Uint8Array(),
  ): Promise<WebUsbOutResult> {
    const bytes = bytesOf(data);
    const setup = { ...this.#setup(control, 0), wLength: bytes.length };
    const result = await this.#control(setup, bytes);
    return result === 'stall'
      ? { bytesWritten: 0, status: 'stall' }
      : { bytesWritten: bytes.length, status: 'ok' };
  }

  /** A bulk or interrupt transfer that reads. @throws DOMException for an endpoint that there is not */
  async transferIn(endpointNumber: number, length: number): Promise<WebUsbInResult> {
    this.#mustHaveEndpoint(endpointNumber, 'in');
    const { device } = this.#exported;
    const result = await ended((done) => device.transferIn(endpointNumber, length, done));
    if (result === 'stall') return { data: undefined, status: 'stall' };
    return { data: viewOf(result), status: 'ok' };
  }

  /** A bulk or interrupt transfer that sends. @throws DOMException for an endpoint that there is not */
  async transferOut(
    endpointNumber: number,
    data: ArrayBuffer | ArrayBufferView,
  ): Promise<WebUsbOutResult> {
    this.#mustHaveEndpoint(endpointNumber, 'out');
    const { device } = this.#exported;
    const bytes = bytesOf(data);
    const result = await ended((done) => device.transferOut(endpointNumber, bytes, done));
    return result === 'stall'
      ? { bytesWritten: 0, status: 'stall' }
      : { bytesWritten: bytes.length, status: 'ok' };
  }

  /** Clears a halt. @throws DOMException for an endpoint that there is not */
  async clearHalt(direction: 'in' | 'out', endpointNumber: number): Promise<void> {
    this.#mustHaveEndpoint(endpointNumber, direction);
    const address = endpointNumber | (direction === 'in' ? 0x80 : 0);
    await this.#standard(RECIPIENT.endpoint, CLEAR_FEATURE, 0, address);
  }

  /** Resets the device, which keeps its configuration. @throws DOMException where it is not open */
  async reset(): Promise<void> {
    this.#mustBeOpen();
    this.#exported.reset();
    await this.#standard(0, SET_CONFIGURATION, this.#first.configurationValue, 0);
  }

  #setup({ requestType, recipient, request, value, index }: WebUsbControl, direction: number) {
    this.#mustBeOpen();
    if (recipient === 'interface') this.#claimed(index & 0xff);
    return {
      bmRequestType: direction | TYPE[requestType] | RECIPIENT[recipient],
      bRequest: request,
      wValue: value,
      wIndex: index,
    };
  }

  async #control(setup: Setup, data: Uint8Array): Promise<Uint8Array | 'stall'> {
    return await control(this.#exported, setup, data);
  }

  async #standard(to: number, request: number, value: number, index: number): Promise<void> {
    const setup = {
      bmRequestType: to,
      bRequest: request,
      wValue: value,
      wIndex: index,
      wLength: 0,
    };
    if ((await this.#control(setup, new Uint8Array())) === 'stall') {
      throw failure('NetworkError', 'the device refuses');
    }
  }

  #interface(interfaceNumber: number): WebUsbInterface {
    this.#mustBeOpen();
    if (!this.#configured) throw failure('InvalidStateError', 'no configuration is selected');
    const found = this.#first.interfaces.find((each) => each.interfaceNumber === interfaceNumber);
    if (found === undefined) {
      throw failure('NotFoundError', `there is no interface ${interfaceNumber}`);
    }
    return found;
  }

  #claimed(interfaceNumber: number): WebUsbInterface {
    const found = this.#interface(interfaceNumber);
    if (!found.claimed) {
      throw failure('InvalidStateError', `interface ${interfaceNumber} is not claimed`);
    }
    return found;
  }

  #mustHaveEndpoint(endpointNumber: number, direction: 'in' | 'out'): void {
    this.#mustBeOpen();
    const found = this.#first.interfaces
      .filter(({ claimed }) => claimed)
      .flatMap(({ alternate }) => alternate.endpoints)
      .some((each) => each.endpointNumber === endpointNumber && each.direction === direction);
    if (!found) throw failure('NotFoundError', `there is no ${direction} ${endpointNumber}`);
  }

  #mustBeOpen(): void {
    this.#mustBeThere();
    if (!this.#opened) throw failure('InvalidStateError', 'the device is not open');
  }

  #mustBeThere(): void {
    if (this.#gone) throw failure('NotFoundError', 'the device was disconnected');
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
