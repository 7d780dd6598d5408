/**
 * The bytes that stand for what the controller of an I3C bus does, in a script. A burst is frames, one behind the
 * other; each is its kind, an address (of a broadcast its CCC), a number (two bytes, most significant first), and
 * the data of a write or a broadcast. What comes back is how each frame ended, in their order, and every in-band
 * interrupt as it comes: its tag, the address of its target, and the byte that it carries.
 */

/**
 * Kinds of frames (MIPI I3C Basic): a private write and a private read, whose number is that of the bytes to read at
 * most; a round of ENTDAA, which gives the address; a broadcast CCC; and no frame but so many ms without one.
 */
export const KIND = {
  write: 0x00,
  read: 0x01,
  assign: 0x02,
  broadcast: 0x03,
  pause: 0x04,
} as const;

/**
 * How a frame ended: all was taken; the data that was read follows, behind how many bytes it is (two bytes); nobody
 * acknowledged the address. An in-band interrupt stands between the frames.
 */
export const OUTCOME = { taken: 0x00, data: 0x01, nobody: 0x02, interrupt: 0x03 } as const;

/** The dynamic address that hosts give the device, unless they say otherwise. */
export const ADDRESS = 0x08;

/** Broadcast CCCs (MIPI I3C Basic). */
export const CCC = { ENEC: 0x00, DISEC: 0x01, RSTDAA: 0x06 } as const;

/** What a controller does; `address` is the usual one unless it says otherwise. */
export type Frame =
  | { readonly write: readonly number[]; readonly address?: number }
  | { readonly read: number; readonly address?: number }
  | { readonly assign: number }
  | { readonly broadcast: number; readonly data?: readonly number[] }
  | { readonly pauseMs: number };

/** A frame as bursts have it, read back. */
export interface ParsedFrame {
  readonly kind: keyof typeof KIND;
  /** 7 bits; of a broadcast its CCC. */
  readonly address: number;
  /** Bytes, or ms of a pause. */
  readonly count: number;
  /** Of a write or a broadcast. */
  readonly data: readonly number[];
}

/** Frames as a burst of a script. */
export function burst(...frames: readonly Frame[]): number[] {
  return frames.flatMap((frame) => {
    if ('pauseMs' in frame) return header('pause', 0, frame.pauseMs);
    if ('assign' in frame) return header('assign', frame.assign, 0);
    if ('broadcast' in frame) {
      const { broadcast, data = [] } = frame;
      return [...header('broadcast', broadcast, data.length), ...data];
    }
    const { address = ADDRESS } = frame;
    if ('read' in frame) return header('read', address, frame.read);
    return [...header('write', address, frame.write.length), ...frame.write];
  });
}

function header(kind: keyof typeof KIND, address: number, count: number): number[] {
  return [KIND[kind], address, count >> 8, count & 0xff];
}

/** The frames of a burst; what is no frame ends them, as in bytes that were made smaller or changed. */
export function parseBurst(bytes: ArrayLike<number>): ParsedFrame[] {
  const frames: ParsedFrame[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const kind = nameOf(bytes[at]!);
    const address = bytes[at + 1]!;
    const count = bytes[at + 2]! * 256 + bytes[at + 3]!;
    const length = kind === 'write' || kind === 'broadcast' ? count : 0;
    at += 4;
    if (kind === undefined || at + length > bytes.length) break;
    const data = Array.from({ length }, (_, index) => bytes[at + index]!);
    frames.push({ kind, address, count, data });
    at += length;
  }
  return frames;
}

function nameOf(kind: number): ParsedFrame['kind'] | undefined {
  const names = Object.keys(KIND) as (keyof typeof KIND)[];
  return names.find((name) => KIND[name] === kind);
}

/** What came back of one frame, or between two. */
export type Outcome =
  | { readonly kind: 'taken' | 'nobody' }
  | { readonly kind: 'data'; readonly data: readonly number[] }
  | { readonly kind: 'interrupt'; readonly address: number; readonly byte: number };

/** An outcome in the bytes of an answer; below 0 bytes of data are any. */
export function outcome(each: Outcome): number[] {
  switch (each.kind) {
    case 'taken':
    case 'nobody':
      return [OUTCOME[each.kind]];
    case 'data': {
      const { length } = each.data;
      return [OUTCOME.data, length >> 8, length & 0xff, ...each.data];
    }
    case 'interrupt':
      return [OUTCOME.interrupt, each.address, each.byte];
  }
}

/** The outcomes of an answer, and what is left of one that is not whole. */
export function parseAnswer(bytes: readonly number[]): {
  readonly outcomes: readonly Outcome[];
  readonly rest: readonly number[];
} {
  const outcomes: Outcome[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = lengthAt(bytes, at);
    if (length === undefined || at + length > bytes.length) break;
    outcomes.push(outcomeAt(bytes.slice(at, at + length)));
    at += length;
  }
  return { outcomes, rest: bytes.slice(at) };
}

function lengthAt(bytes: readonly number[], at: number): number | undefined {
  switch (bytes[at]) {
    case OUTCOME.taken:
    case OUTCOME.nobody:
      return 1;
    case OUTCOME.interrupt:
      return 3;
    case OUTCOME.data: {
      const [high, low] = [bytes[at + 1], bytes[at + 2]];
      return high === undefined || low === undefined ? undefined : 3 + high * 256 + low;
    }
    default:
      return undefined;
  }
}

function outcomeAt([tag, ...rest]: readonly number[]): Outcome {
  if (tag === OUTCOME.data) return { kind: 'data', data: rest.slice(2) };
  if (tag === OUTCOME.interrupt) return { kind: 'interrupt', address: rest[0]!, byte: rest[1]! };
  return { kind: tag === OUTCOME.taken ? 'taken' : 'nobody' };
}
