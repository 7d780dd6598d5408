import { caseOptions } from './case-options.ts';
import type { RecordArguments } from './run-record.ts';
import type { Command } from './command.ts';
import { targetOptions } from './target-options.ts';

/** `vstm32 record`: what a device answers, kept as a file. */
export const record: Command<RecordArguments> = {
  command: 'record',
  describe: 'Keep what a device answers as a file, for vstm32 compare without the device',
  builder: (yargs) =>
    caseOptions(targetOptions(yargs))
      .option('output', {
        alias: 'o',
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'FILE  Where to; - is standard output',
      })
      .option('with-firmware', {
        type: 'boolean',
        describe: 'Keep what was read of the memory; else only a digest of it is kept',
      })
      .example(
        '$0 record --device STM32F405RG --target serial:/dev/ttyUSB0 --wire dtr=nrst -o board.json',
        'a board, read-only',
      )
      .example('$0 compare board.json STM32F405', 'then the emulator with it'),
  async handler(argv) {
    const { runRecord } = await import('./run-record.ts');
    process.exitCode = await runRecord(argv);
  },
};
