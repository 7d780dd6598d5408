import path from 'node:path';
import { EmulatorError } from '../../errors.ts';
import type { Command } from '../command.ts';
import { controlWords } from './controls.ts';

interface Arguments {
  readonly socket: string;
  readonly words: readonly string[];
  readonly json?: boolean | undefined;
}

/** `vstm32 ctl`: moves the switches of a running board from a script. */
export const ctl: Command<Arguments> = {
  command: 'ctl <socket> <words..>',
  describe: 'Reset, switch or save a running board from a script',
  builder: (yargs) =>
    yargs
      .usage(`$0 ctl SOCKET ${controlWords.join(' | ')}`)
      .positional('socket', {
        type: 'string',
        demandOption: true,
        describe: 'Path given to --control of run or exec',
      })
      .positional('words', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: controlWords.join(', '),
      })
      .option('json', {
        type: 'boolean',
        describe: 'Print the answer of the board as one line of JSON',
      })
      .example('$0 ctl /tmp/board.sock reset', 'a pulse on NRST')
      .example('$0 ctl /tmp/board.sock boot0 0', 'BOOT0 low from the next reset on')
      .example('$0 ctl /tmp/board.sock save flash.bin', 'write main flash to a file')
      .example('$0 ctl /tmp/board.sock state', 'what the chip does now, as JSON'),
  async handler({ socket, words, json }) {
    const [word, ...rest] = words;
    // The board has its own working folder.
    const line =
      word === 'save' && rest.length > 0 ? `save ${path.resolve(rest.join(' '))}` : words.join(' ');
    const { sendControl } = await import('./control.ts');
    const answer = await sendControl(socket, line);
    if (!answer.ok) throw new EmulatorError(answer.error);
    if (json === true || word === 'state') console.log(JSON.stringify(answer));
    else console.log(answer.text);
  },
};
