import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, statSync, type Stats } from 'node:fs';
import { chmod, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '../../make-folder.ts';
import { EmulatorError } from '../../errors.ts';
import { packageFile } from '../../package-files.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';

const run = promisify(execFile);

/** A library that changes what a tool sees, by the name of what it is about. */
export type LibraryName = 'tty' | 'i2c' | 'spi' | 'can' | 'libusb' | 'dlopen';

interface Library {
  /** What the compiler is given, and what that includes; all lie beside this file's source, in the package too. */
  readonly sources: readonly string[];
  readonly headers: readonly string[];
  /** The library that it stands in for: a tool is to find it under this name, instead of being preloaded with it. */
  readonly soname?: string;
  /** Its names for compilers and of its releases, which programs give to dlopen(3) too. */
  readonly otherNames?: readonly string[];
  /** What is preloaded with it. */
  readonly with?: LibraryName;
}

const LIBUSB = [
  'descriptors',
  'devices',
  'events',
  'handles',
  'names',
  'sleep',
  'transfers',
  'wire',
];

/** The libraries that there are. */
export const LIBRARIES: Readonly<Record<LibraryName, Library>> = {
  tty: { sources: ['tty.c'], headers: ['interposed.h'] },
  i2c: { sources: ['i2c.c'], headers: ['bus-device.h', 'interposed.h'] },
  spi: { sources: ['spi.c'], headers: ['bus-device.h', 'interposed.h'] },
  can: { sources: ['can.c'], headers: ['interposed.h'] },
  libusb: {
    sources: LIBUSB.map((part) => `libusb-${part}.c`),
    headers: ['libusb-abi.h', 'libusb-internal.h'],
    soname: 'libusb-1.0.so.0',
    otherNames: [
      'libusb-1.0.so',
      ...[0, 1, 2, 3, 4, 5].map((release) => `libusb-1.0.so.0.${release}.0`),
    ],
    with: 'dlopen',
  },
  dlopen: { sources: ['dlopen.c'], headers: ['interposed.h'] },
};

const FLAGS = ['-std=c11', '-O2', '-Wall', '-Wextra', '-shared', '-fPIC'];
const LINKED = ['-pthread', '-ldl'];

/** Paths of compiled libraries, which are made on first use and kept in the user's cache; the signal ends the compiler. */
export async function preloadLibraries(
  names: readonly LibraryName[],
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (process.platform !== 'linux') {
    throw new EmulatorError(
      `the preload library is for Linux, not ${process.platform}: use vstm32 run with --usart pty or rfc2217:HOST:PORT`,
      { exitCode: 3 },
    );
  }
  const compiler = (env['CC'] ?? 'cc').split(' ').filter((word) => word !== '');
  const version = await compile(env, compiler, ['--version'], signal);
  return Promise.all(names.map((name) => compiled(name, env, compiler, version, signal)));
}

/** Path of one of them. */
export async function preloadLibrary(
  name: LibraryName,
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<string> {
  const [library] = await preloadLibraries([name], env, signal);
  return library!;
}

async function compiled(
  name: LibraryName,
  env: NodeJS.ProcessEnv,
  compiler: readonly string[],
  version: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { sources, headers, soname } = LIBRARIES[name];
  const flags = soname === undefined ? FLAGS : [...FLAGS, ...standInFlags(soname)];
  const hash = createHash('sha256');
  const texts = await Promise.all([...sources, ...headers].map((file) => readFile(pathOf(file))));
  for (const part of [...texts, version, ...compiler, ...flags]) hash.update(part);
  const folder = cacheFolder(env);
  const library = join(folder, `${name}-${hash.digest('hex').slice(0, 16)}.so`);
  makeCache(folder);
  if (isTrusted(lstatSync(library, { throwIfNoEntry: false }))) return library;
  using temporary = await temporaryFolder('compile-', folder);
  const made = join(temporary.path, name);
  const args = [...flags, '-o', made, ...sources.map(pathOf), ...LINKED];
  await compile(env, compiler, args, signal);
  await chmod(made, 0o755);
  await rename(made, library); // in one step: others may be doing the same
  return library;
}

/** Nobody can have put it there, or changed it, but us and root: it is going to run with our rights. */
function isTrusted(file: Stats | undefined): boolean {
  if (file === undefined) return false;
  return (file.uid === process.getuid?.() || file.uid === 0) && (file.mode & 0o022) === 0;
}

/** It has the name of the library that it stands in for, and shows that library's functions alone. */
function standInFlags(soname: string): readonly string[] {
  return ['-fvisibility=hidden', `-Wl,-soname,${soname}`];
}

function pathOf(file: string): string {
  return packageFile(`emulator/links/preload/${file}`);
}

/** What the compiler prints. */
async function compile(
  env: NodeJS.ProcessEnv,
  compiler: readonly string[],
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const [command = 'cc', ...words] = compiler;
  try {
    const options = { env, encoding: 'utf8', signal } as const;
    const { stdout } = await run(command, [...words, ...args], options);
    return stdout;
  } catch (cause) {
    const { code, stderr } = cause as { code?: number | string; stderr?: string };
    const why =
      code === 'ENOENT'
        ? `there is no C compiler (${command}): install one (apt install gcc libc6-dev) or set CC`
        : `${command} cannot compile the preload library (apt install libc6-dev?): ${firstError(stderr)}`;
    throw new EmulatorError(why, { exitCode: 3, cause });
  }
}

function firstError(stderr = ''): string {
  const lines = stderr.split('\n');
  return lines.find((line) => /error/i.test(line)) ?? lines[0]!;
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env['XDG_CACHE_HOME'];
  // XDG Base Directory Specification: a relative path is to be ignored.
  const cache = base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache');
  return join(cache, 'vstm32');
}

function makeCache(folder: string): void {
  try {
    makeFolder(folder);
    const { uid, mode } = statSync(folder);
    if (uid === process.getuid?.() && (mode & 0o022) !== 0) chmodSync(folder, mode & 0o755);
  } catch (cause) {
    throw new EmulatorError(
      `cannot make the folder ${folder} for the preload library: set XDG_CACHE_HOME to a folder that you can write to`,
      { exitCode: 3, cause },
    );
  }
  if (isTrusted(statSync(folder))) return;
  throw new EmulatorError(
    `others can write to ${folder}, from which the preload library is loaded: set XDG_CACHE_HOME to a folder of your own`,
    { exitCode: 3 },
  );
}
