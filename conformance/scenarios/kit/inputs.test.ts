import { expect, test } from 'vitest';
import { devices } from '../../../families/index.ts';
import { partOf } from '../../part/part.ts';
import { scenarios } from '../index.ts';
import { marked } from './inputs.ts';

const parts = devices
  .filter(({ incomplete }) => incomplete === undefined)
  .map((device) => partOf(device));

test('no two places that a case marks hold the same bytes, on any line', () => {
  for (const part of parts) {
    const all = marked(part, part.pages).map(({ bytes }) => bytes.join());
    expect(new Set(all).size, part.name).toBe(all.length);
  }
});

test('pages that lie half the flash apart are found on every line that has more than one', () => {
  const halves = scenarios.find(({ id }) => id === 'usart/common/halves-of-flash')!;
  const none = parts.filter(
    (part) => halves.unsupported?.(part) === 'no pages lie half the flash apart',
  );
  expect(parts.length).toBeGreaterThan(none.length);
  expect(none.filter(({ pages }) => pages.length > 1).map(({ name }) => name)).toEqual([]);
});
