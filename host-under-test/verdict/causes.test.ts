import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CAUSES, names, type Cause } from './causes.ts';

/** What real tools say, with the causes that it names, and sentences that name none. */
const { honest, unrelated } = JSON.parse(
  readFileSync(new URL('../test/messages.json', import.meta.url), 'utf8'),
) as {
  readonly honest: readonly {
    readonly tool: string;
    readonly message: string;
    readonly names: readonly Cause[];
  }[];
  readonly unrelated: readonly string[];
};

test.each(honest)('$tool says what is wrong: $message', ({ message, names: causes }) => {
  expect(causes.filter((cause) => !names(cause, message))).toEqual([]);
});

test('the corpus has ten real tools', () => {
  expect(new Set(honest.map(({ tool }) => tool)).size).toBeGreaterThanOrEqual(10);
});

test.each(unrelated)('no cause is named by: %s', (sentence) => {
  expect(CAUSES.filter((cause) => names(cause, sentence))).toEqual([]);
});
