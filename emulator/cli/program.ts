import yargs, { type Argv, type CommandModule } from 'yargs';
import { EmulatorError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Command } from './command.ts';

/** Exit codes of every command: 0 ok, 1 findings, 2 usage, 3 environment. */
const USAGE = 2;
const ENVIRONMENT = 3;

/** Reads the arguments, runs the command and sets the exit code; errors are one line on stderr. */
// oxlint-disable-next-line typescript/no-explicit-any -- each command knows its own arguments
export async function runProgram(args: readonly string[], commands: readonly Command<any>[]): Promise<void> {
  endOnBrokenPipe();
  const running = commands.find(({ command }) => nameOf(command) === args[0]);
  try {
    await yargs([...args])
      .scriptName('vstm32')
      .locale('en')
      .usage('$0: a virtual STM32 whose bootloader unmodified flashing tools talk to')
      .parserConfiguration({
        'boolean-negation': false,
        'camel-case-expansion': false,
        'dot-notation': false,
        'greedy-arrays': false,
        'parse-numbers': false,
        'parse-positional-numbers': false,
        'populate--': true,
      })
      .command(commands as CommandModule[])
      .option('verbose', { type: 'boolean', global: true, describe: 'Show where an error comes from' })
      .example('$0 run STM32F405', 'a serial port with a virtual STM32F405 behind it')
      .example('$0 exec STM32F405 -- stm32flash -w firmware.bin -v {usart}', 'one tool on a fresh chip')
      .demandCommand(1, 'name a command')
      .recommendCommands()
      .strict()
      .wrap(Math.min(110, process.stdout.columns ?? 110))
      .fail((message, error, program) => {
        throw error ?? new UsageError(message, program);
      })
      .parseAsync();
  } catch (error) {
    await report(error, args, running);
  }
}

/** What yargs finds wrong with the arguments, and the program that knows the right ones. */
class UsageError extends Error {
  readonly #program: Argv;

  constructor(message: string, program: Argv) {
    super(message);
    this.#program = program;
  }

  /** The message as a person would put it, with the option that was probably meant. */
  async plain(): Promise<string> {
    if (this.message.startsWith('Not enough non-option')) return 'something is missing';
    const [, unknown] = /^Unknown arguments?: (.+)$/.exec(this.message) ?? [];
    if (unknown === undefined) return this.message;
    const known = (await this.#program.getHelp()).matchAll(/--([a-z][a-z0-9-]+)/g);
    const like = nearest(unknown, [...known].map((match) => match[1]!), 1);
    const hint = like.length === 0 ? '' : `, did you mean --${like[0]}?`;
    return `unknown argument ${unknown}${hint}`;
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- as above
async function report(error: unknown, args: readonly string[], command: Command<any> | undefined): Promise<void> {
  const ours = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const verbose = ours.includes('--verbose');
  process.exitCode = command?.ownFailure ?? exitCodeOf(error);
  if (verbose) {
    console.error(error);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof EmulatorError) {
    console.error(`vstm32: ${message}`);
  } else if (isUsage(error)) {
    const name = command === undefined ? '' : ` ${nameOf(command.command)}`;
    const plain = error instanceof UsageError ? await error.plain() : message;
    console.error(`vstm32${name}: ${plain} (vstm32${name} --help shows how)`);
  } else {
    console.error(`vstm32: ${message} (--verbose shows where it comes from)`);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof EmulatorError) return error.exitCode;
  return isUsage(error) ? USAGE : ENVIRONMENT;
}

/** yargs throws an error of its own class where it parses, and calls `fail` with a text where it checks. */
function isUsage(error: unknown): boolean {
  return error instanceof UsageError || (error instanceof Error && error.name === 'YError');
}

function nameOf(command: Command<object>['command']): string | undefined {
  return String(command).split(' ')[0];
}

/** A pipe that nobody reads any more ends a command as SIGPIPE ends other programs: tidily. */
function endOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
      const commandSeesToIt = stream.listenerCount('error') > 1;
      if (!commandSeesToIt) process.exit();
    });
  }
}
