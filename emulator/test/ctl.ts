import { readFileSync, writeFileSync } from 'node:fs';
import { steer } from '../cli/control/steer.ts';

/** Tells the board on a socket what `vstm32 ctl` would: its answer. */
export function ctlOf(socket: string): (line: string) => Promise<unknown> {
  return async (line) =>
    (await steer({ socket, words: line.split(' ') }, { read: readFileSync, write: writeFileSync }))
      .answer;
}
