// `npx tsx families/readme.ts` writes the generated blocks of README.md and of the pages anew, and the pages of lines.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { linePages } from './pages/line-pages.ts';
import { blocks, rendered } from './pages/tables.ts';

for (const file of Object.keys(blocks)) {
  const url = new URL(file, import.meta.url);
  writeFileSync(url, rendered(file, readFileSync(url, 'utf8')));
}
mkdirSync(new URL('pages/lines/', import.meta.url), { recursive: true });
for (const [file, page] of Object.entries(linePages)) {
  writeFileSync(new URL(file, import.meta.url), page());
}
