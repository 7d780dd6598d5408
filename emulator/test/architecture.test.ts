import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as tables from '../../families/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDERS = ['families', 'emulator', 'conformance', 'host-under-test'];

const files = ['cli.ts', ...FOLDERS.flatMap(sourcesBelow)];

const LEAVES = 'pins|clock|faults|armed-faults|errors|trace/trace|interfaces/[a-z0-9]+/pins';
const leaves = new RegExp(`^emulator/(${LEAVES})\\.ts$`);

/** The folders of a side of the house, one for each interface. */
function roomsIn(folder: string): readonly string[] {
  return readdirSync(resolve(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** What an interface's room may import beside itself: what all rooms share, and no other room. */
function interfaceRoom(name: string, others = ''): readonly [RegExp, RegExp] {
  const shared = 'interfaces/(framed/.*|device-interface|replace|surroundings|memory-quirks)';
  const own = `interfaces/(${name}${others})/.*`;
  return [
    new RegExp(`^emulator/interfaces/${name}/`),
    new RegExp(
      `^(families/index|emulator/(chip/.*|bootloader/.*|${shared}|${own}|${LEAVES}))\\.ts$`,
    ),
  ];
}

/** Rooms of the house and what each may import, by prefix; the first matching row is the file's room. */
const RULES: readonly (readonly [room: RegExp, mayImport: RegExp])[] = [
  [/^families\//, /^families\//],
  [leaves, leaves],
  [/^emulator\/(make-folder|package-files|unwritable)\.ts$/, /^$/],
  [/^emulator\/trace\//, new RegExp(`^(families/index|emulator/(trace/.*|${LEAVES}))\\.ts$`)],
  [/^emulator\/chip\//, new RegExp(`^(families/index|emulator/(chip/.*|${LEAVES}))\\.ts$`)],
  [
    /^emulator\/bootloader\//,
    new RegExp(`^(families/index|emulator/(chip/.*|bootloader/.*|${LEAVES}))\\.ts$`),
  ],
  interfaceRoom('fdcan', '|can'),
  ...roomsIn('emulator/interfaces').map((name) => interfaceRoom(name)),
  [
    /^emulator\/interfaces\//,
    new RegExp(`^(families/index|emulator/(chip/.*|bootloader/.*|interfaces/.*|${LEAVES}))\\.ts$`),
  ],
  [
    /^emulator\/links\//,
    new RegExp(`^emulator/(links/.*|make-folder|package-files|${LEAVES})\\.ts$`),
  ],
  [
    /^emulator\/board\//,
    new RegExp(
      `^(families/index|emulator/(chip/.*|bootloader/.*|interfaces/.*|board/.*|${LEAVES}))\\.ts$`,
    ),
  ],
  [
    /^emulator\/clients\//,
    /^emulator\/(clients\/.*|cli\/control\/(unix-socket|api\/schemas)|errors|package-files)\.ts$/,
  ],
  [/^emulator\/build\//, /^emulator\/(build\/.*|package-files)\.ts$/],
  [
    /^emulator\/(cli|bench|examples|test)\//,
    /^(families\/(index|find\/nearest)|emulator\/(?!page\/).*)\.ts$/,
  ],
  // a page has nothing of the server but the types of what it sends, and the words of faults
  [/^emulator\/page\//, /^emulator\/(page\/.*|(faults|cli\/control\/api\/schemas)\.ts)$/],
  [/^emulator\//, /^(families\/index\.ts|emulator\/(?!cli\/|page\/).*\.ts)$/],
  [
    /^conformance\/(targets|boards|mutants|interfaces)\//,
    /^(families\/index|emulator\/(index|make-folder)|conformance\/.*)\.ts$/,
  ],
  [
    /^conformance\/reports\//,
    /^(emulator\/(package-files|unwritable)|conformance\/(errors|reports\/.*))\.ts$/,
  ],
  [
    /^conformance\//,
    /^(families\/index|emulator\/(make-folder|package-files|unwritable)|conformance\/.*)\.ts$/,
  ],
  [
    /^host-under-test\//,
    /^(families\/index|emulator\/index|conformance\/reports\/index|host-under-test\/.*)\.ts$/,
  ],
  [/^cli\.ts$/, /^(emulator|conformance|host-under-test)\/cli\/index\.ts$/],
];

/** Rooms that may reach node:* and npm packages. */
const OUTSIDE =
  /^(cli\.ts|emulator\/(make-folder|package-files|unwritable)\.ts|emulator\/(links|cli|clients|page|build|bench|examples|test)\/|emulator\/index\.ts|conformance\/|host-under-test\/|families\/(readme\.ts|test\/))|\.test\.ts$/;

/** Where the dialogues are. */
const DIALOGUES = /^emulator\/(bootloader|interfaces)\//;

test('every import keeps the direction of the architecture', () => {
  const wrong = files.flatMap((file) => {
    if (file.endsWith('.test.ts')) return [];
    const [, allowed] = RULES.find(([room]) => room.test(file))!;
    return importsOf(file).flatMap((specifier) => {
      if (!specifier.startsWith('.')) {
        return OUTSIDE.test(file) ? [] : [`${file} imports ${specifier}`];
      }
      const target = relative(ROOT, resolve(ROOT, dirname(file), specifier));
      return allowed.test(target) ? [] : [`${file} imports ${target}`];
    });
  });
  expect(wrong).toEqual([]);
});

test('there is no cycle of imports, nor of those of types', () => {
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter((to) => to.startsWith('.'))
        .map((to) => relative(ROOT, resolve(ROOT, dirname(file), to))),
    ]),
  );
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' -> ')];
    if (done.has(file)) return [];
    const found = (graph.get(file) ?? []).flatMap((next) => visit(next, [...path, file]));
    done.add(file);
    return found;
  };
  expect(files.flatMap((file) => visit(file, []))).toEqual([]);
});

test('only ports contain a bare yield', () => {
  const bare = files
    .filter((file) => DIALOGUES.test(file) && !/dialogue\.ts$|\.test\.ts$/.test(file))
    .filter((file) => /\byield(?!\*)\s/.test(withoutComments(file)));
  expect(bare).toEqual([]);
});

test('nothing in the device reads the wall clock or an unseeded random number', () => {
  const device = files.filter(
    (file) =>
      /^emulator\/(?!links|cli|clients|page|build|bench|examples|test)/.test(file) &&
      !file.endsWith('.test.ts'),
  );
  expect(
    device.filter((file) => /Math\.random|Date\.now|performance\.now/.test(withoutComments(file))),
  ).toEqual([]);
});

test('JSON that comes from outside is checked, not believed', () => {
  const shipped = files.filter((file) => !/\.test\.ts$|\/(test|bench)\//.test(file));
  const cast = /JSON\.parse\([^;]*\) as (?!const)|: (?!unknown\b)[^=;]+= JSON\.parse\(/;
  expect(shipped.filter((file) => cast.test(withoutComments(file)))).toEqual([]);
});

test('the examiner takes facts from the tables, and no function that the device computes an answer with', () => {
  const lookUps = /^(findDevice|likeDevice|nearest|dfuOf)$/;
  const exported = new Map<string, unknown>(Object.entries(tables));
  const isFact = (name: string): boolean =>
    typeof exported.get(name.replace(/ as .*/, '')) !== 'function' || lookUps.test(name);
  const shared = files
    .filter((file) => file.startsWith('conformance/') && !/\.test\.ts$|\/test\//.test(file))
    .flatMap((file) =>
      [
        ...readFileSync(resolve(ROOT, file), 'utf8').matchAll(
          /^import \{([^}]*)\} from '[./]*families\/[^']*'/gm,
        ),
      ]
        .flatMap(([, names]) => names!.split(',').map((name) => name.trim()))
        .filter((name) => name !== '' && !name.startsWith('type ') && !isFact(name))
        .map((name) => `${file} imports ${name}`),
    );
  expect(shared).toEqual([]);
});

/** Where the examiner may name an interface: rooms, registries, the words of --target, limitations of single ROMs. */
const NAMES_INTERFACES =
  /^conformance\/(interfaces\/([a-z0-9]+\/|names\.ts$)|suites\/|targets\/(spec|target-address)\.ts$|boards\/(lines\/open-line|backup\/saved-image)\.ts$|run\/excuses\.ts$)/;

test('no file of the examiner but the rooms, their registries and a few that are named asks which interface it is', () => {
  const literal = new RegExp(`'(${[...roomsIn('conformance/interfaces'), 'dfu'].join('|')})'`);
  const naming = files
    .filter((file) => file.startsWith('conformance/') && !/\.test\.ts$|\/(test|bench)\//.test(file))
    .filter((file) => !NAMES_INTERFACES.test(file) && literal.test(withoutComments(file)));
  expect(naming).toEqual([]);
});

function sourcesBelow(folder: string): string[] {
  return readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`);
}

function importsOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(resolve(ROOT, file), 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName);
}

function withoutComments(file: string): string {
  return readFileSync(resolve(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
