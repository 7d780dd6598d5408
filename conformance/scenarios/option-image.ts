import type { Part } from '../part.ts';

/** The first area of option bytes as the factory leaves it, complements included. */
export function factoryImage(part: Part): number[] {
  const area = part.device.options!.areas[0]!;
  const image = Array.from({ length: area.length }, () => 0xff);
  for (const { offset, width, factory } of area.words) {
    for (let byte = 0; byte < width / 8; byte++) {
      const value = Math.floor(factory! / 2 ** (8 * byte)) % 256;
      const [at, opposite] = {
        none: [offset + byte, undefined],
        bytes: [offset + 2 * byte, offset + 2 * byte + 1],
        'half-words': [offset + byte, offset + 2 + byte],
        words: [offset + byte, offset + 4 + byte],
      }[area.complement] as [number, number | undefined];
      image[at] = value;
      if (opposite !== undefined) image[opposite] = value ^ 0xff;
    }
  }
  return image;
}
