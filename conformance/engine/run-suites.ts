import { availableParallelism } from 'node:os';
import { basename, dirname } from 'node:path';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import type { Vitest } from 'vitest/node';
import { aboutOf, inOrder, targetReport } from '../results/results.ts';
import type { TargetReport } from '../results/results.ts';
import { casesOf, isCaseOf, nameOf } from '../run/run.ts';
import type { RunOptions } from '../run/run.ts';
import { scenarios } from '../scenarios/index.ts';
import { partOfSpec } from '../targets/part-of-spec.ts';
import { packageModule } from '../../emulator/package-files.ts';
import { addressOf, againOf, isBoard } from '../targets/spec.ts';
import type { TargetSpec } from '../targets/spec.ts';
import type { Assigned, Assignment, NotOpened } from './assignment.ts';
import { Collector } from './collector.ts';
import type { Heard } from './collector.ts';
import { loadVitest } from './load-vitest.ts';

const SUITE = packageModule('conformance/suites/cases.suite.ts', 'cases.suite.js');

/** In the package what the suite imports needs no transformation, which each project would make anew. */
const COMPILED = [/\/dist\/chunks\/[^/]+\.js$/];

export interface EngineOptions {
  /** Ends the run: the cases that are running are finished, no other is begun. */
  readonly signal?: AbortSignal;
  /** Hears of each case as it ends. */
  readonly heard?: Heard;
}

/** What a run came to. */
export interface EngineRun {
  /** In the order of the assignments; undefined for one that has none of the cases. */
  readonly targets: readonly (TargetReport | undefined)[];
  /** Why the first that could not be opened could not. */
  readonly notOpened?: Omit<NotOpened, 'at'>;
  /** What went wrong outside of a case: the suite itself is at fault. */
  readonly fault?: Error;
}

/** Most targets that vitest is given at a time: it keeps what they told until the last has ended. */
const MOST = 96;

/** Targets in memory that share a project, where they are many: each project is a worker that loads all modules anew. */
const SHARE = 24;

/** Examines targets side by side, with vitest, in projects whose workers run the suites. */
export async function runSuites(
  assignments: readonly Assignment[],
  { signal, heard }: EngineOptions = {},
): Promise<EngineRun> {
  const targets: (TargetReport | undefined)[] = [];
  let notOpened: NotOpened | undefined;
  for (let from = 0; from < assignments.length && signal?.aborted !== true; from += MOST) {
    const round = assignments.slice(from, from + MOST);
    const collector = new Collector(round.length);
    await runRound(round, collector, { signal, heard });
    targets.push(...reportsOf(round, collector));
    const { fault } = collector;
    if (fault !== undefined) return { targets, fault };
    notOpened ??= collector.targets.find((each) => each.notOpened !== undefined)?.notOpened;
  }
  const rest = assignments.slice(targets.length);
  targets.push(...rest.map((each) => notExamined(each.spec, each.options, BROKEN_OFF)));
  return { targets, ...(notOpened === undefined ? {} : { notOpened }) };
}

async function runRound(
  assignments: readonly Assignment[],
  collector: Collector,
  { signal, heard }: { signal: AbortSignal | undefined; heard: Heard | undefined },
): Promise<void> {
  const exitCode = process.exitCode;
  const vitest = await keepingSignals(() => engine(assignments, collector));
  const stop = (): void => void vitest.cancelCurrentRun('keyboard-input');
  signal?.addEventListener('abort', stop);
  collector.heard = (result) => {
    heard?.(result);
    if (signal?.aborted === true) stop(); // vitest forgets what it was told while it began
  };
  try {
    if (signal?.aborted !== true) await vitest.start();
  } finally {
    signal?.removeEventListener('abort', stop);
    await vitest.close();
    process.exitCode = exitCode; // what the run came to is judged by the command
  }
}

const BROKEN_OFF = 'the run was broken off before its first case had ended';

/** The report of a target of which no case was run. */
export function notExamined(
  spec: TargetSpec,
  options: Pick<RunOptions, 'seed' | 'inputs'>,
  why: string,
): TargetReport {
  const { name, kind } = spec;
  const part = partOfSpec(spec);
  const again = againOf(spec);
  const target = { name: name ?? (kind === 'memory' ? part.name : addressOf(spec)), part };
  const about = aboutOf({ ...target, ...(again === undefined ? {} : { again }) });
  return targetReport(about, options, [], { tookMs: 0, notExamined: why });
}

function reportsOf(
  assignments: readonly Assignment[],
  { targets, interrupted }: Collector,
): readonly (TargetReport | undefined)[] {
  const place = new Map(casesOf(scenarios).map((each, at) => [nameOf(each), at]));
  return assignments.map(({ spec, options }, at) => {
    const { about, results, insane, notOpened, tookMs } = targets[at]!;
    if (about === undefined) {
      const why = notOpened?.says ?? (interrupted ? BROKEN_OFF : undefined);
      return why === undefined ? undefined : notExamined(spec, options, why);
    }
    const more = {
      tookMs,
      ...(insane === undefined ? {} : { insane }),
      ...(interrupted ? { interrupted: true as const } : {}),
    };
    return targetReport(about, options, inOrder(results, place), more);
  });
}

async function engine(assignments: readonly Assignment[], collector: Collector): Promise<Vitest> {
  const { createVitest } = await loadVitest();
  const waiting = assignments.filter(({ spec }) => waits(spec)).length;
  const cores = availableParallelism();
  return await createVitest(
    'test',
    { config: false, root: dirname(SUITE), watch: false, cache: false, reporters: [collector] },
    {
      // nothing of the folder in which the command was started takes part
      envDir: false,
      publicDir: false,
      css: { postcss: {} },
      test: {
        maxWorkers: waiting + cores,
        projects: shares(assignments, cores).map(project),
      },
    },
  );
}

/** A board waits for its line more than it computes, and so does a pty where chip work takes its time. */
function waits(spec: TargetSpec): boolean {
  return isBoard(spec) || (spec.kind === 'pty' && spec.speed !== undefined);
}

/**
 * What each worker examines. Where targets are many it takes whole ones, else some of the cases of one; a board cannot
 * be shared at all.
 */
function shares(assignments: readonly Assignment[], cores: number): readonly Assigned[][] {
  const many = assignments.length >= cores;
  const most = Math.min(SHARE, Math.ceil(assignments.length / cores));
  const shared: Assigned[][] = [];
  for (const [at, each] of assignments.entries()) {
    const last = shared.at(-1);
    const joins = many && each.spec.kind === 'memory' && last?.[0]?.spec.kind === 'memory';
    if (joins && last.length < most) last.push({ ...each, at });
    else if (many || isBoard(each.spec)) shared.push([{ ...each, at }]);
    else shared.push(...dealt(each, cores).map((cases) => [{ ...each, at, cases }]));
  }
  return shared;
}

/** The cases of a target by turns, for so many workers. */
function dealt({ spec, cases }: Assignment, workers: number): readonly string[][] {
  const all =
    cases ??
    casesOf(scenarios)
      .filter((each) => isCaseOf(each, spec.part.interface))
      .map(nameOf);
  return Array.from({ length: workers }, (_, nth) => all.filter((_, at) => at % workers === nth));
}

function project(assigned: readonly Assigned[], index: number): TestProjectInlineConfiguration {
  const inMemory = assigned.every(({ spec }) => spec.kind === 'memory');
  return {
    test: {
      name: String(index),
      include: [basename(SUITE)],
      exclude: [], // else node_modules, where the package is installed
      pool: inMemory ? 'threads' : 'forks', // native addons do not survive the end of a thread
      isolate: false,
      server: { deps: { external: COMPILED } },
      testTimeout: 0,
      hookTimeout: 0,
      provide: { assigned },
    },
  };
}

/** vitest would end the process at the first Ctrl-C, before reports are written and boards restored. */
async function keepingSignals<T>(start: () => Promise<T>): Promise<T> {
  const names = ['SIGINT', 'SIGTERM'] as const;
  const before = names.map((name) => new Set(process.listeners(name)));
  const started = await start();
  for (const [at, name] of names.entries()) {
    for (const listener of process.listeners(name)) {
      if (!before[at]!.has(listener)) process.off(name, listener);
    }
  }
  return started;
}
