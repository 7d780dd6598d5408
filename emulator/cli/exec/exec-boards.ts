import type { ConnectedBoard } from '../../connect/create-board.ts';
import { EmulatorError } from '../../errors.ts';
import { runTool } from '../../links/preload/exec.ts';
import type { PreloadedPort } from '../../links/preload/open-preload.ts';
import { optionNames } from '../board-options.ts';
import type { BoardArguments } from '../board-options.ts';
import { readBoards } from '../serve/boards-file.ts';
import { BoardSet } from '../control/api/board-set.ts';
import type { ServedApi } from '../control/api/listen.ts';
import { makeBoard } from '../control/make-board.ts';
import { isServed, parseHttp } from '../control/serve-session.ts';
import { FatalErrors } from '../fatal-error.ts';
import { warningsOf } from '../ready.ts';
import { formatSummary, SummaryReader } from '../summary.ts';

/** USB buses that the stand-in libusb looks at, one of each board (preload/libusb-internal.h). */
const MOST_USB = 32;

interface Arguments extends Omit<BoardArguments, 'device'> {
  readonly device?: string | undefined;
  readonly boards: string;
}

/** Runs one host tool that finds every board of a file, and says what it did to each; returns the exit code. */
export async function execOnBoards(
  argv: Arguments,
  command: readonly string[],
  until: { readonly until?: number },
  say: (text: string) => void,
): Promise<number> {
  refuseOwnOptions(argv);
  const named = readBoards(argv.boards);
  if (named.length === 0) throw new EmulatorError(`${argv.boards}: it names no board`);
  using fatal = new FatalErrors();
  const readers = new Map(named.map(({ id }) => [id, new SummaryReader()]));
  const { result, ends } = await (async () => {
    await using boards = new BoardSet();
    for (const { id, device, words } of named) {
      boards.add(await makeBoard(id, device, words, boards.memory));
    }
    for (const { id, board } of boards.list) {
      for (const warning of warningsOf(board)) say(`vstm32: ${id}: ${warning}`);
    }
    await using _api = await served(argv, boards);
    const ports = await portsOf(boards.list);
    for (const { id, board } of boards.list) {
      board.trace.listen((event) => readers.get(id)!.event(event));
    }
    const result = await runTool(command, { ...until, ports, signal: fatal.signal });
    fatal.signal.throwIfAborted();
    const ends = boards.list.map(({ id, board }) => ({
      id,
      device: board.device.id,
      state: board.state,
    }));
    return { result, ends };
  })();
  const { exitCode, message } = result;
  if (argv.json === true) {
    const each = ends.map(({ id, ...end }) => [id, { ...end, ...readers.get(id)!.summary }]);
    say(JSON.stringify({ exitCode, message, boards: Object.fromEntries(each) }));
  } else if (message === undefined) {
    const texts = ends.map(
      ({ id, state }) => `${id}\n${formatSummary(readers.get(id)!.summary, state)}`,
    );
    say(texts.join('\n\n'));
  } else say(`vstm32: ${message}`);
  return exitCode;
}

// TypeScript does not rename what is imported where `using` is
async function served(argv: Arguments, boards: BoardSet): Promise<ServedApi | undefined> {
  if (!isServed(argv)) return undefined;
  const { serveApi } = await import('../control/api/listen.ts');
  return await serveApi(boards, { control: argv.control, http: parseHttp(argv) });
}

/** The ports of all boards as `ID.PORT`; each board is a USB bus of its own. */
async function portsOf(
  boards: readonly { readonly id: string; readonly board: ConnectedBoard }[],
): Promise<Readonly<Record<string, PreloadedPort>>> {
  const ports: Record<string, PreloadedPort> = {};
  let buses = 0;
  for (const [number, { id, board }] of boards.entries()) {
    for (const [name, port] of Object.entries(await board.toolPorts(number))) {
      const path = port.library === 'libusb' ? `${++buses}-1` : port.path;
      ports[`${id}.${name}`] = { ...port, path };
    }
  }
  if (buses <= MOST_USB) return ports;
  throw new EmulatorError(`a tool sees ${MOST_USB} boards with USB at most, and here are ${buses}`);
}

function refuseOwnOptions(argv: Arguments): void {
  if (argv.device !== undefined) {
    throw new EmulatorError(`${argv.device}: with --boards the devices stand in the file`);
  }
  const given = argv as unknown as Readonly<Record<string, unknown>>;
  const own = [...optionNames.keys()].find((name) => given[name] !== undefined);
  if (own !== undefined) {
    throw new EmulatorError(`--${own}: with --boards the options of a board stand in the file`);
  }
}
