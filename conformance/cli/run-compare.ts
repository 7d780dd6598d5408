import { writeFile } from 'node:fs/promises';
import pc from 'picocolors';
import { compare, scores } from '../compare.ts';
import type { Comparison } from '../compare.ts';
import { ConformanceError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { text } from '../hex.ts';
import { identify } from '../identify.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import type { CompareArguments } from './compare.ts';
import { partByName } from './part-by-name.ts';
import { reportingErrors, selectCases, wholeNumber } from './select-cases.ts';

/** Compares two devices and returns the exit code: 0 alike, 1 different, 2 usage, 3 environment, 4 one does not answer. */
export async function runCompare(argv: CompareArguments): Promise<number> {
  return reportingErrors('compare', async () => {
    const cases = selectCases(argv.only);
    const options = {
      seed: wholeNumber('seed', argv.seed ?? '1'),
      inputs: wholeNumber('inputs', argv.inputs ?? '4'),
    };
    const [one, other] = [targetNamed(argv.one), targetNamed(argv.other)];
    for (const target of [one, other]) {
      if (await identify(target)) continue;
      console.error(`vstm32 compare: ${target.name} does not answer 0x7F and Get`);
      return 4;
    }
    const fidelity = await compare(one, other, cases, options);
    if (argv.json !== undefined)
      await writeJson(argv.json, { one: one.name, other: other.name, ...fidelity });
    const different = fidelity.comparisons.filter(({ difference }) => difference !== undefined);
    for (const each of different) printDifference(each, [one.name, other.name]);
    for (const { of, matching, asked } of scores(fidelity)) {
      const share = asked === 0 ? '' : ` (${((100 * matching) / asked).toFixed(1)} %)`;
      console.error(`${of}: ${matching} of ${asked} cases alike${share}`);
    }
    console.error(`${fidelity.notAsked.length} cases cannot be asked of both`);
    return different.length === 0 ? 0 : 1;
  });
}

function targetNamed(name: string): EmulatedTarget {
  const [part = '', version] = name.split(':');
  return new EmulatedTarget(partByName(part, version === undefined ? {} : { version }));
}

function printDifference(
  { name, difference, one, other }: Comparison,
  names: readonly string[],
): void {
  console.error(`${pc.bold(name)}: ${difference!}`);
  for (const [at, exchanges] of [one, other].entries()) {
    console.error(`  ${names[at]!}`);
    for (const line of exchanges.map(lineOf)) console.error(`    ${line}`);
  }
}

function lineOf({ name, sent, got }: Exchange): string {
  return `${name}: ${text(sent)} -> ${text(got)}`;
}

async function writeJson(path: string, value: object): Promise<void> {
  const content = `${JSON.stringify({ format: 'vstm32-comparison', version: 1, ...value }, null, 2)}\n`;
  if (path === '-') {
    process.stdout.write(content);
    return;
  }
  try {
    await writeFile(path, content);
  } catch (cause) {
    throw new ConformanceError(`${path} cannot be written`, { exitCode: 3, cause });
  }
}
