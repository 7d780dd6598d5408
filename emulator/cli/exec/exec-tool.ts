import { EmulatorError } from '../../errors.ts';
import { readBoardOptions } from '../board-options.ts';
import type { BoardArguments } from '../board-options.ts';
import { TraceLog } from '../control/api/trace-log.ts';
import { isServed, serveSession } from '../control/serve-session.ts';
import { tsharkLine } from '../traces/dissector.ts';
import { FatalErrors } from '../fatal-error.ts';
import { warningsOf } from '../ready.ts';
import { openSession } from '../session.ts';
import { say as sayOnStderr } from '../stderr.ts';
import { formatSummary, SummaryReader } from '../summary.ts';
import { parseSpanMs } from '../text/text-values.ts';

export interface ExecArguments extends Omit<BoardArguments, 'device'> {
  readonly device?: string | undefined;
  readonly boards?: string | undefined;
  readonly until?: string | undefined;
  readonly '--'?: readonly string[] | undefined;
}

/** Runs one host tool on a fresh board, or several, and says what it did to each chip; returns the exit code. */
export async function execTool(
  argv: ExecArguments,
  say: (text: string) => void = sayOnStderr,
): Promise<number> {
  const command = argv['--'] ?? [];
  if (command.length === 0) {
    throw new EmulatorError(
      `no tool to run: put it behind --, as in vstm32 exec ${argv.device ?? 'STM32F405'} -- stm32flash {usart}`,
    );
  }
  const until = argv.until === undefined ? {} : { until: parseSpanMs('--until', argv.until) };
  process.stderr.off('error', ignore).on('error', ignore); // the tool's exit code is worth more than our summary
  if (argv.boards !== undefined) {
    const { execOnBoards } = await import('./exec-boards.ts');
    return await execOnBoards({ ...argv, boards: argv.boards }, command, until, say);
  }
  const { device } = argv;
  if (device === undefined) {
    throw new EmulatorError(
      'name a device, as in vstm32 exec STM32F405 -- …, or several boards by --boards FILE',
    );
  }
  return await onOneBoard({ ...argv, device }, command, until, say);
}

async function onOneBoard(
  argv: BoardArguments,
  command: readonly string[],
  until: { readonly until?: number },
  say: (text: string) => void,
): Promise<number> {
  const setup = readBoardOptions(argv);
  using fatal = new FatalErrors();
  const reader = new SummaryReader();
  const { result, end } = await (async () => {
    const log = isServed(argv) ? new TraceLog() : undefined;
    await using session = await openSession(setup, (event) => log?.add(event));
    const { board } = session;
    for (const warning of warningsOf(board)) say(`vstm32: ${warning}`);
    await using _api = await serveSession(argv, session, log);
    board.trace.listen((event) => reader.event(event)); // from here on: what the tool does
    const result = await board.runTool(command, { ...until, signal: fatal.signal });
    fatal.signal.throwIfAborted();
    return { result, end: { device: board.device.id, state: board.state } };
  })();
  const { exitCode, message } = result;
  if (argv.json === true) say(JSON.stringify({ exitCode, message, ...end, ...reader.summary }));
  else if (message === undefined) say(formatSummary(reader.summary, end.state));
  else say(`vstm32: ${message}`);
  if (argv.json !== true && setup.pcapng !== undefined)
    say(`capture   ${tsharkLine(setup.pcapng)}`);
  return exitCode;
}

function ignore(): void {}
