import { goPackets, goes } from '../../../scenarios/go.ts';
import { i3cHost } from '../framed-host.ts';

export default [
  ...goes(i3cHost, 'go', {
    flash: { covers: [1], known: [] },
    'any-page': { covers: [1], known: [] },
    ram: { covers: [7], known: [] },
    'vectors-not-judged': [8],
    'no-memory-there': [3],
    'system-memory': [4],
    'option-bytes': [4],
    'bootloader-ram': [5],
    protected: [6, 'commands-12'],
  }),
  ...goPackets(i3cHost, 'go', { 'wrong-address-checksum': [2] }),
];
