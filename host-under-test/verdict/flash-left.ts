import type { FlashPicture, Page } from '../flash-picture.ts';
import type { FlashLeft, Job } from '../scenario.ts';

/** What a job asks of main flash. */
export interface Asked {
  readonly job: Job;
  readonly address: number;
  /** What the job writes; empty for the others. */
  readonly image: Uint8Array;
}

/** A byte that is not as it should be. */
export interface Difference {
  readonly address: number;
  /** What it may be. */
  readonly expected: readonly number[];
  /** NaN where there is no flash. */
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

/** Why main flash is not left as `left` says: the first byte; undefined where it is. `padded`: in the pages that the image touches, what is beside it does not count. */
export function difference(
  left: FlashLeft,
  asked: Asked,
  before: FlashPicture,
  after: FlashPicture,
  padded = false,
): Difference | undefined {
  const [first] = differences(left, asked, before, after, padded);
  return first;
}

/** Every byte of main flash that is not left as `left` says, in the order of their addresses; none where it is. */
export function* differences(
  left: FlashLeft,
  asked: Asked,
  before: FlashPicture,
  after: FlashPicture,
  padded = false,
): Generator<Difference> {
  switch (left) {
    case 'any':
      return;
    case 'same':
      for (const page of after.pages) yield* unlikeOld(page, before, after);
      return;
    case 'erased':
      for (const page of after.pages) yield* unlikeBlank(page, after);
      return;
    case 'pages': {
      const { first, count } = asked.job.pages ?? { first: 0, count: after.pages.length };
      const listed = new Set(after.pages.slice(first, first + count));
      for (const page of after.pages) {
        yield* listed.has(page) ? unlikeBlank(page, after) : unlikeOld(page, before, after);
      }
      return;
    }
    case 'image':
      yield* unlikeImage(asked, before, after, asked.image.length, padded);
      return;
    case 'partial':
      yield* unlikeImage(asked, before, after, 0, padded);
  }
}

/** Each byte of the image, of which the first `sure` must be new, and around it pages old or erased. */
function* unlikeImage(
  asked: Asked,
  before: FlashPicture,
  after: FlashPicture,
  sure: number,
  padded: boolean,
): Generator<Difference> {
  const { image, address } = asked;
  const there = (index: number): boolean =>
    address + index >= after.start && address + index < after.start + after.bytes.length;
  const beyond = [0, image.length - 1].some((index) => !there(index))
    ? [...image.keys()].find((index) => index < sure && !there(index))
    : undefined;
  if (beyond !== undefined) {
    yield { address: address + beyond, expected: [image[beyond]!], found: NaN };
    return;
  }
  for (const page of after.pages) {
    const touched = page.address < address + image.length && page.address + page.length > address;
    yield* touched
      ? unlikeImageIn(page, asked, sure, before, after, padded)
      : unlikeOldOrBlank(page, before, after);
  }
}

/** In a page that the image touches: the image as far as it is sure, else that, what was there, or nothing. */
function unlikeImageIn(
  page: Page,
  { image, address }: Asked,
  sure: number,
  before: FlashPicture,
  after: FlashPicture,
  padded: boolean,
): Generator<Difference> {
  return unlike(page, after, (at) => {
    const index = after.start + at - address;
    const fresh = image[index];
    if (fresh === undefined && padded) return [after.bytes[at]!];
    const rest = [before.bytes[at]!, after.blank];
    if (fresh === undefined) return rest;
    return index < sure ? [fresh] : [fresh, ...rest];
  });
}

/** A page outside the image, which is as it was or erased as a whole. */
function* unlikeOldOrBlank(
  page: Page,
  before: FlashPicture,
  after: FlashPicture,
): Generator<Difference> {
  if (isOld(page, before, after) || isBlank(page, after)) return;
  const mixed = unlike(page, after, (at) => [before.bytes[at]!, after.blank]);
  const first = mixed.next();
  if (first.done === true) {
    yield* unlikeOld(page, before, after);
    return;
  }
  yield first.value;
  yield* mixed;
}

function* unlikeOld(page: Page, before: FlashPicture, after: FlashPicture): Generator<Difference> {
  if (isOld(page, before, after)) return;
  yield* unlike(page, after, (at) => [before.bytes[at]!]);
}

function* unlikeBlank(page: Page, after: FlashPicture): Generator<Difference> {
  if (!isBlank(page, after)) yield* unlike(page, after, () => [after.blank]);
}

function isOld(page: Page, before: FlashPicture, after: FlashPicture): boolean {
  return Buffer.compare(contentOf(page, before), contentOf(page, after)) === 0;
}

function isBlank(page: Page, after: FlashPicture): boolean {
  const is = contentOf(page, after);
  return Buffer.compare(is, new Uint8Array(is.length).fill(after.blank)) === 0;
}

/** The bytes of a page that are none of those allowed at their offsets in flash. */
function* unlike(
  page: Page,
  after: FlashPicture,
  allowed: (at: number) => readonly number[],
): Generator<Difference> {
  const from = page.address - after.start;
  for (let at = from; at < from + page.length; at++) {
    const found = after.bytes[at]!;
    const expected = allowed(at);
    if (!expected.includes(found)) yield { address: after.start + at, expected, found };
  }
}

function contentOf({ address, length }: Page, { start, bytes }: FlashPicture): Uint8Array {
  return bytes.subarray(address - start, address - start + length);
}

export function describeDifference({ address, expected, found }: Difference): string {
  const at = `0x${address.toString(16).toUpperCase().padStart(8, '0')}`;
  const wanted = [...new Set(expected)].map(hex).join(' or ');
  if (Number.isNaN(found)) return `${at}: expected ${wanted}, there is no flash`;
  return `${at}: expected ${wanted}, found ${hex(found)}`;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
