import { expect, test } from 'vitest';
import { Board } from '../../../emulator/index.ts';
import { findDevice } from '../../../families/index.ts';
import { mutants, partOfMutant } from '../../mutants/index.ts';
import { partByName } from '../../part/part-by-name.ts';
import { partOf } from '../../part/part.ts';
import { replayLine } from '../../results/results.ts';
import { exchangeLines } from '../../results/words.ts';
import { casesOf, nameOf, runCase } from '../../run/run.ts';
import type { CaseResult } from '../../run/run.ts';
import { identify } from '../../run/identify.ts';
import { scenarios } from '../../scenarios/index.ts';
import { EmulatedTarget } from '../../targets/emulated.ts';
import type { Wrong } from '../../targets/emulated.ts';
import { examined } from '../../test/examined.ts';
import { followerOf } from '../index.ts';
import { ADDRESS, burst, outcome, parseAnswer, parseBurst } from './frames.ts';
import type { Outcome } from './frames.ts';
import * as host from './host.ts';
import { i3cScenarios } from './scenarios/index.ts';
import { answerWords, sentWords } from './words.ts';

const H503 = partByName('STM32H503RB', { interface: 'i3c' });

/** A line that has write protection and readout protection besides I3C, which none of the tables has. */
const given = partOfMutant({ name: '', wrong: '', interface: 'i3c' });

const resultOf = (name: string, part = H503, wrong: Wrong = {}): Promise<CaseResult> => {
  const each = casesOf(scenarios).find((one) => nameOf(one) === name)!;
  return runCase(new EmulatedTarget(part, wrong), each, { seed: 1, inputs: 1 });
};

test('frames are read back as they were put together, and what is none ends them', () => {
  const whole = burst(
    { pauseMs: 300 },
    { assign: 0x09 },
    { write: [1, 2], address: 0x30 },
    { read: 2048 },
    { broadcast: 0x01, data: [0x01] },
  );
  expect(parseBurst(whole)).toEqual([
    { kind: 'pause', address: 0, count: 300, data: [] },
    { kind: 'assign', address: 0x09, count: 0, data: [] },
    { kind: 'write', address: 0x30, count: 2, data: [1, 2] },
    { kind: 'read', address: ADDRESS, count: 2048, data: [] },
    { kind: 'broadcast', address: 0x01, count: 1, data: [0x01] },
  ]);
  expect(parseBurst(whole.slice(0, -1))).toHaveLength(4);
  expect(parseBurst([0x77, ...whole])).toEqual([]);
});

test('an answer is read back as far as it is whole', () => {
  const all: readonly Outcome[] = [
    { kind: 'taken' },
    { kind: 'interrupt', address: 0x08, byte: 0x79 },
    { kind: 'data', data: Array.from({ length: 300 }, (_, at) => at & 0xff) },
    { kind: 'nobody' },
  ];
  const bytes = all.flatMap(outcome);
  expect(parseAnswer(bytes)).toEqual({ outcomes: all, rest: [] });
  const { outcomes, rest } = parseAnswer(bytes.slice(0, 20));
  expect(outcomes).toEqual(all.slice(0, 2));
  expect(rest).toHaveLength(16);
  expect(parseAnswer([0x00, 0x44]).rest).toEqual([0x44]);
});

test('frames and answers are told in words', () => {
  const said = burst(
    { assign: 0x08 },
    { write: [0x5a] },
    { pauseMs: 5 },
    { read: 4 },
    { broadcast: 0x06 },
    { write: [0x5a], address: 0x30 },
  );
  expect(sentWords(said)).toBe('ENTDAA 0x08, W 5A, after 5 ms, R 4, RSTDAA, 0x30 W 5A');
  expect(answerWords([], host.ACK.bytes)).toBe('IBI ACK');
  expect(answerWords([], host.NACK.bytes)).toBe('IBI NACK');
  expect(answerWords([], host.TAKEN.bytes)).toBe('taken, and not answered');
  expect(answerWords([], host.NOBODY.bytes)).toBe('nobody at the address');
  expect(answerWords([], host.read(4, 0x74).bytes)).toBe('04 74');
  expect(answerWords([], [...host.TAKEN.bytes, 3, 0x09, 0x42])).toBe('IBI 42 from 0x09');
  expect(answerWords([], [])).toBe('nothing');
});

/** What steps ask for, each answered by its first reply. */
function asked(
  ...steps: readonly { send: readonly number[]; replies: readonly { bytes: readonly number[] }[] }[]
) {
  const log: string[] = [];
  const follower = followerOf(H503, {
    command: (opcode) => log.push(`command ${opcode.toString(16)}`),
    block: (address, count) => log.push(`block ${address.toString(16)} ${count}`),
    write: (address, byte) => log.push(`write ${address.toString(16)} ${byte}`),
    erase: (pages) => log.push(`erase ${String(pages)}`),
    go: (address) => log.push(`go ${address.toString(16)}`),
    special: (code) => log.push(`special ${code.toString(16)}`),
    astray: (opcode) => log.push(`astray ${opcode.toString(16)}`),
  });
  for (const { send, replies } of steps) {
    follower.sent(Uint8Array.from(send));
    for (const byte of replies[0]?.bytes ?? []) follower.heard(byte);
  }
  return log;
}

test('who follows the frames finds the chunks of a write, each where it lands', () => {
  const chunks = [[1, 2], [3], [0x82, 0x7d]];
  expect(
    asked(...host.begins(), ...host.writeChunks(0x0800_2000, chunks), host.done('write-unprotect')),
  ).toEqual([
    'command 31',
    'block 8002000 2',
    'write 8002000 1',
    'write 8002001 2',
    'block 8002002 1',
    'write 8002002 3',
    'block 8002003 2',
    'write 8002003 130',
    'write 8002004 125',
    'command 73',
  ]);
});

test('who follows the frames finds erases by their number as it is, codes, Go and sub-operations', () => {
  expect(asked(...host.begins(), ...host.erase([1, 0x102]))).toEqual(['command 44', 'erase 1,258']);
  const all = [host.command('extended-erase'), host.specialErase(0xfffe)];
  expect(asked(...host.begins(), ...all)).toEqual(['command 44', 'erase all']);
  const start = [host.command('go'), host.address(0x0800_0000)];
  expect(asked(...host.begins(), ...start)).toEqual(['command 21', 'go 8000000']);
  const reset = [host.command('special'), host.sealed('reset', [0, 2])];
  expect(asked(...host.begins(), ...reset)).toEqual(['command 50', 'special 2']);
});

test('what follows a read of several chunks is a command, and what follows one that was refused', () => {
  const read = host.readChunks(0x0800_0000, [[1], [2, 3]]);
  const protect = { ...host.command('readout-protect'), replies: [host.NACK] };
  expect(asked(...host.begins(), ...read, protect)).toEqual(['command 11', 'command 82']);
  const refused = [
    host.command('write-memory'),
    host.address(0x0800_2000),
    host.size(16, 'more', [host.NACK]),
    protect,
  ];
  expect(asked(...host.begins(), ...refused)).toEqual([
    'command 31',
    'block 8002000 16',
    'command 82',
  ]);
});

test('a device that gave no answer may be anywhere, until it is given an address again', () => {
  const silent = { ...host.command('write-memory'), replies: [host.TAKEN] };
  const protect = { ...host.command('readout-protect'), replies: [host.TAKEN] };
  expect(asked(...host.begins(), silent, protect)).toContain('astray 82');
  expect(asked(...host.begins(), silent, ...host.begins(), protect)).not.toContain('astray 82');
});

test('on a chip with both protections every case passes', async () => {
  const target = new EmulatedTarget(given);
  const { results } = await examined(target, casesOf(i3cScenarios), { seed: 1, inputs: 1 });
  const unexpected = results.filter(({ verdict }) => !['pass', 'unsupported'].includes(verdict));
  expect(
    unexpected.map((each) => [each.id, each.entry, each.answered.says, each.left.says]),
  ).toEqual([]);
});

test('a failure is told in these words, with the line that repeats it', async () => {
  const mutant = mutants.find(({ name }) => name === 'i3c-write-of-nothing')!;
  const cases = casesOf(i3cScenarios.filter(({ id }) => id === 'i3c/write-memory/size-zero'));
  const told = await examined(new EmulatedTarget(given, mutant), cases, { seed: 1, inputs: 1 });
  const [result] = told.results;
  expect(result).toMatchObject({ verdict: 'fail' });
  expect(result!.answered.says).toBe('0 bytes was answered IBI ACK, not IBI NACK');
  expect(exchangeLines(result!).at(-1)).toMatch(/^0 bytes: W 00 00 00 -> IBI ACK, accepted: /);
  expect(replayLine(told, result!)).toContain(
    ' --interface i3c --mutant i3c-write-of-nothing' +
      ' --only i3c/write-memory/size-zero@connected --seed 1',
  );
});

test('a device that never interrupts does not answer', async () => {
  const deaf: Wrong = { i3c: (pins) => ({ ...bound(pins), onInterrupt() {} }) };
  const result = await resultOf('i3c/get-id/product-id@connected', H503, deaf);
  expect(result.verdict).not.toBe('pass');
  expect(result.transcript.map(({ name }) => name)).not.toContain('the ID');
});

function bound(pins: Parameters<NonNullable<Wrong['i3c']>>[0]): typeof pins {
  return {
    assignAddress: (address) => pins.assignAddress(address),
    broadcast: (code, data) => pins.broadcast(code, data),
    write: (address, bytes) => pins.write(address, bytes),
    read: (address, most) => pins.read(address, most),
    onInterrupt: (listener) => pins.onInterrupt(listener),
  };
}

test('once another interface was selected nobody takes an address, until a reset', () => {
  const [h503] = findDevice('STM32H503').devices;
  const board = new Board(h503!, 128);
  board.run();
  board.usart().receive(Uint8Array.of(0x7f));
  board.run();
  const pins = board.i3c();
  expect(pins.assignAddress(ADDRESS)).toBe('nack');
  expect(pins.write(ADDRESS, [host.SYNC])).toBe('nack');
  board.reset();
  board.run();
  expect(pins.assignAddress(ADDRESS)).not.toBe('nack');
});

test('the list of a product that no table has is asked for', async () => {
  const [device] = findDevice('STM32H503').devices;
  const unknown = partOf(device!, { interface: 'i3c' });
  const target = new EmulatedTarget({ ...unknown, commands: undefined });
  expect(await identify(target)).toBe(true);
  expect(target.part.commands).toEqual(unknown.commands);
});
