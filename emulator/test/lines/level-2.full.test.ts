import { describe, test } from 'vitest';
import { closedPorts, expectClosedForGood, forgetful, nameOf } from './level-2.ts';

const named = closedPorts.map((closed) => [nameOf(closed), closed] as const);

describe('a chip that is closed for good, whose application jumps to the bootloader', () => {
  test.each(named)('%s: nothing that a host does opens it', (_, closed) => {
    expectClosedForGood(closed);
  });

  test.each(named)('%s: nor does a bootloader that forgets the protection', (_, closed) => {
    expectClosedForGood(closed, forgetful(closed));
  });
});
