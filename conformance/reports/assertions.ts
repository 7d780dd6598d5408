import { canAssertions } from '../interfaces/can/assertions.ts';
import { commonAssertions } from '../scenarios/common-assertions.ts';
import { dfuAssertions } from '../interfaces/usb/assertions.ts';
import { fdcanAssertions } from '../interfaces/fdcan/assertions.ts';
import { i2cAssertions } from '../interfaces/i2c/assertions.ts';
import { spiAssertions } from '../interfaces/spi/assertions.ts';
import { usartAssertions } from '../interfaces/usart/assertions.ts';
import type { Strength } from './verdict.ts';

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

/** Everything AN3155 requires or recommends of a device on USART, and what silicon was seen to do. */
export const assertions: readonly Assertion[] = [
  ...usartAssertions,
  ...dfuAssertions,
  ...i2cAssertions,
  ...canAssertions,
  ...spiAssertions,
  ...fdcanAssertions,
  ...commonAssertions,
].map(([number, strength, source, text, reason]) => ({
  number,
  strength,
  source,
  text,
  ...(reason === undefined ? {} : { reason }),
}));
