import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { interfaceNames } from '../../interfaces/names.ts';
import { harmOf } from './harm.ts';
import { partsOn, savedPart, sequences } from './sequences.ts';

const SEQUENCES = 4_000;
/** Sequences that share a test, so that none takes long. */
const SHARE = 2_000;

const shares = interfaceNames.flatMap((over) =>
  Array.from({ length: SEQUENCES / SHARE }, (_, seed) => ({ over, seed })),
);

test.each(shares)(
  'over $over on every line, no sequence that gets out of step does what is not permitted (seed $seed)',
  async ({ over, seed }) => {
    const saved = await Promise.all(partsOn(over).map(savedPart));
    const property = fc.asyncProperty(sequences(over, saved), async (each) => {
      expect((await harmOf(each)).harm).toBeUndefined();
    });
    await fc.assert(property, { numRuns: SHARE, seed });
  },
);
