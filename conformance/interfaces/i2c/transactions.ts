/**
 * The bytes that stand for a transfer in a script. Each burst is one transfer, what Linux's I2C_RDWR does in
 * one call: messages with a repeated START between them, and a STOP behind the last. A message is its kind,
 * the address, a number (two bytes, most significant first), and the data of a write. Its answer is one byte
 * that says how the transfer ended, and all that was read; no answer: the chip held SCL until the host gave up.
 */

/**
 * Kinds of messages. The number of a write is that of its data (none: the address alone), of a read that of
 * the bytes to read (at least one). A pause stands before the first message: the number is the ms for which
 * the host leaves the bus alone.
 */
export const KIND = { write: 0x00, read: 0x01, pause: 0x02 } as const;

/** In the place of the 7-bit address: that of the chip, which whoever drives the bus knows. */
export const OWN = 0x80;

/**
 * How a transfer ended: all was acknowledged and nothing asked for; what was read follows; the address was not
 * acknowledged, and the host waited a moment before it goes on (some ms); a byte was not acknowledged. Not each
 * controller tells the last two apart (Linux: ENXIO, EREMOTEIO, EIO): where one is accepted, so is the other.
 */
export const OUTCOME = { done: 0x00, data: 0x01, 'no-target': 0x02, refused: 0x03 } as const;

/** One message of a transfer; `address` is the chip's own unless it says otherwise. */
export type Message =
  | { readonly write: readonly number[]; readonly address?: number }
  | { readonly read: number; readonly address?: number }
  | { readonly pause: number };

/** A message as bursts have it, read back. */
export interface ParsedMessage {
  readonly kind: 'write' | 'read' | 'pause';
  /** 7 bits, or `OWN`. */
  readonly address: number;
  /** Bytes, or ms of a pause. */
  readonly count: number;
  /** Of a write. */
  readonly data: readonly number[];
}

/** A transfer as a burst of a script. */
export function transfer(...messages: readonly Message[]): number[] {
  return messages.flatMap((message) => {
    if ('pause' in message) return [KIND.pause, 0, message.pause >> 8, message.pause & 0xff];
    const { address = OWN } = message;
    if ('read' in message) return [KIND.read, address, message.read >> 8, message.read & 0xff];
    const { write } = message;
    return [KIND.write, address, write.length >> 8, write.length & 0xff, ...write];
  });
}

/** The messages of a burst; what is no message ends them, as in bytes that were made smaller or changed. */
export function parseTransfer(bytes: ArrayLike<number>): ParsedMessage[] {
  const messages: ParsedMessage[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const kind = nameOf(bytes[at]!);
    const address = bytes[at + 1]!;
    const count = bytes[at + 2]! * 256 + bytes[at + 3]!;
    const length = kind === 'write' ? count : 0;
    at += 4;
    if (kind === undefined || at + length > bytes.length) break;
    const data = Array.from({ length }, (_, index) => bytes[at + index]!);
    messages.push({ kind, address, count, data });
    at += length;
  }
  return messages;
}

function nameOf(kind: number): ParsedMessage['kind'] | undefined {
  return (['write', 'read', 'pause'] as const).find((name) => KIND[name] === kind);
}
