import { dfuRequests, usbRequests } from '../../../families/index.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { ConformanceError } from '../../errors.ts';
import { ANSWER } from './host.ts';
import { NoJudgement } from '../../run/target.ts';
import { Answers } from '../../boards/lines/answers.ts';
import type { Line } from '../../boards/lines/line.ts';
import { usbName } from '../../targets/spec.ts';
import type { UsbSpec } from '../../targets/spec.ts';
import { openUsbBus } from './package.ts';
import type { ControlSetup, UsbBus, UsbDevice } from './package.ts';

/** Wall time in ms that a device may hold a request: that which hosts give to the longest erase (dfu-util). */
const WORK_MS = 35_000;
/** The same for a request that is no work (dfu-util). */
const REQUEST_MS = 5_000;

/** Wall time in ms in which a device that was reset is back: the hub's debouncing, and its enumeration. */
const BACK_MS = 10_000;
/** Wall time in ms in which a device that dropped off the bus by itself is back, if it comes back. */
const AGAIN_MS = 2_000;
const LOOK_MS = 50;

/** Longest poll time in ms that a device is believed. */
const LONGEST_POLL_MS = 60_000;

interface Setup extends ControlSetup {
  readonly toHost: boolean;
  readonly length: number;
}

/**
 * The default control pipe of a device on USB. Each burst is a control transfer, and what comes its answer,
 * in the bytes of `interfaces/usb/host.ts`. A device that dropped off the bus is looked for again with the next burst.
 */
export class UsbLine implements Line {
  readonly #bus: UsbBus;
  readonly #which: UsbSpec;
  #device: UsbDevice | undefined;
  readonly #answers = new Answers();
  /** The poll time last told, in ms. */
  #pollMs = 0;

  /** The device is looked for when it is talked to: it may still have to be reset into its bootloader. */
  constructor(bus: UsbBus, which: UsbSpec) {
    this.#bus = bus;
    this.#which = which;
  }

  /** @throws ConformanceError where the package for it is missing */
  static open(which: UsbSpec): UsbLine {
    return new UsbLine(openUsbBus(WORK_MS), which);
  }

  async send(bytes: Uint8Array): Promise<void> {
    const setup = setupOf(bytes);
    const answer = await this.#transfer(setup, bytes.subarray(8));
    this.#answers.add(answer);
    if (setup.requestType !== 'class' || setup.request !== dfuRequests.GETSTATUS) return;
    const [tag, , low = 0, middle = 0, high = 0] = answer;
    if (tag === ANSWER.DATA) this.#pollMs = low | (middle << 8) | (high << 16);
    await wait(Math.min(this.#pollMs, LONGEST_POLL_MS));
  }

  /** All that answers a transfer is there when it has ended. */
  async next(): Promise<number | undefined> {
    return this.#answers.next();
  }

  /** The device answers when it is there: nothing else is waited for. */
  async clear(): Promise<void> {
    await this.#drop();
    this.#answers.clear();
    this.#pollMs = 0;
    this.#device = await this.#find(BACK_MS);
    if (this.#device !== undefined) return;
    const says = `no device ${usbName(this.#which)} was found on USB within ${BACK_MS / 1000} s after the reset, or none that may be opened: look with lsusb, and for a udev rule`;
    throw new NoJudgement('inconclusive', says, { gone: true });
  }

  async close(): Promise<void> {
    await this.#drop();
  }

  async #transfer(setup: Setup, out: Uint8Array): Promise<readonly number[]> {
    this.#device ??= await this.#find(AGAIN_MS);
    if (this.#device === undefined) return [ANSWER.GONE];
    const work = setup.requestType === 'class' && setup.request === dfuRequests.GETSTATUS;
    const timeoutMs = work ? WORK_MS : REQUEST_MS;
    try {
      const { status, data } = setup.toHost
        ? await this.#device.controlTransferIn(setup, setup.length, timeoutMs)
        : { ...(await this.#device.controlTransferOut(setup, out, timeoutMs)), data: undefined };
      if (status === 'stall') return [ANSWER.STALL];
      if (data === undefined) return [ANSWER.DATA];
      return [ANSWER.DATA, ...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
    } catch (error) {
      if (/stall/i.test(messageOf(error))) return [ANSWER.STALL]; // usb 3 throws it
      if (TIMED_OUT.test(messageOf(error))) return [];
      await this.#drop();
      return [ANSWER.GONE];
    }
  }

  /** Looks until the device is there and answers; the one that is about to go may still be listed. */
  async #find(withinMs: number): Promise<UsbDevice | undefined> {
    const began = performance.now();
    for (;;) {
      const found = await this.#candidates();
      if (found.length > 1 && performance.now() >= began + AGAIN_MS)
        throw ambiguous(this.#which, found);
      for (const device of found.length === 1 ? found : []) {
        try {
          await device.open();
          await device.claimInterface(0);
          await device.controlTransferIn(DEVICE_DESCRIPTOR, 18, REQUEST_MS);
          return device;
        } catch {
          await device.close().catch(() => {});
        }
      }
      if (performance.now() >= began + withinMs) return undefined;
      await wait(LOOK_MS);
    }
  }

  async #candidates(): Promise<readonly UsbDevice[]> {
    const { vendor, product, serial } = this.#which;
    const all = await this.#bus.getDevices().catch(noUsb);
    return all.filter(
      ({ vendorId, productId, serialNumber }) =>
        vendorId === vendor &&
        productId === product &&
        (serial === undefined || serialNumber === serial),
    );
  }

  async #drop(): Promise<void> {
    const device = this.#device;
    this.#device = undefined;
    await device?.close().catch(() => {}); // it is gone
  }
}

const DEVICE_DESCRIPTOR: ControlSetup = {
  requestType: 'standard',
  recipient: 'device',
  request: usbRequests.GET_DESCRIPTOR,
  value: 0x0100,
  index: 0,
};

/** The transfer of a burst. @throws NoJudgement for one that no operating system sends for a program */
function setupOf(bytes: Uint8Array): Setup {
  if (bytes.length < 8) throw unsendable('a SETUP that is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = view.getUint8(0);
  const toHost = (type & 0x80) !== 0;
  const requestType = (['standard', 'class', 'vendor'] as const)[(type >> 5) & 3];
  const recipient = (['device', 'interface', 'endpoint', 'other'] as const)[type & 0x1f];
  const request = view.getUint8(1);
  const index = view.getUint16(4, true);
  const length = view.getUint16(6, true);
  if (requestType === undefined || recipient === undefined) {
    throw unsendable('a reserved bmRequestType');
  }
  if ((recipient === 'interface' || recipient === 'endpoint') && (index & 0xff) !== 0) {
    throw unsendable(`a request to an ${recipient} that there is not`);
  }
  if (requestType === 'standard' && request === usbRequests.SET_ADDRESS) {
    throw unsendable('another address');
  }
  if (!toHost && length !== bytes.length - 8) throw unsendable('a wrong wLength');
  return { requestType, recipient, request, value: view.getUint16(2, true), index, toHost, length };
}

function ambiguous(which: UsbSpec, found: readonly UsbDevice[]): ConformanceError {
  const id = usbName(which);
  const serials = found.map(({ serialNumber }) => serialNumber ?? 'one without').join(', ');
  return new ConformanceError(
    `${found.length} devices are ${id}: name one by its serial number as usb:${id}:SERIAL (${serials})`,
    { exitCode: 3 },
  );
}

function unsendable(what: string): NoJudgement {
  return new NoJudgement('skipped', `not sent: operating systems do not send a device ${what}`);
}

/** In the words of usb 2 (libusb) and usb 3. */
const TIMED_OUT = /tim(ed|e)[ _-]?out|cancell?ed/i;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

function noUsb(cause: unknown): never {
  throw new ConformanceError(`this machine's USB cannot be looked at: ${messageOf(cause)}`, {
    exitCode: 3,
    cause,
  });
}
