import { expect, test } from 'vitest';
import { findDevice } from '../../../families/index.ts';
import type { QuirkName } from '../../../families/index.ts';
import { answerWords, sentWords } from '../can/words.ts';
import { ack, command, padded, read, startFrame, writeHeader } from './host.ts';
import { identify } from '../../run/identify.ts';
import { mutants } from '../../mutants/index.ts';
import { partOf } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import { exchangeLines } from '../../results/words.ts';
import { replayLine } from '../../results/results.ts';
import { casesOf, runCase } from '../../run/run.ts';
import { scenarios } from '../../scenarios/index.ts';
import { EmulatedTarget } from '../../targets/emulated.ts';
import { examined } from '../../test/examined.ts';

function partNamed(name: string, quirks: Readonly<Record<string, boolean>> = {}): Part {
  return partOf(findDevice(name).devices[0]!, { interface: 'fdcan', quirks });
}

const casesNamed = (id: string): ReturnType<typeof casesOf> =>
  casesOf(scenarios.filter((each) => each.id === id)).slice(0, 1);

test('frames are as long as CAN FD has them', () => {
  const lengths = [0, 8, 9, 13, 17, 21, 25, 33, 49, 64].map((length) =>
    Array<number>(length).fill(0),
  );
  expect(lengths.map((data) => padded(data).length)).toEqual([
    0, 8, 12, 16, 20, 24, 32, 48, 64, 64,
  ]);
  expect(padded([1, 2, 3], 8)).toEqual([1, 2, 3, 0xff, 0xff, 0xff, 0xff, 0xff]);
});

test('frames read as candump prints them, with their bit rate switch', () => {
  expect(sentWords(startFrame().send)).toBe('111##15A');
  expect(sentWords(writeHeader(0x0800_0000, 256).send)).toBe('031##108000000FF');
  expect(answerWords([], ack('write-memory', 2).bytes)).toBe('ACK 031, ACK 031');
  const [asked] = read(0x0800_0000, [1, 2]);
  expect(answerWords(asked!.send, asked!.replies[0]!.bytes)).toMatch(
    /^ACK 011, 011##10102(\.\.){30}… \(64 bytes\) … \(3 frames\)$/,
  );
});

test('the commands that only the device can tell are learnt from Get', async () => {
  const target = new EmulatedTarget(partNamed('STM32C092RC'));
  expect(target.part.commands).toBeUndefined();
  expect(await identify(target)).toBe(true);
  expect(target.part.commands).toContain('extended-erase');
});

test('a failure is told in these words, with the line that repeats it', async () => {
  const mutant = mutants.find(({ name }) => name === 'fdcan-id-swapped')!;
  const target = new EmulatedTarget(partNamed('STM32H723ZG'), mutant);
  const told = await examined(target, casesNamed('fdcan/get-id/product-id'), {
    seed: 1,
    inputs: 1,
  });
  const [result] = told.results;
  expect(result).toMatchObject({ verdict: 'fail' });
  expect(exchangeLines(result!).at(-1)).toBe(
    'get-id: 002##1 -> ACK 002, 002##18304, ACK 002, accepted: ACK 002, 002##10483, ACK 002',
  );
  expect(command('get-id').send).toEqual(result!.transcript[0]!.sent);
  expect(replayLine(told, result!)).toContain(
    ' --interface fdcan --mutant fdcan-id-swapped --only fdcan/get-id/product-id@connected --seed 1',
  );
});

test.each<{ line: string; quirk: QuirkName; id: string; verdict: string }>([
  {
    line: 'STM32H723ZG',
    quirk: 'fdcan-go-acknowledged-twice',
    id: 'fdcan/go/flash',
    verdict: 'non-strict',
  },
  {
    line: 'STM32C092RC',
    quirk: 'fdcan-start-frame-acknowledged',
    id: 'fdcan/start/start-frame',
    verdict: 'informational',
  },
  {
    line: 'STM32H723ZG',
    quirk: 'fdcan-protected-read-silent',
    id: 'fdcan/read-memory/protected',
    verdict: 'non-strict',
  },
  {
    line: 'STM32G0B1RE',
    quirk: 'fdcan-erase-pages-low-byte-first',
    id: 'fdcan/erase-memory/most-significant-byte-first',
    verdict: 'non-strict',
  },
  {
    line: 'STM32G0B1RE',
    quirk: 'fdcan-32-sectors-at-most',
    id: 'fdcan/erase-memory/more-than-32-pages',
    verdict: 'informational',
  },
])('a device with $quirk is $verdict in $id', async ({ line, quirk, id, verdict }) => {
  const [each] = casesNamed(id);
  const target = new EmulatedTarget(partNamed(line, { [quirk]: true }));
  await identify(target);
  const result = await runCase(target, each!, { seed: 1, inputs: 1 });
  expect(result.verdict).toBe(verdict);
});
