import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Clock } from './clock.ts';

test('alarms run in the order of their points, those of one point in the order they were set', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (spans) => {
      const clock = new Clock();
      const ran: [at: number, index: number][] = [];
      spans.forEach((span, index) => clock.wait(span, () => ran.push([clock.now, index])));
      clock.advanceTo(20);
      const expected = spans.map((span, index): [number, number] => [span, index]);
      expect(ran).toEqual(expected.sort(([a, i], [b, j]) => a - b || i - j));
    }),
  );
});

test('finishing the work runs the waits that fall due on the way, and leaves the others', () => {
  const clock = new Clock();
  const ran: string[] = [];
  clock.wait(10, () => ran.push('due'));
  clock.wait(1000, () => ran.push('later'));
  clock.work(50, () => ran.push('work'));
  clock.finishWork();
  expect(ran).toEqual(['due', 'work']);
  expect(clock.now).toBe(50);
  expect(clock.nextAt).toBe(1000);
});

test('a cancelled alarm does not run, and work that is cancelled is not under way', () => {
  const clock = new Clock();
  const alarm = clock.work(5, () => expect.unreachable());
  expect(clock.working).toBe(true);
  alarm.cancel();
  alarm.cancel();
  expect(clock.working).toBe(false);
  expect(clock.step()).toBe(false);
});

test('time never goes back', () => {
  const clock = new Clock();
  clock.advanceTo(100);
  clock.advanceTo(50);
  expect(clock.now).toBe(100);
});
