import * as fc from 'fast-check';
import { be16 } from '../../usart/host.ts';
import { specialScenarios } from '../../../scenarios/special.ts';
import { spiHost } from '../framed-host.ts';
import { NACK, ask, fetch, fetchAcknowledged, resetting } from '../host.ts';

export default specialScenarios(spiHost, {
  // refused at the size or behind the packet: what is polled meanwhile counts as data
  tooMany: fc.integer({ min: 129, max: 200 }).map((size) => ask('size', be16(size), [NACK])),
  reset: (name, last) => [
    last,
    ...(name === 'special' ? [fetch('no data', [0, 0])] : []),
    resetting(fetchAcknowledged('one status byte', [0, 1, 0])),
  ],
});
