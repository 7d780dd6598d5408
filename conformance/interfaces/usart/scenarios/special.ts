import * as fc from 'fast-check';
import { NACK, answer, be16, step } from '../host.ts';
import { usartHost } from '../framed-host.ts';
import { specials } from '../../../scenarios/special.ts';
import type { Answers } from '../../../scenarios/special.ts';

/** Both commands, with their sections. */
const NAMES = [
  ['special', '3.14'],
  ['extended-special', '3.15'],
] as const;

const answers: Answers = {
  tooMany: fc.integer({ min: 129, max: 0xfff0 }).map((size) => step('size', be16(size), NACK)),
  reset(name, last) {
    const packets = [...(name === 'special' ? [0, 0] : []), 0, 1, 0, ...answer().bytes];
    // AN3155 §3.14: an ACK for the data, then the packets
    const says = 'no ACK for the data comes before the answer';
    const replies = [answer(...packets), { bytes: packets, verdict: 'non-strict', says } as const];
    return [{ ...last, replies }];
  },
};

export default NAMES.flatMap(([name, section]) =>
  specials(
    usartHost,
    section,
    {
      'unknown-sub-operation': [1],
      'wrong-code-checksum': [2],
      'too-many-bytes': [3],
      'wrong-data-checksum': [4],
      reset: [5],
    },
    name,
    answers,
  ),
);
