import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part/part.ts';
import { casesOf, caseName } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { exitCodeOf, merged, replayLine, reportOf, shardOf } from './results.ts';
import type { Report, TargetReport } from './results.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { examined } from '../test/examined.ts';

const cases = casesOf(scenarios.filter(({ id }) => id.startsWith('usart/3.4/')));
const options = { seed: 3, inputs: 1 };
const order = cases.map(({ scenario, entry }) => caseName({ id: scenario.id, entry }));

function target(mutant?: string): EmulatedTarget {
  const wrong = mutants.find(({ name }) => name === mutant);
  return new EmulatedTarget(partOf(findDevice('STM32F405').devices[0]!), wrong);
}

const report = (...targets: TargetReport[]): Report => reportOf(targets);

test('two shards put together are the report of one run', async () => {
  const whole = report(await examined(target(), cases, options));
  const shards = await Promise.all(
    [1, 2].map(async (index) =>
      report(await examined(target(), shardOf(cases, index, 2), options)),
    ),
  );
  const together = merged(shards.toReversed(), order);
  const timeless = ({ targets }: Report) =>
    targets.map((each) => ({
      ...each,
      tookMs: 0,
      results: each.results.map((result) => ({ ...result, tookMs: 0 })),
    }));
  expect(timeless(together)).toEqual(timeless(whole));
});

test('a shard that nobody gives is not examined, and none counts twice', async () => {
  const shard = async (index: number): Promise<Report> =>
    reportOf(
      [await examined(target(), shardOf(cases, index, 2), options)],
      undefined,
      `${index}/2`,
    );
  const [one, other] = [await shard(1), await shard(2)];
  expect(exitCodeOf(merged([one, other], order))).toBe(0);
  const half = merged([one], order);
  expect(half.targets[0]!.insane).toBe('no report of shard 2/2 was given');
  expect(exitCodeOf(half)).toBe(4);
  expect(() => merged([one, one], order)).toThrow('shard 1/2 is given twice');
  expect(() => merged([one, { ...other, shard: '2/3' }], order)).toThrow('are no run together');
});

test('the exit code tells expected, unexpected and insane apart', async () => {
  const right = await examined(target(), cases, options);
  expect(exitCodeOf(report(right))).toBe(0);
  expect(exitCodeOf(report(right), true)).toBe(1); // F405 refuses at the length, a known limitation
  const wrong = await examined(target('read-shifted'), cases.slice(0, 3), options);
  expect(exitCodeOf(report(right, wrong))).toBe(1);
  expect(exitCodeOf(report({ ...right, insane: 'gone' }))).toBe(4);
  expect(exitCodeOf(report(right, { ...right, notExamined: 'no such port' }))).toBe(3);
});

test('a list that only the device knows is asked for', async () => {
  const [device] = findDevice('STM32C051').devices;
  const c0 = new EmulatedTarget(partOf(device!));
  expect(c0.part.commands).toBeUndefined();
  await examined(c0, [], options);
  expect(c0.part.commands).toContain('extended-erase');
});

test('the line that repeats a case names the wrong device too', async () => {
  const session = await examined(target('read-shifted'), cases.slice(0, 1), options);
  expect(session.target).toMatch(/ as read-shifted$/);
  const [result] = session.results;
  expect(replayLine(session, result!)).toMatch(
    /^vstm32 conform --device STM32F405\S* .* --mutant read-shifted --only usart\/3\.4\/flash@synchronised --seed 3 --path \S+$/,
  );
});
