import { Interrupted } from './interrupted.ts';

/** Signals at which boards are given their content back before the end. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Ctrl-C and its like while boards are guarded: it aborts a signal, and ends nothing that gives content back. */
export class Interruption implements Disposable {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #say: (line: string) => void;
  readonly #signals: readonly NodeJS.Signals[];
  readonly #interrupt = (name: NodeJS.Signals): void => this.#by(name);
  /** Nobody reads what is said any more, as behind `| head` and in a closed terminal: boards get their content all the same. */
  readonly #unheard = ({ code }: NodeJS.ErrnoException): void => {
    if (code === 'EPIPE') this.#by('SIGPIPE');
  };
  /** Files of the boards that are being given their content back. */
  #files: readonly string[] | undefined;

  constructor(say: (line: string) => void) {
    this.signal = this.#controller.signal;
    this.#say = say;
    // under nohup the command line has made a listener that has it go on without its terminal
    this.#signals = SIGNALS.filter(
      (name) => name !== 'SIGHUP' || process.listenerCount(name) === 0,
    );
    for (const name of this.#signals) process.on(name, this.#interrupt);
    for (const stream of [process.stdout, process.stderr]) stream.on('error', this.#unheard);
  }

  /** From now on boards are given their content back, from these files. */
  restoring(files: readonly string[]): void {
    this.#files = files;
  }

  #by(name: NodeJS.Signals): void {
    const again = this.signal.aborted;
    if (!again) this.#controller.abort(new Interrupted(name));
    if (name === 'SIGPIPE' || (this.#files === undefined && !again)) return;
    this.#say(
      this.#files === undefined
        ? 'the case that is running is finished first: wait for it'
        : this.#files
            .map((file) => `the content is given back from ${file}: wait for it`)
            .join('\n'),
    );
  }

  [Symbol.dispose](): void {
    for (const name of this.#signals) process.off(name, this.#interrupt);
    for (const stream of [process.stdout, process.stderr]) stream.off('error', this.#unheard);
  }
}
