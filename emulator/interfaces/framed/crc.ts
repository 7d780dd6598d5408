/** CRC of 32-bit little-endian words as the CRC unit computes it: no reflection, no final XOR (RM0090 §4). */
export function crc32(bytes: Uint8Array, polynomial: number, initial: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let crc = initial;
  for (let at = 0; at < bytes.length; at += 4) {
    crc ^= view.getUint32(at, true);
    for (let bit = 0; bit < 32; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ polynomial : crc << 1;
  }
  return crc >>> 0;
}
