/** Bytes in hex, for people; a byte below 0 stands for any. */
export function text(bytes: readonly number[], most = 16): string {
  if (bytes.length === 0) return 'silence';
  const shown = bytes.slice(0, most).map((byte) => (byte < 0 ? '..' : hex2(byte)));
  return bytes.length > most ? `${shown.join(' ')} … (${bytes.length} bytes)` : shown.join(' ');
}

export function hex2(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

export function hex8(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
}
