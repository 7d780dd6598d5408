import { expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { compare, scores } from '../results/compare.ts';
import { partOf } from '../part/part.ts';
import { casesOf } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import type { Answer } from './play.ts';
import { RecordedSide, parseRecording, record } from './recording.ts';
import type { Recording } from './recording.ts';
import { redacted } from './redacted.ts';
import { LiveSide } from './side.ts';

const cases = casesOf(scenarios.filter(({ id }) => /^usart\/3\.(1|2|4|14)\//.test(id))).filter(
  ({ entry }) => entry === 'synchronised' || entry === 'rdp-1',
);
const inputs = { seed: 2, inputs: 2 };

function live(version: string): LiveSide {
  const part = partOf(findDevice('STM32F405').devices[0]!, { version });
  return new LiveSide(new EmulatedTarget(part), 'chip');
}

async function recorded(version: string, firmware: Recording['firmware']): Promise<Recording> {
  const made = await record(live(version), cases, { ...inputs, firmware });
  return parseRecording(JSON.stringify(made), 'file');
}

test.each(['hidden', 'kept'] as const)(
  'a device is like its recording whose firmware is %s, and another version is not',
  async (firmware) => {
    const side = new RecordedSide(await recorded('3.1', firmware));
    const same = await compare(side, live('3.1'), cases, inputs);
    const all = scores(same).find(({ of }) => of === 'all')!;
    expect(all.asked).toBeGreaterThan(20);
    expect(all.matching).toBe(all.asked);
    const other = await compare(live('3.0'), side, cases, inputs);
    const names = other.comparisons.filter(({ difference }) => difference !== undefined);
    expect(names.map(({ name }) => name)).toContain('usart/3.2/version@synchronised');
    expect(names.map(({ name }) => name)).toContain('usart/3.4/protected@rdp-1');
  },
);

test('a recording is compared with a recording of the same stimuli', async () => {
  const [one, other] = [await recorded('3.0', 'hidden'), await recorded('3.1', 'hidden')];
  const { comparisons } = await compare(
    new RecordedSide(one),
    new RecordedSide(other),
    cases,
    inputs,
  );
  expect(comparisons.some(({ difference }) => difference !== undefined)).toBe(true);
  const reseeded = await record(live('3.1'), cases, { seed: 9, inputs: 2, firmware: 'hidden' });
  const foreign = await compare(new RecordedSide(one), new RecordedSide(reseeded), cases, inputs);
  expect(foreign.notAsked.length).toBeGreaterThan(0); // where the inputs are others
});

const answer = (sent: readonly number[], got: readonly number[]): Answer => ({
  name: 'step',
  sent,
  got,
});
const read = (content: readonly number[]): Answer[] => [
  answer([0x11, 0xee], [0x79]),
  answer([0x08, 0, 0, 0, 0x08], [0x79]),
  answer([content.length - 1, 0x100 - content.length], [0x79, ...content]),
];
const steps = [0, 1, 2].map(() => ({ name: 'step', send: [], replies: [] }));

test('content that only the device knew is hidden, by a digest where that cannot be guessed', () => {
  const secret = Array.from({ length: 32 }, (_, at) => (at * 37) & 0xff);
  const { answers } = redacted({ answers: read(secret), changed: [] }, steps);
  expect(answers[2]).toMatchObject({ got: [0x79], hidden: { length: 32 } });
  expect(answers[2]!.hidden!.sha256).toMatch(/^[0-9a-f]{64}$/);
  const short = redacted({ answers: read([1, 2, 3, 4]), changed: [] }, steps);
  expect(short.answers[2]!.hidden).toEqual({ length: 4 });
});

test('what the suite expected, and what is no content, is kept', () => {
  const expected = steps.map((step, at) =>
    at === 2 ? { ...step, replies: [{ bytes: [0x79, 1, 2, 3, 4] }] } : step,
  );
  const { answers } = redacted({ answers: read([1, 2, 3, 4]), changed: [] }, expected);
  expect(answers[2]!.hidden).toBeUndefined();
  const version = [answer([0x01, 0xfe], [0x79, 0x31, 0, 0, 0x79])];
  expect(redacted({ answers: version, changed: [] }, steps).answers).toEqual(version);
});

test('another file is not taken for a recording', () => {
  expect(() => parseRecording('{}', 'some.json')).toThrow(
    /some\.json is not a file that vstm32 record/,
  );
});
