import * as fc from 'fast-check';
import { be16 } from '../../usart/host.ts';
import { specials } from '../../../scenarios/special.ts';
import type { Answers } from '../../../scenarios/special.ts';
import { spiHost } from '../framed-host.ts';
import { NACK, ask, fetch, fetchAcknowledged, resetting } from '../host.ts';

/** Both commands, with their sections. */
const NAMES = [
  ['special', '2.14'],
  ['extended-special', '2.15'],
] as const;

const answers: Answers = {
  // refused at the size or behind the packet: what is polled meanwhile counts as data
  tooMany: fc.integer({ min: 129, max: 200 }).map((size) => ask('size', be16(size), [NACK])),
  reset: (name, last) => [
    last,
    ...(name === 'special' ? [fetch('no data', [0, 0])] : []),
    resetting(fetchAcknowledged('one status byte', [0, 1, 0])),
  ],
};

export default NAMES.flatMap(([name, section]) =>
  specials(
    spiHost,
    section,
    {
      'unknown-sub-operation': [1],
      'wrong-code-checksum': [2, '2.1-1'],
      'too-many-bytes': [3],
      'wrong-data-checksum': { covers: [4, '2.1-1'], entries: spiHost.resetting },
      reset: [5],
    },
    name,
    answers,
  ),
);
