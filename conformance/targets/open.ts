import { mutantNamed } from '../mutants/mutant-named.ts';
import { ConformanceError } from '../errors.ts';
import type { Part } from '../part/part.ts';
import { readImage } from '../boards/backup/saved-image.ts';
import type { Target } from '../run/target.ts';
import { BoardTarget } from '../boards/board.ts';
import { EmulatedTarget } from './emulated.ts';
import { BoardLine } from '../boards/board-line.ts';
import { SpoilableBoard } from '../boards/spoilable-board.ts';
import { partOfSpec } from './part-of-spec.ts';
import { isBoard } from './spec.ts';
import type { BoardSpec, TargetSpec } from './spec.ts';

export { partOfSpec };

/**
 * Opens what a spec says, in any process; `close` gives the line back.
 * @throws ConformanceError for a part or port that there is not.
 */
export async function openTarget(spec: TargetSpec): Promise<Target> {
  const part = partOfSpec(spec);
  if (isBoard(spec)) return openBoard(spec, part);
  if (spec.kind === 'memory')
    return new EmulatedTarget(part, mutantNamed(spec.mutant, part.interface), spec);
  if (spec.mutant !== undefined) throw new ConformanceError('--mutant belongs to --target memory');
  const { PtyTarget } = await import('./pty.ts');
  return new PtyTarget(part, spec);
}

async function openBoard(spec: BoardSpec, part: Part): Promise<Target> {
  if (spec.allow === 'chip') {
    throw new ConformanceError('a board may be spoilt up to its options: --allow options');
  }
  const image = spec.image === undefined ? undefined : await readImage(spec.image);
  const line = await BoardLine.open(spec);
  try {
    const board =
      image === undefined || spec.allow === 'nothing'
        ? new BoardTarget(spec, part, line)
        : new SpoilableBoard(spec, part, line, image);
    await board.findProtection();
    return board;
  } catch (error) {
    await line.close();
    throw error;
  }
}
