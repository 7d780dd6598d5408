// `npx tsx families/readme.ts` writes the generated blocks of the pages in this folder anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { blocks, rendered } from './tables.ts';

for (const file of Object.keys(blocks)) {
  const url = new URL(file, import.meta.url);
  writeFileSync(url, rendered(file, readFileSync(url, 'utf8')));
}
