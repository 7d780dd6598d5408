import { unlink } from 'node:fs/promises';
import { ConformanceError } from '../../errors.ts';
import { Ledger } from '../ledger.ts';
import { partOfSpec } from '../../targets/open.ts';
import { addressOf, isBoard } from '../../targets/spec.ts';
import type { BoardSpec, TargetSpec } from '../../targets/spec.ts';
import type { Loader } from '../../interfaces/loader.ts';
import { Interrupted } from './interrupted.ts';
import { Interruption } from './interruption.ts';
import { onLine } from './on-line.ts';
import { giveBack } from './restore.ts';
import { readContent, readUid } from './save.ts';
import type { Content, Moved } from './save.ts';
import { imageFile, imageFolder, readImage, writeImage } from './saved-image.ts';
import type { SavedImage } from './saved-image.ts';

export { Interrupted };

export interface GuardOptions {
  /** Folder of saved images; default that of the user, in `$XDG_STATE_HOME/vstm32`. */
  readonly folder?: string;
  /** Hears of a target that is left out, and the others go on; default: one that fails ends all. */
  readonly leftOut?: (spec: TargetSpec, why: ConformanceError) => void;
  /** Hears what is saved, restored and found, line by line, for people. */
  readonly say: (line: string) => void;
  /** Hears how far the content of a board is that is read or given back, in bytes. */
  readonly moved?: (board: string, ...how: Parameters<Moved>) => void;
}

/** What runs while a board is guarded; it opens the line by the spec that it is given, which says how much may be spoilt. */
export type GuardedBody<S, T> = (signal: AbortSignal, spec: S) => Promise<T>;

/**
 * Saves the content of a board, runs `body` with the line closed, and gives the content back, whatever
 * became of `body`. A spec of which nothing may be spoilt is run as it is. Ctrl-C aborts the signal, with
 * an `Interrupted` as its reason; what `body` then returns is returned, what it then throws is replaced
 * by that reason.
 * @throws ConformanceError for a board that does not answer, and for content that could not be given back.
 */
export async function guarded<T>(
  spec: TargetSpec,
  options: GuardOptions,
  body: GuardedBody<TargetSpec, T>,
): Promise<T> {
  return guardedAll([spec], options, (signal, specs) => body(signal, specs[0]!));
}

/** The same for several targets at a time: all are saved, side by side, before `body` runs, and restored after it. */
export async function guardedAll<T>(
  specs: readonly TargetSpec[],
  options: GuardOptions,
  body: GuardedBody<readonly TargetSpec[], T>,
): Promise<T> {
  using interruption = new Interruption(options.say);
  return await saveRunRestore(specs, options, interruption, body);
}

async function saveRunRestore<T>(
  specs: readonly TargetSpec[],
  options: GuardOptions,
  interruption: Interruption,
  body: GuardedBody<readonly TargetSpec[], T>,
): Promise<T> {
  const { signal } = interruption;
  const saved = await Promise.allSettled(specs.map((spec) => save(spec, options, signal)));
  const isLeftOut = (why: unknown, at: number): boolean => {
    const absent = why instanceof ConformanceError && why.exitCode === 3 && !signal.aborted;
    if (!absent || options.leftOut === undefined) return false;
    options.leftOut(specs[at]!, why);
    return true;
  };
  const failed = saved.find(
    (each, at) => each.status === 'rejected' && !isLeftOut(each.reason, at),
  ) as PromiseRejectedResult | undefined;
  const given = saved.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (failed !== undefined) {
    await Promise.all(given.map(discard)); // nothing was spoilt
    throw failed.reason;
  }
  let done: { readonly value: T } | { readonly error: unknown };
  try {
    signal.throwIfAborted();
    done = { value: await body(signal, given) };
  } catch (error) {
    done = { error };
  }
  interruption.restoring(given.flatMap(fileOf));
  try {
    await restoreAll(given, options);
  } catch (error) {
    if ('error' in done && !signal.aborted) options.say(`the run failed: ${says(done.error)}`);
    throw error; // what is left to be done for the boards is said last
  }
  if ('value' in done) return done.value;
  throw signal.aborted ? signal.reason : done.error;
}

/** The spec to run: with the file of the saved content, or with nothing allowed where there is none. */
async function save(
  spec: TargetSpec,
  options: GuardOptions,
  signal: AbortSignal,
): Promise<TargetSpec> {
  if (!isBoard(spec)) return spec;
  const file = imageFile(spec, options.folder ?? imageFolder());
  await refuseLeftover(spec, file);
  if (spec.allow === 'nothing') return spec;
  let told = false;
  const moved: Moved = (...how) => {
    // not before: a board that is another part than it is called, or larger, is refused without that
    if (!told) {
      const what = `${partOfSpec(spec).flashKiB} KiB, to be given back after the run`;
      options.say(`${addressOf(spec)}: reading its ${what}`);
    }
    told = true;
    options.moved?.(addressOf(spec), ...how);
  };
  let content: Content | undefined;
  try {
    content = await onLine(spec, (connect) => readContent(connect, moved), signal);
  } catch (error) {
    if (signal.aborted) options.say(`${addressOf(spec)}: nothing of it was changed, or is kept`);
    throw error;
  }
  if (content === undefined) {
    options.say(
      `${addressOf(spec)}: it is protected or does not answer as it should, so nothing that spoils is asked of it`,
    );
    return { ...spec, allow: 'nothing' };
  }
  if (content.options.length === 0 && spec.allow === 'options') {
    options.say(`${addressOf(spec)}: its option bytes cannot be read, so they are left alone`);
  }
  await writeImage(file, { spec, savedAt: new Date().toISOString(), ...content });
  options.say(`${addressOf(spec)}: its content is in ${file} until it is restored`);
  return { ...spec, image: file, ledger: spec.ledger ?? `${file}.wear` };
}

async function refuseLeftover(spec: BoardSpec, file: string): Promise<void> {
  let left: SavedImage;
  try {
    left = await readImage(file);
  } catch (error) {
    const { cause } = error as ConformanceError;
    if ((cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return;
    throw error;
  }
  throw new ConformanceError(
    `a run that began at ${left.savedAt} has not given ${addressOf(spec)} its content back: if it is over, do so with vstm32 conform --restore ${file}`,
    { exitCode: 3 },
  );
}

async function discard(spec: TargetSpec): Promise<void> {
  if (!isBoard(spec) || spec.image === undefined) return;
  await unlink(spec.image);
  if (spec.ledger !== undefined) await unlink(spec.ledger).catch(() => {}); // made by the first case
}

async function restoreAll(specs: readonly TargetSpec[], options: GuardOptions): Promise<void> {
  const done = await Promise.allSettled(
    specs.map(async (spec) => {
      if (!isBoard(spec) || spec.image === undefined) return;
      await restore(spec, spec.image, `try vstm32 conform --restore ${spec.image}`, options);
      await discard(spec);
    }),
  );
  const failures = done.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  if (failures.length === 0) return;
  const [cause] = failures;
  throw new ConformanceError(failures.map(says).join('; '), { exitCode: 3, cause });
}

/** `advice` is what to do where it fails. */
async function restore(
  spec: BoardSpec,
  file: string,
  advice: string,
  { say, moved }: GuardOptions,
  signal?: AbortSignal,
): Promise<void> {
  const address = addressOf(spec);
  say(`${address}: giving its content back, from ${file}`);
  try {
    const image = await readImage(file);
    const { pages, options } = await onLine(
      spec,
      async (connect) => {
        await refuseOtherChip(image, connect);
        return giveBack(connect, image, (...how) => moved?.(address, ...how));
      },
      signal,
    );
    const what = pages === 0 && !options ? 'nothing had changed' : `${pages} pages were written`;
    const also = options ? ', and the option bytes' : '';
    const wear = wornBy(spec);
    say(`${address}: its content is as before, verified: ${what}${also}${wear}`);
  } catch (cause) {
    const where = `${address} was not given its content back: ${says(cause)}; it is in ${file}: ${advice}`;
    if (!(cause instanceof Interrupted)) throw new ConformanceError(where, { exitCode: 3, cause });
    say(where);
    throw cause;
  }
}

/** An image is not written to a chip with another unique ID; one that cannot be read may be the same. */
async function refuseOtherChip(image: SavedImage, connect: () => Promise<Loader>): Promise<void> {
  const loader = await connect();
  if (image.uid === undefined || (await loader.isReadProtected())) return;
  const connected = await connect();
  const uid = await readUid(connected, connected.part);
  if (uid === image.uid) return;
  throw new ConformanceError(`it is another chip (${uid}, not ${image.uid})`, { exitCode: 3 });
}

function wornBy({ ledger }: BoardSpec): string {
  if (ledger === undefined) return '';
  const { allErases, mostErases } = new Ledger(ledger);
  return `; the cases cost ${allErases} erases, at most ${mostErases} of one page`;
}

/** For who has typed --restore already. */
const AGAIN =
  'restore it again when that is mended, with --target where the board is at another port by then';

/**
 * Gives a board the content of a saved image back, verifies it and deletes the file. Ctrl-C breaks it off, and the file stays.
 * @throws ConformanceError
 */
export async function restoreImage(
  file: string,
  spec: TargetSpec | undefined,
  options: GuardOptions,
): Promise<void> {
  const where = spec ?? (await readImage(file)).spec;
  if (!isBoard(where)) throw new ConformanceError('--restore belongs to a board');
  const ledger = `${file}.wear`;
  using interruption = new Interruption(options.say);
  await restore({ ...where, ledger }, file, AGAIN, options, interruption.signal);
  await discard({ ...where, image: file, ledger });
}

function fileOf(spec: TargetSpec): string[] {
  return isBoard(spec) && spec.image !== undefined ? [spec.image] : [];
}

function says(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
