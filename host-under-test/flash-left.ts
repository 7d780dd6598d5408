import type { FlashPicture, Page } from './flash-picture.ts';
import type { FlashLeft, Job } from './scenario.ts';

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

/** Why main flash is not left as `left` says; undefined where it is. */
export function difference(
  left: FlashLeft,
  asked: Asked,
  before: FlashPicture,
  after: FlashPicture,
): Difference | undefined {
  switch (left) {
    case 'any':
      return undefined;
    case 'same':
      return firstUnlike(after, (at) => [before.bytes[at]!]);
    case 'erased':
      return firstUnlike(after, () => [after.blank]);
    case 'pages':
      return pagesDifference(asked.job, before, after);
    case 'image':
      return imageDifference(asked, before, after, asked.image.length);
    case 'partial':
      return imageDifference(asked, before, after, 0);
  }
}

/** Each byte of the image, of which the first `sure` must be new, and around it pages old or erased. */
function imageDifference(
  { image, address }: Asked,
  before: FlashPicture,
  after: FlashPicture,
  sure: number,
): Difference | undefined {
  const from = address - after.start;
  const inside = (at: number): boolean => at >= from && at < from + image.length;
  const beyond = [...image.keys()].find((index) => {
    const at = from + index;
    return index < sure && (at < 0 || at >= after.bytes.length);
  });
  if (beyond !== undefined) {
    return { address: address + beyond, expected: hex(image[beyond]!), found: NaN };
  }
  const wrong = firstUnlike(after, (at) => {
    const rest = [before.bytes[at]!, after.blank];
    if (!inside(at)) return rest;
    const fresh = image[at - from]!;
    return at - from < sure ? [fresh] : [fresh, ...rest];
  });
  return wrong ?? mixedPage(before, after, inside);
}

/** A page outside the image of which one part is old and another erased. */
function mixedPage(
  before: FlashPicture,
  after: FlashPicture,
  inside: (at: number) => boolean,
): Difference | undefined {
  for (const page of after.pages) {
    const from = page.address - after.start;
    if (inside(from) || inside(from + page.length - 1)) continue;
    const was = before.bytes.subarray(from, from + page.length);
    const is = after.bytes.subarray(from, from + page.length);
    const same = Buffer.compare(was, is) === 0;
    const erased = is.every((byte) => byte === after.blank);
    if (same || erased) continue;
    const at = is.findIndex((byte, index) => byte !== was[index]);
    return { address: page.address + at, expected: hex(was[at]!), found: is[at]! };
  }
  return undefined;
}

function pagesDifference(
  job: Job,
  before: FlashPicture,
  after: FlashPicture,
): Difference | undefined {
  const { first, count } = job.pages ?? { first: 0, count: after.pages.length };
  const listed = after.pages.slice(first, first + count);
  const isListed = (at: number): boolean => listed.some((page) => covers(page, after.start + at));
  return firstUnlike(after, (at) => [isListed(at) ? after.blank : before.bytes[at]!]);
}

function covers({ address, length }: Page, at: number): boolean {
  return at >= address && at < address + length;
}

function firstUnlike(
  after: FlashPicture,
  allowed: (at: number) => readonly number[],
): Difference | undefined {
  const at = after.bytes.findIndex((byte, index) => !allowed(index).includes(byte));
  if (at < 0) return undefined;
  const expected = [...new Set(allowed(at))].map(hex).join(' or ');
  return { address: after.start + at, expected, found: after.bytes[at]! };
}

export function describeDifference({ address, expected, found }: Difference): string {
  const at = `0x${address.toString(16).toUpperCase().padStart(8, '0')}`;
  if (Number.isNaN(found)) return `${at}: expected ${expected}, there is no flash`;
  return `${at}: expected ${expected}, found ${hex(found)}`;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
