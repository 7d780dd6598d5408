/** A test image, made from these figures alone. */
export interface ImageSpec {
  /** Bytes. */
  readonly length: number;
  /** `hex`: Intel HEX, with the bytes from `gap.from` to `gap.to` left out. Default `bin`. */
  readonly format?: 'bin' | 'hex';
  readonly gap?: { readonly from: number; readonly to: number };
  /** Bytes of 0xFF in it. */
  readonly blankFrom?: number;
  readonly blankTo?: number;
  /** Word in place of the initial stack pointer. */
  readonly stack?: number;
  readonly seed?: number;
  /** These bytes in place of random ones, without a vector table. */
  readonly bytes?: readonly number[];
}

export const DEFAULT_IMAGE: ImageSpec = { length: 4096 };

/** In RAM of every part. */
const STACK = 0x2000_0800;

/** The bytes of an image for `address`: a vector table that boots, then random bytes. */
export function imageBytes(spec: ImageSpec, address: number): Uint8Array {
  if (spec.bytes !== undefined) return Uint8Array.from(spec.bytes);
  const bytes = new Uint8Array(spec.length);
  let x = spec.seed ?? 0x2545_f491;
  for (let at = 0; at < bytes.length; at++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[at] = x & 0xff;
  }
  if (spec.length >= 8) {
    const view = new DataView(bytes.buffer);
    view.setUint32(0, spec.stack ?? STACK, true);
    view.setUint32(4, address + 0x41, true);
  }
  if (spec.blankFrom !== undefined) bytes.fill(0xff, spec.blankFrom, spec.blankTo);
  if (spec.gap !== undefined) bytes.fill(0xff, spec.gap.from, spec.gap.to);
  return bytes;
}

/** What the tool is given: the bytes themselves, or Intel HEX of them without the gap. */
export function imageFile(spec: ImageSpec, address: number): Uint8Array {
  const bytes = imageBytes(spec, address);
  return spec.format === 'hex' ? Buffer.from(intelHex(spec, bytes, address)) : bytes;
}

/** Intel HEX, 16 bytes a record, with a start address record (type 05) as linkers write it. */
function intelHex(spec: ImageSpec, bytes: Uint8Array, address: number): string {
  const lines: string[] = [];
  let upper = -1;
  for (let at = 0; at < bytes.length; at += 16) {
    if (spec.gap !== undefined && at >= spec.gap.from && at < spec.gap.to) continue;
    const where = address + at;
    if (where >>> 16 !== upper) {
      upper = where >>> 16;
      lines.push(record(0, 0x04, [upper >> 8, upper & 0xff]));
    }
    lines.push(record(where & 0xffff, 0x00, [...bytes.subarray(at, at + 16)]));
  }
  const start = Buffer.alloc(4);
  start.writeUInt32BE(address + 0x41);
  lines.push(record(0, 0x05, [...start]), record(0, 0x01, []));
  return `${lines.join('\n')}\n`;
}

function record(offset: number, type: number, data: readonly number[]): string {
  const bytes = [data.length, offset >> 8, offset & 0xff, type, ...data];
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return `:${Buffer.from([...bytes, -sum & 0xff])
    .toString('hex')
    .toUpperCase()}`;
}
