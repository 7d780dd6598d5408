/** Octets that are shown of a longer list. */
const SHOWN = 24;

/** Bytes as people write them: `31 CE`, the rest of a long list as its length. */
export function octets(bytes: readonly number[]): string {
  const shown = bytes
    .slice(0, SHOWN)
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return bytes.length > SHOWN ? `${shown.join(' ')} … (${bytes.length} bytes)` : shown.join(' ');
}
