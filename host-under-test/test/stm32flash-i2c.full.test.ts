import { expect, test } from 'vitest';
import { has } from '../../emulator/test/host-tool.ts';
import { EVERY_MESSAGE, faultAtEveryStep } from '../every-step.ts';
import type { Result } from '../run.ts';
import { find } from '../tools/find.ts';
import { stm32flash } from '../tools/stm32flash.ts';
import { runOne } from './bench.ts';

const ready = has('stm32flash') && has('cc');

/** The octets on the bus, as `w 21DE` and `r 79`. */
function wire({ evidence }: Result): readonly string[] {
  return evidence!.trace.flatMap((event) => {
    if ((event.kind !== 'rx' && event.kind !== 'tx') || !event.port.startsWith('I2C')) return [];
    return [
      `${event.kind === 'rx' ? 'w' : 'r'} ${Buffer.from(event.bytes).toString('hex').toUpperCase()}`,
    ];
  });
}

const judged = async (id: string, limitMs?: number): Promise<Result> =>
  await runOne(id, await find(stm32flash), limitMs === undefined ? {} : { limitMs });

test.skipIf(!ready)('stm32flash polls a busy chip for ever: the octets', async () => {
  const result = await judged('H01d', 12_000); // its own limit is 5 s for each of two pages
  expect(result.verdict).toBe('hang');
  const octets = wire(result);
  const erase = octets.indexOf('w 45BA');
  expect(octets.slice(erase, erase + 5)).toEqual([
    'w 45BA',
    'r 79',
    'w 000101',
    'r 79',
    'w 0000000101',
  ]);
  expect(new Set(octets.slice(erase + 5))).toEqual(new Set(['r 76']));
});

test.skipIf(!ready)(
  'stm32flash ends without a word when the version cannot be read: the octets',
  async () => {
    const result = await judged('I04Ib');
    expect(wire(result)).toEqual(['w 01FE', 'r 79']);
    expect(result.evidence?.exitCode).toBe(1);
    expect(result.evidence?.output.trimEnd()).toMatch(/Interface i2c: addr 0x43$/);
  },
);

test.skipIf(!ready)('stm32flash exits with 0 when Go is refused: the octets', async () => {
  const result = await judged('F04I');
  expect(wire(result).slice(-4)).toEqual(['w 21DE', 'r 79', 'w 6000000060', 'r 1F']);
  expect(result.evidence?.exitCode).toBe(0);
});

test.skipIf(!ready)('an adapter that gives up is told apart from one that waits', async () => {
  expect((await judged('H01b')).evidence?.exitCode).toBe(1);
  expect((await judged('H01')).evidence?.exitCode).toBe(0);
});

/** What stm32flash makes of a fault at each read of two blocks. */
const TWO_BLOCKS = ['drop', 'corrupt', 'address-nack', 'silence', 'power-cut'] as const;

test.skipIf(!ready).each(TWO_BLOCKS)(
  'stm32flash over I2C notices %s at each step, and nothing hangs',
  { timeout: 120_000 },
  async (fault) => {
    const base = { ...EVERY_MESSAGE, job: { ...EVERY_MESSAGE.job, image: { length: 512 } } };
    const table = await faultAtEveryStep(await find(stm32flash), fault, { jobs: 6 }, base);
    expect(table).toMatchObject({ hung: 0, corrupted: 0, bad: [] });
    expect(table.steps).toBe(fault === 'power-cut' ? 3 : 26);
    expect(table.succeeded + table.failed).toBe(table.steps);
  },
);
