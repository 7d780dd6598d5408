import { isatty } from 'node:tty';
import { inspect } from 'node:util';
import yargs, { type Argv, type CommandModule } from 'yargs';
import { EmulatorError } from '../errors.ts';
import { packageManifest } from '../package-files.ts';
import { nearest } from '../../families/find/nearest.ts'; // not the tables: a start without them is quick
import type { AnyCommand } from './command.ts';
import { errorsIn } from './fatal-error.ts';
import { startedUnderNohup } from '../links/hangup.ts';
import { say } from './stderr.ts';

/** Exit codes of every command: 0 ok, 1 findings, 2 usage, 3 environment. */
const USAGE = 2;
const ENVIRONMENT = 3;

/** Why a command did not do what was asked: one line that says what to do. */
export interface Failure {
  readonly exitCode: number;
  readonly line: string;
  readonly error: unknown;
}

/** Reads the arguments and runs the command; sets the exit code and says what failed on stderr. */
export async function runProgram(
  args: readonly string[],
  commands: readonly AnyCommand[],
): Promise<void> {
  endOnBrokenPipe();
  endWithTerminal();
  if (startedUnderNohup()) process.on('SIGHUP', () => {});
  const end = args.indexOf('--');
  const verbose = args.slice(0, end < 0 ? undefined : end).includes('--verbose');
  const tell = ({ exitCode, line, error }: Failure): void => {
    process.exitCode = exitCode;
    say(verbose ? inspect(error) : `vstm32${line}`);
  };
  let fatal = false;
  process.on('uncaughtException', (error) => {
    fatal = true;
    const commandSeesToIt = process.listenerCount('uncaughtException') > 1;
    if (commandSeesToIt) return;
    tell(failureOf(error, args, commands));
    process.exit();
  });
  const failure = await attempt(args, commands);
  if (failure !== undefined) tell(failure);
  if (fatal) process.exit();
}

/** Runs the command that the arguments name; undefined when it did its work. */
export async function attempt(
  args: readonly string[],
  commands: readonly AnyCommand[],
): Promise<Failure | undefined> {
  try {
    await program(args, commands).parseAsync();
    return undefined;
  } catch (error) {
    return failureOf(error, args, commands);
  }
}

function failureOf(
  error: unknown,
  args: readonly string[],
  commands: readonly AnyCommand[],
): Failure {
  const command = commands.find((each) => nameOf(each) === args[0]);
  const explained = errorsIn(error).map((each) => explain(each, command, args));
  const { exitCode } = explained[0]!;
  const line = [...new Set(explained.map((each) => each.line))].join('\nvstm32');
  return { exitCode: command?.ownFailure ?? exitCode, line, error };
}

/** The command line, with what it has been given. */
export function program(args: readonly string[], commands: readonly AnyCommand[]): Argv {
  return withoutHelpAhead(yargs([...args]))
    .scriptName('vstm32')
    .locale('en')
    .version(packageManifest().version) // yargs would find that of the project in which it is installed
    .alias('help', 'h')
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
    .option('verbose', {
      type: 'boolean',
      global: true,
      describe: 'Show where an error comes from',
    })
    .example('$0 run STM32F405', 'a serial port with a virtual STM32F405 behind it')
    .example('$0 exec STM32F405 -- stm32flash -w firmware.bin -v {usart}', 'one tool, a fresh chip')
    .demandCommand(1, 'name a command')
    .strict()
    .wrap(Math.min(WIDEST, process.stdout.columns ?? WIDEST))
    .fail((message, error, usage) => {
      // The types say Argv; it is the usage of the command, whose help() is the text.
      throw error ?? new UsageError(message, String((usage as { help(): unknown }).help()));
    });
}

/**
 * yargs writes the help of each command before it runs it, for whoever asks for the help from within; nobody here does,
 * and it takes longer than making the board. Its types do not show what writes it.
 */
function withoutHelpAhead(command: Argv): Argv {
  const { getInternalMethods } = command as { getInternalMethods?: () => InternalMethods };
  const usage = getInternalMethods?.call(command).getUsageInstance?.();
  if (usage !== undefined) usage.cacheHelpMessage = () => {};
  return command;
}

interface InternalMethods {
  getUsageInstance?: () => { cacheHelpMessage: () => void };
}

/** Columns of help on a wide terminal. */
const WIDEST = 110;

/** What yargs finds wrong with the arguments, with the help that lists the right ones. */
class UsageError extends Error {
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.help = help;
  }
}

function explain(
  error: unknown,
  command: AnyCommand | undefined,
  args: readonly string[],
): { readonly exitCode: number; readonly line: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof EmulatorError) return { exitCode: error.exitCode, line: `: ${message}` };
  // yargs throws its own error where it parses, and calls `fail` with a text where it checks.
  const isUsage =
    error instanceof UsageError || (error instanceof Error && error.name === 'YError');
  if (!isUsage) {
    return { exitCode: ENVIRONMENT, line: `: ${message} (--verbose shows where it comes from)` };
  }
  const name = command === undefined ? '' : ` ${nameOf(command)}`;
  const plain = error instanceof UsageError ? inPlainWords(error, command, args) : message;
  return { exitCode: USAGE, line: `${name}: ${plain} (vstm32${name} --help shows how)` };
}

/** The message as a person would put it, with the option that was probably meant. */
function inPlainWords(
  { message, help }: UsageError,
  command: AnyCommand | undefined,
  args: readonly string[],
): string {
  const given = /^Not enough non-option arguments: got (\d+)/.exec(message)?.[1];
  if (given !== undefined) return missing(command, Number(given));
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1];
  if (unknown === undefined) return message;
  const instead = args.includes('--') ? undefined : command?.withoutDashes;
  if (instead !== undefined) return instead;
  const word = args.find((each) => !each.startsWith('-'));
  if (command === undefined && word !== undefined) return noCommand(word, help);
  const known = [...help.matchAll(/--([a-z][a-z0-9-]+)/g)].map((match) => match[1]!);
  const like =
    known.find((name) => name.startsWith(`${unknown}-`)) ?? nearest(unknown, known, 1)[0];
  return `unknown argument ${unknown}${like === undefined ? '' : `, did you mean --${like}?`}`;
}

function noCommand(name: string, help: string): string {
  const known = [...help.matchAll(/^ +vstm32 ([a-z]+)/gm)].map((match) => match[1]!);
  const [like] = nearest(name, known, 1);
  return `there is no command ${name}${like === undefined ? '' : `, did you mean ${like}?`}`;
}

/** Names the first positional argument that is not there. */
function missing(command: AnyCommand | undefined, given: number): string {
  const name = [...String(command?.command).matchAll(/<([a-z]+)[.>]/g)][given]?.[1];
  if (name === undefined) return 'something is missing';
  const which = name === 'device' ? ', as STM32F405: vstm32 devices lists them' : '';
  return `the ${name.replace(/s$/, '')} is missing${which}`;
}

function nameOf({ command }: AnyCommand): string {
  return String(command).split(' ')[0]!;
}

/**
 * A program whose terminal was closed ends as SIGHUP ends others, after it has put everything in order. Node
 * would abort: it insists on giving the terminal its settings back.
 */
function endWithTerminal(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.once('exit', () => {
    if (terminals.every((fd) => isatty(fd))) return;
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}

/** A pipe that nobody reads any more ends a command as SIGPIPE ends other programs, unless it sees to that itself. */
function endOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
      const commandSeesToIt = stream.listenerCount('error') > 1;
      if (!commandSeesToIt) process.exit();
    });
  }
}
