import { ConformanceError } from '../errors.ts';
import type { Part } from '../part/part.ts';
import { caseName } from '../run/run.ts';
import type { CaseResult, RunOptions } from '../run/run.ts';
import type { Target } from '../run/target.ts';
import type { Made, PerhapsMade } from '../reports/made.ts';
import { isDeviation, isUnexpected } from '../reports/verdict.ts';
import type { Verdict } from '../reports/verdict.ts';

/** What was examined; fields are only added. */
export interface About {
  /** Its name in reports. */
  readonly target: string;
  /** Id of the line. */
  readonly device: string;
  /** Main flash, in KiB. */
  readonly flashKiB: number;
  /** Version of the bootloader: `9.1`. */
  readonly bootloader: string;
  /** Version of the protocol: `3.1`. */
  readonly protocol: string;
  /** Further arguments with which the command line makes the target again. */
  readonly again?: string;
}

/** A run of cases on one target; fields are only added. */
export interface TargetReport extends About {
  /** Seed from which inputs were drawn. */
  readonly seed: number;
  /** Inputs tried for each case. */
  readonly inputs: number;
  /** Wall time of the run, in ms. */
  readonly tookMs: number;
  /** Why none of its cases was run: it could not be reached, or the run was broken off before. */
  readonly notExamined?: string;
  /** Why the device could not be examined to the end; undefined when it could. */
  readonly insane?: string;
  /** The run was broken off before its end. */
  readonly interrupted?: true;
  /** Of each case that was run. */
  readonly results: readonly CaseResult[];
}

/** What is written as JSON and what every other report is made of; fields are only added. */
export interface Report extends PerhapsMade {
  /** What the file is. */
  readonly format: 'vstm32-conformance';
  /** Version of the format. */
  readonly version: 1;
  /** `I/N` where a part of the cases was run. */
  readonly shard?: string | undefined;
  /** In the order in which they were named. */
  readonly targets: readonly TargetReport[];
}

/** What a report says of a target. */
export function aboutOf({ name, part, again }: Pick<Target, 'name' | 'part' | 'again'>): About {
  return { target: name, ...described(part), ...(again === undefined ? {} : { again }) };
}

/** The results of a run under what was examined, in the order of the cases. */
export function targetReport(
  about: About,
  { seed, inputs }: Pick<RunOptions, 'seed' | 'inputs'>,
  results: readonly CaseResult[],
  more: Pick<TargetReport, 'tookMs' | 'insane' | 'interrupted' | 'notExamined'>,
): TargetReport {
  return { ...about, seed, inputs, ...more, results };
}

/** Targets as a report. */
export function reportOf(targets: readonly TargetReport[], made?: Made, shard?: string): Report {
  const part = shard === undefined ? {} : { shard };
  return { format: 'vstm32-conformance', version: 1, ...made, ...part, targets };
}

/** The part of a total that machine `index` of `count` runs; `index` counts from 1. */
export function shardOf<T>(all: readonly T[], index: number, count: number): readonly T[] {
  return all.filter((_, at) => at % count === index - 1);
}

/** The shards of which no report is there, as `2/3`. @throws ConformanceError for one that is there twice, and for shards of two runs */
function missingShards(reports: readonly Report[]): readonly string[] {
  const there = reports.flatMap(({ shard }) => (shard === undefined ? [] : [shard]));
  const twice = there.find((shard, at) => there.indexOf(shard) !== at);
  if (twice !== undefined) {
    throw new ConformanceError(`shard ${twice} is given twice: give each report once`);
  }
  const [count, other] = [...new Set(there.map((shard) => shard.split('/')[1]!))];
  if (other !== undefined) {
    throw new ConformanceError(`shards of ${count} and of ${other} are no run together`);
  }
  return Array.from({ length: Number(count ?? 0) }, (_, at) => `${at + 1}/${count}`).filter(
    (shard) => !there.includes(shard),
  );
}

/**
 * Reports of shards as the report of one run: the same targets are put together, in the order of the cases.
 * Where a shard is missing, none was examined to its end. @throws ConformanceError for a shard that is there twice
 */
export function merged(reports: readonly Report[], order: readonly string[], made?: Made): Report {
  const place = new Map(order.map((name, at) => [name, at]));
  const targets = new Map<string, TargetReport>();
  for (const report of reports.flatMap((each) => each.targets)) {
    const { target, device, bootloader, protocol, seed, inputs } = report;
    const key = JSON.stringify([target, device, bootloader, protocol, seed, inputs]);
    const before = targets.get(key);
    const results = inOrder([...(before?.results ?? []), ...report.results], place);
    const tookMs = (before?.tookMs ?? 0) + report.tookMs;
    targets.set(key, { ...before, ...report, tookMs, results });
  }
  const missing = missingShards(reports);
  if (missing.length === 0) return reportOf([...targets.values()], made);
  const insane = `no report of shard ${missing.join(', ')} was given`;
  return reportOf(
    [...targets.values()].map((each) => ({ ...each, insane: each.insane ?? insane })),
    made,
  );
}

/** Results in the order of the cases; those that no place is known for come last. */
export function inOrder(
  results: readonly CaseResult[],
  place: ReadonlyMap<string, number>,
): readonly CaseResult[] {
  const at = (each: CaseResult): number => place.get(caseName(each)) ?? place.size;
  return results.toSorted((one, other) => at(one) - at(other));
}

/** Why a target was not examined, or not to its end: in every report a failed entry. */
export function troubleOf({ notExamined, insane, interrupted }: TargetReport): string | undefined {
  if (notExamined !== undefined) return `not examined: ${notExamined}`;
  if (insane !== undefined) return `not examined to the end: ${insane}`;
  return interrupted === true ? 'broken off: not every case was run' : undefined;
}

/** 0 as expected, 1 unexpected verdicts, 3 a target was not examined, 4 one not to its end; the worst that applies. */
export function exitCodeOf({ targets }: Report, strict = false): 0 | 1 | 3 | 4 {
  if (targets.some(({ insane }) => insane !== undefined)) return 4;
  if (targets.some(({ notExamined }) => notExamined !== undefined)) return 3;
  const unexpected = (verdict: Verdict): boolean =>
    isUnexpected(verdict) || (strict && isDeviation(verdict));
  return targets.some(({ results }) => results.some((each) => unexpected(each.verdict))) ? 1 : 0;
}

/** The command that repeats a case. */
export function replayLine(target: TargetReport, result: CaseResult): string {
  const path = result.path === undefined ? '' : ` --path ${result.path}`;
  const again = target.again === undefined ? '' : ` ${target.again}`;
  return `vstm32 conform --device ${target.device} --bootloader ${target.bootloader} --flash-size ${target.flashKiB} --protocol ${target.protocol}${again} --only ${caseName(result)} --seed ${result.seed}${path}`;
}

function described(
  part: Part,
): Pick<TargetReport, 'device' | 'flashKiB' | 'bootloader' | 'protocol'> {
  const { name, flashKiB, bootloader, protocol } = part;
  return { device: name, flashKiB, bootloader: bootloader.version, protocol };
}
