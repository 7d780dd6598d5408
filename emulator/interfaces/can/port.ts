import type { Received } from './frames.ts';
import type { Clock, Micros } from '../../clock.ts';
import type { CanFrame, CanPins, CanRate } from './pins.ts';
import type { Trace } from '../../trace/trace.ts';
import type { BusPort } from '../../bootloader/bus-port.ts';
import { frameTakes, isFrame, ratesFit } from './timing.ts';

/** Frames that wait for a node to acknowledge them; no host that hears nothing goes on so long. */
const MOST_KEPT = 256;

/** Frames on their way at a time; the bus is taken for another, as for any node that must wait for it. */
const MOST_ON_THE_WAY = 256;

/** What listens behind the pins: the controller at a rate, or no more than the level of RX. */
type Listener =
  | { readonly on: 'controller'; readonly receive: (item: Received) => void }
  | { readonly on: 'edge'; readonly wake: () => void };

/** One CAN or FDCAN controller of the chip: frames take their time, and rates must fit. */
export class CanPort implements BusPort, CanPins {
  readonly name: string;
  /** CAN FD; a classic controller spoils FD frames. */
  readonly fd: boolean;
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #hosts: ((frame: CanFrame, rate: CanRate) => unknown)[] = [];
  /** Sent and not acknowledged, or behind such a frame. */
  #kept: { readonly frame: CanFrame; readonly rate: CanRate }[] = [];
  #listener: Listener | undefined;
  #rate: CanRate = { nominal: 0 };
  #receiveFreeAt: Micros = 0;
  #transmitFreeAt: Micros = 0;
  /** Counts resets: frames in flight across one are lost. */
  #epoch = 0;
  #onTheWay = 0;
  #warned = false;
  /** The port is off, and somebody was told what that means for the host. */
  #told = false;

  constructor(name: string, fd: boolean, clock: Clock, trace: Trace) {
    this.name = name;
    this.fd = fd;
    this.#clock = clock;
    this.#trace = trace;
  }

  receive(frame: CanFrame, rate: CanRate = this.#rate): 'acknowledged' | 'error' | 'nobody' {
    if (!isFrame(frame)) return 'error';
    const listener = this.#listener;
    if (listener === undefined) return this.#unheard();
    if (this.#onTheWay >= MOST_ON_THE_WAY) return 'nobody';
    const kept = { ...frame, data: frame.data.slice() };
    if (listener.on === 'edge') {
      this.#record('rx', kept, false);
      listener.wake();
      return 'nobody';
    }
    const heard = (!frame.fd || this.fd) && ratesFit(this.#rate, rate, frame);
    this.#record('rx', kept, heard);
    if (!heard) this.#warn(frame, rate);
    const start = Math.max(this.#clock.now, this.#receiveFreeAt);
    this.#receiveFreeAt = start + frameTakes(frame, rate.nominal > 0 ? rate : this.#rate);
    this.#afterwards(this.#receiveFreeAt, () => {
      if (heard) listener.receive(kept);
      else if (this.#kept.length === 0) listener.receive('bus error'); // or it still tries to send
    });
    return heard ? 'acknowledged' : 'error';
  }

  onTransmit(listener: (frame: CanFrame, rate: CanRate) => unknown): void {
    this.#hosts.push(listener);
  }

  repeat(): void {
    const kept = this.#kept;
    this.#kept = [];
    for (const { frame, rate } of kept) this.#emit(frame, rate);
  }

  /** The controller is off; `wake` is called at the first edge on RX. */
  watch(wake: () => void): void {
    this.#told = false;
    this.#listener = { on: 'edge', wake };
  }

  /** The controller is on at `rate`, with what is sent to it. */
  connect(rate: CanRate, receive: (item: Received) => void): void {
    this.#rate = rate;
    this.#told = false;
    this.#listener = { on: 'controller', receive };
  }

  /** The controller goes on at another rate. */
  setRate(rate: CanRate): void {
    this.#rate = rate;
    this.#warned = false;
  }

  /** The rate of the controller in bits per second. */
  get rate(): CanRate {
    return this.#rate;
  }

  disconnect(): void {
    if (this.#onTheWay > 0) this.#dropped('frames on the bus', 'the port is switched off');
    this.#listener = undefined;
    this.#epoch++;
    this.#onTheWay = 0;
    this.#kept = [];
    this.#warned = false;
    this.#receiveFreeAt = 0;
    this.#transmitFreeAt = 0;
  }

  transmit(frames: readonly CanFrame[]): void {
    const rate = this.#rate;
    for (const frame of frames) {
      const start = Math.max(this.#clock.now, this.#transmitFreeAt);
      this.#transmitFreeAt = start + frameTakes(frame, rate);
      this.#afterwards(this.#transmitFreeAt, () => this.#emit(frame, rate));
    }
  }

  whenFlushed(then: () => void): void {
    if (this.#transmitFreeAt <= this.#clock.now) then();
    else this.#clock.work(this.#transmitFreeAt - this.#clock.now, then);
  }

  /** What becomes of a frame when it is over, unless the port is switched off meanwhile. */
  #afterwards(freeAt: Micros, then: () => void): void {
    const epoch = this.#epoch;
    this.#onTheWay++;
    this.#clock.work(freeAt - this.#clock.now, () => {
      if (epoch !== this.#epoch) return;
      this.#onTheWay--;
      then();
    });
  }

  #emit(frame: CanFrame, rate: CanRate): void {
    const heard =
      this.#kept.length === 0 &&
      (this.#hosts.length === 0 ||
        this.#hosts.map((host) => host(frame, rate)).some((answer) => answer !== false));
    this.#record('tx', frame, heard);
    if (heard) return;
    if (this.#kept.length < MOST_KEPT) this.#kept.push({ frame, rate });
    else this.#dropped('an answer', 'nobody acknowledges those before it');
  }

  #unheard(): 'nobody' {
    if (!this.#told) this.#dropped('frames of a host', 'the port is off until a reset');
    this.#told = true;
    return 'nobody';
  }

  #dropped(what: string, why: string): void {
    this.#trace.emit({ kind: 'dropped', port: this.name, what, why });
  }

  #record(kind: 'rx' | 'tx', frame: CanFrame, acknowledged: boolean): void {
    if (!this.#trace.read) return;
    const { id, extended, fd, brs, data: bytes } = frame;
    const head = { id, extended, fd, brs, acknowledged };
    this.#trace.emit({ kind, port: this.name, bytes, frame: head });
  }

  #warn({ fd }: CanFrame, { nominal, data }: CanRate): void {
    if (this.#warned) return;
    this.#warned = true;
    const text =
      fd && !this.fd
        ? `${this.name} is no CAN FD controller: it spoils FD frames`
        : `the host's bit rate does not fit that of ${this.name} (${shown({ nominal, data })} against ${shown(this.#rate)}): bus errors`;
    this.#trace.emit({ kind: 'surprise', text });
  }
}

function shown({ nominal, data }: { nominal: number; data?: number | undefined }): string {
  return data === undefined ? `${nominal}` : `${nominal}/${data}`;
}
