import { expect, test } from 'vitest';
import { LogMemory } from './log-memory.ts';
import { TraceLog } from './trace-log.ts';

/** What an event without bytes is counted as. */
const EVENT = 256;
const note = (text: string) => ({ time: 0, kind: 'note', text }) as const;

function fill(log: TraceLog, events: number): void {
  for (let count = 0; count < events; count++) log.add(note(`${log.last + 1}`));
}

/** How many events a log remembers; they are the last ones. */
function remembered(log: TraceLog): number {
  const events = log.read(1, Infinity);
  expect(events.map(({ event }) => event)).toEqual(events.map(({ seq }) => note(`${seq}`)));
  expect(events.at(-1)?.seq).toBe(log.last);
  expect(log.first).toBe(log.last - events.length + 1);
  return events.length;
}

test('of boards that remember much, those with most forget their oldest, and the others nothing', () => {
  const memory = new LogMemory(1000 * EVENT);
  const [much, more, little] = [memory, memory, memory].map((shared) => new TraceLog(shared));
  fill(little!, 10);
  fill(much!, 400);
  fill(more!, 590);
  expect([much!, more!, little!].map(remembered)).toEqual([400, 590, 10]);
  fill(more!, 1);
  expect([much!, more!, little!].map(remembered)).toEqual([400, 465, 10]);
  fill(more!, 100_000);
  for (const [log, least] of [
    [much!, 400],
    [more!, 400],
    [little!, 10],
  ] as const) {
    expect(remembered(log)).toBeGreaterThanOrEqual(least);
  }
  expect([much!, more!, little!].map(remembered).reduce((sum, each) => sum + each)).toBeLessThan(
    1001,
  );
});

test('two thousand boards that remember all they can take no more than one bound', () => {
  const memory = new LogMemory(100_000 * EVENT);
  const logs = Array.from({ length: 2000 }, () => new TraceLog(memory));
  for (const log of logs) fill(log, 200);
  const counts = logs.map(({ first, last }) => last - first + 1);
  expect(counts.reduce((sum, each) => sum + each)).toBeLessThan(100_001);
  expect(Math.min(...counts)).toBeGreaterThan(40); // a fair share is 50
});

test('bytes count, and what a board has that is removed is free again', () => {
  const memory = new LogMemory(100 * EVENT);
  const [one, other] = [new TraceLog(memory), new TraceLog(memory)];
  one.add({ time: 0, kind: 'rx', port: 'USART1', bytes: new Uint8Array(60 * EVENT) });
  fill(one, 1);
  fill(other, 38);
  expect(one.first).toBe(1);
  fill(other, 1);
  expect([one.first, remembered(other)]).toEqual([2, 39]);
  fill(other, 60);
  one.close();
  fill(other, 1);
  expect(remembered(other)).toBe(100);
  fill(other, 1);
  expect(remembered(other)).toBeLessThan(90);
});
