import type { Board } from '../../board/board.ts';
import { dfuRequests, dfuStatuses } from '../../../families/index.ts';
import { DFU_STATES } from '../../interfaces/usb/dfu-names.ts';
import type { Setup, UsbPins } from '../../interfaces/usb/pins.ts';

/** What GETSTATUS reports, by the names of DFU 1.1; `dfuDNLOAD-SYNC` whether or not a block is pending. */
export interface Reported {
  readonly status: string;
  readonly state: string;
  readonly pollMs: number;
}

/** The end of a control transfer: its data, a STALL, or nothing: the device dropped off the bus or is silent. */
export type Ended = Uint8Array | 'stall' | 'none';

/** A USB host in memory: a control pipe to the board, with the requests of DFU 1.1 and the commands of DfuSe. */
export class DfuHost {
  readonly board: Board;
  readonly pins: UsbPins;
  #detached = 0;

  /** Lets the board boot. */
  constructor(board: Board) {
    this.board = board;
    this.pins = board.usb();
    this.pins.onAttach((attached) => {
      if (!attached) this.#detached++;
    });
    board.run();
  }

  /** One control transfer; while the device holds it the board runs. */
  control(setup: Setup, data: Uint8Array = new Uint8Array()): Ended {
    const detached = this.#detached;
    for (let tries = 0; tries < 3; tries++) {
      // a transfer does not outlive the device that it was sent to
      if (!this.pins.attached || this.#detached !== detached) return 'none';
      const answer = this.pins.control(setup, data);
      if (answer === 'stall' || answer instanceof Uint8Array) {
        return answer;
      }
      this.board.run();
    }
    return 'none';
  }

  get(type: number, index = 0, wLength = 255, language = 0): Ended {
    return this.control({
      bmRequestType: 0x80,
      bRequest: 6,
      wValue: (type << 8) | index,
      wIndex: language,
      wLength,
    });
  }

  /** Text of a string descriptor. */
  text(index: number): string {
    const bytes = this.get(3, index, 255, 0x409);
    if (!(bytes instanceof Uint8Array)) return bytes;
    return Buffer.from(bytes.subarray(2)).toString('utf16le');
  }

  /** What an operating system does with a new device. */
  enumerate(): this {
    this.get(1, 0, 64);
    this.control({ bmRequestType: 0, bRequest: 5, wValue: 5, wIndex: 0, wLength: 0 });
    this.get(1, 0, 18);
    this.get(2);
    this.control({ bmRequestType: 0, bRequest: 9, wValue: 1, wIndex: 0, wLength: 0 });
    return this;
  }

  /** A class request; `data` goes out, `wLength` asks for data in. */
  request(
    name: keyof typeof dfuRequests,
    {
      wValue = 0,
      data,
      wLength = 0,
    }: { wValue?: number; data?: ArrayLike<number>; wLength?: number } = {},
  ): Ended {
    const inward = name === 'UPLOAD' || name === 'GETSTATUS' || name === 'GETSTATE';
    return this.control(
      {
        bmRequestType: inward ? 0xa1 : 0x21,
        bRequest: dfuRequests[name],
        wValue,
        wIndex: 0,
        wLength: data?.length ?? wLength,
      },
      Uint8Array.from(data ?? []),
    );
  }

  status(): Reported | 'stall' | 'none' {
    const bytes = this.request('GETSTATUS', { wLength: 6 });
    if (!(bytes instanceof Uint8Array)) return bytes;
    const [status, low, middle, high, state] = bytes;
    return {
      status: nameOf(dfuStatuses, status!),
      state: nameOf(DFU_STATES, state!),
      pollMs: low! | (middle! << 8) | (high! << 16),
    };
  }

  /** CLRSTATUS or ABORT until the device is idle, as tools do when they connect. */
  idle(): this {
    for (let tries = 0; tries < 4; tries++) {
      const now = this.status();
      if (typeof now === 'string' || now.state === 'dfuIDLE') break;
      this.request(now.state === 'dfuERROR' ? 'CLRSTATUS' : 'ABORT');
    }
    return this;
  }

  /** DNLOAD and GETSTATUS until it is executed: the first and the last report. */
  download(wValue: number, data: ArrayLike<number>): [Reported | string, Reported | string] {
    if (this.request('DNLOAD', { wValue, data }) === 'stall') return ['stall', 'stall'];
    const first = this.status();
    return [first, this.status()];
  }

  setAddress(address: number): [Reported | string, Reported | string] {
    return this.download(0, [0x21, ...le32(address)]);
  }

  /** Without an address: mass erase. */
  erase(address?: number): [Reported | string, Reported | string] {
    return this.download(0, [0x41, ...(address === undefined ? [] : le32(address))]);
  }

  readUnprotect(): [Reported | string, Reported | string] {
    return this.download(0, [0x92]);
  }

  /** Sets the pointer and downloads one block there; the last report. */
  write(address: number, data: ArrayLike<number>): Reported | string {
    const [, set] = this.setAddress(address);
    if (typeof set === 'string' || set.status !== 'OK') return set;
    return this.download(2, data)[1];
  }

  /** Sets the pointer and uploads one block from there. */
  read(address: number, wLength: number): Ended {
    const [, set] = this.setAddress(address);
    if (typeof set === 'string' || set.status !== 'OK') return 'stall';
    this.request('ABORT');
    return this.request('UPLOAD', { wValue: 2, wLength });
  }

  /** Asks to leave: what the GETSTATUS says. */
  leave(): Reported | 'stall' | 'none' {
    this.request('DNLOAD', { wValue: 0 });
    const answer = this.status();
    this.board.run();
    return answer;
  }
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, number]) => number === value)?.[0] ?? `${value}`;
}

export function le32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}
