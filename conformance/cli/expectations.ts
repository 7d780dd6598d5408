import { readFile } from 'node:fs/promises';
import pc from 'picocolors';
import { ConformanceError } from '../errors.ts';
import {
  bless,
  checkSameDevice,
  parseBlessed,
  parseExpected,
  surprises,
} from '../results/expected.ts';
import type { Expected } from '../results/expected.ts';
import type { Report, TargetReport } from '../results/results.ts';
import { writeOutput } from '../reports/output.ts';
import { readText } from '../reports/read-text.ts';

/** Writes the deviations of a run as what is expected; reasons that the file gives already are kept. */
export async function blessFile(path: string, { targets }: Report): Promise<void> {
  if (targets.length !== 1) throw new ConformanceError('--bless takes a run of one device');
  const [target] = targets as [TargetReport];
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const before = text === undefined ? undefined : parseBlessed(text, path);
  if (before !== undefined) checkSameDevice(before, target);
  const expected = bless(target, before);
  await writeOutput(path, `${JSON.stringify(expected, null, 2)}\n`);
  const silent = Object.values(expected.cases).filter(({ reason }) => reason === '').length;
  if (silent > 0)
    console.error(`${path}: ${silent} deviations need a reason before --expected takes them`);
}

/** Reads what `--bless` kept. @throws ConformanceError */
export async function readExpected(path: string): Promise<Expected> {
  return parseExpected(await readText(path), path);
}

/** Says what came out otherwise than expected; true when nothing did. @throws ConformanceError for another device */
export function asExpected(expected: Expected, { targets }: Report): boolean {
  for (const target of targets) checkSameDevice(expected, target);
  const found = targets.flatMap((target) => surprises(target, expected));
  for (const { name, expected: wanted, came } of found) {
    console.error(`${pc.red('unexpected')} ${name}: expected ${wanted}, came ${came}`);
  }
  return found.length === 0;
}
