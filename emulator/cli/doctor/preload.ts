import { checkTool } from '../../links/preload/check-tool.ts';
import { preloadLibrary } from '../../links/preload/compile.ts';
import { ask } from './asked.ts';
import { aptGet, Wrong, type Probe } from './finding.ts';
import { findProgram, whyNotPreloaded } from './programs.ts';

const PACKAGES = ['gcc', 'libc6-dev'];

/** Probes for what lets tools run as they are under `vstm32 exec`. */
export function preloadProbes(): readonly Probe[] {
  let library: Promise<string> | undefined;
  const compiled = (signal: AbortSignal): Promise<string> =>
    (library ??= preloadLibrary('tty', process.env, signal));
  const group = 'vstm32 exec and judge: tools as they are';
  return [
    {
      name: 'cc',
      group,
      feature: 'compiles the preload libraries: parity, DTR and RTS, USB, I2C, SPI, CAN',
      needed: false,
      install: aptGet(PACKAGES),
      packages: PACKAGES,
      look: compiled,
    },
    {
      name: 'LD_PRELOAD',
      group,
      feature: 'a tool runs with such a library',
      needed: false,
      look: async (signal) => await preloaded(await compiled(signal), signal),
    },
  ];
}

/** Starts a program of this machine with the library, and asks it what it has been loaded with. */
async function preloaded(library: string, signal: AbortSignal): Promise<string> {
  const cat = findProgram('cat');
  if (cat === undefined) throw new Error('no cat on the PATH, with which it could be tried');
  checkTool(cat, library, process.env['PATH']);
  const env = { ...process.env, LD_PRELOAD: library };
  const { said } = await ask(cat, ['/proc/self/maps'], signal, env);
  if (!said.includes(` ${library}\n`)) {
    const [, why = 'without a word'] = /LD_PRELOAD[^\n]*(?:: (ignored|[^\n]*))/.exec(said) ?? [];
    throw new Wrong(
      `${cat} does not load ${library}: ${why}`,
      'export XDG_CACHE_HOME=… to a folder whose file system is not mounted noexec',
    );
  }
  const refused = whyNotPreloaded(library);
  if (refused !== undefined) throw new Error(refused);
  const others = process.env['LD_PRELOAD'];
  return others === undefined ? `${cat} loads it` : `${cat} loads it, as well as ${others}`;
}
