import { EmulatorError } from '../../errors.ts';
import type { Command } from '../command.ts';

interface Arguments {
  readonly json?: boolean | undefined;
  readonly timeout: string;
}

/** `vstm32 doctor`: what this machine has and lacks. */
export const doctor: Command<Arguments> = {
  command: 'doctor',
  describe: 'Say what this machine has and lacks for each feature',
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', describe: 'Print an array of objects' })
      .option('timeout', {
        type: 'string',
        requiresArg: true,
        default: '2.5',
        describe: 'SECONDS  How long to wait for each answer, on a machine that is busy',
      })
      .example('$0 doctor', 'exit code 0 when vstm32 run works here'),
  async handler({ json, timeout }) {
    const seconds = Number(timeout);
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new EmulatorError(`--timeout ${timeout}: give seconds, such as 10`);
    }
    const { examine } = await import('./examine.ts');
    const { formatFindings } = await import('./text.ts');
    const findings = await examine(seconds * 1000);
    console.log(json === true ? JSON.stringify(findings) : formatFindings(findings));
    if (findings.some((each) => each.needed && !each.ok)) process.exitCode = 3;
  },
};
