import { caseOptions } from './case-options.ts';
import type { CompareArguments } from './run-compare.ts';
import type { Command } from './command.ts';
import { targetOptions } from './target-options.ts';

/** `vstm32 compare`: the same bytes to two devices. */
export const compare: Command<CompareArguments> = {
  command: 'compare <one> [other]',
  describe:
    'Send the same bytes to two bootloaders and show where they differ, or show what changed between two runs',
  builder: (yargs) =>
    caseOptions(targetOptions(yargs), ', or that of a recording')
      .positional('one', {
        type: 'string',
        demandOption: true,
        describe:
          'PART[:VERSION] in memory, as STM32F405:3.0, a file of vstm32 record, or one of vstm32 conform --json',
      })
      .positional('other', {
        type: 'string',
        describe: 'the same for the other; without it what --device and --target say',
      })
      .option('json', {
        type: 'string',
        requiresArg: true,
        describe: 'FILE  Write all exchanges, or changes, there; - is standard output',
      })
      .option('html', {
        type: 'string',
        requiresArg: true,
        describe: 'FILE  Write a page there; - is standard output',
      })
      .example('$0 compare STM32F405:3.0 STM32F405:3.1', 'two versions of one ROM')
      .example(
        '$0 compare before.json after.json --html changes.html',
        'what changed between two runs of vstm32 conform',
      )
      .example('$0 compare board.json STM32F405', 'the emulator with a board that was recorded')
      .example(
        '$0 compare STM32F405 --device STM32F405RG --target serial:/dev/ttyUSB0 --wire dtr=nrst',
        'the emulator with a board',
      ),
  async handler(argv) {
    const { runCompare } = await import('./run-compare.ts');
    process.exitCode = await runCompare(argv);
  },
};
