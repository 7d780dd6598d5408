import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import * as conformance from '../../conformance/cli/index.ts';
import * as hostUnderTest from '../../host-under-test/cli/index.ts';
import { allProbes } from '../cli/doctor/examine.ts';
import { pythonModules } from '../cli/doctor/packages.ts';
import { programsOf } from '../cli/doctor/programs.ts';
import { PORTS } from '../cli/doctor/sockets.ts';
import * as emulator from '../cli/index.ts';
import { helpLines, indentedLines } from './typed-lines.ts';
import { programsIn, programsStartedBy } from './typed-programs.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const COMMANDS = [...emulator.commands, ...conformance.commands, ...hostUnderTest.commands];
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

/** Every README, wherever it stands, and what contributors read. */
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  ...['conformance', 'emulator', 'families', 'host-under-test'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(^|\/)README\.md$/.test(name))
      .map((name) => join(top, name)),
  ),
].map(read);

const EXAMPLES = await helpLines(COMMANDS);

/** What every machine has, or brings vstm32; a shell's own words; and vstm32. */
const EVERYWHERE = new Set(
  'sh bash cat cp echo env export kill ls mkdir printf rm sleep stty tee true wait cd node npm npx vstm32'.split(
    ' ',
  ),
);
/** The reader's own programs, and gaps. */
const OWN = /^(\.\/|my-)|…/;

const probes = allProbes();
const known = new Set([
  ...probes.map(({ name }) => name),
  ...probes.flatMap(({ name }) => programsOf(name)),
]);
const packages = new Set(probes.flatMap((probe) => probe.packages ?? []));
/** Other names of what is known: pip is a Python module too. */
const ALIASES: Readonly<Record<string, string>> = { pip: 'python3-pip', docker: 'podman' };

const unknown = (programs: readonly string[]): readonly string[] =>
  [...new Set(programs)].filter(
    (name) => !EVERYWHERE.has(name) && !OWN.test(name) && !known.has(ALIASES[name] ?? name),
  );

/** The blocks of a document that are in one of some languages; '' for those that name none. */
function blocks(markdown: string, languages: RegExp): readonly string[] {
  return [...markdown.matchAll(/^( *)```(\w*)\n(.*?)^\1```/gms)]
    .filter(([, , language]) => languages.test(language!))
    .map(([, , , text]) => text!);
}

test('doctor knows every program that a document or an example of the help starts', () => {
  const typed = [
    ...documents.flatMap((text) => [
      ...blocks(text, /^(sh|bash|console)?$/),
      ...indentedLines(text),
    ]),
    ...EXAMPLES,
  ].flatMap(programsIn);
  expect(new Set(typed).size).toBeGreaterThan(15);
  expect(unknown(typed)).toEqual([]);
});

test('doctor knows what the programs in the documents start and import', () => {
  const started = documents
    .flatMap((text) => blocks(text, /^(ts|js|python)$/))
    .flatMap(programsStartedBy);
  expect(started).toContain('dfu-util');
  expect(unknown(started)).toEqual([]);

  const python = documents.flatMap((text) => blocks(text, /^python$/)).join('\n');
  const modules = [...python.matchAll(/^(?:import|from) (\w+)/gm)].map(([, name]) => name!);
  expect(modules).toContain('serial');
  const OF_PYTHON = ['subprocess', 'os', 'sys', 'json', 'tempfile', 'vstm32'];
  expect(modules.filter((name) => ![...pythonModules, ...OF_PYTHON].includes(name))).toEqual([]);

  const { dependencies, peerDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;
  expect(Object.keys(peerDependencies!).filter((name) => !known.has(name))).toEqual([]);
  const ts = documents.flatMap((text) => blocks(text, /^(ts|js)$/)).join('\n');
  const imported = [...ts.matchAll(/ from '([^./][^']*)'/g)].map(([, name]) => name!);
  const here = ({ [0]: name = '' }: readonly string[]): boolean =>
    name in dependencies! || known.has(name) || name === 'vstm32';
  const others = imported.filter((name) => !name.startsWith('node:') && !here(name.split('/')));
  expect(others).toEqual([]);
});

test('doctor knows every package that is to be installed, for users and for tests', () => {
  const sources = ['emulator', 'conformance', 'host-under-test'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.test)\.(ts|py|c)$/.test(name) && !/(^|\/)test\//.test(name))
      .map((name) => read(join(top, name))),
  );
  const named = [...documents, ...sources].flatMap((text) =>
    [
      ...text.matchAll(/\bapt(?:-get)? install ((?:-\S+ )*)([a-z][\w.+-]*(?: [a-z][\w.+-]*)*)/g),
    ].flatMap(([, , names]) => names!.split(' ')),
  );
  const [, ofTests] = /^packages=\(([^)]*)\)/m.exec(read('.ci/run'))!;
  const all = [...new Set([...named, ...ofTests!.trim().split(/\s+/)])];
  expect(all.length).toBeGreaterThan(20);
  // what node-pty needs where it is compiled, and the drivers of a kernel whose name follows
  const NAMED_ELSEWHERE = ['make', 'g++', 'linux-modules-extra-'];
  expect(all.filter((name) => !packages.has(name) && !NAMED_ELSEWHERE.includes(name))).toEqual([]);
});

test('doctor looks at every port that a document or an example of the help uses', () => {
  const text = [...documents, ...EXAMPLES].join('\n');
  const named = new Set(
    [...text.matchAll(/127\.0\.0\.1:([1-9]\d+)/g)].map(([, port]) => Number(port)),
  );
  expect(named.size).toBeGreaterThan(3);
  const looked = PORTS.map(([port]) => port);
  expect([...named].filter((port) => !looked.includes(port))).toEqual([]);
});

test.each([
  ["vstm32 exec STM32F405 -- sh -c 'new-tool {usart}'", ['vstm32', 'sh', 'new-tool']],
  ['npm run -s vstm32 -- exec STM32F405 -- new-tool -w {usart}', ['npm', 'new-tool']],
  [
    'sudo -n new-tool | tee x && api="other-tool -s y"; $api/z',
    ['sudo', 'new-tool', 'tee', 'other-tool'],
  ],
])('a tool that nobody knows is seen in %s', (line, programs) => {
  expect(programsIn(line)).toEqual(programs);
  expect(unknown(programsIn(line))).toContain('new-tool');
});
