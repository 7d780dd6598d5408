import { ReadStream } from 'node:tty';
import type { TraceEvent } from '../trace.ts';
import type { BoardArguments } from './board-options.ts';
import { readBoardOptions } from './board-options.ts';
import { serveControl } from './control.ts';
import { Controls } from './controls.ts';
import { FatalErrors } from './fatal-error.ts';
import { inForeground, keyHelp, listenToKeys } from './keys.ts';
import { readyJson, readyText, warningsOf } from './ready.ts';
import { openSession } from './session.ts';

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
  using ending = endBySignal(() => controls.reset());
  for (const warning of warningsOf(session.board, argv.wire)) console.error(`vstm32: ${warning}`);
  if (argv.json === true) console.log(readyJson(session.board));
  else console.log(readyText(session.board, argv.device));
  using _keys =
    keyboard &&
    listenToKeys(keyboard, { controls, say: (text) => console.log(text), quit: ending.end });
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
    console.error(
      'vstm32: readout protection level 2 is never left: from now on this chip boots main flash only and its bootloader does not answer',
    );
  }
  if (event.kind !== 'surprise' || !process.stderr.isTTY) return;
  const hint = keys && event.text.endsWith('until reset') ? ', press r' : '';
  console.error(`${event.text}${hint}`);
}

interface Ending extends Disposable {
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/** Ends on Ctrl-C, SIGTERM and a broken pipe; a second signal kills at once. SIGHUP calls `reset`. */
function endBySignal(reset: () => void): Ending {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const streams = [process.stdout, process.stderr];
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  for (const signal of signals) process.once(signal, end);
  for (const stream of streams) stream.on('error', end);
  process.on('SIGHUP', reset);
  return {
    ended,
    end,
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, end);
      // The listeners of the streams stay: what is closed now must not be cut short by a pipe.
      process.off('SIGHUP', reset);
    },
  };
}
