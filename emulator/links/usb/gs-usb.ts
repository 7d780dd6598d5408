import type { CanFrame, CanRate } from '../../interfaces/can/pins.ts';
import type { Setup } from '../../interfaces/usb/pins.ts';
import type { CanAdapter } from '../can/adapter.ts';
import { formatHostFrame, parseHostFrame } from './gs-usb-frame.ts';
import type { AdapterFunction, AdapterSurroundings, ControlAnswer } from './adapter.ts';
import type { UsbIdentity } from './descriptors.ts';
import { InEndpoint } from './in-endpoint.ts';

/** Requests of candleLight's firmware and Linux's gs_usb.c (enum gs_usb_breq). */
const REQUEST = {
  hostFormat: 0,
  bitTiming: 1,
  mode: 2,
  bitTimingConstants: 4,
  deviceConfiguration: 5,
  timestamp: 6,
  dataBitTiming: 10,
  bitTimingConstantsExtended: 11,
} as const;
const TO_DEVICE = 0x41;
const TO_HOST = 0xc1;

/** HOST_FORMAT: how the host writes its numbers; least significant byte first is the only way. */
const LITTLE_ENDIAN = 0x0000_beef;
/** MODE. */
const START = 1;
/** Bits of features, and of the flags of MODE. */
const FEATURE = { listenOnly: 1 << 0, fd: 1 << 8, constantsExtended: 1 << 10 } as const;

/** DEVICE_CONFIG: one channel; versions of software and hardware as candleLight has them. */
const CONFIGURATION = Uint8Array.of(0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0);

/** Hz. */
const CLOCK = { classic: 48_000_000, fd: 80_000_000 } as const;
/** tseg1 min and max, tseg2 min and max, sjw max, brp min, max and step: of bxCAN, and of M_CAN. */
const LIMITS = {
  classic: [1, 16, 1, 8, 4, 1, 1024, 1],
  fd: [2, 256, 2, 128, 128, 1, 512, 1],
  fdData: [1, 32, 1, 16, 16, 1, 32, 1],
} as const;

const RECEIVE = 1;
const SEND = 2;
/** Kept for a host that does not read, bytes; later frames are lost. */
const MOST_UNREAD = 64 * 1024;

const IDENTITY: UsbIdentity = {
  idVendor: 0x1d50,
  idProduct: 0x606f,
  bcdDevice: 0x0000,
  deviceClass: [0, 0, 0],
  product: 'candleLight USB to CAN adapter of a virtual STM32',
  interfaces: [
    {
      codes: [0xff, 0xff, 0xff],
      endpoints: [
        { address: 0x80 | RECEIVE, type: 'bulk', size: 64 },
        { address: SEND, type: 'bulk', size: 64 },
      ],
    },
  ],
};

/** A CAN node behind a candleLight (Linux: gs_usb) with one channel; `fd` for one that speaks CAN FD too. */
export class GsUsb implements AdapterFunction {
  readonly identity = IDENTITY;
  readonly inputs: ReadonlyMap<number, InEndpoint>;
  readonly outputs = new Map([[SEND, (data: Uint8Array) => this.#send(data)]]);
  readonly #received = new InEndpoint('packets', MOST_UNREAD);
  readonly #adapter: CanAdapter;
  readonly #fd: boolean;
  readonly #surroundings: AdapterSurroundings;
  /** Bit rates that the host has set; undefined follows the chip. */
  #nominal: number | undefined;
  #data: number | undefined;
  #fdOn = false;
  #losing = false;

  constructor(adapter: CanAdapter, fd: boolean, surroundings: AdapterSurroundings) {
    this.#adapter = adapter;
    this.#fd = fd;
    this.#surroundings = surroundings;
    this.inputs = new Map([[RECEIVE, this.#received]]);
    adapter.onReceive((frame) => this.#receive(frame));
  }

  request({ bmRequestType, bRequest, wValue }: Setup, data: Uint8Array): ControlAnswer {
    if (bmRequestType === TO_HOST) return this.#ask(bRequest, wValue);
    if (bmRequestType !== TO_DEVICE) return 'stall';
    return this.#tell(bRequest, wValue, words(data)) ? new Uint8Array() : 'stall';
  }

  reset(): void {
    this.#stop();
    this.#nominal = undefined;
    this.#data = undefined;
  }

  #ask(request: number, channel: number): ControlAnswer {
    if (request === REQUEST.deviceConfiguration) return CONFIGURATION;
    if (channel !== 0) return 'stall';
    switch (request) {
      case REQUEST.bitTimingConstants:
        return this.#constants();
      case REQUEST.bitTimingConstantsExtended:
        return this.#fd ? bytes([...words(this.#constants()), ...LIMITS.fdData]) : 'stall';
      case REQUEST.timestamp:
        return bytes([Math.floor(this.#surroundings.clock.now) % 2 ** 32]);
      default:
        return 'stall';
    }
  }

  #constants(): Uint8Array {
    const { listenOnly, fd, constantsExtended } = FEATURE;
    return this.#fd
      ? bytes([listenOnly | fd | constantsExtended, CLOCK.fd, ...LIMITS.fd])
      : bytes([listenOnly, CLOCK.classic, ...LIMITS.classic]);
  }

  /** Does what the host tells; false where it makes no sense. */
  #tell(request: number, channel: number, values: readonly number[]): boolean {
    if (request === REQUEST.hostFormat) return values[0] === LITTLE_ENDIAN;
    if (channel !== 0) return false;
    switch (request) {
      case REQUEST.bitTiming:
        this.#nominal = this.#rateOf(values);
        return this.#nominal !== undefined;
      case REQUEST.dataBitTiming:
        this.#data = this.#fd ? this.#rateOf(values) : undefined;
        return this.#data !== undefined;
      case REQUEST.mode:
        return this.#setMode(values);
      default:
        return false;
    }
  }

  #setMode([mode, flags]: readonly number[]): boolean {
    if (mode === undefined || flags === undefined) return false;
    this.#stop();
    if (mode !== START) return true;
    this.#fdOn = this.#fd && (flags & FEATURE.fd) !== 0;
    const listenOnly = (flags & FEATURE.listenOnly) !== 0;
    this.#do(() => this.#adapter.open({ rate: this.#rate, listenOnly }));
    return true;
  }

  get #rate(): CanRate | undefined {
    if (this.#nominal === undefined) return undefined;
    const data = this.#fdOn && this.#data !== undefined ? { data: this.#data } : {};
    return { nominal: this.#nominal, ...data };
  }

  /** Bits per second of prop_seg, phase_seg1, phase_seg2, sjw and brp. */
  #rateOf(timing: readonly number[]): number | undefined {
    const [propagation, phase1, phase2, , prescaler] = timing;
    if (timing.length !== 5 || prescaler === 0) return undefined;
    const clock = this.#fd ? CLOCK.fd : CLOCK.classic;
    return clock / prescaler! / (1 + propagation! + phase1! + phase2!);
  }

  #stop(): void {
    this.#do(() => this.#adapter.close());
    this.#received.clear();
    this.#fdOn = false;
  }

  /** A frame is echoed when somebody has acknowledged it; the host has a few on their way at a time. */
  #send(data: Uint8Array): void {
    const sending = parseHostFrame(data);
    if (sending === undefined || !this.#adapter.isOpen || this.#adapter.listenOnly) return;
    const { frame, echo } = sending;
    if (frame === 'remote') this.#give(echo);
    else if (!frame.fd || this.#fdOn)
      this.#do(() => this.#adapter.send(frame, () => this.#give(echo)));
  }

  #receive(frame: CanFrame): void {
    if (!frame.fd || this.#fdOn) this.#give(formatHostFrame(frame));
  }

  #give(hostFrame: Uint8Array): void {
    const kept = this.#received.push(hostFrame);
    if (!kept && !this.#losing) {
      this.#surroundings.note('nobody reads the USB CAN adapter: frames are dropped');
    }
    this.#losing = !kept;
  }

  #do(action: () => void): void {
    this.#surroundings.pacer.input(action);
  }
}

function bytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, index) => view.setUint32(4 * index, value, true));
  return new Uint8Array(view.buffer);
}

/** The 32-bit numbers of a request, least significant byte first; bytes behind the last are left out. */
function words(data: Uint8Array): readonly number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: data.length >> 2 }, (_, at) => view.getUint32(4 * at, true));
}
