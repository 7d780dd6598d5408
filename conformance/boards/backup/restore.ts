import { ConformanceError } from '../../errors.ts';
import type { Page, Part } from '../../part/part.ts';
import { LoaderRefused } from '../../interfaces/loader.ts';
import type { Loader } from '../../interfaces/loader.ts';
import { protectingNothing, withFields } from '../option-image.ts';
import type { Piece } from '../option-image.ts';
import { AT_ONCE, readFlash, readOptions } from './save.ts';
import type { Content, Moved } from './save.ts';

/** Erase units that are erased before it is said how far they are: a slow sector takes two seconds. */
const PAGES_AT_ONCE = 16;

/** How often what did not take is written again. */
const TRIES = 2;

/** What was given back. */
export interface Restored {
  /** Pages of flash that were written. */
  readonly pages: number;
  /** Option bytes were written. */
  readonly options: boolean;
}

/**
 * Gives a board its content back and verifies all of it; `connect` resets it into its bootloader.
 * @throws ConformanceError for content that the board does not take.
 */
export async function giveBack(
  connect: () => Promise<Loader>,
  saved: Content,
  moved: Moved = () => {},
): Promise<Restored> {
  let loader = await connect();
  if (await loader.isReadProtected()) {
    loader = await connect();
    await loader.unprotectReadout(); // it could be read when it was saved
  }
  const pages = await giveFlashBack(connect, saved.flash, moved);
  const options = await giveOptionsBack(connect, saved.options);
  return { pages, options };
}

async function giveFlashBack(
  connect: () => Promise<Loader>,
  saved: readonly Piece[],
  moved: Moved,
): Promise<number> {
  const written = new Set<number>();
  for (let tried = 0; ; tried++) {
    let loader = await connect();
    const { part } = loader;
    const now = await readFlash(loader, part, moved, tried === 0 ? 'comparing' : 'verifying');
    const wrong = pagesThatDiffer(part, saved, now);
    if (wrong.length === 0) return written.size;
    if (tried === TRIES) {
      throw new ConformanceError(`${wrong.length} pages of flash do not take their content`, {
        exitCode: 3,
      });
    }
    if (tried > 0 || (await isWriteProtected(connect))) {
      await unprotectWrites(await connect());
    }
    loader = await connect();
    await erasePages(loader, wrong, moved);
    await writePages(loader, wrong, saved, moved);
    for (const { number } of wrong) written.add(number);
  }
}

async function erasePages(loader: Loader, pages: readonly Page[], moved: Moved): Promise<void> {
  for (let at = 0; at < pages.length; at += PAGES_AT_ONCE) {
    moved('erasing', lengthOf(pages.slice(0, at)), lengthOf(pages));
    await loader.erase(pages.slice(at, at + PAGES_AT_ONCE));
  }
}

async function writePages(
  loader: Loader,
  pages: readonly Page[],
  saved: readonly Piece[],
  moved: Moved,
): Promise<void> {
  let done = 0;
  for (const page of pages) {
    const bytes = contentOf(saved, page);
    for (let at = 0; at < bytes.length; at += AT_ONCE) {
      moved('writing', done + at, lengthOf(pages));
      await loader.program(page.start + at, bytes.subarray(at, at + AT_ONCE));
    }
    done += bytes.length;
  }
}

function lengthOf(pages: readonly Page[]): number {
  return pages.reduce((sum, { start, end }) => sum + end - start, 0);
}

async function giveOptionsBack(
  connect: () => Promise<Loader>,
  saved: readonly Piece[],
): Promise<boolean> {
  let written = false;
  for (let tried = 0; ; tried++) {
    let loader = await connect();
    const now = saved.length === 0 ? [] : await readOptions(loader, loader.part);
    const wrong = saved.filter((piece, at) => Buffer.compare(piece.bytes, now[at]!.bytes) !== 0);
    if (wrong.length === 0) return written;
    if (tried === TRIES) {
      throw new ConformanceError('the option bytes do not take their values', { exitCode: 3 });
    }
    for (const { address, bytes } of wrong) {
      await loader.writeOptions(address, bytes);
      loader = await connect(); // the device reset itself
    }
    written = true;
  }
}

/** A case, or whoever owns the board, has protected pages of it. */
async function isWriteProtected(connect: () => Promise<Loader>): Promise<boolean> {
  const loader = await connect();
  const { part } = loader;
  try {
    const now = await readOptions(loader, part);
    const open = withFields(part, now, protectingNothing(part));
    return now.some(({ bytes }, at) => Buffer.compare(bytes, open[at]!.bytes) !== 0);
  } catch (error) {
    if (error instanceof LoaderRefused) return false; // then it shows when a page does not take its content
    throw error;
  }
}

async function unprotectWrites(loader: Loader): Promise<void> {
  try {
    await loader.unprotectWrites();
  } catch (error) {
    if (!(error instanceof LoaderRefused)) throw error; // the verification tells whether it mattered
  }
}

function pagesThatDiffer(
  part: Part,
  saved: readonly Piece[],
  now: readonly Piece[],
): readonly Page[] {
  return part.pages.filter(
    (page) => Buffer.compare(contentOf(saved, page), contentOf(now, page)) !== 0,
  );
}

function contentOf(pieces: readonly Piece[], { start, end }: Page): Uint8Array {
  const piece = pieces.find(
    ({ address, bytes }) => start >= address && end <= address + bytes.length,
  );
  if (piece === undefined) throw new ConformanceError('the saved image is of another part');
  return piece.bytes.subarray(start - piece.address, end - piece.address);
}
