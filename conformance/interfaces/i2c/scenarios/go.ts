import { goPackets, goes } from '../../../scenarios/go.ts';
import { i2cHost } from '../framed-host.ts';
import { reachable } from './define.ts';

export default reachable([
  ...goes(i2cHost, '3.5', {
    flash: [1, 2],
    'any-page': [1],
    ram: [3],
    'vectors-not-judged': [8],
    'no-memory-there': [5],
    'system-memory': [6],
    'option-bytes': [6],
    protected: ['3-9', 7],
  }),
  ...goPackets(i2cHost, '3.5', {
    'wrong-address-checksum': [4],
  }),
]);
