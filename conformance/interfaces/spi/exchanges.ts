import { ACK, NACK } from '../../../families/index.ts';
/**
 * The bytes that stand in a script for what a master does on SPI. Each burst is pieces one after the other: a
 * kind, a number (two bytes, most significant first), and the bytes that leave on MOSI, if any. The answer of a
 * burst is what its pieces heard, one behind the other. A piece with bytes is one transfer, what Linux's
 * SPI_IOC_MESSAGE(1) does; how often a master polls depends on time and stands in no script.
 */

/**
 * Kinds of pieces, and what their number is.
 * `send`: so many bytes; what MISO carries meanwhile is not looked at.
 * `exchange`: so many bytes; the answer is as many bytes of MISO.
 * `poll`: dummies 0x00 until MISO is 0x79 or 0x1F, for at most so many ms; that byte is the answer. With
 * neither there is none, and what is left of the burst is not sent.
 * `nss`: from here on NSS is driven as `NSS` says.
 * `pause`: the master leaves the bus alone for so many ms.
 */
export const KIND = { send: 0x00, exchange: 0x01, poll: 0x02, nss: 0x03, pause: 0x04 } as const;

/**
 * NSS falls before each transfer and each byte of a poll and rises behind it (spidev as it is); stays low from
 * the next one on (SPI_IOC_MESSAGE with cs_change); stays high whatever is clocked (SPI_NO_CS). Until a piece
 * says otherwise, and again after each restart of the device, it is `each`.
 */
export const NSS = { each: 0x00, low: 0x01, high: 0x02 } as const;

/** What ends a poll (AN4286 §2). */
export const POLLED: readonly number[] = [ACK, NACK];

/** One thing that a master does. */
export type Piece =
  | { readonly send: readonly number[] }
  | { readonly exchange: readonly number[] }
  | { readonly pollMs: number }
  | { readonly nss: keyof typeof NSS }
  | { readonly pauseMs: number };

/** A piece as bursts have it, read back. */
export interface ParsedPiece {
  readonly kind: keyof typeof KIND;
  /** Bytes, ms, or a value of `NSS`. */
  readonly number: number;
  /** Of `send` and `exchange`. */
  readonly data: readonly number[];
}

/** Pieces as a burst of a script. */
export function burst(...pieces: readonly Piece[]): number[] {
  return pieces.flatMap((piece) => {
    if ('send' in piece) return [KIND.send, ...be16(piece.send.length), ...piece.send];
    if ('exchange' in piece)
      return [KIND.exchange, ...be16(piece.exchange.length), ...piece.exchange];
    if ('pollMs' in piece) return [KIND.poll, ...be16(piece.pollMs)];
    if ('nss' in piece) return [KIND.nss, ...be16(NSS[piece.nss])];
    return [KIND.pause, ...be16(piece.pauseMs)];
  });
}

/** The pieces of a burst; what is no piece ends them, as in bytes that were made smaller or changed. */
export function parseBurst(bytes: ArrayLike<number>): ParsedPiece[] {
  const pieces: ParsedPiece[] = [];
  for (let at = 0; at + 3 <= bytes.length;) {
    const kind = kindOf(bytes[at]!);
    const number = bytes[at + 1]! * 256 + bytes[at + 2]!;
    const length = kind === 'send' || kind === 'exchange' ? number : 0;
    at += 3;
    if (kind === undefined || at + length > bytes.length) break;
    const data = Array.from({ length }, (_, index) => bytes[at + index]!);
    pieces.push({ kind, number, data });
    at += length;
  }
  return pieces;
}

function kindOf(value: number): ParsedPiece['kind'] | undefined {
  return (['send', 'exchange', 'poll', 'nss', 'pause'] as const).find(
    (name) => KIND[name] === value,
  );
}

function be16(value: number): number[] {
  return [value >> 8, value & 0xff];
}
