import type { Setup } from '../../interfaces/usb/pins.ts';

/** Class, subclass and protocol code of a device or an interface. */
export type UsbClass = readonly [bClass: number, bSubClass: number, bProtocol: number];

/** What is known of a device without a transfer to it: a server lists it, and nothing has been selected yet. */
export interface UsbDescription {
  readonly speed: 'low' | 'full' | 'high';
  readonly idVendor: number;
  readonly idProduct: number;
  /** Binary-coded decimal, as 0x2200. */
  readonly bcdDevice: number;
  readonly deviceClass: UsbClass;
  /** One entry for each interface of the first configuration. */
  readonly interfaces: readonly UsbClass[];
}

/** How a transfer ended: the bytes of its IN stage (empty for OUT), a STALL, or the device dropped off the bus. */
export type TransferResult = Uint8Array | 'stall' | 'gone';

/** Is called once, possibly before the call that started the transfer returns. */
export type TransferDone = (result: TransferResult) => void;

/** Takes a transfer back; its `TransferDone` is not called any more. */
export type Cancel = () => void;

/** A USB device as a link carries it to a host. */
export interface UsbDevice {
  readonly description: UsbDescription;
  /** The device is on the bus. */
  readonly attached: boolean;
  busReset(): void;
  /** No host has the device any more; the next one may be another, or the same. */
  released?(): void;
  /** A transfer on endpoint 0; they are carried out one after the other. */
  control(setup: Setup, data: Uint8Array, done: TransferDone): Cancel;
  /** Bytes to a bulk or interrupt endpoint, by its number 1 to 15. */
  transferOut(endpoint: number, data: Uint8Array, done: TransferDone): Cancel;
  /** At most `length` bytes from a bulk or interrupt endpoint; waits until there are any. */
  transferIn(endpoint: number, length: number, done: TransferDone): Cancel;
  /** Calls `listener` when the device comes onto the bus (`true`) and when it drops off it. */
  onAttach(listener: (attached: boolean) => void): void;
}

/** bmRequestType: the data stage goes to the host (USB 2.0 table 9-2). */
export const DEVICE_TO_HOST = 0x80;

/** Standard requests and the descriptor type that the links look at (USB 2.0 tables 9-4 and 9-5). */
export const GET_DESCRIPTOR = 6;
export const SET_CONFIGURATION = 9;
export const DEVICE_DESCRIPTOR = 1;
