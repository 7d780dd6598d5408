import type { Command } from '../command.ts';
import type { ServeArguments } from './serve-boards.ts';

/** `vstm32 serve`: boards behind one control API. */
export const serve: Command<ServeArguments> = {
  command: 'serve [boards]',
  describe: 'Many boards behind one control API',
  builder: (yargs) =>
    yargs
      .usage('$0 serve [BOARDS.yaml] [options]')
      .positional('boards', {
        type: 'string',
        describe: 'File that names the boards; clients may add others',
      })
      .option('http', {
        type: 'string',
        requiresArg: true,
        describe:
          'HOST:PORT  Where the API is (default 127.0.0.1:0, any free port of this machine)',
      })
      .option('control', {
        type: 'string',
        requiresArg: true,
        describe: 'SOCKET  Serve it on this path too, for vstm32 ctl',
      })
      .option('token', {
        type: 'string',
        requiresArg: true,
        describe: 'WORDS  What clients must bring; needed where others reach HOST',
      })
      .option('attached', {
        type: 'boolean',
        describe: 'End when standard input ends: with the program that started it',
      })
      .option('schema', { type: 'boolean', describe: 'Print the JSON schema of BOARDS.yaml' })
      .option('json', { type: 'boolean', describe: 'Say where it listens as one line of JSON' })
      .example('$0 serve', 'no board yet: POST /boards makes them')
      .example('$0 serve boards.yaml --http 127.0.0.1:8080', 'those of a file')
      .example('$0 serve --schema', 'what may be in the file'),
  async handler(argv) {
    const { serveBoards } = await import('./serve-boards.ts');
    await serveBoards(argv);
  },
};
