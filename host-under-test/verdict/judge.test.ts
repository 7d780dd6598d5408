import { expect, test } from 'vitest';
import type { Evidence } from './evidence.ts';
import type { Asked } from './flash-left.ts';
import type { FlashPicture } from '../flash-picture.ts';
import { chatterOf, judge } from './judge.ts';
import type { Scenario } from '../scenario.ts';
import { done, FLASH, nonStrict, refuses, usart, WRITE } from '../scenarios/define.ts';

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
    chipMs: 100,
    leftBehind: 0,
    trace: [],
    before,
    after: written,
    pins: { NRST: 1, BOOT0: 1, idleBOOT0: 1 },
    runs: false,
    struck: new Set(),
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

test('honest failure where only success is right is its own verdict, a code that lies another', () => {
  const run = evidence({ exitCode: 1, after: before, output: 'protected' });
  expect(judge(scenario({ expect: [done] }), asked, run)).toMatchObject({
    verdict: 'gave-up',
    says: 'exit 1, expected success; nothing is written; it says “protected”',
  });
  const partly = flash(1, 2, 0xff, 0xff, 8, 8, 8, 8);
  const broken = evidence({ exitCode: 1, after: partly, output: 'write failed' });
  expect(judge(scenario({ expect: [done] }), asked, broken).verdict).toBe('gave-up');
  const lies = { ...asked, job: { do: 'write' } } as const;
  const written = evidence({ exitCode: 1, output: 'done' });
  expect(judge(scenario({ job: lies.job, expect: [done] }), lies, written).verdict).toBe(
    'wrong-exit',
  );
});

test('a failure must name its cause', () => {
  const run = evidence({ exitCode: 1, after: before });
  expect(judge(scenario(), asked, { ...run, output: 'Failed.' }).verdict).toBe('cause-not-named');
  expect(judge(scenario(), asked, { ...run, output: 'RDP is set' }).verdict).toBe('pass');
});

test('what a tool says when all goes well names no cause', () => {
  const chatter = chatterOf('Options: protection 0\nBlock 17 of 20');
  const run = evidence({ exitCode: 1, after: before, output: 'Options: protection 1\nFailed.' });
  expect(judge(scenario(), asked, run).verdict).toBe('pass');
  expect(judge(scenario(), asked, run, { chatter }).verdict).toBe('cause-not-named');
});

test('a failure that leaves flash as no accepted end does is damage', () => {
  const run = evidence({ exitCode: 1, after: flash(1, 9, 9, 9, 8, 8, 8, 8), output: 'protected' });
  const refusing = scenario({ expect: [refuses('protected')] });
  expect(judge(refusing, asked, run)).toMatchObject({ verdict: 'damage' });
  const elsewhere = evidence({ exitCode: 1, after: flash(9, 9, 9, 9, 8, 8, 8, 7), output: 'x' });
  expect(judge(scenario(), asked, elsewhere)).toMatchObject({ verdict: 'damage' });
});

test('an erase or unprotect that did nothing is not non-strict where the ACK was lost', () => {
  const job = { do: 'unprotect' } as const;
  const expectations = [
    { exit: 'zero', flash: ['erased'] },
    { exit: 'nonzero', flash: ['erased'], causes: ['timeout'] },
  ] as const;
  const wanted: Asked = { job, address: FLASH, image: new Uint8Array() };
  const run = evidence({ exitCode: 1, after: before, output: 'timeout' });
  expect(judge(scenario({ job, expect: expectations }), wanted, run).verdict).toBe('gave-up');
});

test('padding in the pages of the image is not strict, beyond them it is silent corruption', () => {
  const short = { ...asked, image: Uint8Array.of(1, 2) };
  const padded = evidence({ after: flash(1, 2, 0, 0, 8, 8, 8, 8) });
  expect(judge(scenario(), short, padded)).toMatchObject({
    verdict: 'non-strict',
    says: 'it pads the image: flash differs at 0x08000002: expected 09 or FF, found 00',
  });
  const beyond = evidence({ after: flash(1, 2, 0, 0, 0, 8, 8, 8) });
  expect(judge(scenario(), short, beyond).verdict).toBe('silent-corruption');
});

test('a fault that never struck is neither passed nor blamed, and corruption is corruption', () => {
  const fault = { at: 'wire', direction: 'to-host', do: 'drop', step: 'edge', nth: 1 } as const;
  const met = scenario({ faults: [fault] });
  expect(judge(met, asked, evidence({ struck: new Set([fault]) })).verdict).toBe('pass');
  expect(judge(met, asked, evidence({}))).toMatchObject({
    verdict: 'inconclusive',
    says: 'the fault never struck (drop at edge): exit 0; it says nothing',
  });
  const failed = evidence({ exitCode: 1, after: before, output: 'A traceback' });
  expect(judge(met, asked, failed).verdict).toBe('inconclusive');
  expect(judge(met, asked, evidence({ after: before })).verdict).toBe('silent-corruption');
});

test('who is not asked for what the trouble lies in is not blamed, and passes with a good reason', () => {
  const expectations = [done, refuses('alignment')];
  const changes = { expect: expectations, meets: 'write' } as const;
  const failed = evidence({ exitCode: 1, after: before, output: 'KeyError' });
  expect(judge(scenario(changes), asked, failed).verdict).toBe('inconclusive');
  const good = evidence({ exitCode: 1, after: before, output: 'the length is not aligned' });
  expect(judge(scenario(changes), asked, good).verdict).toBe('pass');
});

test('a second run whose first has started the application, or was never interrupted, shows nothing', () => {
  const first = { job: { do: 'detect' } } as const;
  const ended = { exitCode: 0, interrupted: false, started: true };
  const run = evidence({ exitCode: 1, after: before, output: 'no device', first: ended });
  expect(judge(scenario({ first, expect: [done] }), asked, run).verdict).toBe('inconclusive');
  const interrupt = { ...first, interrupt: { step: 'sync', nth: 1 } } as const;
  const late = evidence({ first: { ...ended, started: false } });
  expect(judge(scenario({ first: interrupt }), asked, late).verdict).toBe('inconclusive');
  const there = evidence({ first: { ...ended, started: false, interrupted: true } });
  expect(judge(scenario({ first: interrupt }), asked, there).verdict).toBe('pass');
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
  expect(judge(scenario({ soonMs: 50 }), asked, evidence({ chipMs: 51, tookMs: 1 })).verdict).toBe(
    'non-strict',
  );
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
