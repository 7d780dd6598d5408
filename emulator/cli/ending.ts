import { startedUnderNohup } from '../links/hangup.ts';

/** 128 and the number of the signal. */
const INTERRUPTED = 130;
const HUNG_UP = 129;

/** How a command that stays is ended. */
export interface Ending extends Disposable {
  readonly ended: Promise<void>;
  readonly quit: () => void;
  /** The same, with the exit code that a shell gives a command which Ctrl-C has ended. */
  readonly interrupt: () => void;
}

/** Ends on Ctrl-C, SIGTERM, SIGHUP (unless under nohup) and a broken pipe; a second signal kills at once. */
export function endBySignal(): Ending {
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
