import type { I2cPins } from '../../interfaces/i2c/pins.ts';
import type { Setup } from '../../interfaces/usb/pins.ts';
import { I2cController, type I2cMessage } from '../i2c-spi/i2c-controller.ts';
import type { Pacer } from '../pacer.ts';
import type { AdapterFunction, ControlAnswer } from './adapter.ts';
import { DEVICE_TO_HOST } from './device.ts';
import type { UsbIdentity } from './descriptors.ts';

/** Requests of Till Harbaum's firmware, as Linux's i2c-tiny-usb.c sends them; 4 to 7 are messages. */
const REQUEST = { echo: 0, getFunctions: 1, setDelay: 2, getStatus: 3, io: 4 } as const;

/** Bits of a message's request: it is the first, so a START stands before it; the last, so a STOP follows. */
const END = 0b10;

/** GET_STATUS: nothing was done yet; the address was acknowledged; it was not. */
const STATUS = { idle: 0, acknowledged: 1, notAcknowledged: 2 } as const;

/** I2C_M_RD of Linux, in wValue of a message. */
const READ = 1;

/** I2C_FUNC_I2C and I2C_FUNC_SMBUS_EMUL of Linux: what the firmware says that it can do. */
const FUNCTIONS = [0x09, 0x00, 0xff, 0x0e];

/** How long SCL may be held before a message is given up, in ms; Linux takes it back after 2 s. */
const PATIENCE_MS = 10_000;

const IDENTITY: UsbIdentity = {
  idVendor: 0x0403,
  idProduct: 0xc631,
  bcdDevice: 0x0205,
  deviceClass: [0xff, 0, 0],
  product: 'i2c-tiny-usb',
  interfaces: [{ codes: [0xff, 0, 0] }],
};

/**
 * An I2C target behind an i2c-tiny-usb: each message is a control transfer, and SCL held by the target is a
 * transfer that is not answered.
 */
export class I2cTinyUsb implements AdapterFunction {
  readonly identity = IDENTITY;
  readonly #controller: I2cController;
  #status: number = STATUS.idle;

  constructor(pins: I2cPins, pacer: Pacer) {
    this.#controller = new I2cController(pins, pacer);
  }

  request(
    setup: Setup,
    data: Uint8Array,
    signal: AbortSignal,
  ): ControlAnswer | Promise<ControlAnswer> {
    const { bRequest, wValue } = setup;
    switch (bRequest) {
      case REQUEST.echo:
        return Uint8Array.of(wValue & 0xff, wValue >> 8);
      case REQUEST.getFunctions:
        return Uint8Array.from(FUNCTIONS);
      case REQUEST.setDelay:
        return new Uint8Array();
      case REQUEST.getStatus:
        return Uint8Array.of(this.#status);
      default:
        if ((bRequest & ~0b11) !== REQUEST.io) return 'stall';
        return this.#message(setup, data, signal);
    }
  }

  reset(): void {
    this.#status = STATUS.idle;
    this.#controller.release();
  }

  async #message(
    { bmRequestType, bRequest, wValue, wIndex, wLength }: Setup,
    data: Uint8Array,
    signal: AbortSignal,
  ): Promise<ControlAnswer> {
    const reads = (wValue & READ) !== 0;
    const toHost = (bmRequestType & DEVICE_TO_HOST) !== 0;
    if (wIndex > 0x7f || (wLength > 0 && reads !== toHost)) return 'stall';
    const message: I2cMessage = reads
      ? { address: wIndex, read: wLength }
      : { address: wIndex, write: data };
    const stop = (bRequest & END) !== 0;
    const result = await this.#controller.transfer([message], PATIENCE_MS, { stop, signal });
    this.#status = result === 'no-target' ? STATUS.notAcknowledged : STATUS.acknowledged;
    if (result === 'no-target') return new Uint8Array(toHost ? wLength : 0); // GET_STATUS tells
    // Data that was not acknowledged, and SCL that stays low, have no status: Linux makes EIO of a STALL.
    return typeof result === 'string' ? 'stall' : (result[0] ?? new Uint8Array());
  }
}
