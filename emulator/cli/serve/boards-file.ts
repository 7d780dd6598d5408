import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { EmulatorError } from '../../errors.ts';
import { optionNames } from '../board-options.ts';
import { boardId } from '../control/api/schemas.ts';
import type { BoardWords } from '../control/make-board.ts';

const value = z.union([z.string().min(1), z.number(), z.boolean()]);
const words = Object.fromEntries(
  [...optionNames].map(([name, { repeatable }]) => [
    name,
    (repeatable ? z.union([value, z.array(value)]) : value).optional(),
  ]),
);

/** A file of boards: the options of `vstm32 run` without their dashes. */
export const boardsFile = z.strictObject({
  boards: z
    .record(boardId, z.strictObject({ ...words, device: z.string() }))
    .describe('The boards by their names'),
});

/** A board of a file. */
export interface NamedBoard {
  readonly id: string;
  readonly device: string;
  readonly words: BoardWords;
}

/** Names that an object has without being given them would be passed over in silence. */
function refuseNoName(key: unknown, content: unknown): unknown {
  if (key === '__proto__') throw new Error('__proto__ is no name of a board or an option');
  return content;
}

/** Reads a file of boards. @throws EmulatorError with what is wrong */
export function readBoards(file: string): readonly NamedBoard[] {
  let content: unknown;
  try {
    // all values are texts, as on the command line: 9.0 is not 9, and 0123 not 123
    content = parse(readFileSync(file, 'utf8'), refuseNoName, { schema: 'failsafe' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EmulatorError(`${file}: ${why}`, { cause });
  }
  const parsed = boardsFile.safeParse(content);
  if (parsed.success) {
    return Object.entries(parsed.data.boards).map(([id, { device, ...words }]) => ({
      id,
      device: device as string,
      words,
    }));
  }
  throw new EmulatorError(`${file}: ${z.prettifyError(parsed.error)}`);
}
