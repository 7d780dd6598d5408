import type { I2cPins } from '../../interfaces/i2c/pins.ts';
import { failed, serveDevice } from './device-requests.ts';
import type { Answer, DeviceServer, OpenFile } from './device-requests.ts';
import { I2cController, type I2cMessage, type I2cResult } from './i2c-controller.ts';
import type { Pacer } from '../pacer.ts';
import type { PreloadedPort } from '../preload/open-preload.ts';

/** How long SCL may be held before a message is given up, in ms, where a tool sets nothing (I2C_TIMEOUT). */
const PATIENCE_MS = 10_000;
/** In the messages of preload/i2c.c: the address set by I2C_SLAVE. */
const SELECTED = 0xffff;
/** I2C_M_RD. */
const READ = 1;

/**
 * The I2C target of that name (`I2C1`) as a device file for `openPreload`; the adapter gives a message up
 * when SCL has been held for `patience` ms.
 */
export function preloadedI2c(
  name: string,
  pins: I2cPins,
  pacer: Pacer,
  note: (text: string) => void,
  patience: number = PATIENCE_MS,
): PreloadedPort {
  const path = `/dev/i2c-${/\d+$/.exec(name)?.[0] ?? 0}`;
  const serve = (socket: string): Promise<DeviceServer> =>
    new I2cDev(pins, pacer, note, patience).serve(socket);
  return { path, library: 'i2c', device: path, serve };
}

/** An I2C target of the chip as a bus that a tool opens as /dev/i2c-N under the preload library. */
class I2cDev {
  readonly #controller: I2cController;
  readonly #note: (text: string) => void;
  /** ms. */
  readonly #patience: number;

  constructor(pins: I2cPins, pacer: Pacer, note: (text: string) => void, patience: number) {
    this.#controller = new I2cController(pins, pacer);
    this.#note = note;
    this.#patience = patience;
  }

  /** Listens on a socket to which preload/i2c.c connects. */
  async serve(socket: string): Promise<DeviceServer> {
    const open = (): OpenFile => openFile(this.#controller, this.#patience);
    const server = await serveDevice(socket, open, this.#note);
    return {
      close: () => {
        this.#controller.close();
        return server.close();
      },
    };
  }
}

/** The requests of preload/i2c.c, which explains them. */
function openFile(controller: I2cController, usual: number): OpenFile {
  let selected = 0;
  let patience = usual;
  const transfer = async (messages: readonly I2cMessage[]): Promise<I2cResult> =>
    await controller.transfer(messages, patience);

  return async (operation, bytes) => {
    switch (operation) {
      case 'a':
        if (bytes.length !== 2 || bytes.readUInt16LE() > 0x7f) return undefined;
        selected = bytes.readUInt16LE();
        return { result: 0 };
      case 't':
        if (bytes.length !== 4) return undefined;
        patience = Math.min(bytes.readUInt32LE(), 2 ** 31 - 1) || usual;
        return { result: 0 };
      case 'r': {
        if (bytes.length !== 2) return undefined;
        const count = bytes.readUInt16LE();
        return answer(await transfer([{ address: selected, read: count }]), count);
      }
      case 'w':
        return answer(await transfer([{ address: selected, write: bytes }]), bytes.length);
      case 'm': {
        const messages = parseMessages(bytes, selected);
        if (messages === undefined) return undefined;
        return answer(await transfer(messages), messages.length);
      }
      default:
        return undefined;
    }
  };
}

/** What the call returns, as Linux's adapters answer. */
function answer(result: I2cResult, done: number): Answer {
  switch (result) {
    case 'no-target':
      return failed('ENXIO');
    case 'not-acknowledged':
      return failed('EIO');
    case 'held':
      return failed('ETIMEDOUT');
    default:
      return { result: done, bytes: Buffer.concat(result) };
  }
}

function parseMessages(bytes: Buffer, selected: number): I2cMessage[] | undefined {
  const messages: I2cMessage[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 6 > bytes.length) return undefined;
    const [address, flags, length] = [0, 2, 4].map((field) => bytes.readUInt16LE(at + field));
    at += 6;
    const target = address === SELECTED ? selected : address! & 0x7f;
    if (flags === READ) {
      messages.push({ address: target, read: length! });
      continue;
    }
    if (at + length! > bytes.length) return undefined;
    messages.push({ address: target, write: bytes.subarray(at, at + length!) });
    at += length!;
  }
  return messages.length === 0 ? undefined : messages;
}
