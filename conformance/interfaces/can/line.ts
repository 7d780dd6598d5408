import { OPCODES, SPEEDS } from './host.ts';
import { CAN_RATE, FDCAN_RATE, LOST, frame, itemsOf } from './frames.ts';
import type { Frame, Item, Rate } from './frames.ts';
import type { Part } from '../../part/part.ts';
import { NoJudgement, portVanished } from '../../run/target.ts';
import { openCanSockets } from './package.ts';
import type { CanMessage, CanSocket } from './package.ts';
import { Inbox } from '../../boards/lines/line.ts';
import type { Line } from '../../boards/lines/line.ts';

/** ms after which a frame that nobody acknowledged is given up; the controller goes on to repeat it. */
const GIVEN_UP_MS = 200;

/**
 * A CAN interface of this machine; bursts and answers are frames in the form of `interfaces/can/frames.ts`. A second
 * socket hears what the first one sent, once it went through: Linux hands a frame to the other sockets of the
 * machine when it was acknowledged on the bus (Documentation/networking/can.rst, local loopback).
 */
export class CanLine implements Line {
  readonly #socket: CanSocket;
  readonly #echoes: CanSocket;
  readonly #name: string;
  readonly #rate: Rate;
  readonly #fd: boolean;
  readonly #inbox = new Inbox();
  /** What waits for the frame that is on its way. */
  #echo: { readonly sent: CanMessage; readonly heard: () => void } | undefined;
  #open = true;

  private constructor([socket, echoes]: readonly CanSocket[], name: string, part: Part) {
    this.#socket = socket!;
    this.#echoes = echoes!;
    this.#name = name;
    this.#fd = part.interface === 'fdcan';
    this.#rate = this.#fd ? (part.device.fdcanRates ?? FDCAN_RATE) : CAN_RATE;
    this.#socket.addListener('onMessage', (message) => this.#hear(message));
    this.#echoes.addListener('onMessage', (message) => {
      if (this.#echo !== undefined && isSame(message, this.#echo.sent)) this.#echo.heard();
    });
    for (const each of [this.#socket, this.#echoes]) {
      each.addListener('onStopped', () => {
        this.#inbox.fail(portVanished(name));
      });
      each.start();
    }
  }

  /** @throws ConformanceError for an interface that there is not */
  static open(name: string, part: Part): CanLine {
    return new CanLine(openCanSockets(name, 2), name, part);
  }

  async send(bytes: Uint8Array): Promise<void> {
    const items = itemsOf([...bytes]);
    for (const item of items) this.#refuse(item);
    for (const item of items) {
      if (item === 'lost' || 'rest' in item || 'rate' in item) continue;
      if (!(await this.#goesThrough(item))) this.#inbox.push(Uint8Array.of(LOST));
    }
  }

  next(withinMs: number): Promise<number | undefined> {
    return this.#inbox.next(withinMs);
  }

  clear(quietMs: number): Promise<void> {
    return this.#inbox.clear(quietMs);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#socket.stop();
    this.#echoes.stop();
  }

  /** A program cannot change the rates of an interface that is up, nor follow a device that changes its own. */
  #refuse(item: Item): void {
    if (item === 'lost' || 'rest' in item) return;
    const rate = 'rate' in item ? item.rate : this.#fd ? undefined : rateAsked(item);
    if (rate === undefined) return;
    if (rate.nominal === this.#rate.nominal && rate.data === this.#rate.data) return;
    throw new NoJudgement('skipped', `not sent: the bit rate of ${this.#name} is set by ip link`);
  }

  async #goesThrough({ id, extended, fd, brs, data }: Required<Frame>): Promise<boolean> {
    const sent = { id, ext: extended, rtr: false, data: Buffer.from(data) };
    let timer: NodeJS.Timeout | undefined;
    const heard = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), GIVEN_UP_MS);
      this.#echo = { sent, heard: () => resolve(true) };
    });
    try {
      const taken = fd ? this.#socket.sendFD({ ...sent, fd_brs: brs }) : this.#socket.send(sent);
      if (taken < 0 && fd && !this.#fd) {
        throw new NoJudgement('skipped', `not sent: ${this.#name} may be one of classic CAN`);
      }
      if (taken < 0) throw portVanished(this.#name, new Error('it does not take the frame'));
      return await heard;
    } finally {
      clearTimeout(timer);
      this.#echo = undefined;
    }
  }

  #hear({ id, ext = false, rtr = false, err = false, data }: CanMessage): void {
    if (err || rtr) return;
    // the package does not say which kind it is: it counts as the one that is asked for
    const kind = this.#fd ? { fd: true, brs: true } : {};
    this.#inbox.push(Uint8Array.from(frame({ id, extended: ext, ...kind, data: [...data] })));
  }
}

/** The rate that a device on classic CAN is told to go to (AN3154 §3.4). */
function rateAsked({ id, extended, data }: Required<Frame>): Rate | undefined {
  const nominal = id === OPCODES.speed && !extended ? SPEEDS[data[0] ?? 0] : undefined;
  return nominal === undefined ? undefined : { nominal };
}

function isSame(one: CanMessage, other: CanMessage): boolean {
  return (
    one.id === other.id &&
    (one.ext ?? false) === (other.ext ?? false) &&
    Buffer.compare(one.data.subarray(0, other.data.length), other.data) === 0
  );
}
