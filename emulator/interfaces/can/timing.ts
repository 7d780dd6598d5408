import type { Micros } from '../../clock.ts';
import type { CanFrame, CanRate } from './pins.ts';

/** Rates further apart than this cannot be sampled (ISO 11898-1: at most 1.58 % of oscillator tolerance in all). */
const TOLERANCE = 0.015;

/** A node at `own` reads frames that are sent at `sent`; a data rate that is not known is taken as right. */
export function ratesFit(own: CanRate, sent: CanRate, { brs }: CanFrame): boolean {
  if (!near(own.nominal, sent.nominal)) return false;
  return !brs || own.data === undefined || sent.data === undefined || near(own.data, sent.data);
}

/** Whole µs that a frame takes, with the three bits between frames and without stuff bits. */
export function frameTakes({ extended, fd, brs, data }: CanFrame, rate: CanRate): Micros {
  const nominal = (extended ? 54 : 35) + 12; // up to the control field; ACK, end of frame and intermission
  const rest = fd ? 26 + 8 * data.length : 15 + 8 * data.length; // with the CRC
  const fast = brs ? (rate.data ?? rate.nominal) : rate.nominal;
  return Math.max(1, Math.round(1e6 * (nominal / rate.nominal + rest / fast)));
}

/** Lengths of the data of a CAN FD frame, by its DLC (ISO 11898-1). */
export const FD_LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64] as const;

/** A frame that can exist on a bus. */
export function isFrame({ id, extended, fd, brs, data }: CanFrame): boolean {
  const idFits = Number.isInteger(id) && id >= 0 && id <= (extended ? 0x1fff_ffff : 0x7ff);
  if (!idFits || (brs && !fd)) return false;
  return fd ? (FD_LENGTHS as readonly number[]).includes(data.length) : data.length <= 8;
}

function near(one: number, other: number): boolean {
  return one > 0 && other > 0 && Math.abs(one / other - 1) <= TOLERANCE;
}
