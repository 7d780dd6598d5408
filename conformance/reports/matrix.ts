import type { PerhapsMade } from './made.ts';
import type { MemoryDiffers } from './memory.ts';
import type { ToolVerdict, Verdict } from './verdict.ts';

/** What every form of report is made of: rules in rows, devices or tools in columns. */
export interface Matrix extends PerhapsMade {
  /** The command that found it. */
  readonly by: string;
  /** Of the page. */
  readonly title: string;
  /** A paragraph of the page on what its rows are. */
  readonly intro?: string;
  readonly verdicts: readonly (Verdict | ToolVerdict)[];
  readonly subjects: readonly Subject[];
  /** HTML behind the rows. */
  readonly annex?: string;
}

/** A device or a tool. */
export interface Subject {
  readonly name: string;
  /** What tells it from others of its kind, wherever it is connected or lies. */
  readonly kind: string;
  /** The same in fields, for programs. */
  readonly identity: Readonly<Record<string, string | number | undefined>>;
  /** What it is and how it was asked, in a sentence. */
  readonly about: string;
  /** The file that describes it, where there is one. */
  readonly file?: string;
  /** It was not examined, or not to its end. */
  readonly trouble?: Cell;
  /** It answers nothing any more. */
  readonly bailedOut?: string;
  readonly cells: readonly Cell[];
}

/** What is asked of every subject. */
export interface Rule {
  /** Permanent. */
  readonly id: string;
  /** Heading under which it stands. */
  readonly section: string;
  readonly name: string;
  readonly asks: string;
  /** Where that is from, and what goes with it. */
  readonly source: string;
  /** Both in full. */
  readonly full: string;
  /** The command that explains it. */
  readonly help: string;
}

/** One step of what was said. */
export interface Said {
  readonly name: string;
  readonly sent: string;
  readonly got: string;
  /** What was acceptable, where that is not what came. */
  readonly wanted?: string;
}

/** What a subject came to by a rule: a subject may have several, in different states. */
export interface Cell {
  readonly rule: Rule;
  /** Permanent: the rule, with the state. */
  readonly key: string;
  /** What is meant, in full. */
  readonly place: string;
  /** JUnit's suite, class and name. */
  readonly suite: string;
  readonly classname: string;
  readonly title: string;
  /** The state, and what it is. */
  readonly state?: { readonly name: string; readonly is: string };
  readonly verdict: Verdict | ToolVerdict;
  /** `noted`: a deviation with which a run passes. */
  readonly outcome: 'pass' | 'skipped' | 'noted' | 'failure' | 'error';
  /** The kind of an error that is no verdict's. */
  readonly type?: string;
  /** It was foreseen. */
  readonly known?: boolean;
  /** Why it has its verdict. */
  readonly says: string;
  /** Further sentences. */
  readonly notes: readonly string[];
  readonly steps: readonly Said[];
  /** Memory that is not as it should be. */
  readonly memory?: MemoryDiffers;
  /** Longer texts with their titles. */
  readonly texts: readonly (readonly [title: string, text: string])[];
  /** The command that repeats it. */
  readonly again?: string;
  /** Wall time, in ms. */
  readonly tookMs: number;
  /** What else was found on the way, by rules of its own. */
  readonly warnings: readonly { readonly rule: string; readonly says: string }[];
}

/** A run that has this cell does not end with exit code 0. */
export function isBad({ outcome }: Cell): boolean {
  return outcome === 'failure' || outcome === 'error';
}

/** Why a cell is not a pass, in one line. */
export function reasonLine({ type, verdict, says }: Cell): string {
  return type === undefined ? `${verdict}: ${says}` : says;
}

/** All that is known of a cell in lines of text. */
export function detailLines({ rule, notes, steps, texts, again }: Cell): readonly string[] {
  return [
    rule.asks,
    ...notes,
    ...steps.map(stepLine),
    ...texts.flatMap(([title, text]) => [`${title}:`, ...text.trimEnd().split('\n')]),
    ...(again === undefined ? [] : [again]),
  ];
}

/** A step in one line. */
export function stepLine({ name, sent, got, wanted }: Said): string {
  return `${name}: ${sent} -> ${got}${wanted === undefined ? '' : `, accepted: ${wanted}`}`;
}

/** The subject was not examined, or not to its end: in every report a failed entry. */
export function troubleCell(
  rule: Rule,
  { type, says, suite, title }: { type: string; says: string; suite: string; title: string },
  classname: string,
): Cell {
  const none = { notes: [], steps: [], texts: [], warnings: [], tookMs: 0 };
  const names = { key: rule.id, place: suite, suite, classname, title };
  return { rule, ...names, verdict: 'error', outcome: 'error', type, says, ...none };
}
