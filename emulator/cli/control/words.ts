import { EmulatorError } from '../../errors.ts';

/** What a running board is told, as `vstm32 ctl` takes it. */
export const words = [
  'state',
  'reset',
  'boot0 0|1',
  'power off|on',
  'protect 0|1|2',
  'load FILE',
  'save FILE',
  'fault FAULT',
  'faults',
  'clear',
  'snapshot [NAME]',
  'restore NAME',
  'wait KIND',
] as const;

export interface CtlArguments {
  readonly socket: string;
  readonly words: readonly string[];
  readonly board?: string | undefined;
  readonly json?: boolean | undefined;
}

/** @throws EmulatorError that lists the words */
export function noSuchWords(said: readonly string[]): EmulatorError {
  return new EmulatorError(`${said.join(' ')}: the words are ${words.join(', ')}`);
}
