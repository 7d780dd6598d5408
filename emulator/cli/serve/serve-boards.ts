import { z } from 'zod';
import { boardsFile, readBoards } from './boards-file.ts';
import { BoardSet } from '../control/api/board-set.ts';
import { serveApi } from '../control/api/listen.ts';
import { makeBoard, makeRemoteBoard } from '../control/make-board.ts';
import { parseHttp } from '../control/serve-session.ts';
import type { ApiArguments } from '../control/serve-session.ts';
import { endBySignal } from '../ending.ts';
import { FatalErrors } from '../fatal-error.ts';

export interface ServeArguments extends ApiArguments {
  readonly boards?: string | undefined;
  readonly attached?: boolean | undefined;
  readonly schema?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Serves the boards of a file, and those that clients add, until somebody ends it. */
export async function serveBoards(argv: ServeArguments): Promise<void> {
  if (argv.schema === true) {
    console.log(JSON.stringify(z.toJSONSchema(boardsFile), undefined, 2));
    return;
  }
  const named = argv.boards === undefined ? [] : readBoards(argv.boards);
  const anywhere = argv.http ?? (argv.control === undefined ? '127.0.0.1:0' : undefined);
  const http = parseHttp({ ...argv, http: anywhere });
  using fatal = new FatalErrors();
  using ending = endBySignal();
  if (argv.attached === true) {
    for (const over of ['end', 'error']) process.stdin.resume().once(over, ending.quit);
  }
  await using boards = new BoardSet(makeRemoteBoard);
  for (const { id, device, words } of named) {
    boards.add(await makeBoard(id, device, words, boards.memory));
  }
  await using api = await serveApi(boards, { control: argv.control, http });
  const where = api.url ?? argv.control!;
  if (argv.json === true) {
    const { url, control } = { url: api.url, control: argv.control };
    console.log(
      JSON.stringify({ api: url, control, boards: boards.list.map(({ state }) => state) }),
    );
  } else {
    const lines = boards.list.map(({ id, state }) => `  ${id}  ${state.device}`);
    console.log([`${boards.list.length} boards, api ${where}`, ...lines].join('\n'));
  }
  await Promise.race([ending.ended, fatal.first()]);
}
