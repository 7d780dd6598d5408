import { copyFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';
import type { ChunkingContext, CodeSplittingGroup, Plugin, RolldownOutput } from 'rolldown';
import { build as buildPage } from 'vite';
import { packageFile } from '../package-files.ts';

const ROOT = packageFile('.');

/** What others import by the name of the package, by the file that it is in `exports` of package.json. */
const LIBRARY = {
  index: 'emulator/index.ts',
  families: 'families/index.ts',
  client: 'emulator/clients/typescript/index.ts',
  'client-vitest': 'emulator/clients/typescript/vitest.ts',
  conform: 'conformance/index.ts',
  judge: 'host-under-test/index.ts',
};

/** What is run by the name of its file: the command, and what the command runs in processes of their own. */
const PROGRAMS = {
  cli: 'cli.ts',
  'cases.suite': 'conformance/suites/cases.suite.ts',
  'fuzz-worker': 'conformance/fuzz/worker.ts',
};

/** Bundled too: what every command starts with, made lighter, and what the compiler adds. All else is installed. */
const BUNDLED =
  /^(?:yargs|cliui|y18n|escalade|get-caller-file|strip-ansi|ansi-regex|fast-string|fast-wrap|string-width|wrap-ansi|@oxc-project\/runtime)/;

/** yargs measures text by tables of Unicode, whose making takes as long as Node's own start; these measure alike. */
const LIGHTER: Readonly<Record<string, string>> = {
  'string-width': `export { default } from 'fast-string-width'`,
  'wrap-ansi': `export { wrapAnsi as default } from 'fast-wrap-ansi'`,
};

const lighter: Plugin = {
  name: 'lighter',
  resolveId: (id) => (id in LIGHTER ? { id: `\0${id}`, moduleSideEffects: false } : undefined),
  load: (id) => LIGHTER[id.slice(1)],
};

/** A file that only passes on what another has, so that it can be imported when it is needed. */
const PASSES_ON = /^export \{ (.+) \} from "\.\/(.+)";\s*$/;

/** What is imported when it is needed is imported from the file that has it: a third of all files are saved. */
const withoutPassingOn: Plugin = {
  name: 'without-passing-on',
  generateBundle(_options, files) {
    const chunks = Object.values(files).filter((each) => each.type === 'chunk');
    const passed = new Map<string, { readonly from: string; readonly names: string }>();
    for (const { fileName, code, isEntry } of chunks) {
      const [, names, from] = isEntry ? [] : (PASSES_ON.exec(code) ?? []);
      if (names === undefined || from === undefined) continue;
      const renamed = names
        .replace(/(\w+) as (\w+)/g, '$2: it.$1')
        .replace(/(^|, )(\w+)(?=,|$)/g, '$1$2: it.$2');
      passed.set(basename(fileName), { from, names: renamed });
      delete files[fileName];
    }
    for (const chunk of chunks) {
      chunk.code = chunk.code.replace(
        /import\("(\S*\/)([^"/]+)"\)/g,
        (all, at: string, name: string) => {
          const has = passed.get(name);
          if (has === undefined) return all;
          return `import("${at}${has.from}").then((it) => ({ ${has.names} }))`;
        },
      );
    }
  },
};

/** What is loaded together is one file: hundreds of files take long to unpack, and to read. Programs are in none. */
function groups(): CodeSplittingGroup[] {
  let start: ReadonlySet<string> | undefined;
  return [
    {
      name: (id, context) => {
        start ??= startOf(context);
        if (!start.has(id)) return null;
        return /\/cli\/|node_modules|^\0/.test(id) ? 'command' : 'shared'; // a library has no command line
      },
      debugName: 'command',
      priority: 9,
    },
    { name: 'families', test: /\/families\//, priority: 4 },
    {
      name: 'device',
      test: /\/emulator\/(?:(?:chip|bootloader|interfaces|board)\/|trace\/trace\.ts$|[a-z-]+\.ts$)(?<!emulator\/index\.ts)/,
      priority: 3,
    },
    { name: 'links', test: /\/emulator\/(?:links|connect|trace)\//, priority: 2 },
    { name: 'client', test: /\/emulator\/clients\/|\/cli\/control\/api\/schemas/, priority: 2 },
    {
      name: 'serve',
      test: /\/cli\/(?:control\/(?:api|make-board)|serve\/)(?!.*trace-log)/,
      priority: 1,
    },
    {
      name: 'conformance',
      test: /\/conformance\/(?!index\.ts|suites|fuzz\/worker|interfaces.*(?:line|peer))/,
      priority: 2,
    },
    { name: 'judge', test: /\/host-under-test\/(?!index\.ts)/, priority: 2 },
    { name: 'exec', test: /\/emulator\/cli\/exec\//, priority: 1 },
  ];
}

/** What every command loads: all that the lists of commands import at once. */
function startOf(context: ChunkingContext): ReadonlySet<string> {
  const reached = new Set<string>();
  const reach = (id: string): void => {
    if (reached.has(id)) return;
    reached.add(id);
    context.getModuleInfo(id)?.importedIds.forEach(reach);
  };
  context.getModuleInfo(join(ROOT, PROGRAMS.cli))?.dynamicallyImportedIds.forEach(reach);
  return reached;
}

/** What else is built. */
export interface BundleOptions {
  /** Entries beside the package's own, by the name of the file to be made. */
  readonly also?: Readonly<Record<string, string>>;
  /** With the types of the library. */
  readonly types?: true;
}

/** Builds the package into `dist` of a folder. @throws Error where files would import each other */
export async function bundle(folder: string, { also, types }: BundleOptions = {}): Promise<void> {
  const dist = join(folder, 'dist');
  await using built = await rolldown({
    cwd: ROOT,
    input: { ...LIBRARY, ...PROGRAMS, ...also },
    platform: 'node',
    external: (id) => /^[@a-z]/.test(id) && !BUNDLED.test(id),
    transform: { target: 'node20.19' },
    plugins: [lighter, withoutPassingOn],
    preserveEntrySignatures: 'allow-extension',
    checks: { ineffectiveDynamicImport: false }, // where one command waits for what another has anyway
  });
  const { output } = await built.write({
    dir: dist,
    cleanDir: true,
    chunkFileNames: 'chunks/[name].js',
    codeSplitting: { groups: groups(), includeDependenciesRecursively: false },
  });
  refuseCycles(output);
  if (types === true) await bundleTypes(dist);
  const page = join(ROOT, 'emulator/page/vite.config.ts');
  await buildPage({
    configFile: page,
    logLevel: 'warn',
    build: { outDir: join(dist, 'page') },
  });
}

/** Files that import each other begin with what the other has not made yet. @throws Error that names them */
function refuseCycles(output: RolldownOutput['output']): void {
  const imports = new Map(
    output.map((each) => [each.fileName, 'imports' in each ? each.imports : []]),
  );
  const sound = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) throw new Error(`the groups import each other: ${path.join(', ')}`);
    if (sound.has(name)) return;
    for (const next of imports.get(name) ?? []) visit(next, [...path, name]);
    sound.add(name);
  };
  for (const name of imports.keys()) visit(name, []);
}

/** One file of types for each entry of the library, with what they share. */
async function bundleTypes(dist: string): Promise<void> {
  const { dts } = await import('rolldown-plugin-dts');
  await using types = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(
      Object.entries(LIBRARY).map(([name, file]) => [name, join(ROOT, file)]),
    ),
    external: (id) => /^[@a-z]/.test(id),
    checks: { pluginTimings: false },
    plugins: [dts({ emitDtsOnly: true, compilerOptions: { noEmit: false } })],
  });
  await types.write({ dir: dist, banner: '/// <reference types="node" />' });
}

/** The package as it is installed, but for its types, in a folder: it starts much faster than its source. */
export async function install(folder: string, options: BundleOptions = {}): Promise<string> {
  await bundle(folder, options);
  for (const name of ['node_modules', 'emulator'])
    await symlink(join(ROOT, name), join(folder, name));
  await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
  return join(folder, 'dist/cli.js');
}
