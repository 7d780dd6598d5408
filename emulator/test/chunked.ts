/** `bytes` in chunks of the given lengths. */
export function chunked(bytes: readonly number[], lengths: Iterable<number>): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) {
    if (at >= bytes.length) break;
    chunks.push(Uint8Array.from(bytes.slice(at, at + length)));
    at += length;
  }
  return chunks;
}
