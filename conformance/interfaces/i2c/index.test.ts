import { expect, test } from 'vitest';
import { findDevice } from '../../../families/index.ts';
import { identify } from '../../run/identify.ts';
import {
  HELD,
  block,
  comesBack,
  command,
  fetch,
  frame,
  pageList,
  read,
  writeMemory,
} from './host.ts';
import { parseTransfer, transfer } from './transactions.ts';
import { answerWords, sentWords } from './words.ts';
import { mutants } from '../../mutants/index.ts';
import { partOf } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import { exchangeLines } from '../../results/words.ts';
import { replayLine } from '../../results/results.ts';
import { casesOf, runCase } from '../../run/run.ts';
import type { CaseResult } from '../../run/run.ts';
import { scenarios } from '../../scenarios/index.ts';
import { EmulatedTarget } from '../../targets/emulated.ts';
import { examined } from '../../test/examined.ts';

function part(name: string, quirks: Readonly<Record<string, boolean>> = {}): Part {
  return partOf(findDevice(name).devices[0]!, { interface: 'i2c', quirks });
}

const casesNamed = (id: string) => casesOf(scenarios.filter((each) => each.id === id)).slice(0, 1);

async function resultOf(id: string, of: Part): Promise<CaseResult> {
  const target = new EmulatedTarget(of);
  await identify(target);
  return runCase(target, casesNamed(id)[0]!, { seed: 1, inputs: 1 });
}

test('a transfer reads as its messages, and what was read', () => {
  const [opcode, , data, result] = writeMemory(0x0800_4000, [1, 2, 3, 4], 'no-stretch');
  expect(sentWords(opcode!.send)).toBe('W 32 CD, R 1');
  expect(answerWords(opcode!.send, [0, 1, 0x79])).toBe('79');
  expect(sentWords(data!.send)).toBe('W 03 01 02 03 04 07');
  expect(answerWords(data!.send, [0])).toBe('acknowledged');
  expect(sentWords(result!.send)).toBe('after 10 ms, R 1');
  expect(answerWords(result!.send, [1, 0x76])).toBe('76');
  const [id, rest] = comesBack();
  expect(answerWords(id!.send, [2])).toBe('nobody at the address');
  expect(answerWords(rest!.send, rest!.replies[0]!.bytes)).toBe('79, .. .. .., 79');
  expect(answerWords(opcode!.send, [0])).toBe('acknowledged, then SCL held');
  expect(answerWords(opcode!.send, HELD.bytes)).toBe('SCL held');
  expect(sentWords(transfer({ write: [], address: 0x50 }))).toBe('0x50 W nothing');
});

test('bytes that are no messages end a transfer', () => {
  const whole = transfer({ pause: 300 }, { write: [1, 2] }, { read: 256, address: 0x3c });
  expect(parseTransfer(whole).map(({ kind, count }) => [kind, count])).toEqual([
    ['pause', 300],
    ['write', 2],
    ['read', 256],
  ]);
  expect(parseTransfer(whole.slice(0, -1)).map(({ kind }) => kind)).toEqual(['pause', 'write']);
  expect(parseTransfer([0x77, ...whole])).toEqual([]);
  expect(parseTransfer(transfer({ write: [1, 2] }).slice(0, -1))).toEqual([]);
});

test('who waits for ever finds SCL held, and a chip that it does not bother any more', async () => {
  const target = new EmulatedTarget(part('STM32F446'));
  const channel = await target.boot({});
  const said = async (step: { readonly send: readonly number[] }): Promise<number[]> => {
    await channel.send(Uint8Array.from(step.send));
    const got: number[] = [];
    for (;;) {
      const byte = await channel.next(0);
      if (byte === undefined) return got;
      got.push(byte);
    }
  };
  expect(await said(frame('half a command', [0x02]))).toEqual([0]);
  // the time-out resets the chip, which lets go of the bus
  expect(await said(fetch('its answer', 1, [read(0)]))).toEqual([2]);
  expect(await said(fetch('an answer that nobody asked for', 1, [read(0)]))).toEqual([1, 0xff]);
});

test('a failure is told in these words, with the line that repeats it', async () => {
  const mutant = mutants.find(({ name }) => name === 'i2c-write-memory-block-checksum-ignored')!;
  const cases = casesNamed('i2c/3.6/wrong-block-checksum');
  const f410 = part('STM32F410');
  const told = await examined(new EmulatedTarget(f410, mutant), cases, { seed: 1, inputs: 1 });
  const [result] = told.results;
  expect(result).toMatchObject({ verdict: 'fail' });
  expect(result!.answered.says).toBe('its answer was answered 79, not 1F');
  expect(exchangeLines(result!).at(-1)).toMatch(/^its answer: R 1 -> 79, accepted: 1F/);
  expect(replayLine(told, result!)).toContain(
    ' --interface i2c --mutant i2c-write-memory-block-checksum-ignored' +
      ' --only i2c/3.6/wrong-block-checksum@connected --seed 1',
  );
});

test('what a version is known to do wrong is no failure', async () => {
  const busy = 'i2c/3.13/busy-meanwhile';
  expect(await resultOf(busy, part('STM32F446'))).toMatchObject({ verdict: 'pass' });
  const stretches = part('STM32F446', { 'i2c-no-stretch-stretches': true });
  expect(await resultOf(busy, stretches)).toMatchObject({ verdict: 'non-strict' });
  const late = part('STM32F446', { 'i2c-no-stretch-erase-stretches': true });
  expect(await resultOf(busy, late)).toMatchObject({ verdict: 'pass' });
});

test('a line whose address is not known is asked nothing', async () => {
  const result = await resultOf('i2c/3.1/list', part('STM32H7A3'));
  expect(result.verdict).toBe('unsupported');
  expect(result.answered.says).toMatch(/address of this line is not known/);
  const common = await resultOf('i2c/common/write-read', part('STM32H7A3'));
  expect(common.verdict).toBe('unsupported');
});

test('the list of a product that no table has is asked for', async () => {
  const target = new EmulatedTarget(part('STM32C051'));
  expect(target.part.commands).toBeUndefined();
  expect(await identify(target)).toBe(true);
  expect(target.part.commands).toContain('extended-special');
  expect(target.part.commands).toContain('no-stretch-get-checksum');
  expect(target.part.commands).toHaveLength(20);
});

test('a block and a list say how long a host may have to wait', () => {
  expect(block([1], 'stretch').at(-1)!.withinMs).toBe(5_000);
  expect(sentWords(pageList([1, 2], 'no-stretch').at(-1)!.send)).toBe('after 200 ms, R 1');
  expect(command('get').withinMs).toBeUndefined();
});
