import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blocks, rendered } from './tables.ts';

test.each(Object.keys(blocks))('%s is current; else run npx tsx families/readme.ts', (file) => {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(rendered(file, text)).toBe(text);
});
