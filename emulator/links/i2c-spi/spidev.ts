import { setTimeout as wait } from 'node:timers/promises';
import type { SpiPins } from '../../interfaces/spi/pins.ts';
import { failed, serveDevice } from './device-requests.ts';
import type { Answer, DeviceServer } from './device-requests.ts';
import type { Pacer } from '../pacer.ts';
import type { PreloadedPort } from '../preload/open-preload.ts';
import { SpiMaster } from './spi-master.ts';

/** Bits of a spidev mode (linux/spi/spi.h). */
const MODE = { clock: 0x03, csHigh: 0x04, lsbFirst: 0x08, noCs: 0x40 } as const;
/** Mode bits that need other wires, or an adapter that can do them. */
const SUPPORTED = 0x03 | MODE.csHigh | MODE.lsbFirst | MODE.noCs;
/** AN4286 §1: the bootloader's clock ends here, Hz. */
const FASTEST = 8_000_000;
/** Bytes before the bytes of a transfer. */
const HEAD = 12;
/** A pause of fewer µs is over before a timer has begun to count it. */
const SHORTEST_PAUSE = 500;

interface Transfer {
  readonly bytes: Buffer;
  readonly speed: number;
  readonly bits: number;
  /** NSS rises behind it, or, behind the last of a message, stays low. */
  readonly csChange: boolean;
  /** µs. */
  readonly delay: number;
}

/** The SPI slave of that name (`SPI1`) as a device file for `openPreload`. */
export function preloadedSpi(
  name: string,
  pins: SpiPins,
  pacer: Pacer,
  note: (text: string) => void,
): PreloadedPort {
  const path = `/dev/spidev${/\d+$/.exec(name)?.[0] ?? 0}.0`;
  const serve = (socket: string): Promise<DeviceServer> =>
    new SpiDev(pins, pacer, note).serve(socket);
  return { path, library: 'spi', device: path, serve };
}

/** An SPI slave of the chip as a device that a tool opens as /dev/spidevB.C under the preload library. */
class SpiDev {
  readonly #pins: SpiPins;
  readonly #pacer: Pacer;
  readonly #master: SpiMaster;
  readonly #note: (text: string) => void;
  #last: Promise<unknown> = Promise.resolve();
  #mode = 0;
  #bits = 8;
  #speed = 500_000;
  #warned = false;

  constructor(pins: SpiPins, pacer: Pacer, note: (text: string) => void) {
    this.#pins = pins;
    this.#pacer = pacer;
    this.#master = new SpiMaster(pins, note);
    this.#note = note;
  }

  /** Listens on a socket to which preload/spi.c connects. */
  serve(socket: string): Promise<DeviceServer> {
    return serveDevice(
      socket,
      () => (operation, bytes) => this.#inTurn(() => this.#request(operation, bytes)),
      this.#note,
    );
  }

  /** The device has one setting and one wire, however many have it open. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result;
    return result;
  }

  /** The requests of preload/spi.c, which explains them. */
  async #request(operation: string, bytes: Buffer): Promise<Answer | undefined> {
    switch (operation) {
      case 'g': {
        const setting = Buffer.alloc(12);
        [this.#mode, this.#bits, this.#speed].forEach((value, index) =>
          setting.writeUInt32LE(value, 4 * index),
        );
        return { result: 0, bytes: setting };
      }
      case 's': {
        if (bytes.length !== 12) return undefined;
        const [mode, bits, speed] = [0, 4, 8].map((at) => bytes.readUInt32LE(at));
        return this.#set(mode!, bits === 0 ? 8 : bits!, speed!);
      }
      case 'x': {
        const transfers = parseTransfers(bytes);
        return transfers === undefined ? undefined : await this.#message(transfers);
      }
      default:
        return undefined;
    }
  }

  #set(mode: number, bits: number, speed: number): Answer {
    if ((mode & ~SUPPORTED) !== 0 || bits !== 8) return failed('EINVAL');
    this.#mode = mode;
    this.#bits = bits;
    this.#speed = speed;
    this.#checkSpeed(speed);
    const leastSignificantFirst = (mode & MODE.lsbFirst) !== 0;
    this.#master.set({ mode: mode & MODE.clock, leastSignificantFirst });
    this.#select(false);
    return { result: 0 };
  }

  async #message(transfers: readonly Transfer[]): Promise<Answer> {
    if (transfers.some(({ bits }) => bits !== 0 && bits !== 8)) return failed('EINVAL');
    const heard: Uint8Array[] = [];
    let selected = false;
    for (const [index, { bytes, speed, csChange, delay }] of transfers.entries()) {
      this.#checkSpeed(speed);
      const isLast = index === transfers.length - 1;
      if (!selected) this.#select(true);
      this.#pacer.input(() => heard.push(bytes.map((byte) => this.#master.exchange(byte))));
      if (delay >= SHORTEST_PAUSE) await wait(delay / 1000);
      selected = csChange === isLast;
      if (!selected) this.#select(false);
    }
    const bytes = Buffer.concat(heard);
    return { result: bytes.length, bytes };
  }

  /** A host that drives no NSS has tied it low; one whose NSS is active high selects by raising it. */
  #select(on: boolean): void {
    const wiredLow = (this.#mode & MODE.noCs) !== 0;
    const low = wiredLow || on !== ((this.#mode & MODE.csHigh) !== 0);
    this.#pacer.input(() => this.#pins.select(low ? 0 : 1));
  }

  #checkSpeed(speed: number): void {
    if (speed <= FASTEST || this.#warned) return;
    this.#warned = true;
    this.#note(`the host clocks SPI at ${speed} Hz, more than the bootloader's 8 MHz`);
  }
}

function parseTransfers(bytes: Buffer): Transfer[] | undefined {
  const transfers: Transfer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + HEAD > bytes.length) return undefined;
    const end = at + HEAD + bytes.readUInt32LE(at);
    if (end > bytes.length) return undefined;
    transfers.push({
      speed: bytes.readUInt32LE(at + 4),
      bits: bytes[at + 8]!,
      csChange: bytes[at + 9] !== 0,
      delay: bytes.readUInt16LE(at + 10),
      bytes: bytes.subarray(at + HEAD, end),
    });
    at = end;
  }
  return transfers.length === 0 ? undefined : transfers;
}
