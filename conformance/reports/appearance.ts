import type { ToolVerdict, Verdict } from './verdict.ts';

/** What a colour says of what has it. */
export type Colour = 'good' | 'none' | 'info' | 'warn' | 'bad' | 'worst';

/** How a verdict is shown: a sign that tells it from others without colour, and a colour. */
interface Appearance {
  readonly sign: string;
  readonly colour: Colour;
}

export const APPEARANCE: Readonly<Record<Verdict | ToolVerdict, Appearance>> = {
  pass: { sign: '✓', colour: 'good' },
  unsupported: { sign: '–', colour: 'none' },
  skipped: { sign: '·', colour: 'none' },
  informational: { sign: 'i', colour: 'info' },
  'non-strict': { sign: '~', colour: 'warn' },
  inconclusive: { sign: '?', colour: 'warn' },
  'cause-not-named': { sign: '“', colour: 'warn' },
  'gave-up': { sign: '∅', colour: 'warn' },
  'wrong-exit': { sign: '≠', colour: 'bad' },
  hang: { sign: '∞', colour: 'bad' },
  damage: { sign: '†', colour: 'worst' },
  'silent-corruption': { sign: '‡', colour: 'worst' },
  error: { sign: '!', colour: 'bad' },
  fail: { sign: '✗', colour: 'bad' },
};

/** SARIF's level of what has a colour; undefined for what is no finding. */
export const LEVELS: Readonly<Record<Colour, 'error' | 'warning' | 'note' | undefined>> = {
  good: undefined,
  none: undefined,
  info: 'note',
  warn: 'warning',
  bad: 'error',
  worst: 'error',
};
