import { APPEARANCE } from './appearance.ts';
import type { Compared } from './compared.ts';
import type { Look } from './html-parts.ts';
import { isBad, reasonLine } from './matrix.ts';
import type { Cell, Matrix, Subject } from './matrix.ts';

/** What became of a case between two runs. */
export type Change =
  'newly failing' | 'appeared' | 'gone' | 'other verdict' | 'mended' | 'still failing';

/** A case that is not the same in two runs, or fails in both. */
export interface Changed {
  readonly change: Change;
  /** The newer run is worse by it. */
  readonly unexpected: boolean;
  readonly subject: string;
  readonly before?: Cell;
  readonly after?: Cell;
}

/** Two runs by their cases. */
export interface Changes {
  readonly changed: readonly Changed[];
  /** Cases that came to the same and do not fail. */
  readonly unchanged: number;
  /** Subjects that the newer run did not examine, or not to the end, in words. */
  readonly troubles: readonly string[];
}

/** How each change is shown, most important first. */
const KINDS: readonly (Look & { readonly name: Change })[] = [
  { name: 'newly failing', ...APPEARANCE.fail },
  { name: 'appeared', sign: '+', colour: 'info' },
  { name: 'gone', sign: '−', colour: 'none' },
  { name: 'other verdict', sign: '~', colour: 'warn' },
  { name: 'mended', ...APPEARANCE.pass },
  { name: 'still failing', sign: '=', colour: 'warn' },
];

/** What changed from one run to another of the same command. */
export function changesOf(before: Matrix, after: Matrix): Changes {
  const changed: Changed[] = [];
  let unchanged = 0;
  for (const { name, old, now } of pairs(before, after)) {
    const were = new Map(old?.cells.map((cell) => [cell.key, cell]));
    const are = new Map(now?.cells.map((cell) => [cell.key, cell]));
    for (const key of new Set([...were.keys(), ...are.keys()])) {
      const [was, is] = [were.get(key), are.get(key)];
      const change = changeOf(was, is);
      if (change === undefined) {
        unchanged++;
        continue;
      }
      const unexpected = is !== undefined && isBad(is) && change !== 'still failing';
      changed.push({
        change,
        unexpected,
        subject: name,
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      });
    }
  }
  const troubles = after.subjects.flatMap(({ name, trouble }) =>
    trouble === undefined ? [] : [`${name}: ${trouble.says}`],
  );
  return { changed, unchanged, troubles };
}

/** The newer run is worse than the older one. */
export function isWorse({ changed, troubles }: Changes): boolean {
  return troubles.length > 0 || changed.some(({ unexpected }) => unexpected);
}

/** Changes in lines of text, and their sums. */
export function changeLines({ changed, unchanged, troubles }: Changes): readonly string[] {
  const lines = KINDS.filter(({ name }) => name !== 'still failing').flatMap(({ name }) =>
    changed.filter(({ change }) => change === name).map(lineOf),
  );
  return [...lines, ...troubles, sumOf({ changed, unchanged })];
}

/** The same as JSON; fields are only added. */
export function changesJson(
  { changed, unchanged, troubles }: Changes,
  [before, after]: readonly [string, string],
): string {
  const changes = changed.map(({ change, unexpected, subject, before: was, after: is }) => ({
    name: (is ?? was)!.key,
    subject,
    change,
    unexpected,
    before: was && { verdict: was.verdict, says: was.says },
    after: is && { verdict: is.verdict, says: is.says },
  }));
  const head = { format: 'vstm32-changes', version: 1, before, after } as const;
  return `${JSON.stringify({ ...head, changes, unchanged, troubles }, null, 2)}\n`;
}

/** Two runs as the page of a comparison shows them; `names` are those of their files. */
export function changesCompared(
  before: Matrix,
  after: Matrix,
  names: readonly [string, string],
): Compared {
  const changes = changesOf(before, after);
  const several = new Set(changes.changed.map(({ subject }) => subject)).size > 1;
  return {
    vstm32: after.vstm32,
    date: after.date,
    tookMs: after.tookMs,
    title: `${after.title}: two runs`,
    sides: [
      { name: names[0], about: aboutOf(before) },
      { name: names[1], about: aboutOf(after) },
    ],
    sums: [...changes.troubles, sumOf(changes)],
    kinds: KINDS,
    rows: changes.changed.map((each) => {
      const { change, unexpected, subject, before: was, after: is } = each;
      const cell = (is ?? was)!;
      return {
        id: several ? `${subject}: ${cell.key}` : cell.key,
        name: several ? `${subject}: ${cell.title}` : cell.title,
        rule: cell.rule,
        kind: change,
        unexpected,
        says: [],
        signs: [was, is].flatMap((side) =>
          side === undefined ? [] : [{ ...APPEARANCE[side.verdict], name: side.verdict }],
        ),
        content: { cells: [was, is] },
      };
    }),
  };
}

function aboutOf({ subjects, vstm32, date }: Matrix): string {
  const made = vstm32 === undefined ? [] : [`vstm32 ${vstm32}`];
  const when = date === undefined ? [] : [date];
  const all = subjects.map(({ name, about }) => `${name}: ${about}`);
  const few = all.length <= 3 ? all.join(' ') : `${all.length} are examined.`;
  return [...made, ...when, few].join(', ');
}

function sumOf({ changed, unchanged }: Pick<Changes, 'changed' | 'unchanged'>): string {
  const sums = KINDS.flatMap(({ name }) => {
    const count = changed.filter(({ change }) => change === name).length;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return [...sums, `${unchanged} unchanged`].join(', ');
}

function lineOf({ change, subject, before, after }: Changed): string {
  const cell = (after ?? before)!;
  const was = before === undefined ? '' : `${before.verdict}, now `;
  const is = after === undefined ? 'not there' : reasonLine(after);
  return `${change}: ${cell.key} on ${subject}: ${was}${is}`;
}

function changeOf(was: Cell | undefined, is: Cell | undefined): Change | undefined {
  if (was === undefined) return 'appeared';
  if (is === undefined) return 'gone';
  if (isBad(is)) return isBad(was) ? 'still failing' : 'newly failing';
  if (isBad(was)) return 'mended';
  return was.verdict === is.verdict ? undefined : 'other verdict';
}

interface Pair {
  readonly name: string;
  readonly old: Subject | undefined;
  readonly now: Subject | undefined;
}

/** The only subjects of two runs belong together whatever they are; of several those of one name and kind. */
function pairs(before: Matrix, after: Matrix): readonly Pair[] {
  const [old, now] = [before.subjects, after.subjects];
  if (old.length === 1 && now.length === 1) {
    return [{ name: now[0]!.name, old: old[0], now: now[0] }];
  }
  const olds = byKey(old);
  const nows = byKey(now);
  return [...new Set([...olds.keys(), ...nows.keys()])].map((key) => {
    const [was, is] = [olds.get(key), nows.get(key)];
    return { name: (is ?? was)!.name, old: was, now: is };
  });
}

/** Subjects by what tells them from others; a seed, a version of a tool and its path may differ between two runs. */
function byKey(subjects: readonly Subject[]): ReadonlyMap<string, Subject> {
  const keyed = new Map<string, Subject>();
  for (const subject of subjects) {
    const { seed: _, version: __, path: ___, ...identity } = subject.identity;
    let key = JSON.stringify([subject.name, identity]);
    while (keyed.has(key)) key += ' again'; // the same twice in one run
    keyed.set(key, subject);
  }
  return keyed;
}
