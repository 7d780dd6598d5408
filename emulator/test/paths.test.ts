import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const TOPS = ['families', 'emulator', 'conformance', 'host-under-test'];

/** Every file and folder of the repository, the folders with a slash at their end. */
const there: readonly string[] = [
  ...readdirSync(ROOT),
  '.ci/run',
  ...TOPS.flatMap((top) => [
    `${top}/`,
    ...readdirSync(resolve(ROOT, top), { recursive: true, withFileTypes: true }).map((entry) => {
      const path = `${entry.parentPath.slice(ROOT.length + 1)}/${entry.name}`;
      return entry.isDirectory() ? `${path}/` : path;
    }),
  ]),
];

/** What looks like a path in code: it has a slash or the ending of a source, and no scheme, option or shell word. */
function pathsIn(markdown: string): readonly string[] {
  const code = [
    ...[...markdown.matchAll(/```\w*\n([^]*?)```/g)].map(([, text]) => text!),
    ...[...markdown.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text!),
    ...markdown.split('\n').filter((line) => line.startsWith('    ')),
  ];
  const words = code.flatMap((text) => text.split(/[\s,;:()'"{}]+/));
  const isPath = /^(?!.*\/\/)[\w.<>*-]+(\/[\w.<>*-]*)+$|^[\w<>-]+\.(ts|md|json)$/;
  return [...new Set(words.filter((word) => isPath.test(word) && !/^\d|^-/.test(word)))];
}

/** A path, from the root or from where the text is, with what stands in `<>` and for `*` being any name. */
function exists(path: string): boolean {
  const pattern = path
    .replace(/[.]/g, '\\.')
    .replace(/<[^>]+>|\*/g, '[^/]+')
    .replace(/\/$/, '/$');
  const wanted = new RegExp(`(^|/)${pattern}${path.endsWith('/') ? '' : '(\\.ts|/)?$'}`);
  return there.some((each) => wanted.test(each));
}

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('every path that %s names is there', (file) => {
  const paths = pathsIn(readFileSync(resolve(ROOT, file), 'utf8'));
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !exists(path))).toEqual([]);
});

test('a path that is not there is seen', () => {
  const paths = pathsIn(
    '`families/series/<series>.ts`, `families/serie/<series>.ts` and `no-such.ts`',
  );
  expect(paths.filter((path) => !exists(path))).toEqual([
    'families/serie/<series>.ts',
    'no-such.ts',
  ]);
});
