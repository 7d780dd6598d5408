/** Levenshtein distance: how many letters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The candidates most like a mistyped `name`, best first; none when nothing resembles it. */
export function nearest(name: string, candidates: readonly string[], count = 3): readonly string[] {
  const wanted = name.toUpperCase();
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, away: distance(wanted, candidate.toUpperCase()) }))
    .filter(({ candidate, away }) => away <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.away - b.away)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}
