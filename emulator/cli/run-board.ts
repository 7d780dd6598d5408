import { ReadStream } from 'node:tty';
import type { TraceEvent } from '../trace/trace.ts';
import type { BoardArguments } from './board-options.ts';
import { readBoardOptions } from './board-options.ts';
import { serveControl } from './control/control.ts';
import { Controls } from './control/controls.ts';
import { FatalErrors } from './fatal-error.ts';
import { startedUnderNohup } from '../links/hangup.ts';
import { inForeground, keyHelp, listenToKeys } from './control/keys.ts';
import { readyJson, readyText, warningsOf } from './ready.ts';
import { openSession } from './session.ts';
import { say } from './stderr.ts';

/** Runs a board until somebody ends it. */
export async function runBoard(argv: BoardArguments): Promise<void> {
  const setup = readBoardOptions(argv);
  const keyboard = argv.json === true ? undefined : terminalToRead();
  using fatal = new FatalErrors();
  const tracedHere = setup.trace.format !== 'none' && setup.trace.file === undefined;
  await using session = await openSession(setup, (event) => {
    if (!tracedHere) tell(event, keyboard !== undefined);
  });
  const controls = new Controls(session.board, (file) => session.save(file));
  await using _control =
    argv.control === undefined ? undefined : await serveControl(argv.control, controls);
  using ending = endBySignal();
  for (const warning of warningsOf(session.board, argv.wire)) say(`vstm32: ${warning}`);
  if (argv.json === true) console.log(readyJson(session.board));
  else console.log(readyText(session.board, argv.device));
  using _keys =
    keyboard && listenToKeys(keyboard, { ...ending, controls, say: (text) => console.log(text) });
  if (keyboard !== undefined) console.log(`\n  keys    ${keyHelp}`);
  await Promise.race([ending.ended, fatal.first()]);
}

/** Standard input, when a person sits at it. */
function terminalToRead(): ReadStream | undefined {
  const { stdin } = process;
  return stdin instanceof ReadStream && inForeground() ? stdin : undefined;
}

/** Tells a person what happened that they may not expect; what cannot be undone also where nobody looks on. */
function tell(event: TraceEvent, keys: boolean): void {
  if (event.kind === 'protection' && event.to === 2) {
    say(
      'vstm32: readout protection level 2 is never left: from now on this chip boots main flash only and its bootloader does not answer',
    );
  }
  if (event.kind !== 'surprise' || !process.stderr.isTTY) return;
  const hint = keys && event.text.endsWith('until reset') ? ', press r' : '';
  say(`${event.text}${hint}`);
}

/** 128 and the number of the signal. */
const INTERRUPTED = 130;
const HUNG_UP = 129;

interface Ending extends Disposable {
  readonly ended: Promise<void>;
  readonly quit: () => void;
  /** The same, with the exit code that a shell gives a command which Ctrl-C has ended. */
  readonly interrupt: () => void;
}

/** Ends on Ctrl-C, SIGTERM, SIGHUP (unless under nohup) and a broken pipe; a second signal kills at once. */
function endBySignal(): Ending {
  const streams = [process.stdout, process.stderr];
  let quit = (): void => {};
  const ended = new Promise<void>((resolve) => {
    quit = resolve;
  });
  const endWith = (exitCode: number) => (): void => {
    process.exitCode = exitCode;
    quit();
  };
  const [interrupt, hangUp] = [endWith(INTERRUPTED), endWith(HUNG_UP)];
  process.once('SIGINT', interrupt).once('SIGTERM', quit);
  if (!startedUnderNohup()) process.on('SIGHUP', hangUp);
  for (const stream of streams) stream.on('error', quit);
  return {
    ended,
    quit,
    interrupt,
    [Symbol.dispose]() {
      process.off('SIGINT', interrupt).off('SIGTERM', quit);
      // The others stay: what is closed now must not be cut short by a pipe, or by a shell that hangs up too.
    },
  };
}
