import type { Range } from '../../families/index.ts';
import type { Difference, WrongMemory } from './deviation.ts';
import { rangesThatDiffer } from './differences.ts';
import { hex2, hex8 } from '../hex.ts';
import { protectingOptions } from '../part/part.ts';
import type { Page, Part } from '../part/part.ts';
import type { Area, Left, Script } from './script.ts';
import type { Change, SetUp, Target } from './target.ts';
import { reachOf } from '../boards/script-reach.ts';
import { memoryRows } from '../reports/memory.ts';
import type { MemoryDiffers } from '../reports/memory.ts';
import { MISMATCH } from '../reports/verdict.ts';
import type { Finding, Strength } from '../reports/verdict.ts';

/** What is to be thought of the memory that a script left. */
export interface MemoryJudged {
  readonly finding: Finding;
  /** How it differs from each acceptable state; undefined where it fits one. */
  readonly wrong?: readonly WrongMemory[];
  /** All non-volatile memory that changed, where something is wrong. */
  readonly changes?: readonly Change[];
  /** How it differs from the first acceptable state, as reports show it; undefined where it fits one. */
  readonly shown?: MemoryDiffers;
}

/**
 * Judges what a script left in memory: the first acceptable state that fits gives the verdict. Bytes that
 * every acceptable state keeps, and that the host did not name, are a failure where they changed,
 * whatever the strength of the requirement.
 */
export function judgeMemory(
  target: Target,
  script: Script,
  strength: Strength,
  setUp: SetUp,
): MemoryJudged {
  if (target.look === undefined) {
    const says = 'the memory of this target cannot be looked into';
    return { finding: { verdict: 'unsupported', says } };
  }
  const states: readonly Left[] = script.left ?? [{ areas: [] }];
  const changes = target.changed?.() ?? [];
  const wrong: WrongMemory[] = [];
  for (const { areas, verdict = 'pass', says = 'memory is as required' } of states) {
    const differences = [
      ...areas.flatMap((area) => differencesIn(target, area)),
      ...changes.flatMap((change) => changedOutside(target, change, areas)),
    ];
    if (differences.length === 0) return { finding: { verdict, says } };
    wrong.push({ areas, differences });
  }
  const verdict = MISMATCH[strength];
  const damage =
    verdict === 'fail' ? undefined : damageOf(target.part, changes, script, states, setUp);
  const finding: Finding =
    damage === undefined
      ? { verdict, says: inWords(wrong[0]!) }
      : { verdict: 'fail', says: `memory changed at ${hex8(damage)}, which nothing asked for` };
  const shown = memoryRows(wrong[0]!.differences, (at) => target.look!(at, 1)?.[0]);
  return { finding, wrong, changes, shown };
}

function inWords({ areas, differences }: WrongMemory): string {
  const [{ start, now, wanted }] = differences as readonly [Difference];
  if (now.length === 0) return `there is no memory at ${hex8(start)}`;
  if (!areas.some((area) => start >= area.start && start < area.end)) {
    return `memory changed at ${hex8(start)}, where nothing may`;
  }
  const but = wanted === undefined ? 'neither old nor new' : `not ${hex2(wanted[0]!)}`;
  return `${hex8(start)} holds ${hex2(now[0]!)}, ${but}`;
}

/** Runs of bytes that are not as the area wants them. */
function differencesIn(
  target: Target,
  { start, end, bytes, value, between }: Area,
): readonly Difference[] {
  if (bytes === undefined && value === undefined && between === undefined) return [];
  const now = target.look!(start, end - start);
  if (now === undefined) return [{ start, end, now: new Uint8Array(0), wanted: undefined }];
  const [old, fresh] = between ?? [];
  const wanted =
    bytes !== undefined
      ? Uint8Array.from(bytes)
      : value !== undefined
        ? new Uint8Array(now.length).fill(value)
        : now.map((byte, at) =>
            // what of it is neither old nor new
            ((byte ^ old![at]!) & (byte ^ fresh![at]!)) === 0 ? byte : ~byte,
          );
  return rangesThatDiffer(now, wanted).map((run) => ({
    start: start + run.start,
    end: start + run.end,
    now: now.subarray(run.start, run.end),
    wanted: between === undefined ? wanted.subarray(run.start, run.end) : undefined,
  }));
}

/** Runs of bytes that changed and lie in no area. */
function changedOutside(
  target: Target,
  { start, end, was }: Change,
  areas: readonly Area[],
): readonly Difference[] {
  const outside = areas
    .filter((area) => area.start < end && area.end > start)
    .reduce<readonly Range[]>(without, [{ start, end }]);
  return outside.map((run) => ({
    ...run,
    now: target.look!(run.start, run.end - run.start) ?? new Uint8Array(0),
    wanted: was.subarray(run.start - start, run.end - start),
  }));
}

function without(ranges: readonly Range[], { start, end }: Range): readonly Range[] {
  return ranges.flatMap((range) =>
    [
      { start: range.start, end: Math.min(range.end, start) },
      { start: Math.max(range.start, end), end: range.end },
    ].filter((each) => each.start < each.end),
  );
}

/** The first changed byte that every state keeps as it was, and that nothing sent names. */
function damageOf(
  part: Part,
  changes: readonly Change[],
  script: Script,
  states: readonly Left[],
  setUp: SetUp,
): number | undefined {
  const kept = (change: Change, at: number): boolean =>
    states.every(({ areas }) => keeps(areas, at, change.was[at - change.start]!));
  let named: ((address: number) => boolean) | undefined;
  for (const change of changes) {
    for (let at = change.start; at < change.end; at++) {
      if (!kept(change, at)) continue;
      named ??= namedBy(script, part, setUp);
      if (!named(at)) return at;
    }
  }
  return undefined;
}

/** A state has this byte where it was. */
function keeps(areas: readonly Area[], at: number, was: number): boolean {
  const area = areas.find(({ start, end }) => at >= start && at < end);
  if (area === undefined) return true;
  const wanted = area.bytes?.[at - area.start] ?? area.value;
  return wanted === was;
}

/** Tells of an address in flash whether the host asked for a change of it that the chip may make. */
function namedBy(script: Script, part: Part, setUp: SetUp): (address: number) => boolean {
  const { writes, erases, erasesAll } = reachOf(script, part);
  const isProtected = (page: Page): boolean => {
    const fields = Object.entries(protectingOptions(part, page) ?? {});
    return fields.length > 0 && fields.every(([name, value]) => setUp.options?.[name] === value);
  };
  const pages = (erasesAll ? part.pages : erases).filter((page) => !isProtected(page));
  const ranges = [...writes, ...pages];
  return (address) => ranges.some(({ start, end }) => address >= start && address < end);
}
