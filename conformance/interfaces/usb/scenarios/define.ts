import type { Entry } from '../../../run/entry.ts';
import { FIRST_BLOCK, transferSize } from '../host.ts';
import type { Page, Part } from '../../../part/part.ts';
import { pattern } from '../../../scenarios/kit/inputs.ts';

/** States from which a host downloads: dfuIDLE, however it came to be, and dfuDNLOAD-IDLE. */
export const DOWNLOADING: readonly Entry[] = [
  'idle',
  'download-idle',
  'after-error',
  'aborted-download',
];

/** States from which a host uploads: dfuIDLE and dfuUPLOAD-IDLE. */
export const UPLOADING: readonly Entry[] = ['idle', 'upload-idle', 'after-error'];

/** The same in a read-protected device too. */
export const ALWAYS: readonly Entry[] = ['idle', 'after-error', 'rdp-1'];

export function generationOf({ device }: Part): 'A' | 'B' {
  return device.dfuGeneration ?? 'A';
}

/** Start of main flash, where the address pointer is at first (AN3156 §5.2). */
export function flashStart({ pages }: Part): number {
  return pages[0]!.start;
}

/** Content of so many blocks, each of which is another. */
export function blocks(part: Part, count: number): number[] {
  return Array.from({ length: count }, (_, at) => pattern(transferSize(part), at)).flat();
}

/** The last page, and the number of the block that begins it when they are counted from `start`, where flash starts or as near as a whole number of blocks allows. */
export function farPage(part: Part): {
  readonly block: number;
  readonly start: number;
  readonly page: Page;
} {
  const page = part.pages.at(-1)!;
  const size = transferSize(part);
  const before = Math.floor((page.start - flashStart(part)) / size);
  return { block: FIRST_BLOCK + before, start: page.start - before * size, page };
}

/** Why blocks of `count` transfer sizes do not fit into flash; undefined when they do. */
export function tooSmallFor(part: Part, count: number): string | undefined {
  const length = part.pages.at(-1)!.end - part.pages[0]!.start;
  return length < count * transferSize(part) ? 'flash is too small' : undefined;
}
