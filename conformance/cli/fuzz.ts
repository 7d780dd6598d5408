import type { Command } from './command.ts';

/** Arguments of `vstm32 fuzz`, as yargs hands them over. */
export interface FuzzArguments {
  readonly device: string;
  readonly bootloader?: string | undefined;
  readonly time?: string | undefined;
  readonly sessions?: string | undefined;
  readonly seed?: string | undefined;
  readonly save?: string | undefined;
  readonly mutant?: string | undefined;
}

/** `vstm32 fuzz`: random sessions against a model. */
export const fuzz: Command<FuzzArguments> = {
  command: 'fuzz',
  describe: 'Random sessions with line faults and power cuts, against a model',
  builder: (yargs) =>
    yargs
      .option('device', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Part to examine, as STM32F405RG',
      })
      .option('bootloader', {
        type: 'string',
        requiresArg: true,
        describe: 'Bootloader version, as 9.1',
      })
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
      .option('save', {
        type: 'string',
        requiresArg: true,
        describe:
          'FOLDER  Keep each failure there as a file, for vstm32 replay and conform --cases',
      })
      .option('mutant', {
        type: 'string',
        requiresArg: true,
        describe: 'NAME  Examine a device that is wrong on purpose',
      })
      .example('$0 fuzz --device STM32F405 --time 10m --seed 7', 'ten minutes')
      .example(
        '$0 fuzz --device STM32F405 --mutant erase-one-too-many --save cases',
        'see a planted bug found',
      ),
  async handler(argv) {
    const { runFuzz } = await import('./run-fuzz.ts');
    process.exitCode = await runFuzz(argv);
  },
};
