/**
 * The bytes that stand for frames in a script: flags, identifier (four bytes, most significant first),
 * length, data.
 */

/** Flags of a frame. */
export const EXTENDED = 0x01;
export const FD = 0x02;
export const BRS = 0x04;

/** In the place of the flags: from here on the host's bit rate is the four bytes that follow, in bits per second. */
export const RATE = 0x80;

/** What stands in an answer for a frame of the host that was spoilt by an error frame, or that nobody acknowledged. */
export const OUTCOME = { error: 0xfe, nobody: 0xff } as const;

export interface Frame {
  readonly id: number;
  readonly data: readonly number[];
  readonly extended?: boolean;
  readonly fd?: boolean;
  readonly brs?: boolean;
}

/** A frame as a script has it. */
export function frame({ id, data, extended, fd, brs }: Frame): number[] {
  const flags = (extended ? EXTENDED : 0) | (fd ? FD : 0) | (brs ? BRS : 0);
  return [flags, id >>> 24, (id >>> 16) & 0xff, (id >>> 8) & 0xff, id & 0xff, data.length, ...data];
}

/** The host goes on at so many bits per second. */
export function rate(bitsPerSecond: number): number[] {
  return [
    RATE,
    bitsPerSecond >>> 24,
    (bitsPerSecond >>> 16) & 0xff,
    (bitsPerSecond >>> 8) & 0xff,
    bitsPerSecond & 0xff,
  ];
}
