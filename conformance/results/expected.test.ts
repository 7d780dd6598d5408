import { beforeAll, expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { bless, parseExpected, surprises } from './expected.ts';
import type { Expected } from './expected.ts';
import { mutants } from '../mutants/index.ts';
import { partOf } from '../part/part.ts';
import { casesOf } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import type { TargetReport } from './results.ts';
import { EmulatedTarget } from '../targets/emulated.ts';
import { examined } from '../test/examined.ts';

const cases = casesOf(scenarios.filter(({ id }) => id.startsWith('usart/3.2/')));
const part = partOf(findDevice('STM32F405').devices[0]!);
let right: TargetReport;
let wrong: TargetReport;
let blessed: Expected;

beforeAll(async () => {
  const mutant = mutants.find(({ name }) => name === 'get-version-refused-under-rdp');
  const options = { seed: 1, inputs: 1 };
  right = await examined(new EmulatedTarget(part), cases, options);
  wrong = await examined(new EmulatedTarget(part, mutant), cases, options);
  blessed = bless(wrong);
});

const withReasons = (expected: Expected, more: object = {}): Expected => ({
  ...expected,
  cases: Object.fromEntries(
    Object.entries(expected.cases).map(([name, each]) => [
      name,
      { ...each, reason: 'known', ...more },
    ]),
  ),
});

test('what deviates is blessed, and the same run is then as expected', () => {
  expect(Object.keys(blessed.cases)).toContain('usart/3.2/version@rdp-1');
  expect(Object.keys(blessed.cases)).not.toContain('usart/3.2/version@synchronised');
  expect(surprises(wrong, blessed)).toEqual([]);
  expect(bless(right).cases).toEqual({});
});

test('an unexpected pass is a surprise, unless it passes at times', () => {
  expect(surprises(right, blessed)[0]).toMatchObject({ expected: 'fail', came: 'pass' });
  expect(surprises(right, withReasons(blessed, { intermittent: true }))).toEqual([]);
});

test('a failure that nothing expects is a surprise', () => {
  expect(surprises(wrong, bless(right)).map(({ came }) => came)).toContain('fail');
});

test('reasons outlive a new blessing, and cases that were not run are kept', () => {
  const again = bless(wrong, withReasons(blessed));
  expect(Object.values(again.cases).every(({ reason }) => reason === 'known')).toBe(true);
  expect(bless({ ...right, results: [] }, again).cases).toEqual(again.cases);
});

test('a deviation without a reason is not accepted from a file', () => {
  expect(() => parseExpected(JSON.stringify(blessed), 'file')).toThrow(
    /write the reason why usart/,
  );
  const reasoned = withReasons(blessed);
  expect(parseExpected(JSON.stringify(reasoned), 'file')).toEqual(reasoned);
  expect(() => parseExpected('{}', 'file')).toThrow(/is not a file/);
});
