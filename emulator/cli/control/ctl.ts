import { readFileSync, writeFileSync } from 'node:fs';
import { EmulatorError } from '../../errors.ts';
import type { Command } from '../command.ts';
import { words } from './words.ts';
import type { CtlArguments } from './words.ts';

/** `vstm32 ctl`: moves the switches of a running board from a script. */
export const ctl: Command<CtlArguments> = {
  command: 'ctl <socket> <words..>',
  describe: 'Steer a running board from a script',
  builder: (yargs) =>
    yargs
      .usage(`$0 ctl SOCKET ${words.join(' | ')}`)
      .positional('socket', {
        type: 'string',
        demandOption: true,
        describe: 'Path given to --control of run, exec or serve',
      })
      .positional('words', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: words.join(', '),
      })
      .option('board', {
        type: 'string',
        requiresArg: true,
        describe: 'ID  Which board, where there are several',
      })
      .option('json', {
        type: 'boolean',
        describe: 'Print the answer of the board as one line of JSON',
      })
      .example('$0 ctl /tmp/board.sock reset', 'a pulse on NRST')
      .example('$0 ctl /tmp/board.sock boot0 0', 'BOOT0 low from the next reset on')
      .example('$0 ctl /tmp/board.sock save flash.bin', 'write main flash to a file, .bin or .hex')
      .example('$0 ctl /tmp/board.sock fault reply:refuse:go', 'the next Go is refused')
      .example('$0 ctl /tmp/board.sock state', 'what the chip does now, as JSON'),
  async handler(argv) {
    const { steer } = await import('./steer.ts');
    const { text, answer } = await steer(argv, {
      read: (file) => attempt(file, () => readFileSync(file)),
      write: (file, bytes) => attempt(file, () => writeFileSync(file, bytes)),
    });
    if (argv.json === true || text === undefined) console.log(JSON.stringify(answer));
    else console.log(text);
  },
};

function attempt<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new EmulatorError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      exitCode: 3,
      cause,
    });
  }
}
