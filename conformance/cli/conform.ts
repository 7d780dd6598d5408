import { caseOptions } from './case-options.ts';
import type { ConformArguments } from './run-conform.ts';
import type { Command } from './command.ts';
import { reportOptions } from '../reports/options.ts';
import { boardErrands, targetOptions } from './target-options.ts';

/** `vstm32 conform`: what a bootloader does, against what the note requires. */
export const conform: Command<ConformArguments> = {
  command: 'conform [files..]',
  describe: 'Examine a bootloader against the note of its protocol: AN3155 on USART',
  builder: (yargs) =>
    caseOptions(boardErrands(targetOptions(yargs)))
      .positional('files', {
        type: 'string',
        array: true,
        describe: 'More files of --merge-reports or --cases',
      })
      .option('path', {
        type: 'string',
        requiresArg: true,
        describe: 'One input, as a failure prints it; with --only',
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
      .options(reportOptions)
      .example('$0 conform --device STM32F405', 'every case on the emulator in memory')
      .example('$0 conform --device STM32F103xB --only usart/3.7', 'one section')
      .example('$0 conform --device STM32F405 --interface usb', 'every case of DFU')
      .example('$0 conform --device all --html lines.html', 'every line and bootloader version')
      .example(
        '$0 conform --device STM32F405RG --target serial:/dev/ttyUSB0 --wire dtr=nrst,rts=boot0',
        'a board, read-only',
      )
      .example(
        '$0 conform --device STM32F405RG --target usb --interface usb --reset-command ./reset',
        'a board on USB, read-only',
      )
      .example(
        '$0 conform --device STM32F446RE --target i2c:/dev/i2c-1 --interface i2c --wire dtr=nrst,rts=boot0@/dev/ttyUSB0',
        'one on I2C, reset by a serial adapter',
      )
      .example('$0 conform --bench bench.yaml --json run.json', 'the boards of a bench file')
      .example('$0 conform --device STM32F405 --shard 1/2 --json 1.json', 'half of the cases')
      .example('$0 conform --merge-reports 1.json 2.json --html report.html', 'both halves')
      .example('$0 conform --device STM32F405 --html report.html --junit junit.xml', 'reports')
      .example('$0 conform --explain usart/3.6/misaligned-address', 'what a scenario asks'),
  async handler(argv) {
    const { runConform } = await import('./run-conform.ts');
    process.exitCode = await runConform(argv);
  },
};
