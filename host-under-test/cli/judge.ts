import type { JudgeArguments } from './run-judge.ts';
import type { CommandModule } from 'yargs';

const file = { type: 'string', requiresArg: true } as const;

/** `vstm32 judge`: flashing tools in scenarios that real users met. */
export const judge: CommandModule<object, JudgeArguments> = {
  command: 'judge [tools..]',
  describe: 'Judge flashing tools in scenarios that their users met',
  builder: (yargs) =>
    yargs
      .usage('$0 judge TOOL… [options]')
      .positional('tools', {
        type: 'string',
        array: true,
        describe: 'stm32flash, stm32loader, dfu-util or STM32_Programmer_CLI',
      })
      .option('tool', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe:
          'COMMAND|FILE.yaml  Another tool, as a command line with {usart}, {usb}, {i2c}, {spi}, {can} or {fdcan}, {image} {address} …',
      })
      .option('only', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'PREFIX  Only the scenarios whose ids begin so: A, C02, E01b',
      })
      .option('scenario', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'ID  Only this scenario: of a single one the evidence is shown',
      })
      .option('over', {
        type: 'string',
        requiresArg: true,
        describe: 'BUS  Only over USART, DFU, I2C, SPI, CAN or FDCAN',
      })
      .option('list', { type: 'boolean', describe: 'List the scenarios, run nothing' })
      .option('explain', { ...file, describe: 'ID  Tell all about one scenario, run nothing' })
      .option('jobs', {
        ...file,
        describe:
          'N  Runs at a time (default: two for each processor, four with a fault at every step)',
      })
      .option('expected', {
        ...file,
        describe: 'FILE  Verdicts that are known, with their reasons',
      })
      .option('json', {
        ...file,
        describe: 'FILE  Report as JSON; - is standard output, of this and the others',
      })
      .option('junit', { ...file, describe: 'FILE  Report as JUnit XML' })
      .option('tap', { ...file, describe: 'FILE  Report as TAP' })
      .option('sarif', { ...file, describe: 'FILE  Report as SARIF' })
      .option('html', { ...file, describe: 'FILE  Report as one page' })
      .option('markdown', {
        ...file,
        describe: 'FILE  Report as Markdown, for the summary of a job',
      })
      .option('github', {
        ...file,
        describe: 'FILE  Report as annotations of GitHub Actions; - is where it looks for them',
      })
      .option('faults-at-every-step', {
        type: 'string',
        describe:
          'FAULT,…  Instead: write 16 KiB with drop (default), corrupt, duplicate, silence, stall, address-nack, disconnect, power-cut, lie, or all that its bus knows, at each step',
      })
      .option('step', { ...file, describe: 'N  Of --faults-at-every-step only this one' })
      .option('seed', { ...file, describe: 'N  Seed of the name that a contract is checked with' })
      .example('$0 judge stm32flash', 'everything')
      .example(
        "$0 judge --tool './my-flasher -p {usart} {image}' --only E",
        'another tool, writing',
      )
      .epilogue(
        'The exit code is 0 when nothing unexpected was found, 1 when something was, 2 for wrong usage, 3 when a tool is missing or fails with nothing wrong.',
      ),
  async handler(argv) {
    const { runJudge } = await import('./run-judge.ts');
    process.exitCode = await runJudge(argv);
  },
};
