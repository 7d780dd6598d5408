/** XOR of all bytes: 0 for a packet that ends in its checksum. */
export function xor(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum ^= bytes[at]!;
  return sum;
}

/** Two bytes from `at` on, most significant first. */
export function be16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** The first four bytes, most significant first. */
export function be32(bytes: Uint8Array): number {
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
}

/** A 32-bit value, most significant byte first, and the XOR of its bytes. */
export function checked32(value: number): Uint8Array {
  const packet = new Uint8Array(5);
  new DataView(packet.buffer).setUint32(0, value);
  packet[4] = xor(packet);
  return packet;
}

export function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
