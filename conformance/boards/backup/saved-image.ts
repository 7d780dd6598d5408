import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../../../emulator/make-folder.ts';
import { ConformanceError, fileError } from '../../errors.ts';
import type { Piece } from '../option-image.ts';
import { addressOf } from '../../targets/spec.ts';
import type { BoardSpec } from '../../targets/spec.ts';

/** The content of a board before a run, and where the board is. */
export interface SavedImage {
  readonly spec: BoardSpec;
  /** When it was read. */
  readonly savedAt: string;
  /** Unique ID of the chip, in hex; undefined where it cannot be read. */
  readonly uid?: string;
  /** Main flash, bank by bank. */
  readonly flash: readonly Piece[];
  /** Option bytes; none where they cannot be read. */
  readonly options: readonly Piece[];
}

const pieces = z.array(
  z
    .object({ address: z.int().nonnegative(), base64: z.base64() })
    .transform(({ address, base64 }) => ({
      address,
      bytes: new Uint8Array(Buffer.from(base64, 'base64')),
    })),
);

const format = z.object({
  format: z.literal('vstm32-saved-image'),
  version: z.literal(1),
  savedAt: z.string(),
  spec: z.looseObject({ kind: z.enum(['serial', 'tcp', 'rfc2217', 'usb', 'i2c', 'spi', 'can']) }),
  uid: z.string().optional(),
  flash: pieces,
  options: pieces,
  sha256: z.string(),
});

/** The user's folder for images of boards, by the XDG base directory specification. */
export function imageFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'vstm32');
}

/** The file for the board at an address: one for each, so that a later run finds it. */
export function imageFile(spec: BoardSpec, folder: string): string {
  return join(folder, `${addressOf(spec).replaceAll(/[^\w.-]+/g, '-')}.json`);
}

/** Writes an image so that it is on the disk, whole, when this returns. @throws ConformanceError */
export async function writeImage(file: string, image: SavedImage): Promise<void> {
  const content = {
    format: 'vstm32-saved-image',
    version: 1,
    savedAt: image.savedAt,
    spec: image.spec,
    ...(image.uid === undefined ? {} : { uid: image.uid }),
    flash: image.flash.map(encoded),
    options: image.options.map(encoded),
    sha256: digest(image),
  };
  try {
    makeFolder(dirname(file));
    await using handle = await open(`${file}.new`, 'w', 0o600);
    await handle.writeFile(`${JSON.stringify(content, null, 1)}\n`);
    await handle.sync();
    await rename(`${file}.new`, file);
  } catch (cause) {
    throw fileError(file, 'written, and the board is left alone', cause);
  }
}

/** @throws ConformanceError for a file that is not there, not an image, or damaged. */
export async function readImage(file: string): Promise<SavedImage> {
  return parseImage(file, await readFile(file, 'utf8').catch((cause) => notRead(file, cause)));
}

function parseImage(file: string, text: string): SavedImage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // said below, together with JSON of another kind
  }
  const { data } = format.safeParse(value);
  if (data === undefined) throw new ConformanceError(`${file} is not a saved image of a board`);
  const { savedAt, uid, flash, options } = data;
  const spec = data.spec as unknown as BoardSpec;
  const image = { spec, savedAt, flash, options, ...(uid === undefined ? {} : { uid }) };
  if (digest(image) === data.sha256) return image;
  throw new ConformanceError(`${file} is damaged: its checksum is wrong`, { exitCode: 3 });
}

function notRead(file: string, cause: unknown): never {
  throw fileError(file, 'read', cause);
}

function encoded({ address, bytes }: Piece): { address: number; base64: string } {
  return { address, base64: Buffer.from(bytes).toString('base64') };
}

function digest({ flash, options }: Pick<SavedImage, 'flash' | 'options'>): string {
  const hash = createHash('sha256');
  for (const { address, bytes } of [...flash, ...options]) hash.update(`${address}:`).update(bytes);
  return hash.digest('hex');
}
