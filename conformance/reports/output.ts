import { writeFile } from 'node:fs/promises';
import { whyUnwritable } from '../../emulator/unwritable.ts';
import { ConformanceError, fileError } from '../errors.ts';

/** Writes a text where a user wants it; `-` is standard output. @throws ConformanceError */
export async function writeOutput(path: string, content: string): Promise<void> {
  if (path === '-') {
    process.stdout.write(content);
    return;
  }
  try {
    await writeFile(path, content);
  } catch (cause) {
    throw fileError(path, 'written', cause);
  }
}

/** Refuses what could not be written when a run is over. @throws ConformanceError */
export function checkOutputs(paths: readonly (string | undefined)[]): void {
  for (const path of paths) {
    const why = path === undefined || path === '-' ? undefined : whyUnwritable(path);
    if (why === undefined) continue;
    throw new ConformanceError(`${path} cannot be written: ${why}`, { exitCode: 3 });
  }
}
