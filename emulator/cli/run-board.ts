import { ReadStream } from 'node:tty';
import type { TraceEvent } from '../trace/trace.ts';
import type { BoardArguments } from './board-options.ts';
import { readBoardOptions } from './board-options.ts';
import { isServed, serveSession } from './control/serve-session.ts';
import { TraceLog } from './control/api/trace-log.ts';
import { Controls } from './control/controls.ts';
import { FatalErrors } from './fatal-error.ts';
import { endBySignal } from './ending.ts';
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
  const log = isServed(argv) ? new TraceLog() : undefined;
  await using session = await openSession(setup, (event) => {
    log?.add(event);
    if (!tracedHere) tell(event, keyboard !== undefined);
  });
  const controls = new Controls(session.board, () => session.save());
  await using api = await serveSession(argv, session, log);
  using ending = endBySignal();
  for (const warning of warningsOf(session.board, argv.wire)) say(`vstm32: ${warning}`);
  if (argv.json === true) console.log(readyJson(session.board, api?.url));
  else console.log(readyText(session.board, argv.device, api?.url, setup.pcapng));
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
  const hint = keys && event.until === 'reset' ? ', press r' : '';
  say(`${event.text}${hint}`);
}
