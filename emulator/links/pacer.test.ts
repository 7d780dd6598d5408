import * as fc from 'fast-check';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Clock } from '../clock.ts';
import { Pacer, type Speed } from './pacer.ts';

const MS = 1000;

/** Wall time in ms until `clock` runs an alarm set by `start`. */
function wallMs(start: (done: () => void) => void): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => start(() => resolve(performance.now() - began)));
}

test('at instant, work is done before input returns and is in the virtual time', () => {
  const clock = new Clock();
  const pacer = new Pacer(clock, 'instant');
  let erased = false;
  pacer.input(() => clock.work(16_000 * MS, () => (erased = true)));
  expect(erased).toBe(true);
  expect(clock.now).toBeGreaterThanOrEqual(16_000 * MS);
  expect(clock.now).toBeLessThan(17_000 * MS);
});

test('a watchdog follows the wall clock although skipped work put the virtual clock ahead', async () => {
  const clock = new Clock();
  const pacer = new Pacer(clock, 'instant');
  pacer.input(() => clock.work(16_000 * MS, () => undefined));
  const took = await wallMs((done) => pacer.input(() => clock.wait(60 * MS, done)));
  expect(took).toBeGreaterThan(59);
  expect(took).toBeLessThan(16_000);
});

test('a watchdog that expires in the middle of skipped work does so there', () => {
  const clock = new Clock();
  const pacer = new Pacer(clock, 'instant');
  const order: string[] = [];
  pacer.input(() => {
    clock.wait(26_000 * MS, () => order.push(`watchdog at ${Math.round(clock.now / MS)}`));
    clock.work(30_000 * MS, () => order.push('erased'));
  });
  expect(order[0]).toMatch(/^watchdog at 260\d\d$/);
  expect(order[1]).toBe('erased');
});

test('work that begets work for ever leaves signals and other boards their turn', async () => {
  const clock = new Clock();
  const pacer = new Pacer(clock, 'instant');
  let turns = 0;
  const again = (): void => {
    if (++turns > 1_000_000) throw new Error('nobody else gets a turn');
    clock.work(1, again);
  };
  pacer.input(again);
  const before = clock.now;
  await nextTurn();
  await nextTurn();
  expect(clock.now).toBeGreaterThan(before); // it goes on by itself
  pacer.close();
});

test.each([
  ['real', 60, 60],
  [1000, 60_000, 60],
] as const)('at speed %s, %d ms of work take %d ms', async (speed, ms, expected) => {
  const clock = new Clock();
  const pacer = new Pacer(clock, speed);
  const took = await wallMs((done) => pacer.input(() => clock.work(ms * MS, done)));
  expect(took).toBeGreaterThan(expected - 1);
  if (speed !== 'real') expect(took).toBeLessThan(ms);
});

test('waiting is never shortened', async () => {
  const clock = new Clock();
  const pacer = new Pacer(clock, 1000);
  const took = await wallMs((done) => pacer.input(() => clock.wait(40 * MS, done)));
  expect(took).toBeGreaterThan(39);
});

test('a closed pacer runs no more alarms', async () => {
  const clock = new Clock();
  const pacer = new Pacer(clock, 'instant');
  let rang = false;
  pacer.input(() => clock.wait(5 * MS, () => (rang = true)));
  pacer.close();
  const later = new Clock();
  await wallMs((done) => new Pacer(later, 'instant').input(() => later.wait(30 * MS, done)));
  expect(rang).toBe(false);
});

test('input from within input happens at once and settles with it', () => {
  const clock = new Clock();
  const pacer = new Pacer(clock, 'instant');
  const order: string[] = [];
  pacer.input(() => {
    pacer.input(() => clock.work(1, () => order.push('inner work')));
    order.push('outer');
  });
  expect(order).toEqual(['outer', 'inner work']);
});

test('virtual time never goes back, is never behind the wall, and has all the work in it', () => {
  const span = fc.nat({ max: 5_000_000 });
  const moves = fc.array(fc.record({ work: fc.array(span), wait: fc.array(span) }), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(moves, fc.constantFrom<Speed>('instant', 'real', 1000), (list, speed) => {
      const clock = new Clock();
      const began = performance.now();
      const pacer = new Pacer(clock, speed);
      let last = 0;
      let worked = 0;
      const look = () => {
        expect(clock.now).toBeGreaterThanOrEqual(last);
        last = clock.now;
      };
      for (const move of list) {
        pacer.input(() => {
          look();
          for (const took of move.work) clock.work(took, look);
          for (const lasting of move.wait) clock.wait(lasting, look);
          worked += Math.max(0, ...move.work);
        });
        look();
      }
      pacer.close();
      const wall = (performance.now() - began) * 1000;
      if (speed === 'instant') expect(clock.now).toBeGreaterThanOrEqual(worked);
      if (speed === 'instant') expect(clock.now).toBeLessThanOrEqual(worked + wall + 1);
      if (speed === 'real') expect(clock.now).toBeLessThanOrEqual(wall + 1);
    }),
    { numRuns: 100 },
  );
});
