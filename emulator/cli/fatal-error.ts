/**
 * Watches for errors that nobody has caught, as long as it is not disposed of: the command that has it ends
 * then, and closes in order what it has open.
 */
export class FatalErrors implements Disposable {
  readonly #controller = new AbortController();

  constructor() {
    process.on('uncaughtException', this.#caught);
  }

  /** Aborted by the first error, which is its reason; what fails after that is a consequence. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Rejects with the first error. */
  async first(): Promise<never> {
    return await new Promise((_, reject) => {
      const fail = (): void => reject(this.signal.reason as Error);
      if (this.signal.aborted) fail();
      else this.signal.addEventListener('abort', fail, { once: true });
    });
  }

  [Symbol.dispose](): void {
    process.off('uncaughtException', this.#caught);
  }

  readonly #caught = (error: unknown): void => this.#controller.abort(error);
}

/** The errors of which one is made: by several steps that all failed, or by closing what another left open. */
export function errorsIn(error: unknown): readonly unknown[] {
  if (error instanceof AggregateError) return error.errors.flatMap(errorsIn);
  // Node 20 has no SuppressedError of its own; the compiler makes one for `using`.
  if (error instanceof Error && 'suppressed' in error && 'error' in error) {
    return [...errorsIn(error.suppressed), ...errorsIn(error.error)];
  }
  return [error];
}
