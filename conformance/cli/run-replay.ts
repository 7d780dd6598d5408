import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import pc from 'picocolors';
import { verdictOf } from '../run/attempt.ts';
import { ConformanceError, fileError } from '../errors.ts';
import { identify } from '../run/identify.ts';
import { playSession } from '../fuzz/play.ts';
import { shapeOf } from '../fuzz/session.ts';
import { parseCase, parseSession, storedCase } from '../fuzz/stored-case.ts';
import type { StoredCase } from '../fuzz/stored-case.ts';
import { exchangeLines } from '../results/words.ts';
import { guardedAll } from '../boards/backup/guarded.ts';
import { openTarget, partOfSpec } from '../targets/open.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { sayingHowFar } from './progress.ts';
import { reportingErrors } from './select-cases.ts';
import { specOfArguments, specsOf } from './target-of.ts';
import type { TargetArguments } from './target-options.ts';

/** Arguments of `vstm32 replay`, as yargs hands them over. */
export interface ReplayArguments extends TargetArguments {
  readonly cases?: readonly string[] | undefined;
  readonly session?: string | undefined;
}

/** Plays sessions and returns the exit code: 0 all pass, 1 one fails, 2 usage, 3 environment, 130 broken off. */
export async function runReplay(argv: ReplayArguments): Promise<number> {
  return reportingErrors('replay', async () => {
    const stored =
      argv.session === undefined ? await readCases(argv.cases ?? []) : [printedCase(argv)];
    if (stored.length === 0)
      throw new ConformanceError('name a file or folder of cases, or --device and --session');
    const specs =
      argv.device === undefined && argv.bench === undefined
        ? specsOfCases(stored, argv)
        : await specsOf(argv);
    const play = async (signal: AbortSignal, given: readonly TargetSpec[]): Promise<boolean> => {
      const fine = await playCases(stored, given, signal);
      signal.throwIfAborted();
      return fine;
    };
    return (await guardedAll(specs, sayingHowFar(), play)) ? 0 : 1;
  });
}

/** Plays stored sessions on the targets that are of their part, in memory where none is; true when all pass. */
export async function playCases(
  stored: readonly StoredCase[],
  specs: readonly TargetSpec[],
  signal?: AbortSignal,
): Promise<boolean> {
  let fine = true;
  for (const each of stored) {
    const fitting = specs.filter((spec) => isOf(each, spec));
    for (const spec of fitting.length > 0 ? fitting : specsOfCases([each], {})) {
      await turn(); // Ctrl-C is heard between two sessions, in memory too
      if (signal?.aborted === true) return fine;
      if (!(await playCase(each, spec))) fine = false;
    }
  }
  return fine;
}

async function playCase({ session }: StoredCase, spec: TargetSpec): Promise<boolean> {
  const target = await openTarget(spec);
  try {
    await identify(target);
    const done = await playSession(target, session);
    const verdict = verdictOf(done);
    if (verdict === 'pass' || verdict === 'non-strict') {
      console.error(`${verdict} ${target.name}: ${shapeOf(session)}`);
      return true;
    }
    const finding = done.answered.verdict === 'pass' ? done.left : done.answered;
    console.error(`${pc.red(verdict)} ${target.name}: ${finding.says}`);
    for (const line of exchangeLines(done)) console.error(`    ${line}`);
    return false;
  } finally {
    await target.close();
  }
}

function isOf({ device, bootloader, protocol }: StoredCase, spec: TargetSpec): boolean {
  const part = partOfSpec(spec);
  return (
    part.name === device && part.bootloader.version === bootloader && part.protocol === protocol
  );
}

/** The parts of some cases as targets, each once. */
function specsOfCases(stored: readonly StoredCase[], argv: TargetArguments): readonly TargetSpec[] {
  const specs = new Map<string, TargetSpec>();
  for (const { device, bootloader, flashKiB, protocol } of stored) {
    const part = { device, bootloader, 'flash-size': String(flashKiB), protocol };
    const spec = specOfArguments({ ...argv, ...part });
    specs.set(JSON.stringify(spec), spec);
  }
  return [...specs.values()];
}

/** Cases of files, and of the .json files of folders, in the order of their names. */
export async function readCases(paths: readonly string[]): Promise<readonly StoredCase[]> {
  const stored: StoredCase[] = [];
  for (const path of paths) {
    try {
      const folder = (await stat(path)).isDirectory();
      const names = folder
        ? (await readdir(path)).filter((name) => name.endsWith('.json')).toSorted()
        : [];
      const files = folder ? names.map((name) => join(path, name)) : [path];
      for (const file of files) stored.push(parseCase(await readFile(file, 'utf8'), file));
    } catch (cause) {
      if (cause instanceof ConformanceError) throw cause;
      throw fileError(path, 'read', cause);
    }
  }
  return stored;
}

function printedCase(argv: ReplayArguments): StoredCase {
  if (argv.device === undefined)
    throw new ConformanceError('--session belongs to a part: --device STM32F405');
  const part = partOfSpec(specOfArguments(argv));
  return storedCase(part, parseSession(argv.session!, '--session'), '');
}
