import type { FlashPicture, Page } from '../flash-picture.ts';
import type { FlashLeft, Job } from '../scenario.ts';

/** What a job asks of main flash. */
export interface Asked {
  readonly job: Job;
  readonly address: number;
  /** What the job writes; empty for the others. */
  readonly image: Uint8Array;
}

/** The first byte that is not as it should be. */
export interface Difference {
  readonly address: number;
  readonly expected: string;
  readonly found: number;
}

/** What a job that succeeds leaves of main flash. */
export function leftBy(job: Job): FlashLeft {
  switch (job.do) {
    case 'write':
    case 'write+verify':
      return 'image';
    case 'erase':
      return job.pages === undefined ? 'erased' : 'pages';
    case 'unprotect':
      return 'erased';
    case 'detect':
    case 'read':
    case 'write-options':
    case 'go':
      return 'same';
  }
}

/** Why main flash is not left as `left` says; undefined where it is. `padded`: in the pages that the image touches, what is beside it does not count. */
export function difference(
  left: FlashLeft,
  asked: Asked,
  before: FlashPicture,
  after: FlashPicture,
  padded = false,
): Difference | undefined {
  switch (left) {
    case 'any':
      return undefined;
    case 'same':
      return firstOf(after.pages, (page) => unlikeOld(page, before, after));
    case 'erased':
      return firstOf(after.pages, (page) => unlikeBlank(page, after));
    case 'pages': {
      const { first, count } = asked.job.pages ?? { first: 0, count: after.pages.length };
      const listed = new Set(after.pages.slice(first, first + count));
      return firstOf(after.pages, (page) =>
        listed.has(page) ? unlikeBlank(page, after) : unlikeOld(page, before, after),
      );
    }
    case 'image':
      return imageDifference(asked, before, after, asked.image.length, padded);
    case 'partial':
      return imageDifference(asked, before, after, 0, padded);
  }
}

/** Each byte of the image, of which the first `sure` must be new, and around it pages old or erased. */
function imageDifference(
  asked: Asked,
  before: FlashPicture,
  after: FlashPicture,
  sure: number,
  padded: boolean,
): Difference | undefined {
  const { image, address } = asked;
  const there = (index: number): boolean =>
    address + index >= after.start && address + index < after.start + after.bytes.length;
  const beyond = [0, image.length - 1].some((index) => !there(index))
    ? [...image.keys()].find((index) => index < sure && !there(index))
    : undefined;
  if (beyond !== undefined) {
    return { address: address + beyond, expected: hex(image[beyond]!), found: NaN };
  }
  return firstOf(after.pages, (page) => {
    const touched = page.address < address + image.length && page.address + page.length > address;
    return touched
      ? unlikeImage(page, asked, sure, before, after, padded)
      : unlikeOldOrBlank(page, before, after);
  });
}

/** In a page that the image touches: the image as far as it is sure, else that, what was there, or nothing. */
function unlikeImage(
  page: Page,
  { image, address }: Asked,
  sure: number,
  before: FlashPicture,
  after: FlashPicture,
  padded: boolean,
): Difference | undefined {
  return firstUnlike(page, after, (at) => {
    const index = after.start + at - address;
    const fresh = image[index];
    if (fresh === undefined && padded) return [after.bytes[at]!];
    const rest = [before.bytes[at]!, after.blank];
    if (fresh === undefined) return rest;
    return index < sure ? [fresh] : [fresh, ...rest];
  });
}

/** A page outside the image, which is as it was or erased as a whole. */
function unlikeOldOrBlank(
  page: Page,
  before: FlashPicture,
  after: FlashPicture,
): Difference | undefined {
  const old = unlikeOld(page, before, after);
  if (old === undefined || unlikeBlank(page, after) === undefined) return undefined;
  return firstUnlike(page, after, (at) => [before.bytes[at]!, after.blank]) ?? old;
}

function unlikeOld(page: Page, before: FlashPicture, after: FlashPicture): Difference | undefined {
  const same = Buffer.compare(contentOf(page, before), contentOf(page, after)) === 0;
  return same ? undefined : firstUnlike(page, after, (at) => [before.bytes[at]!]);
}

function unlikeBlank(page: Page, after: FlashPicture): Difference | undefined {
  const is = contentOf(page, after);
  const erased = Buffer.compare(is, new Uint8Array(is.length).fill(after.blank)) === 0;
  return erased ? undefined : firstUnlike(page, after, () => [after.blank]);
}

function firstOf(
  pages: readonly Page[],
  unlike: (page: Page) => Difference | undefined,
): Difference | undefined {
  for (const page of pages) {
    const found = unlike(page);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first byte of a page that is none of those allowed at its offset in flash. */
function firstUnlike(
  page: Page,
  after: FlashPicture,
  allowed: (at: number) => readonly number[],
): Difference | undefined {
  const from = page.address - after.start;
  for (let at = from; at < from + page.length; at++) {
    const found = after.bytes[at]!;
    if (allowed(at).includes(found)) continue;
    const expected = [...new Set(allowed(at))].map(hex).join(' or ');
    return { address: after.start + at, expected, found };
  }
  return undefined;
}

function contentOf({ address, length }: Page, { start, bytes }: FlashPicture): Uint8Array {
  return bytes.subarray(address - start, address - start + length);
}

export function describeDifference({ address, expected, found }: Difference): string {
  const at = `0x${address.toString(16).toUpperCase().padStart(8, '0')}`;
  if (Number.isNaN(found)) return `${at}: expected ${expected}, there is no flash`;
  return `${at}: expected ${expected}, found ${hex(found)}`;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
