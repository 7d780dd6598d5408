import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { verdictOf } from '../attempt.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { fuzz, playSession } from './fuzz.ts';
import { sessions } from './move.ts';
import type { Session } from './move.ts';

function target(name: string, mutant?: string): EmulatedTarget {
  const wrong = mutants.find((each) => each.name === mutant);
  return new EmulatedTarget(partOf(findDevice(name).devices[0]!), wrong);
}

const upTo = (count: number) => (done: number) => done >= count;

test.each(['STM32F405', 'STM32F103xB', 'STM32G071', 'STM32L152xE', 'STM32H743'])(
  'random sessions with line faults and power cuts end as the model says on %s',
  async (name) => {
    const { failures } = await fuzz(target(name), { seed: 1, batch: 40 }, upTo(40));
    expect(failures).toEqual([]);
  },
);

test('a planted bug is found, made small, and stays found by its session', async () => {
  const wrong = target('STM32F405', 'erase-one-too-many');
  const { failures } = await fuzz(wrong, { seed: 1, batch: 200 }, (done) => done > 0);
  const { session } = failures[0]!;
  expect(session.moves.length).toBeLessThanOrEqual(3);
  expect(session.moves.some((move) => move.do === 'erase')).toBe(true);
  const stored = JSON.parse(JSON.stringify(session)) as Session;
  expect(verdictOf(await playSession(wrong, stored))).toBe('fail');
  expect(verdictOf(await playSession(target('STM32F405'), stored))).toBe('pass');
});

test('a campaign sees the dialogue in many states', async () => {
  const { coverage } = await fuzz(target('STM32F405'), { seed: 5, batch: 40 }, upTo(40));
  const states = new Set([...coverage.keys()].map((key) => key.split(': ')[0]));
  expect(states).toContain('command');
  expect(states).toContain('sync');
  expect(coverage.size).toBeGreaterThan(12);
  expect([...coverage.keys()].some((key) => key.includes('power cut'))).toBe(true);
});

test('a power cut is among what sessions do', () => {
  const some = fc.sample(sessions(target('STM32F405').part), { seed: 1, numRuns: 50 });
  expect(some.some(({ cutAt }) => cutAt !== undefined)).toBe(true);
});
