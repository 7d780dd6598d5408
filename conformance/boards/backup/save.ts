import { ConformanceError } from '../../errors.ts';
import { hex8 } from '../../hex.ts';
import type { Part } from '../../part/part.ts';
import { protocolOf } from '../../interfaces/index.ts';
import { refuseLarger } from '../flash-size.ts';
import { LoaderRefused } from '../../interfaces/loader.ts';
import type { Loader } from '../../interfaces/loader.ts';
import { optionAreas, readsAreProtected } from '../option-image.ts';
import type { Piece } from '../option-image.ts';
import { joined } from '../script-reach.ts';

/** What is done to the content of a board; it is compared before it is written, and verified behind that. */
export type Phase = 'reading' | 'comparing' | 'erasing' | 'writing' | 'verifying';

/** Hears how many bytes of how many are done. */
export type Moved = (phase: Phase, done: number, total: number) => void;

/** Most bytes that are moved before it is said how far they are. */
export const AT_ONCE = 4096;

/** What was read of a board. */
export interface Content {
  readonly uid?: string;
  readonly flash: readonly Piece[];
  readonly options: readonly Piece[];
}

/**
 * Reads all that a run may spoil; undefined for a board that does not tell what it is, or whose flash
 * cannot be read or is set to PCROP. @throws ConformanceError for a board that is another part than it is said to be, or a larger one.
 */
export async function readContent(
  connect: () => Promise<Loader>,
  moved: Moved = () => {},
): Promise<Content | undefined> {
  let loader = await connect();
  const { part } = loader;
  const id = await readOr(undefined, () => loader.productId());
  if (id === undefined) return undefined;
  refuseOther(id, part);
  loader = await connect();
  if (protocolOf(part).moves.lacks(part, 'read') !== undefined) return undefined;
  if (await loader.isReadProtected()) return undefined;
  await refuseLarger(connect, part);
  loader = await connect();
  const uid = await readOr(undefined, () => readUid(loader, part));
  loader = await connect();
  const options = await readOr([], () => readOptions(loader, part));
  if (readsAreProtected(part, options)) return undefined; // to write there is no way back from
  loader = await connect();
  const flash = await readOr(undefined, () => readFlash(loader, part, moved));
  if (flash === undefined) return undefined;
  return { flash, options, ...(uid === undefined ? {} : { uid }) };
}

/** All of main flash, bank by bank; `moved` hears of it as a `phase`. */
export async function readFlash(
  loader: Loader,
  part: Part,
  moved: Moved,
  phase: Phase = 'reading',
): Promise<readonly Piece[]> {
  const banks = joined(part.pages);
  const total = banks.reduce((sum, { start, end }) => sum + end - start, 0);
  let done = 0;
  const pieces: Piece[] = [];
  for (const { start, end } of banks) {
    const bytes = new Uint8Array(end - start);
    for (let at = 0; at < bytes.length; at += AT_ONCE) {
      moved(phase, done, total);
      const count = Math.min(AT_ONCE, bytes.length - at);
      bytes.set(await loader.read(start + at, count), at);
      done += count;
    }
    pieces.push({ address: start, bytes });
  }
  moved(phase, done, total);
  return pieces;
}

/** All option bytes that lie in memory. */
export async function readOptions(loader: Loader, part: Part): Promise<readonly Piece[]> {
  const pieces: Piece[] = [];
  for (const { start, length } of optionAreas(part)) {
    pieces.push({ address: start, bytes: await loader.read(start, length) });
  }
  return pieces;
}

/** The unique ID in hex; undefined where no table says where it lies. */
export async function readUid(loader: Loader, part: Part): Promise<string | undefined> {
  const [first] = part.device.uid ?? [];
  if (first === undefined) return undefined;
  // some ROMs refuse short reads there: a block of 256 bytes around it is read
  const row = await loader.read(first - (first % 256), 256);
  const bytes = part.device.uid!.flatMap((at) => {
    const from = at - (first - (first % 256));
    return [...row.subarray(from, from + 4)];
  });
  return Buffer.from(bytes).toString('hex');
}

function refuseOther(id: number, { name, device }: Part): void {
  if (id === device.productId) return;
  throw new ConformanceError(
    `the board has the product ID ${hex8(id)}, not ${hex8(device.productId)} as ${name}: name its part with --device`,
    { exitCode: 3 },
  );
}

async function readOr<T>(instead: T, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LoaderRefused) return instead;
    throw error;
  }
}
