import * as fc from 'fast-check';
import { NACK, answer, be16, step } from '../host.ts';
import { usartHost } from '../framed-host.ts';
import { specialScenarios } from '../../../scenarios/special.ts';

export default specialScenarios(usartHost, {
  tooMany: fc.integer({ min: 129, max: 0xfff0 }).map((size) => step('size', be16(size), NACK)),
  reset(name, last) {
    const packets = [...(name === 'special' ? [0, 0] : []), 0, 1, 0, ...answer().bytes];
    // AN3155 §3.14: an ACK for the data, then the packets
    const says = 'no ACK for the data comes before the answer';
    const replies = [answer(...packets), { bytes: packets, verdict: 'non-strict', says } as const];
    return [{ ...last, replies }];
  },
});
