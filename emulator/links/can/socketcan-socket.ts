import type { CanFrame } from '../../interfaces/can/pins.ts';

/** Flags of can_id (linux/can.h). */
const EXTENDED = 0x8000_0000;
const REMOTE = 0x4000_0000;
const ERROR = 0x2000_0000;
const INVERTED = 0x2000_0000;
/** canfd_frame.flags. */
const BRS = 1;
const FDF = 4;

/** Sizes of struct can_frame and struct canfd_frame, by which both ends name the kind. */
const CAN_MTU = 16;
const CANFD_MTU = 72;
/** A record to the program: canfd_frame, MTU, flags, time-stamp option, 5 unused, ns. */
const RECORD = 88;

const FD_LENGTHS = [12, 16, 20, 24, 32, 48, 64];

/** Where a frame comes from, as MSG_DONTROUTE (1) and MSG_CONFIRM (2) tell it. */
export const FROM = { bus: 0, host: 1, self: 3 } as const;

interface Filter {
  readonly id: number;
  readonly mask: number;
}

/** What one raw CAN socket of a program is set to (Linux, Documentation/networking/can.rst), by the messages of preload/can.c. */
export class RawSocket {
  bound = false;
  loopback = true;
  receivesOwn = false;
  #fd = false;
  #join = false;
  #stamps = 0;
  #filters: readonly Filter[] = [{ id: 0, mask: 0 }];

  /** Sets an option; false where the message makes no sense. */
  set(operation: string, bytes: Buffer): boolean {
    const on = bytes[0] !== 0;
    switch (operation) {
      case 'b':
        this.bound = true;
        return bytes.length === 0;
      case 'F':
        this.#filters = Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) => ({
          id: bytes.readUInt32LE(8 * index),
          mask: bytes.readUInt32LE(8 * index + 4),
        }));
        return bytes.length % 8 === 0;
      case 'L':
        this.loopback = on;
        break;
      case 'O':
        this.receivesOwn = on;
        break;
      case 'D':
        this.#fd = on;
        break;
      case 'J':
        this.#join = on;
        break;
      case 'T':
        this.#stamps = bytes[0] ?? 0;
        break;
      default:
        return false;
    }
    return bytes.length === 1;
  }

  /** The frame passes the filters, and its kind is asked for. */
  wants(frame: CanFrame): boolean {
    if (!this.bound || (frame.fd && !this.#fd)) return false;
    const id = canId(frame);
    const passes = ({ id: wanted, mask }: Filter): boolean =>
      ((id & mask) >>> 0 === (wanted & mask & ~INVERTED) >>> 0) === ((wanted & INVERTED) === 0);
    const filters = this.#filters;
    return this.#join ? filters.every(passes) && filters.length > 0 : filters.some(passes);
  }

  /** The record that says that the socket is bound. */
  boundRecord(): Buffer {
    return Buffer.alloc(RECORD);
  }

  /** The record of a frame; `ms` since 1970. */
  record(frame: CanFrame, from: number, ms: number): Buffer {
    const record = Buffer.alloc(RECORD);
    record.writeUInt32LE(canId(frame));
    record[4] = frame.data.length;
    record[5] = (frame.brs ? BRS : 0) | (frame.fd ? FDF : 0);
    record.set(frame.data, 8);
    record[72] = frame.fd ? CANFD_MTU : CAN_MTU;
    record[73] = from;
    record[74] = this.#stamps;
    record.writeBigUInt64LE(BigInt(Math.round(ms * 1000)) * 1000n, 80);
    return record;
  }
}

/** The frame of a message `f`; `ignored` for what no bus here carries (remote and error frames), undefined where it makes no sense. */
export function frameOf(bytes: Buffer): CanFrame | 'ignored' | undefined {
  if (bytes.length !== 1 + CANFD_MTU) return undefined;
  const fd = bytes[0] === CANFD_MTU;
  const word = bytes.readUInt32LE(1);
  const length = bytes[5]!;
  if ((!fd && bytes[0] !== CAN_MTU) || length > (fd ? 64 : 8)) return undefined;
  if ((word & (REMOTE | ERROR)) !== 0) return 'ignored';
  const extended = (word & EXTENDED) !== 0;
  // a driver sends the next length that there is, with zeros
  const whole = length <= 8 ? length : FD_LENGTHS.find((each) => each >= length)!;
  const data = new Uint8Array(whole);
  data.set(bytes.subarray(9, 9 + length));
  const id = (word & (extended ? 0x1fff_ffff : 0x7ff)) >>> 0;
  return { id, extended, fd, brs: fd && (bytes[6]! & BRS) !== 0, data };
}

function canId({ id, extended }: CanFrame): number {
  return ((extended ? EXTENDED : 0) | id) >>> 0;
}
