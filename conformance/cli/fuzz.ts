import type { FuzzArguments } from './run-fuzz.ts';
import type { Command } from './command.ts';
import { reportOptions } from '../reports/options.ts';
import { targetOptions } from './target-options.ts';

/** `vstm32 fuzz`: random sessions against a model, and bare bytes. */
export const fuzz: Command<FuzzArguments> = {
  command: 'fuzz',
  describe: 'Random sessions with line faults and power cuts against a model, and bare bytes',
  builder: (yargs) =>
    targetOptions(yargs)
      .option('time', { type: 'string', requiresArg: true, describe: 'How long, as 30s or 10m' })
      .option('sessions', {
        type: 'string',
        requiresArg: true,
        describe: 'N  How many at least; default 1000 where no time is given',
      })
      .option('seed', {
        type: 'string',
        requiresArg: true,
        describe: 'N  Seed of the first batch; default 1',
      })
      .option('campaign', {
        type: 'string',
        requiresArg: true,
        describe: 'moves, bytes or both (default; a board is only sent moves)',
      })
      .option('workers', {
        type: 'string',
        requiresArg: true,
        describe: 'N  Processes that share the work; default one for each core',
      })
      .option('save', {
        type: 'string',
        requiresArg: true,
        describe:
          'FOLDER  Keep each failure there as a file, for vstm32 replay and conform --cases',
      })
      .options(reportOptions)
      .example('$0 fuzz --device STM32F405 --time 10m --seed 7', 'ten minutes on every core')
      .example('$0 fuzz --device STM32F405 --campaign bytes --html fuzz.html', 'bare bytes only')
      .example(
        '$0 fuzz --device STM32F405 --mutant erase-one-too-many --save cases',
        'see a planted bug found',
      )
      .example(
        '$0 fuzz --device STM32F405RG --target serial:/dev/ttyUSB0 --wire dtr=nrst --allow flash --time 5m',
        'a board, which is given its content back',
      ),
  async handler(argv) {
    const { runFuzz } = await import('./run-fuzz.ts');
    process.exitCode = await runFuzz(argv);
  },
};
