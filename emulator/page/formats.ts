/** `0x08000000`. */
export const hex = (value: number, digits = 8): string =>
  `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;

/** `16 KiB`, `128 bytes`. */
export const size = (bytes: number): string =>
  bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`;

/** Virtual time in s with its µs. */
export const seconds = (micros: number): string => (micros / 1e6).toFixed(6);

/** A number as it is typed, in hex or decimal; undefined where it is none. */
export function numberOf(text: string): number | undefined {
  const typed = text.trim();
  return /^(0x[0-9a-f]+|\d+)$/i.test(typed) ? Number(typed) : undefined;
}
