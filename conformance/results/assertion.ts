import type { Strength } from '../reports/verdict.ts';

/** One thing that the note requires or recommends, or that silicon was seen to do. */
export interface Assertion {
  /** Permanent: section of the note and a number within it; other protocols than USART begin with their name. */
  readonly number: string;
  readonly strength: Strength;
  readonly text: string;
  /** Document and section. */
  readonly source: string;
  /** Why no scenario examines it; undefined where one does. */
  readonly reason?: string;
}

/** The same in the form of the tables. */
export type AssertionRow = readonly [
  number: string,
  strength: Strength,
  source: string,
  text: string,
  reason?: string,
];
