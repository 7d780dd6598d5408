import type { Command } from './command.ts';

interface Arguments {
  readonly json?: boolean | undefined;
}

/** `vstm32 doctor`: what this machine has and lacks. */
export const doctor: Command<Arguments> = {
  command: 'doctor',
  describe: 'Say what this machine has and lacks for each feature',
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', describe: 'Print an array of objects' })
      .example('$0 doctor', 'exit code 0 when vstm32 run works here'),
  async handler({ json }) {
    const { examine, formatFindings } = await import('./machine.ts');
    const findings = await examine();
    console.log(json === true ? JSON.stringify(findings) : formatFindings(findings));
    if (findings.some((each) => each.needed && !each.ok)) process.exitCode = 3;
  },
};
