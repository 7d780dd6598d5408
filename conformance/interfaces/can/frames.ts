import { interfaces } from '../../../families/index.ts';
import type { Unit } from '../unit.ts';
/**
 * The bytes that stand for frames in a script. A burst is items one behind the other: a frame is its flags,
 * identifier (four bytes, most significant first), number of data bytes, data; a change of the host's bit
 * rates is `RATE` and two numbers of four bytes. The host sends each frame as soon as the one before is off
 * its hands, whatever is answered, and repeats it as a controller does, for some tens of ms. An answer is the
 * frames of the device, and `LOST` for each of the host's that did not go through.
 */

/** Flags of a frame. */
export const EXTENDED = 0x01;
export const FD = 0x02;
export const BRS = 0x04;

/** In the place of the flags: the host's bit rate and that of its data phase follow, in bits per second; 0 where it has none. */
export const RATE = 0x80;

/**
 * In an answer, in the place of the flags: a frame of the host was not acknowledged or was spoilt by error
 * frames, however often it was repeated; few hosts can tell which.
 */
export const LOST = 0xff;

/** Bit rates of a host in bits per second; `data` is that of the data phase of CAN FD. */
export interface Rate {
  readonly nominal: number;
  readonly data?: number;
}

/** The rate at which a host finds a bootloader (AN3154, CAN settings). */
export const CAN_RATE: Rate = interfaces.CAN.rates;

/** The same with CAN FD, where the line has no other (AN5405, FDCAN settings). */
export const FDCAN_RATE: Rate = interfaces.FDCAN.rates;

/** A frame on the bus: at most 8 data bytes, 64 with `fd`; `brs` is the faster data phase. */
export interface Frame {
  readonly id: number;
  readonly data: readonly number[];
  readonly extended?: boolean;
  readonly fd?: boolean;
  readonly brs?: boolean;
}

/** A part of a burst or of an answer, read back; `rest` is bytes that are none. An identifier below 0 stands for any. */
export type Item = Required<Frame> | { readonly rate: Rate } | 'lost' | { readonly rest: number[] };

/** A frame as a script has it. */
export function frame({ id, data, extended, fd, brs }: Frame): number[] {
  const flags = (extended ? EXTENDED : 0) | (fd ? FD : 0) | (brs ? BRS : 0);
  return [flags, ...be32(id), data.length, ...data];
}

/** The host goes on at these rates. */
export function rate({ nominal, data = 0 }: Rate): number[] {
  return [RATE, ...be32(nominal), ...be32(data)];
}

/** The items of a burst or of an answer; data bytes below 0 stand for any, and stay. */
export function itemsOf(bytes: readonly number[]): Item[] {
  const items: Item[] = [];
  for (let at = 0; at < bytes.length;) {
    const flags = bytes[at]!;
    const end =
      at + (flags === LOST ? 1 : flags === RATE ? 9 : 6 + Math.max(0, bytes[at + 5] ?? 0));
    if (end > bytes.length) return [...items, { rest: bytes.slice(at) }];
    items.push(itemOf(flags, bytes.slice(at + 1, end)));
    at = end;
  }
  return items;
}

function itemOf(flags: number, bytes: readonly number[]): Item {
  if (flags === LOST) return 'lost';
  const first = bytes.slice(0, 4).some((byte) => byte < 0) ? -1 : number32(bytes);
  if (flags === RATE) {
    const data = number32(bytes.slice(4));
    return { rate: data === 0 ? { nominal: first } : { nominal: first, data } };
  }
  return {
    id: first,
    extended: (flags & EXTENDED) !== 0,
    fd: (flags & FD) !== 0,
    brs: (flags & BRS) !== 0,
    data: bytes.slice(5),
  };
}

function be32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function number32([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number {
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** The frames of a burst, each with the data that a host may get wrong. */
export function unitsOf(bytes: readonly number[]): readonly Unit[] {
  return itemsOf([...bytes]).flatMap((item) =>
    item !== 'lost' && 'data' in item
      ? [{ data: item.data, build: (data) => frame({ ...item, data }) }]
      : [],
  );
}
