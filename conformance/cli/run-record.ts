import type { TargetArguments } from './target-options.ts';
import type { CaseArguments } from './case-options.ts';
import { record } from '../record/recording.ts';
import { LiveSide } from '../record/side.ts';
import { guarded } from '../boards/backup/guarded.ts';
import { Interrupted } from '../boards/backup/interrupted.ts';
import { oneSpecOf, withTarget } from './one-target.ts';
import { CountProgress, sayingHowFar } from './progress.ts';
import { reportingErrors, casesOn, wholeNumber, withInterface } from './select-cases.ts';
import { checkOutputs, writeOutput } from '../reports/output.ts';

/** Arguments of `vstm32 record`, as yargs hands them over. */
export interface RecordArguments extends TargetArguments, CaseArguments {
  readonly output: string;
  readonly 'with-firmware'?: boolean | undefined;
}

/** Records a target and returns the exit code: 0 done, 2 usage, 3 environment, 4 no answer, 130 broken off. */
export async function runRecord(asked: RecordArguments): Promise<number> {
  return reportingErrors('record', async () => {
    const argv = withInterface(asked);
    checkOutputs([argv.output]);
    const cases = casesOn(argv);
    const inputs = {
      seed: wholeNumber('seed', argv.seed ?? '1'),
      inputs: wholeNumber('inputs', argv.inputs ?? '4'),
    };
    const firmware = argv['with-firmware'] === true ? 'kept' : 'hidden';
    return guarded(await oneSpecOf(argv), sayingHowFar(), async (signal, spec) => {
      const recording = await withTarget(spec, async (target) => {
        const progress = new CountProgress(cases.length);
        const heard = progress.heard.bind(progress);
        const side = new LiveSide(target, spec.allow);
        const done = await record(side, cases, { ...inputs, firmware, signal, heard });
        progress.end();
        return done;
      });
      if (recording === undefined) return 4;
      await writeOutput(argv.output, `${JSON.stringify(recording, null, 1)}\n`);
      const count = Object.keys(recording.cases).length;
      console.error(`${recording.target}: ${count} cases recorded, its firmware ${firmware}`);
      return signal.reason instanceof Interrupted ? signal.reason.exitCode : 0;
    });
  });
}
