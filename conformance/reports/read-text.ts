import { readFile } from 'node:fs/promises';
import { fileError } from '../errors.ts';

/** The text of a file that somebody gave us. @throws ConformanceError with the system's reason */
export async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fileError(path, 'read', cause);
  });
}
