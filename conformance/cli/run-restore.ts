import { restoreImage } from '../boards/backup/guarded.ts';
import { readImage } from '../boards/backup/saved-image.ts';
import { sayingHowFar } from './progress.ts';
import { specOfArguments } from './target-of.ts';
import type { TargetArguments } from './target-options.ts';

/** Gives a board the content of a saved image back: the board that it was read from, or the one of `--target`. @throws ConformanceError */
export async function runRestore(file: string, argv: TargetArguments): Promise<number> {
  const { spec } = await readImage(file);
  const { device, flashKiB } = spec.part;
  const part = { device, ...(flashKiB === undefined ? {} : { 'flash-size': String(flashKiB) }) };
  const where = argv.target === undefined ? undefined : specOfArguments({ ...part, ...argv });
  await restoreImage(file, where, sayingHowFar());
  return 0;
}
