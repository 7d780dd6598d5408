import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { verdictOf } from '../run/attempt.ts';
import { identify } from '../run/identify.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part/part.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { campaignOf, playBatch } from './campaign.ts';
import type { BatchResult, Campaign, Kind } from './campaign.ts';
import { moveSessions } from './move.ts';
import { playSession } from './play.ts';
import type { MoveSession } from './move.ts';
import type { Session } from './session.ts';

const LINES = ['STM32F405', 'STM32F103xB', 'STM32G071', 'STM32H743', 'STM32C051'];

async function target(name: string, mutant?: string): Promise<EmulatedTarget> {
  const wrong = mutants.find((each) => each.name === mutant);
  const made = new EmulatedTarget(partOf(findDevice(name).devices[0]!), wrong);
  await identify(made);
  return made;
}

async function campaign(
  on: EmulatedTarget,
  kinds: readonly Kind[],
  { seed = 1, batch = 40, batches = 1 } = {},
): Promise<Campaign> {
  const results: BatchResult[] = [];
  for (let at = 0; at < batches; at++) {
    results.push(await playBatch(on, { seed, batch, kinds }, at, () => false));
  }
  return campaignOf(results);
}

test.each(LINES)(
  'random sessions with line faults and power cuts end as the model says on %s',
  async (name) => {
    const { failures, sessions } = await campaign(await target(name), ['moves'], { batch: 20 });
    expect(failures).toEqual([]);
    expect(sessions).toBe(20);
  },
);

test.each(LINES)('bare bytes leave %s within the protocol', async (name) => {
  const { failures } = await campaign(await target(name), ['bytes'], { batch: 20 });
  expect(failures).toEqual([]);
});

test('a planted bug is found, made small, and stays found by its session', async () => {
  const wrong = await target('STM32F405', 'erase-one-too-many');
  const { failures } = await campaign(wrong, ['moves'], { batch: 200 });
  const session = failures[0]!.session as MoveSession;
  expect(session.moves.map((move) => move.do)).toEqual(['write', 'erase']);
  const stored = JSON.parse(JSON.stringify(session)) as Session;
  expect(verdictOf(await playSession(wrong, stored))).toBe('fail');
  expect(verdictOf(await playSession(await target('STM32F405'), stored))).toBe('pass');
});

test.each([
  ['nack-that-still-writes', /memory changed at/],
  ['single-bytes-lost', /the same bytes in bursts were answered/],
])('bare bytes find %s', async (mutant, says) => {
  const { failures } = await campaign(await target('STM32F405', mutant), ['bytes'], { batch: 300 });
  expect(failures[0]?.finding.says).toMatch(says);
});

test('what a campaign comes to does not depend on the order of its batches', async () => {
  const wrong = await target('STM32F405', 'erase-one-too-many');
  const plan = { seed: 3, batch: 30, kinds: ['moves', 'bytes'] } as const;
  const [one, other] = [
    await playBatch(wrong, plan, 0, () => false),
    await playBatch(wrong, plan, 1, () => false),
  ];
  const [straight, turned] = [campaignOf([one, other]), campaignOf([other, one])];
  expect(turned).toEqual(straight);
  expect(straight.coverage.length).toBeGreaterThan(0);
});

test('a campaign sees the dialogue in many states', async () => {
  const { coverage } = await campaign(await target('STM32F405'), ['moves', 'bytes'], {
    batches: 2,
  });
  const states = new Set(coverage.map(({ state }) => state));
  expect(states).toContain('command');
  expect(states).toContain('sync');
  expect(states.size).toBeGreaterThan(5);
  expect(coverage.some(({ event }) => event.includes('power cut'))).toBe(true);
});

test('a power cut is among what sessions do, and not among what boards are asked', async () => {
  const { part } = await target('STM32F405');
  const some = (limits: { cuts: boolean; protection: boolean }): MoveSession[] =>
    fc.sample(moveSessions(part, limits), { seed: 1, numRuns: 50 });
  const emulated = some({ cuts: true, protection: true });
  expect(emulated.some(({ cutAt }) => cutAt !== undefined)).toBe(true);
  const board = some({ cuts: false, protection: false });
  expect(board.every(({ cutAt }) => cutAt === undefined)).toBe(true);
  expect(board.flatMap(({ moves }) => moves).some((move) => move.do.startsWith('readout'))).toBe(
    false,
  );
});
