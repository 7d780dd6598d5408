import { cannotStayProtected, needsPowerCycle } from '../../../scenarios/kit/readout.ts';
import { readoutProtects, readoutUnprotects } from '../../../scenarios/readout-protection.ts';
import {
  sectorLists,
  writeProtects,
  writeUnprotects,
} from '../../../scenarios/write-protection.ts';
import { spiHost } from '../framed-host.ts';

export default [
  ...writeProtects(spiHost, '2.9', {
    resets: [1, 3],
    protects: [1],
    'spares-others': [1],
    'second-replaces-first': [4],
    'codes-not-judged': [5],
    'each-sector': [1],
    'unknown-code-among-others': [1, 5],
    protected: [6],
  }),
  ...writeUnprotects(spiHost, '2.10', {
    'two-acks': [1, 3],
    unprotects: [2],
    'every-sector': [2],
    'keeps-content': [4],
    protected: [5],
  }),
  ...sectorLists(spiHost, '2.9', {
    'wrong-checksum': [2, '2.1-1'],
    'wrong-count': [2, '2.1-2'],
    'checksum-spares-the-count': {
      name: 'checksum-without-count',
      covers: [2],
      strength: 'observed',
    },
  }),
  ...readoutProtects(spiHost, '2.11', {
    'two-acks': [1, 3],
    protects: [2, '2-10'],
    'already-protected': [4],
    'keeps-content': [5],
  }),
  ...readoutUnprotects(spiHost, '2.12', {
    'two-acks': [1, 4, 5],
    'erases-flash': [2],
    'write-protection-does-not-hinder': [6],
    opens: [3],
    'clears-ram': {
      covers: [7],
      strength: 'should',
      unsupported: (part) => cannotStayProtected(part) ?? needsPowerCycle(part),
    },
    'protect-and-unprotect': ['2.11-2', 2, 3],
  }),
];
