import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { EmulatorError } from '../errors.ts';
import { optionNames } from './board-options.ts';
import { BoardSet } from './control/api/board-set.ts';
import { serveApi } from './control/api/listen.ts';
import { boardId } from './control/api/schemas.ts';
import { makeBoard, makeRemoteBoard } from './control/make-board.ts';
import { parseHttp } from './control/serve-session.ts';
import type { ApiArguments } from './control/serve-session.ts';
import { endBySignal } from './ending.ts';
import { FatalErrors } from './fatal-error.ts';

export interface ServeArguments extends ApiArguments {
  readonly boards?: string | undefined;
  readonly schema?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const value = z.union([z.string(), z.number(), z.boolean()]);
const words = Object.fromEntries(
  [...optionNames]
    .filter(([name]) => name !== 'control' && name !== 'http')
    .map(([name, { repeatable }]) => [
      name,
      (repeatable ? z.union([value, z.array(value)]) : value).optional(),
    ]),
);

/** A file of boards: the options of `vstm32 run` without their dashes. */
const boardsFile = z.strictObject({
  boards: z
    .record(boardId, z.strictObject({ ...words, device: z.string() }))
    .describe('The boards by their names'),
});

/** Serves the boards of a file, and those that clients add, until somebody ends it. */
export async function serveBoards(argv: ServeArguments): Promise<void> {
  if (argv.schema === true) {
    console.log(JSON.stringify(z.toJSONSchema(boardsFile), undefined, 2));
    return;
  }
  const file = argv.boards === undefined ? { boards: {} } : readBoards(argv.boards);
  const anywhere = argv.http ?? (argv.control === undefined ? '127.0.0.1:0' : undefined);
  const http = parseHttp({ ...argv, http: anywhere });
  using fatal = new FatalErrors();
  using ending = endBySignal();
  await using boards = new BoardSet(makeRemoteBoard);
  for (const [id, { device, ...options }] of Object.entries(file.boards)) {
    boards.add(await makeBoard(id, device as string, options));
  }
  await using api = await serveApi(boards, { control: argv.control, http });
  const where = api.url ?? argv.control!;
  if (argv.json === true) {
    const { url, control } = { url: api.url, control: argv.control };
    console.log(
      JSON.stringify({ api: url, control, boards: boards.list.map(({ state }) => state) }),
    );
  } else {
    const named = boards.list.map(({ id, state }) => `  ${id}  ${state.device}`);
    console.log([`${boards.list.length} boards, api ${where}`, ...named].join('\n'));
  }
  await Promise.race([ending.ended, fatal.first()]);
}

function readBoards(file: string): z.infer<typeof boardsFile> {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EmulatorError(`${file}: ${why}`, { cause });
  }
  const parsed = boardsFile.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new EmulatorError(`${file}: ${z.prettifyError(parsed.error)}`);
}
