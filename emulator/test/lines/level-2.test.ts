import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closedPorts, expectClosedForGood, forgetful, nameOf } from './level-2.ts';

const sampled = fc
  .constantFrom(...closedPorts)
  .map((closed) => ({ closed, toString: () => nameOf(closed) }));

test('a chip that is closed for good stays so, though its application jumps to the bootloader', () => {
  expect(closedPorts.length).toBeGreaterThan(300);
  fc.assert(
    fc.property(sampled, fc.boolean(), ({ closed }, forgets) => {
      expectClosedForGood(closed, forgets ? forgetful(closed) : undefined);
    }),
    { numRuns: 6 },
  );
});
