import { firstDifference } from './differences.ts';
import { hex2, hex8 } from './hex.ts';
import { protectingOptions } from './part.ts';
import type { Page, Part } from './part.ts';
import type { Area, Left, Script } from './script.ts';
import type { Change, SetUp, Target } from './target.ts';
import { reachOf } from './targets/script-reach.ts';
import { MISMATCH } from './verdict.ts';
import type { Finding, Strength } from './verdict.ts';

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
): Finding {
  if (target.look === undefined) {
    return { verdict: 'unsupported', says: 'the memory of this target cannot be looked into' };
  }
  const alternatives: readonly Left[] = script.left ?? [{ areas: [] }];
  const wrongs: string[] = [];
  for (const left of alternatives) {
    const wrong = firstWrong(target, left.areas);
    if (wrong === undefined) {
      return { verdict: left.verdict ?? 'pass', says: left.says ?? 'memory is as required' };
    }
    wrongs.push(wrong);
  }
  const verdict = MISMATCH[strength];
  const damage = verdict === 'fail' ? undefined : damageOf(target, script, alternatives, setUp);
  return damage === undefined
    ? { verdict, says: wrongs[0]! }
    : { verdict: 'fail', says: `memory changed at ${hex8(damage)}, which nothing asked for` };
}

/** The first difference from a state in words; undefined when there is none. */
function firstWrong(target: Target, areas: readonly Area[]): string | undefined {
  for (const area of areas) {
    const wrong = wrongIn(target, area);
    if (wrong !== undefined) return wrong;
  }
  for (const change of target.changed?.() ?? []) {
    for (let at = change.start; at < change.end;) {
      const inside = areas.find((area) => at >= area.start && at < area.end);
      if (inside === undefined) return `memory changed at ${hex8(at)}, where nothing may`;
      at = inside.end;
    }
  }
  return undefined;
}

/** The first changed byte that every state keeps as it was, and that nothing sent names. */
function damageOf(
  target: Target,
  script: Script,
  states: readonly Left[],
  setUp: SetUp,
): number | undefined {
  const kept = (change: Change, at: number): boolean =>
    states.every(({ areas }) => keeps(areas, at, change.was[at - change.start]!));
  let named: ((address: number) => boolean) | undefined;
  for (const change of target.changed?.() ?? []) {
    for (let at = change.start; at < change.end; at++) {
      if (!kept(change, at)) continue;
      named ??= namedBy(script, target.part, setUp);
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

function wrongIn(target: Target, area: Area): string | undefined {
  const { start, end, bytes, value, between } = area;
  if (bytes === undefined && value === undefined && between === undefined) return undefined;
  const now = target.look!(start, end - start);
  if (now === undefined) return `there is no memory at ${hex8(start)}`;
  if (between !== undefined) {
    const [old, fresh] = between;
    const at = now.findIndex(
      (byte, index) => ((byte ^ old[index]!) & (byte ^ fresh[index]!)) !== 0,
    );
    return at < 0 ? undefined : `${hex8(start + at)} holds ${hex2(now[at]!)}, neither old nor new`;
  }
  const wanted =
    bytes === undefined ? new Uint8Array(now.length).fill(value!) : Uint8Array.from(bytes);
  const at = firstDifference(now, wanted);
  if (at === now.length) return undefined;
  return `${hex8(start + at)} holds ${hex2(now[at]!)}, not ${hex2(wanted[at]!)}`;
}
