import { usbRequests } from '../../../families/index.ts';
import type { Setup } from './pins.ts';
import type { Hold } from '../../pins.ts';
import { descriptor } from './descriptors.ts';
import type { UsbDescriptors } from './descriptors.ts';
import type { DfuState } from './dfu-names.ts';

/** A STALL, and why. */
export interface Stall {
  readonly stall: string;
  /** The DFU state in which the request has no place. */
  readonly state?: DfuState;
}

/** The end of a control transfer: its data (empty where it has none), a STALL, or NAKs. */
export type UsbAnswer = Uint8Array | Stall | Hold;

/** What a device makes of the requests of its class. */
export interface UsbClass {
  /** The chip works: endpoint 0 answers nothing until it is done. */
  readonly busy: boolean;
  request(setup: Setup, data: Uint8Array): UsbAnswer;
  setConfiguration(): void;
  setInterface(alternate: number): void;
  busReset(): void;
}

export const HOLD: Hold = { hold: true };
const NOTHING = new Uint8Array();

const TYPE = { mask: 0x60, standard: 0x00, class: 0x20 } as const;
const RECIPIENT = { mask: 0x1f, device: 0, interface: 1, endpoint: 2 } as const;
const SELF_POWERED = 1;

/** What of a device's answers to standard requests a version of the ROM, or a mutant, has its own. */
export interface UsbDeviceOptions {
  readonly descriptors: UsbDescriptors;
  /** Descriptor types that are never answered: NAKs until the host gives up. */
  readonly silentDescriptors: readonly number[];
}

/** A USB device with one configuration, one interface and endpoint 0 alone: the standard requests (USB 2.0 §9.4). */
export class UsbDevice {
  readonly #options: UsbDeviceOptions;
  readonly #class: UsbClass;
  readonly #described: () => void;
  readonly #alternates: number;
  #configuration = 0;
  #alternate = 0;

  /** `described` is called at each GET_DESCRIPTOR. */
  constructor(options: UsbDeviceOptions, usbClass: UsbClass, described: () => void) {
    this.#options = options;
    this.#class = usbClass;
    this.#described = described;
    const { configuration } = options.descriptors;
    this.#alternates = countInterfaces(configuration);
  }

  /** SET_ADDRESS, configuration and alternate setting are forgotten (USB 2.0 §9.1.1.3). */
  busReset(): void {
    this.#configuration = 0;
    this.#alternate = 0;
    this.#class.busReset();
  }

  control(setup: Setup, data: Uint8Array): UsbAnswer {
    switch (setup.bmRequestType & TYPE.mask) {
      case TYPE.standard:
        return this.#class.busy ? HOLD : clipped(setup, this.#standard(setup));
      case TYPE.class:
        if ((setup.bmRequestType & RECIPIENT.mask) !== RECIPIENT.interface || setup.wIndex !== 0) {
          return { stall: 'a class request to something else than interface 0' };
        }
        return clipped(setup, this.#class.request(setup, data));
      default:
        return { stall: 'not a request of USB 2.0 or DFU 1.1' };
    }
  }

  #standard(setup: Setup): UsbAnswer {
    const { bmRequestType, bRequest, wValue, wIndex } = setup;
    const recipient = bmRequestType & RECIPIENT.mask;
    switch (bRequest) {
      case usbRequests.GET_DESCRIPTOR:
        return this.#getDescriptor(wValue);
      case usbRequests.SET_ADDRESS:
        return wValue < 128 ? NOTHING : { stall: `no device address ${wValue}` };
      case usbRequests.GET_CONFIGURATION:
        return Uint8Array.of(this.#configuration);
      case usbRequests.SET_CONFIGURATION:
        if (wValue > 1) return { stall: `no configuration ${wValue}` };
        this.#configuration = wValue;
        this.#alternate = 0;
        this.#class.setConfiguration();
        return NOTHING;
      case usbRequests.GET_INTERFACE:
        return wIndex === 0 ? Uint8Array.of(this.#alternate) : { stall: `no interface ${wIndex}` };
      case usbRequests.SET_INTERFACE:
        if (wIndex !== 0) return { stall: `no interface ${wIndex}` };
        if (wValue >= this.#alternates) return { stall: `no alternate setting ${wValue}` };
        this.#alternate = wValue;
        this.#class.setInterface(wValue);
        return NOTHING;
      case usbRequests.GET_STATUS: {
        const there = recipient === RECIPIENT.device || (wIndex & 0x7f) === 0;
        if (!there) return { stall: `no interface or endpoint ${wIndex}` };
        return Uint8Array.of(recipient === RECIPIENT.device ? SELF_POWERED : 0, 0);
      }
      case usbRequests.CLEAR_FEATURE:
      case usbRequests.SET_FEATURE: // the control endpoint is never halted for good
        return recipient === RECIPIENT.endpoint && wValue === 0 && (wIndex & 0x7f) === 0
          ? NOTHING
          : { stall: `no feature ${wValue}` };
      default:
        return { stall: `no standard request ${bRequest}` };
    }
  }

  #getDescriptor(wValue: number): UsbAnswer {
    this.#described();
    const type = wValue >> 8;
    if (this.#options.silentDescriptors.includes(type)) return HOLD;
    const found = descriptor(this.#options.descriptors, type, wValue & 0xff);
    return found ?? { stall: `no descriptor of type ${type}, index ${wValue & 0xff}` };
  }
}

/** No more than the host asked for, and nothing where the transfer has no IN stage. */
function clipped(setup: Setup, answer: UsbAnswer): UsbAnswer {
  if (!(answer instanceof Uint8Array)) return answer;
  if ((setup.bmRequestType & 0x80) === 0) return NOTHING;
  return answer.length > setup.wLength ? answer.slice(0, setup.wLength) : answer;
}

/** Interface descriptors in a configuration: its alternate settings. */
function countInterfaces(configuration: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < configuration.length; at += Math.max(1, configuration[at]!)) {
    if (configuration[at + 1] === 4) count++;
  }
  return count;
}
