import { rooms } from '../interfaces/index.ts';
import { commonAssertions } from '../scenarios/kit/common-assertions.ts';
import type { Assertion } from './assertion.ts';

/** Everything that the notes require or recommend of a device, and what silicon was seen to do. */
export const assertions: readonly Assertion[] = [
  ...Object.values(rooms).flatMap(({ assertions: own }) => own),
  ...commonAssertions,
].map(([number, strength, source, text, reason]) => ({
  number,
  strength,
  source,
  text,
  ...(reason === undefined ? {} : { reason }),
}));
