import type { ReplayArguments } from './run-replay.ts';
import type { Command } from './command.ts';
import { targetOptions } from './target-options.ts';

/** `vstm32 replay`: a session once more. */
export const replay: Command<ReplayArguments> = {
  command: 'replay [cases..]',
  describe: 'Play stored sessions, or one that vstm32 fuzz printed',
  builder: (yargs) =>
    targetOptions(yargs)
      .positional('cases', {
        type: 'string',
        array: true,
        describe: 'Files or folders that vstm32 fuzz --save wrote',
      })
      .option('session', {
        type: 'string',
        requiresArg: true,
        describe: 'JSON  The session, as vstm32 fuzz prints it',
      })
      .example('$0 replay cases/', 'every stored session, on the part it was found on')
      .example('$0 replay cases/ --mutant erase-one-too-many', 'the same on a wrong device'),
  async handler(argv) {
    const { runReplay } = await import('./run-replay.ts');
    process.exitCode = await runReplay(argv);
  },
};
