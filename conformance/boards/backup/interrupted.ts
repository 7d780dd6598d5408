import { constants } from 'node:os';

/** Why a run was broken off: the reason of the signal that `guarded` gives. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;
  /** What the command line ends with: 128 and the number of the signal. */
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`broken off by ${signal}`);
    this.name = 'Interrupted';
    this.signal = signal;
    this.exitCode = 128 + constants.signals[signal];
  }
}
