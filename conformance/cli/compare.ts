import type { Command } from './command.ts';

/** Arguments of `vstm32 compare`, as yargs hands them over. */
export interface CompareArguments {
  readonly one: string;
  readonly other: string;
  readonly only?: readonly string[] | undefined;
  readonly seed?: string | undefined;
  readonly inputs?: string | undefined;
  readonly json?: string | undefined;
}

/** `vstm32 compare`: the same bytes to two devices. */
export const compare: Command<CompareArguments> = {
  command: 'compare <one> <other>',
  describe: 'Send the same bytes to two bootloaders and show where they differ',
  builder: (yargs) =>
    yargs
      .positional('one', {
        type: 'string',
        demandOption: true,
        describe: 'PART[:VERSION], as STM32F405:3.0',
      })
      .positional('other', {
        type: 'string',
        demandOption: true,
        describe: 'the same for the other',
      })
      .option('only', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'PREFIX  Cases to run',
      })
      .option('seed', {
        type: 'string',
        requiresArg: true,
        describe: 'N  Seed of the inputs; default 1',
      })
      .option('inputs', {
        type: 'string',
        requiresArg: true,
        describe: 'N  Inputs for each case; default 4',
      })
      .option('json', {
        type: 'string',
        requiresArg: true,
        describe: 'FILE  Write all exchanges there; - is standard output',
      })
      .example('$0 compare STM32F405:3.0 STM32F405:3.1', 'two versions of one ROM'),
  async handler(argv) {
    const { runCompare } = await import('./run-compare.ts');
    process.exitCode = await runCompare(argv);
  },
};
