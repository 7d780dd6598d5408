import { expect, test } from 'vitest';
import { findDevice } from '../families/index.ts';
import { mutants } from './mutants/index.ts';
import { partOf } from './part.ts';
import { casesOf, caseName } from './run.ts';
import { scenarios } from './scenarios/index.ts';
import { exitCodeOf, merged, replayLine, runSession, shardOf } from './session.ts';
import type { Report, TargetReport } from './session.ts';
import { EmulatedTarget } from './targets/emulated.ts';

const cases = casesOf(scenarios.filter(({ id }) => id.startsWith('usart/3.4/')));
const options = { seed: 3, inputs: 1 };
const order = cases.map(({ scenario, entry }) => caseName({ id: scenario.id, entry }));

function target(mutant?: string): EmulatedTarget {
  const wrong = mutants.find(({ name }) => name === mutant);
  return new EmulatedTarget(partOf(findDevice('STM32F405').devices[0]!), wrong);
}

const report = (...targets: TargetReport[]): Report => ({
  format: 'vstm32-conformance',
  version: 1,
  targets,
});

test('two shards put together are the report of one run', async () => {
  const whole = report(await runSession(target(), cases, options));
  const shards = await Promise.all(
    [1, 2].map(async (index) =>
      report(await runSession(target(), shardOf(cases, index, 2), options)),
    ),
  );
  const together = merged(shards.toReversed(), order);
  const timeless = ({ targets }: Report) => targets.map((each) => ({ ...each, tookMs: 0 }));
  expect(timeless(together)).toEqual(timeless(whole));
});

test('the exit code tells expected, unexpected and insane apart', async () => {
  const right = await runSession(target(), cases, options);
  expect(exitCodeOf(report(right))).toBe(0);
  expect(exitCodeOf(report(right), true)).toBe(1); // F405 refuses at the length, a known limitation
  const wrong = await runSession(target('read-shifted'), cases.slice(0, 3), options);
  expect(exitCodeOf(report(right, wrong))).toBe(1);
  expect(exitCodeOf(report({ ...right, insane: 'gone' }))).toBe(4);
});

test('a device that does not answer is not examined', async () => {
  const mute = new EmulatedTarget(partOf(findDevice('STM32F405').devices[0]!), {
    pins: (pins) => ({
      receive: () => {},
      setLine: (line) => pins.setLine(line),
      breakLine: (on) => pins.breakLine(on),
      onTransmit: (listener) => pins.onTransmit(listener),
    }),
  });
  const session = await runSession(mute, cases, options);
  expect(session).toMatchObject({ insane: 'it does not answer 0x7F and Get', results: [] });
});

test('a list that only the device knows is asked for', async () => {
  const [device] = findDevice('STM32C051').devices;
  const c0 = new EmulatedTarget(partOf(device!));
  expect(c0.part.commands).toBeUndefined();
  await runSession(c0, [], options);
  expect(c0.part.commands).toContain('extended-erase');
});

test('the line that repeats a case names the wrong device too', async () => {
  const session = await runSession(target('read-shifted'), cases.slice(0, 1), options);
  expect(session.target).toMatch(/ as read-shifted$/);
  const [result] = session.results;
  expect(replayLine(session, result!)).toMatch(
    /^vstm32 conform --device STM32F405\S* .* --mutant read-shifted --only usart\/3\.4\/flash@synchronised --seed 3 --path \S+$/,
  );
});
