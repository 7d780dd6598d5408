import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { text } from '../hex.ts';
import { partOf } from '../part.ts';
import type { PartChoice } from '../part.ts';
import { casesOf, runCase } from '../run.ts';
import type { CaseResult } from '../run.ts';
import type { Scenario } from '../scenario.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { isUnexpected } from '../verdict.ts';

/** Makes a test of each case of some scenarios, on a line in memory; VSTM32_DEVICE names another one. */
export function examine(
  scenarios: readonly Scenario[],
  line = 'STM32F405',
  choice: PartChoice = {},
): void {
  const [device] = findDevice(process.env['VSTM32_DEVICE'] ?? line).devices;
  const target = new EmulatedTarget(partOf(device!, choice));
  const seed = Number(process.env['VSTM32_SEED'] ?? 1);
  for (const each of casesOf(scenarios)) {
    test(`${each.scenario.id} in the state '${each.entry}'`, async ({ skip }) => {
      const result = await runCase(target, each, { seed, inputs: 1 });
      if (result.verdict === 'unsupported') skip(result.answered.says);
      if (isUnexpected(result.verdict)) expect.fail(told(result));
    });
  }
}

/** What a failing case prints. */
function told(result: CaseResult): string {
  const { id, verdict, requirement, answered, left, transcript, seed, path } = result;
  const lines = transcript.map(({ name, sent, got }) => `  ${name}: ${text(sent)} -> ${text(got)}`);
  return [
    `${id}: ${verdict}`,
    requirement,
    `answered: ${answered.says}`,
    `left: ${left.says}`,
    ...lines,
    `seed ${seed}${path === undefined ? '' : `, path ${path}`}`,
  ].join('\n');
}
