import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import type { Entry } from './entry.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part/part.ts';
import { runCase } from './run.ts';
import type { CaseResult, RunOptions } from './run.ts';
import { scenarios } from '../scenarios/index.ts';
import { portVanished } from './target.ts';
import type { SetUp } from './target.ts';
import { EmulatedTarget } from '../targets/emulated.ts';

const f405 = findDevice('STM32F405').devices[0]!;

async function run(
  id: string,
  { mutant, entry, ...options }: Partial<RunOptions> & { mutant?: string; entry?: Entry } = {},
): Promise<CaseResult> {
  const wrong = mutants.find((each) => each.name === mutant);
  const target = new EmulatedTarget(partOf(f405), wrong);
  const scenario = scenarios.find((each) => each.id === id)!;
  const inputs = { seed: 1, inputs: 10, ...options };
  return runCase(target, { scenario, entry: entry ?? scenario.entries[0]! }, inputs);
}

test('the right device passes, with both verdicts given', async () => {
  const result = await run('usart/3.6/flash');
  expect(result.verdict).toBe('pass');
  expect(result.answered.verdict).toBe('pass');
  expect(result.left.says).toBe('memory is as required');
  expect(result.inputs).toBe(10);
});

test('a wrong answer and a wrong memory are told apart', async () => {
  const silent = await run('usart/3.6/flash', { mutant: 'write-not-acked' });
  expect(silent.answered.verdict).toBe('fail');
  const forgetful = await run('usart/3.6/flash', { mutant: 'flash-write-does-nothing' });
  expect(forgetful.answered.verdict).toBe('pass');
  expect(forgetful.left.verdict).toBe('fail');
  expect(forgetful.left.says).toMatch(/^0x08\w{6} holds FF, not/);
});

test('a change where nothing may change is found', async () => {
  const result = await run('usart/3.6/wrong-block-checksum', { mutant: 'nack-that-still-writes' });
  expect(result.answered.verdict).toBe('pass');
  expect(result.left.says).toMatch(/^memory changed at 0x08/);
});

test.each([
  {
    mutant: 'dfu-erase-next-page',
    id: 'dfu/5.3/any-address-of-the-page',
    strength: 'should',
    over: 'usb',
    entry: 'idle',
  },
  {
    mutant: 'mass-erase-ignores-protection',
    id: 'usart/3.8/mass-erase-with-protected-page',
    strength: 'observed',
    over: 'usart',
    entry: 'write-protected',
  },
] as const)('what $mutant spoils is a failure, though $strength is asked', async (each) => {
  const { mutant, id, strength, over, entry } = each;
  const wrong = mutants.find(({ name }) => name === mutant);
  const target = new EmulatedTarget(partOf(f405, { interface: over }), wrong);
  const scenario = scenarios.find((one) => one.id === id)!;
  const result = await runCase(target, { scenario, entry }, { seed: 1, inputs: 3 });
  expect(result).toMatchObject({ strength, verdict: 'fail', answered: { verdict: 'pass' } });
  expect(result.left.says).toMatch(/^memory changed at 0x08\w{6}, which nothing asked for$/);
});

test('what the host named and the device did otherwise is judged by what is asked', async () => {
  const id = 'usart/3.8/mass-erase-with-protected-page';
  const mutant = 'mass-erase-spares-protected';
  const result = await run(id, { mutant, entry: 'write-protected' });
  expect(result).toMatchObject({ strength: 'observed', verdict: 'informational' });
});

test('a failing input is made as small as it goes, and its path repeats it', async () => {
  const result = await run('usart/3.6/flash', { mutant: 'write-sets-a-bit' });
  const block = result.transcript.at(-1)!;
  expect(result.verdict).toBe('fail');
  expect(block.sent).toHaveLength(6); // N, four bytes, checksum
  const again = await run('usart/3.6/flash', { mutant: 'write-sets-a-bit', path: result.path! });
  expect(again.transcript.at(-1)!.sent).toEqual(block.sent);
  expect(again.inputs).toBe(1);
});

test('the same seed gives the same exchange', async () => {
  const [one, other] = [await run('usart/3.4/flash'), await run('usart/3.4/flash')];
  expect(one.transcript).toEqual(other.transcript);
});

test('a device that cannot be brought into the entry state is not passed', async () => {
  const result = await run('usart/3.4/one-byte', { mutant: 'never-nack', entry: 'after-nack' });
  expect(result.verdict).toBe('inconclusive');
  expect(result.answered.says).toContain("into the state 'after-nack'");
});

test('what spoils more than is allowed is skipped', async () => {
  const allowed = { allow: 'nothing' } as const;
  expect((await run('usart/3.8/mass-erase', allowed)).verdict).toBe('skipped');
  expect((await run('usart/3.4/one-byte', allowed)).verdict).toBe('pass');
  // the entry state writes, though the scenario does not
  expect((await run('usart/3.4/one-byte', { ...allowed, entry: 'aborted-write' })).verdict).toBe(
    'skipped',
  );
});

test('a command that is not offered is unsupported, not failed', async () => {
  const result = await run('usart/3.7/one-page');
  expect(result.verdict).toBe('unsupported');
  expect(result.answered.says).toBe('the bootloader does not offer erase');
});

test('what a target refuses is not run, with its reason', async () => {
  class Board extends EmulatedTarget {
    refuses = ({ rdp }: SetUp) =>
      rdp === undefined ? undefined : ({ verdict: 'skipped', says: 'never on a board' } as const);
  }
  const scenario = scenarios.find((each) => each.id === 'usart/3.4/protected')!;
  const target = new Board(partOf(f405));
  const result = await runCase(target, { scenario, entry: 'rdp-1' }, { seed: 1, inputs: 1 });
  expect(result).toMatchObject({ verdict: 'skipped', answered: { says: 'never on a board' } });
});

test('a port that vanishes in the middle is inconclusive and ends the run', async () => {
  class Unplugged extends EmulatedTarget {
    override restart(): Promise<never> {
      return Promise.reject(portVanished('/dev/ttyUSB0'));
    }
  }
  const scenario = scenarios.find((each) => each.id === 'usart/1/wrong-first-byte')!;
  const target = new Unplugged(partOf(f405));
  const result = await runCase(target, { scenario, entry: 'reset' }, { seed: 1, inputs: 1 });
  expect(result).toMatchObject({ verdict: 'inconclusive', dead: true });
  expect(result.answered.says).toBe('the port vanished: /dev/ttyUSB0');
});

test('a limitation that AN2606 prints is not held against the ROM that has it', async () => {
  const [device] = findDevice('STM32H743').devices;
  const part = partOf(device!, { version: '13.2' });
  const scenario = scenarios.find((each) => each.id === 'usart/3.5/flash')!;
  const each = { scenario, entry: 'synchronised' } as const;
  const result = await runCase(new EmulatedTarget(part), each, { seed: 1, inputs: 1 });
  expect(result.verdict).toBe('non-strict');
  expect(result.answered.says).toContain('known: ');
});

test('a scenario that throws is an error of the suite', async () => {
  const scenario = {
    ...scenarios[0]!,
    script: () => {
      throw new Error('no script');
    },
  };
  const target = new EmulatedTarget(partOf(f405));
  const result = await runCase(target, { scenario, entry: 'reset' }, { seed: 1, inputs: 1 });
  expect(result).toMatchObject({ verdict: 'error', answered: { says: 'no script' } });
});
