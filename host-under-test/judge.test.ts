import { expect, test } from 'vitest';
import type { Evidence } from './evidence.ts';
import type { Asked } from './flash-left.ts';
import type { FlashPicture } from './flash-picture.ts';
import { chatterOf, judge } from './judge.ts';
import type { Scenario } from './scenario.ts';
import { done, FLASH, nonStrict, refuses, usart, WRITE } from './scenarios/define.ts';

const image = Uint8Array.of(1, 2, 3, 4);
const asked: Asked = { job: WRITE, address: FLASH, image };

function flash(...bytes: number[]): FlashPicture {
  return {
    start: FLASH,
    bytes: Uint8Array.from(bytes),
    pages: [
      { address: FLASH, length: 4 },
      { address: FLASH + 4, length: 4 },
    ],
    blank: 0xff,
  };
}

const OLD = [9, 9, 9, 9, 8, 8, 8, 8];
const before = flash(...OLD);
const written = flash(1, 2, 3, 4, 8, 8, 8, 8);

function evidence(changes: Partial<Evidence>): Evidence {
  return {
    command: ['tool'],
    exitCode: 0,
    output: '',
    tookMs: 100,
    leftBehind: 0,
    trace: [],
    before,
    after: written,
    pins: { NRST: 1, BOOT0: 1, idleBOOT0: 1 },
    runs: false,
    ...changes,
  };
}

function scenario(changes: Partial<Omit<Scenario, 'id' | 'transport'>> = {}): Scenario {
  const base = { symptom: '', source: '', board: { device: 'STM32F405RG' }, job: WRITE };
  return usart('X', { ...base, expect: [done, refuses('protected')], ...changes });
}

test('success with the image in flash passes', () => {
  expect(judge(scenario(), asked, evidence({})).verdict).toBe('pass');
});

test('success with anything else in flash is silent corruption, the worst', () => {
  const { verdict, says } = judge(scenario(), asked, evidence({ after: before }));
  expect(verdict).toBe('silent-corruption');
  expect(says).toContain('0x08000000: expected 01, found 09');
});

test('success that no outcome allows is silent corruption where flash is wrong, else a wrong exit', () => {
  const refusing = scenario({ expect: [refuses('protected')] });
  expect(judge(refusing, asked, evidence({ after: before })).verdict).toBe('silent-corruption');
  expect(judge(refusing, asked, evidence({})).verdict).toBe('wrong-exit');
});

test('failure where only success is right is a wrong exit', () => {
  const run = evidence({ exitCode: 1, after: before, output: 'protected' });
  expect(judge(scenario({ expect: [done] }), asked, run).verdict).toBe('wrong-exit');
});

test('a failure must name its cause', () => {
  const run = evidence({ exitCode: 1, after: before });
  expect(judge(scenario(), asked, { ...run, output: 'Failed.' }).verdict).toBe('cause-not-named');
  expect(judge(scenario(), asked, { ...run, output: 'RDP is set' }).verdict).toBe('pass');
});

test('what a tool says when all goes well names no cause', () => {
  const chatter = chatterOf('Options: protect 0\nBlock 17 of 20');
  const run = evidence({ exitCode: 1, after: before, output: 'Options: protect 1\nFailed.' });
  expect(judge(scenario(), asked, run).verdict).toBe('pass');
  expect(judge(scenario(), asked, run, { chatter }).verdict).toBe('cause-not-named');
});

test('a failure that leaves flash otherwise than it may is not strict', () => {
  const run = evidence({ exitCode: 1, output: 'protected' });
  expect(judge(scenario(), asked, run)).toMatchObject({ verdict: 'non-strict' });
});

test('a tool that had to be ended hangs, whatever flash holds', () => {
  const { exitCode: _, ...rest } = evidence({});
  expect(judge(scenario(), asked, { ...rest, exitCode: undefined }).verdict).toBe('hang');
});

test('an outcome that is accepted with a reservation is not strict', () => {
  const found = judge(
    scenario({ expect: [nonStrict(done, 'it erases first')] }),
    asked,
    evidence({}),
  );
  expect(found).toEqual({ verdict: 'non-strict', says: 'it erases first' });
});

test('lines that are held, and time that is wasted, are not strict', () => {
  const held = evidence({ pins: { NRST: 0, BOOT0: 1, idleBOOT0: 1 } });
  expect(judge(scenario({ linesReleased: true }), asked, held).verdict).toBe('non-strict');
  expect(judge(scenario({ soonMs: 50 }), asked, evidence({})).verdict).toBe('non-strict');
});

test('success of Go needs an application that runs', () => {
  const started = scenario({ expect: [{ ...done, runs: true }] });
  expect(judge(started, asked, evidence({})).verdict).toBe('wrong-exit');
  expect(judge(started, asked, evidence({ runs: true })).verdict).toBe('pass');
});

test('a tool that does not know the chip, or says that it does not offer the job, is not blamed', () => {
  const run = evidence({ exitCode: 1, after: before, output: 'unsupported device 0x482' });
  expect(judge(scenario(), asked, run).verdict).toBe('unsupported');
  expect(judge(scenario(), asked, evidence({ exitCode: 77 }), { notOffered: 77 }).verdict).toBe(
    'unsupported',
  );
});

test('success with a file that does not hold what was to be read is silent corruption', () => {
  const reading = { do: 'read', address: FLASH, length: 4 } as const;
  const reads = scenario({ job: reading, expect: [{ exit: 'zero', flash: ['same'] }] });
  const wanted: Asked = { job: reading, address: FLASH, image: new Uint8Array() };
  const run = evidence({ after: before, readBack: Uint8Array.of(9, 9, 9, 9) });
  expect(judge(reads, wanted, run).verdict).toBe('pass');
  const wrong = { ...run, readBack: Uint8Array.of(9, 9, 9, 8) };
  expect(judge(reads, wanted, wrong).verdict).toBe('silent-corruption');
});
