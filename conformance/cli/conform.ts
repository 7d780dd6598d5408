import type { Command } from './command.ts';

/** Arguments of `vstm32 conform`, as yargs hands them over. */
export interface ConformArguments {
  readonly device?: string | undefined;
  readonly target?: string | undefined;
  readonly 'reset-command'?: string | undefined;
  readonly bootloader?: string | undefined;
  readonly flash?: string | undefined;
  readonly protocol?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly seed?: string | undefined;
  readonly inputs?: string | undefined;
  readonly path?: string | undefined;
  readonly allow?: string | undefined;
  readonly shard?: string | undefined;
  readonly mutant?: string | undefined;
  readonly cases?: readonly string[] | undefined;
  readonly bless?: string | undefined;
  readonly expected?: string | undefined;
  readonly strict?: boolean | undefined;
  readonly list?: boolean | undefined;
  readonly explain?: string | undefined;
  readonly coverage?: boolean | undefined;
  readonly 'merge-reports'?: readonly string[] | undefined;
  readonly json?: string | undefined;
  readonly junit?: string | undefined;
  readonly tap?: string | undefined;
  readonly sarif?: string | undefined;
  readonly html?: string | undefined;
}

const FILE = 'FILE  Write the report there; - is standard output';

/** `vstm32 conform`: what a bootloader does, against what the note requires. */
export const conform: Command<ConformArguments> = {
  command: 'conform',
  describe: 'Examine a bootloader against AN3155',
  builder: (yargs) =>
    yargs
      .option('device', {
        type: 'string',
        requiresArg: true,
        describe: 'Part to examine, as STM32F405RG',
      })
      .option('target', {
        type: 'string',
        requiresArg: true,
        describe: 'memory (default), pty, or serial:/path/of/port for a board: read-only',
      })
      .option('reset-command', {
        type: 'string',
        requiresArg: true,
        describe: 'COMMAND  Resets the board on a serial port into its bootloader',
      })
      .option('bootloader', {
        type: 'string',
        requiresArg: true,
        describe: 'Bootloader version, as 9.1',
      })
      .option('flash', {
        type: 'string',
        requiresArg: true,
        describe: 'KIB  Flash size, where the name does not tell it',
      })
      .option('protocol', {
        type: 'string',
        requiresArg: true,
        describe: 'Protocol version in place of the ROM’s own',
      })
      .option('only', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'PREFIX  Cases to run, as usart/3.6 or usart/3.1/list@rdp-1',
      })
      .option('seed', {
        type: 'string',
        requiresArg: true,
        describe: 'N  Seed of the inputs; default 1',
      })
      .option('inputs', {
        type: 'string',
        requiresArg: true,
        describe: 'N  Inputs for each case that has several; default 4',
      })
      .option('path', {
        type: 'string',
        requiresArg: true,
        describe: 'One input, as a failure prints it; with --only',
      })
      .option('allow', {
        type: 'string',
        requiresArg: true,
        describe: 'The most that may be spoilt: nothing, page, flash, options or chip',
      })
      .option('shard', {
        type: 'string',
        requiresArg: true,
        describe: 'I/N  Run part I of N, for several machines',
      })
      .option('bless', {
        type: 'string',
        requiresArg: true,
        describe: 'FILE  Keep the deviations of this run as what is expected',
      })
      .option('expected', {
        type: 'string',
        requiresArg: true,
        describe: 'FILE  Judge the run by what --bless kept',
      })
      .option('cases', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'PATH...  Play these stored sessions too',
      })
      .option('mutant', {
        type: 'string',
        requiresArg: true,
        describe: 'NAME  Examine a device that is wrong on purpose',
      })
      .option('merge-reports', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'FILE...  Put JSON reports of shards together instead of running',
      })
      .option('strict', {
        type: 'boolean',
        describe: 'Known limitations and passed-over recommendations count as unexpected',
      })
      .option('list', { type: 'boolean', describe: 'Print the cases instead of running them' })
      .option('explain', {
        type: 'string',
        requiresArg: true,
        describe: 'ID  Print what a scenario asks and why',
      })
      .option('coverage', {
        type: 'boolean',
        describe: 'Print which scenarios examine which requirements',
      })
      .option('json', { type: 'string', requiresArg: true, describe: FILE })
      .option('junit', { type: 'string', requiresArg: true, describe: FILE })
      .option('tap', { type: 'string', requiresArg: true, describe: FILE })
      .option('sarif', { type: 'string', requiresArg: true, describe: FILE })
      .option('html', { type: 'string', requiresArg: true, describe: FILE })
      .example('$0 conform --device STM32F405', 'every case on the emulator in memory')
      .example('$0 conform --device STM32F103xB --only usart/3.7', 'one section')
      .example('$0 conform --device STM32F405 --html report.html --junit junit.xml', 'reports')
      .example('$0 conform --explain usart/3.6/misaligned-address', 'what a scenario asks'),
  async handler(argv) {
    const { runConform } = await import('./run-conform.ts');
    process.exitCode = await runConform(argv);
  },
};
