import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vstm32 } from '../../emulator/test/vstm32.ts';
import { reasonOf } from '../results/words.ts';
import type { Report } from '../results/results.ts';
import { caseName } from '../run/run.ts';
import { isUnexpected } from '../reports/verdict.ts';

/** One part of each of six series, with the smallest flash of its line: a mass erase of others takes minutes. */
const PARTS = [
  ['STM32F103x6', 16],
  ['STM32F401xB', 128],
  ['STM32G030x6', 16],
  ['STM32L011x3', 8],
  ['STM32G431x6', 32],
  ['STM32H503xB', 128],
] as const;

test('at real speed six series are examined side by side over ptys, with nothing unexpected', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-real-'));
  try {
    const [bench, json] = [join(folder, 'bench.yaml'), join(folder, 'report.json')];
    const boards = PARTS.map(([device, size]) => {
      return { device, 'flash-size': size, target: 'pty', speed: 'real' };
    });
    await writeFile(bench, JSON.stringify({ boards }));
    const run = await vstm32(['conform', '--bench', bench, '--inputs', '1', '--json', json]);
    const { targets } = JSON.parse(await readFile(json, 'utf8')) as Report;
    const unexpected = targets.flatMap(({ target, results }) =>
      results
        .filter(({ verdict }) => isUnexpected(verdict))
        .map((each) => `${target} ${caseName(each)} ${each.verdict}: ${reasonOf(each)}`),
    );
    expect(unexpected).toEqual([]);
    const passed = targets.map(({ results }) =>
      results.filter(({ verdict }) => verdict === 'pass'),
    );
    expect(passed).toHaveLength(PARTS.length);
    for (const each of passed) expect(each.length).toBeGreaterThan(200);
    expect(run.code, run.stderr).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 900_000);
