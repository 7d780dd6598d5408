import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PtyLink } from '../serial/pty.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { LIBRARIES, preloadLibraries, type LibraryName } from './compile.ts';
import { serveControl, type ControlServer } from './server.ts';

/** Something that a tool opens and that a preload library makes real for it. */
export interface PreloadedPort {
  /** What stands for the port in the tool's arguments. */
  readonly path: string;
  /** The library whose calls these are. */
  readonly library: LibraryName;
  /** The name by which the library knows the port: for `tty` the terminal, `/dev/pts/3`. */
  readonly device: string;
  /** Listens on a socket to which the library of each process connects. */
  serve(socket: string): Promise<ControlServer>;
}

/** What the environment of a tool must have, as long as this is open. */
export interface Preload extends AsyncDisposable {
  /** Variables of the environment by name. */
  readonly env: Readonly<Record<string, string>>;
}

/** ld.so(8) separates the libraries of LD_PRELOAD by these. */
const SEPARATORS = /[\s:]/;
/** What is left of a socket path, which has 108 bytes at most, for the folder. */
const LONGEST_FOLDER = 60;

/** A pseudo-terminal that is to be a real serial port. */
export function preloadedPty(link: PtyLink): PreloadedPort {
  const { path, slavePath: device } = link;
  return {
    path,
    library: 'tty',
    device,
    async serve(socket) {
      const server = await serveControl(link, socket);
      link.preloaded(true);
      return {
        async close() {
          link.preloaded(false);
          await server.close();
        },
      };
    },
  };
}

/** Serves ports to whatever runs in the returned environment, which goes on top of `env`. Linux only. */
export async function openPreload(
  ports: readonly PreloadedPort[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Preload> {
  const asked = new Set(ports.map(({ library }) => library));
  const names = [...asked, ...[...asked].flatMap((name) => LIBRARIES[name].with ?? [])];
  if (names.length === 0) return { env: {}, async [Symbol.asyncDispose]() {} };
  const compiled = await preloadLibraries(names, env);
  const temporary = await temporaryFolder('vstm32-', folderForSockets());
  const folder = temporary.path;
  const servers: ControlServer[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
    temporary[Symbol.dispose]();
  };
  try {
    const libraries = names.map((name, index) => {
      const { soname, otherNames = [] } = LIBRARIES[name];
      const library = join(folder, soname ?? `${name}.so`);
      symlinkSync(compiled[index]!, library); // the cache's own path may have blanks in it
      for (const other of otherNames) symlinkSync(library, join(folder, other));
      return { library, found: soname !== undefined };
    });
    const served: Record<string, string> = {};
    for (const [index, port] of ports.entries()) {
      const socket = join(folder, `port${index}`);
      servers.push(await port.serve(socket));
      const name = `VSTM32_${port.library.toUpperCase()}`;
      const line = `${port.device}=${socket}`;
      served[name] = served[name] === undefined ? line : `${served[name]}\n${line}`;
    }
    const preloaded = libraries.flatMap(({ library, found }) => (found ? [] : [library]));
    const LD_PRELOAD = [...preloaded, env['LD_PRELOAD'] ?? ''].join(' ').trim();
    const first = libraries.some(({ found }) => found)
      ? { LD_LIBRARY_PATH: before(folder, env) }
      : {};
    return { env: { ...served, LD_PRELOAD, ...first }, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The search path of ld.so(8) with a folder in front; an empty entry would be the current folder. */
function before(folder: string, env: NodeJS.ProcessEnv): string {
  const path = env['LD_LIBRARY_PATH'] ?? '';
  return path === '' ? folder : `${folder}:${path}`;
}

function folderForSockets(): string {
  const usual = tmpdir();
  return SEPARATORS.test(usual) || Buffer.byteLength(usual) > LONGEST_FOLDER ? '/tmp' : usual;
}
