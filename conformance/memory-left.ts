import { firstDifference } from './differences.ts';
import { hex2, hex8 } from './hex.ts';
import type { Area, Left, Script } from './script.ts';
import type { Target } from './target.ts';
import { MISMATCH } from './verdict.ts';
import type { Finding, Strength } from './verdict.ts';

/** Judges what a script left in memory: the first acceptable state that fits gives the verdict. */
export function judgeMemory(target: Target, script: Script, strength: Strength): Finding {
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
  return { verdict: MISMATCH[strength], says: wrongs[0]! };
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
