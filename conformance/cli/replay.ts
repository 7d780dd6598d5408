import type { Command } from './command.ts';

/** Arguments of `vstm32 replay`, as yargs hands them over. */
export interface ReplayArguments {
  readonly cases?: readonly string[] | undefined;
  readonly device?: string | undefined;
  readonly bootloader?: string | undefined;
  readonly session?: string | undefined;
  readonly mutant?: string | undefined;
}

/** `vstm32 replay`: a session once more. */
export const replay: Command<ReplayArguments> = {
  command: 'replay [cases..]',
  describe: 'Play stored sessions, or one that vstm32 fuzz printed',
  builder: (yargs) =>
    yargs
      .positional('cases', {
        type: 'string',
        array: true,
        describe: 'Files or folders that vstm32 fuzz --save wrote',
      })
      .option('device', { type: 'string', requiresArg: true, describe: 'Part, with --session' })
      .option('bootloader', { type: 'string', requiresArg: true, describe: 'Bootloader version' })
      .option('session', {
        type: 'string',
        requiresArg: true,
        describe: 'JSON  The session, as vstm32 fuzz prints it',
      })
      .option('mutant', {
        type: 'string',
        requiresArg: true,
        describe: 'NAME  Play it to a device that is wrong on purpose',
      })
      .example('$0 replay cases/', 'every stored session'),
  async handler(argv) {
    const { runReplay } = await import('./run-replay.ts');
    process.exitCode = await runReplay(argv);
  },
};
