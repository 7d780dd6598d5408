import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { linePages } from '../pages/line-pages.ts';
import { blocks, rendered } from '../pages/tables.ts';

const textOf = (file: string): string =>
  readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

test.each(Object.keys(blocks))('%s is current; else run npx tsx families/readme.ts', (file) => {
  expect(rendered(file, textOf(file))).toBe(textOf(file));
});

test.each(Object.entries(linePages))(
  '%s is current; else run npx tsx families/readme.ts',
  (file, page) => {
    expect(textOf(file)).toBe(page());
  },
);

test('no page is of a series that is not there', () => {
  const pages = readdirSync(new URL('../pages/lines', import.meta.url));
  expect(pages.map((name) => `pages/lines/${name}`).toSorted()).toEqual(
    Object.keys(linePages).toSorted(),
  );
});
