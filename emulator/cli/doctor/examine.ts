import { existsSync } from 'node:fs';
import { packageFile } from '../../package-files.ts';
import { GROUPS, TESTS, Wrong, type Finding, type Probe } from './finding.ts';
import { packageProbes } from './packages.ts';
import { kernelProbes } from './kernel.ts';
import { preloadProbes } from './preload.ts';
import { programProbes } from './programs.ts';
import { socketProbes } from './sockets.ts';
import { terminalProbes } from './terminals.ts';

/** Wall time in ms that what `vstm32 run` needs gets at least: on a machine that is busy it is not to fail. */
const NEEDED_LIMIT_MS = 10_000;

const node: Probe = {
  name: 'node',
  group: 'vstm32 run',
  feature: 'vstm32 itself',
  needed: true,
  install: 'Node 20.19 or newer: https://nodejs.org',
  look: () => process.version, // an older one gets as far as being told so
};

/** What is only there, and only matters, on Linux. */
const LINUX: ReadonlySet<string> = new Set([
  'pty-limit',
  'cc',
  'LD_PRELOAD',
  ...kernelProbes.map(({ name }) => name),
]);

/** Everything that is looked for. */
export function allProbes(): readonly Probe[] {
  const all = [
    node,
    ...terminalProbes,
    ...socketProbes,
    ...preloadProbes(),
    ...programProbes,
    ...kernelProbes,
    ...packageProbes(),
  ];
  return all.toSorted((one, other) => GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group));
}

/** Looks for everything that vstm32 can use here; each answer is waited for no longer than the limit, in ms. */
export async function examine(limitMs: number): Promise<readonly Finding[]> {
  const there = allProbes().filter(
    ({ name, group }) =>
      (process.platform === 'linux' || !LINUX.has(name)) && (group !== TESTS || isClone()),
  );
  return await Promise.all(there.map((probe) => found(probe, limitMs)));
}

/** The tests are there: the package has none. */
function isClone(): boolean {
  return existsSync(packageFile('.ci/run'));
}

async function found({ look, ...probe }: Probe, limitMs: number): Promise<Finding> {
  const limit = probe.needed ? Math.max(limitMs, NEEDED_LIMIT_MS) : limitMs;
  try {
    return { ...probe, ok: true, detail: await inTime(limit, look) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const install = error instanceof Wrong ? error.install : probe.install;
    return { ...probe, ok: false, detail, ...(install === undefined ? {} : { install }) };
  }
}

async function inTime(limitMs: number, look: Probe['look']): Promise<string> {
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${limitMs / 1000} s (--timeout)`));
      ended.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([look(ended.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
