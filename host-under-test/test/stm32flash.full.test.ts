import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { EVERY_STEP, faultAtEveryStep } from '../every-step.ts';
import { find } from '../tools/find.ts';
import { stm32flash } from '../tools/stm32flash.ts';
import { runOne } from './bench.ts';

const has = spawnSync('stm32flash', ['-h']).error === undefined;

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

/** What stm32flash makes of a fault at each step of two blocks: it repeats a block that it finds wrong. */
const TWO_BLOCKS = [
  ['drop', { steps: 18, succeeded: 0, failed: 18 }],
  ['corrupt', { steps: 18, succeeded: 2, failed: 16 }],
  ['duplicate', { steps: 18 }],
  ['silence', { steps: 18, succeeded: 0, failed: 18 }],
  ['power-cut', { steps: 3, succeeded: 0, failed: 3 }],
  ['lie', { steps: 3, succeeded: 2, failed: 1 }],
] as const;

test.skipIf(!has).each(TWO_BLOCKS)(
  'stm32flash notices %s at each step, and nothing hangs',
  { timeout: 120_000 },
  async (fault, ends) => {
    const base = { ...EVERY_STEP, job: { ...EVERY_STEP.job, image: { length: 512 } } };
    const table = await faultAtEveryStep(await find(stm32flash), fault, { jobs: 6 }, base);
    expect(table).toMatchObject({ ...ends, hung: 0, corrupted: 0, bad: [] });
    expect(table.succeeded + table.failed).toBe(table.steps);
  },
);
