import { writeFile } from 'node:fs/promises';
import { fileError } from '../errors.ts';

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
