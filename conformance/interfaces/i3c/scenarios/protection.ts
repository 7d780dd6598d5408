import { readoutProtects, readoutUnprotects } from '../../../scenarios/readout-protection.ts';
import {
  sectorLists,
  writeProtects,
  writeUnprotects,
} from '../../../scenarios/write-protection.ts';
import { noWriteProtection } from '../../../scenarios/kit/replies.ts';
import type { Scenario } from '../../../run/scenario.ts';
import { be16, xor } from '../../usart/host.ts';
import { i3cHost } from '../framed-host.ts';
import { NACK, command, sectorCount, sectorList } from '../host.ts';

const sparesTheCount: Scenario = {
  id: 'i3c/write-protect/checksum-spares-the-count',
  requirement: 'The checksum of the list does not cover the count: one over both is refused.',
  covers: ['i3c-write-protect-7'],
  strength: 'observed',
  destroys: 'options',
  entries: ['connected'],
  commands: ['write-protect'],
  unsupported: noWriteProtection,
  script: () => ({
    steps: [command('write-protect'), sectorCount(3), sectorList([1, 2, 4], [NACK], xor(be16(3)))],
  }),
};

/** Lines of the tables that have I3C have no readout protection: there these are asked of chips that may have it. */
export default [
  ...writeProtects(i3cHost, 'write-protect', {
    resets: [1, 2],
    protects: [1],
    'spares-others': [1],
    'second-replaces-first': [4],
    'codes-not-judged': [5],
    'each-sector': [1],
    'unknown-code-among-others': [5],
    protected: [6, 'commands-12'],
  }),
  ...sectorLists(i3cHost, 'write-protect', {
    'wrong-checksum': [3],
    'wrong-count': {
      covers: [3],
      requirement:
        'Write Protect refuses a number of sectors with a wrong checksum before any is named.',
    },
  }),
  sparesTheCount,
  ...writeUnprotects(i3cHost, 'write-unprotect', {
    'two-acks': [1, 2],
    unprotects: [3],
    'every-sector': [3],
    'keeps-content': [4],
    protected: [5, 'commands-12'],
  }),
  ...readoutProtects(i3cHost, 'readout-protect', {
    'two-acks': [1, 2],
    protects: [3, 'commands-12'],
    'already-protected': [5],
    'keeps-content': [4],
  }),
  ...readoutUnprotects(i3cHost, 'readout-unprotect', {
    'two-acks': [1, 2],
    'erases-flash': [3],
    'write-protection-does-not-hinder': [3],
    opens: [4],
    'clears-ram': { covers: [5], strength: 'observed' },
    'protect-and-unprotect': ['readout-protect-3', 3, 4],
  }),
];
