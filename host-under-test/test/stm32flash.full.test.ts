import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { faultAtEveryStep } from '../every-step.ts';
import { isUnexpected, readExpected } from '../expected.ts';
import { runAll } from '../matrix.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { find } from '../tools/find.ts';
import { stm32flash } from '../tools/stm32flash.ts';
import { runOne, scenarioNamed, shown } from './bench.ts';

const EXPECTED = new URL('../expected/stm32flash-0.7.json', import.meta.url).pathname;
const has = spawnSync('stm32flash', ['-h']).error === undefined;

test.skipIf(!has)(
  'stm32flash does in every scenario what is known of it',
  { timeout: 600_000 },
  async () => {
    const expected = readExpected(EXPECTED);
    const results = await runAll(SCENARIOS, await shown(await find(stm32flash)), { jobs: 4 });
    const unexpected = results.filter(({ scenario, verdict }) =>
      isUnexpected(scenario.id, verdict, expected),
    );
    expect(
      unexpected.map(({ scenario, verdict, says }) => `${scenario.id} ${verdict}: ${says}`),
    ).toEqual([]);
    const runnable = new Set(SCENARIOS.map(({ id }) => id));
    expect(Object.keys(expected.verdicts).filter((id) => !runnable.has(id))).toEqual([]);
  },
);

/** The octets on the wire, as `rx 7F` and `tx 00 79`. */
async function wire(id: string): Promise<readonly string[]> {
  const { evidence } = await runOne(id, await find(stm32flash));
  return evidence!.trace.flatMap((event) => {
    if (event.kind !== 'rx' && event.kind !== 'tx') return [];
    return [`${event.kind} ${Buffer.from(event.bytes).toString('hex').toUpperCase()}`];
  });
}

test.skipIf(!has)('stm32flash exits with 0 when Go is refused: the octets', async () => {
  expect((await wire('F04')).slice(-4)).toEqual(['rx 21DE', 'tx 79', 'rx 6000000060', 'tx 1F']);
});

test.skipIf(!has)('stm32flash gives up at a stray byte before the ACK: the octets', async () => {
  expect(await wire('A03')).toEqual(['rx 7F', 'tx 79']);
});

test.skipIf(!has)('stm32flash leaves out what is beyond the flash: the octets', async () => {
  const writes = (await wire('B08')).filter((_octets, index, all) => all[index - 2] === 'rx 31CE');
  expect(writes.at(-1)).toBe('rx 0801FF00F6'); // the last 256 of 128 KiB; the image has 136
});

test.skipIf(!has)(
  'a reply lost at each step of a write is noticed by stm32flash, and nothing hangs',
  { timeout: 300_000 },
  async () => {
    const tool = await find(stm32flash);
    const base = scenarioNamed('C05b', {
      job: { do: 'write+verify', image: { length: 1024 } },
      expect: [
        { exit: 'zero', flash: ['image'] },
        { exit: 'nonzero', flash: ['any'] },
      ],
    });
    const table = await faultAtEveryStep(tool, 'drop', { jobs: 4 }, base);
    expect(table).toMatchObject({ hung: 0, corrupted: 0, bad: [] });
    expect(table.steps).toBe(table.succeeded + table.failed);
    expect(table.steps).toBeGreaterThan(20);
  },
);
