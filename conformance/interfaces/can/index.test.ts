import { expect, test } from 'vitest';
import { findDevice } from '../../../families/index.ts';
import { frame, itemsOf, rate } from './frames.ts';
import { ack, getId, nack, read, speed, write } from './host.ts';
import { answerWords, sentWords } from './words.ts';
import { mutants, partOfMutant } from '../../mutants/index.ts';
import { partOf } from '../../part/part.ts';
import { exchangeLines, reasonOf } from '../../results/words.ts';
import { replayLine } from '../../results/results.ts';
import { casesOf, runCase } from '../../run/run.ts';
import { scenarios } from '../../scenarios/index.ts';
import { ANY } from '../../run/script.ts';
import { EmulatedTarget } from '../../targets/emulated.ts';
import { examined } from '../../test/examined.ts';

const f405 = partOf(findDevice('STM32F405').devices[0]!, { interface: 'can' });

const casesNamed = (id: string): ReturnType<typeof casesOf> =>
  casesOf(scenarios.filter((each) => each.id === id)).slice(0, 1);

test('frames are read back as they were written', () => {
  const items = [
    { id: 0x7ff, extended: false, fd: false, brs: false, data: [1, 2, 3] },
    { id: 0x1234_5678, extended: true, fd: true, brs: true, data: [] },
  ];
  expect(itemsOf(items.flatMap(frame))).toEqual(items);
  expect(itemsOf([...rate({ nominal: 500_000 }), 0xff])).toEqual([
    { rate: { nominal: 500_000 } },
    'lost',
  ]);
  expect(itemsOf([0, 0, 0, 0, 2, 3, 1])).toEqual([{ rest: [0, 0, 0, 0, 2, 3, 1] }]);
});

test('frames read as candump prints them, ACK and NACK by their names', () => {
  const [header, data] = write(0x0800_4000, [1, 2]);
  expect(sentWords(header!.send)).toBe('031#0800400001');
  expect(answerWords(data!.send, ack(0x31, 2).bytes)).toBe('ACK 031, ACK 031');
  expect(answerWords([], nack(0x44).bytes)).toBe('NACK 044');
  expect(answerWords([], getId(f405).replies[0]!.bytes)).toBe('ACK 002, 002#0413, ACK 002');
  expect(answerWords([], frame({ id: 2, data: [ANY, 4] }))).toBe('002#..04');
  expect(sentWords(frame({ id: 0x79, data: [], extended: true }))).toBe('00000079#');
  expect(sentWords(frame({ id: 0x43, data: [0xff], fd: true, brs: true }))).toBe('043##1FF');
  expect(speed(3).map(({ send }) => sentWords(send))).toEqual(['003#03', 'at 500 kbit/s']);
  expect([[], [0xff]].map((got) => answerWords([], got))).toEqual(['silence', 'not taken']);
  const long = read(0x0800_0000, Array<number>(256).fill(0)).replies[0]!.bytes;
  expect(answerWords([], long)).toMatch(/^ACK 011, 011#0{16}, 011#0{16}, .* … \(34 frames\)$/);
});

test('a failure is told in these words, with the line that repeats it', async () => {
  const mutant = mutants.find(({ name }) => name === 'can-speed-codes-swapped')!;
  const told = await examined(new EmulatedTarget(f405, mutant), casesNamed('can/3.4/each-code'), {
    seed: 1,
    inputs: 1,
  });
  const [result] = told.results;
  expect(result).toMatchObject({ verdict: 'fail' });
  expect(reasonOf(result!)).toBe('the host goes to 250 kbit/s was answered silence, not ACK 003');
  expect(exchangeLines(result!).slice(0, 1)).toEqual(['speed 250 kbit/s: 003#02 -> ACK 003']);
  expect(replayLine(told, result!)).toContain(
    ' --interface can --mutant can-speed-codes-swapped --only can/3.4/each-code@connected --seed 1',
  );
});

test.each([
  { quirk: 'can-erase-acknowledges-pages', id: 'can/3.8/pages-of-one-frame' },
  { quirk: 'can-erase-acknowledges-pages', id: 'can/3.8/pages-of-several-frames' },
  { quirk: 'can-speed-under-protection', id: 'can/3.4/protected' },
])('a device with $quirk is $id with a remark', async ({ quirk, id }) => {
  const part = partOf(f405.device, { interface: 'can', quirks: { [quirk]: true } });
  const [each] = casesNamed(id);
  const result = await runCase(new EmulatedTarget(part), each!, { seed: 1, inputs: 1 });
  expect(result.verdict).toBe('informational');
});

test('a chip that gave up its search for the clock is found again', async () => {
  const resets: string[] = [];
  const part = partOfMutant({ name: '', wrong: '', interface: 'can', part: 'connectivity' });
  class Watched extends EmulatedTarget {
    protected override async makeBoard(
      ...[options]: Parameters<EmulatedTarget['makeBoard']>
    ): ReturnType<EmulatedTarget['makeBoard']> {
      return super.makeBoard({
        ...options,
        onTrace: (event) => {
          if (event.kind === 'reset') resets.push(event.cause);
        },
      });
    }
  }
  const [each] = casesNamed('can/1/wrong-rate');
  const result = await runCase(new Watched(part), each!, { seed: 1, inputs: 1 });
  expect(result.verdict).toBe('pass');
  expect(resets).toContain('CAN clock search');
});
