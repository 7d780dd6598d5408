import { killAll } from '../../../mutants/kill-all.ts';
import { can } from '../index.ts';

killAll(
  can,
  { always: 'can-always-ack', asked: 'can-always-nack' },
  {
    'can-speed-needs-one-byte': 'AN3154 has no longer frames of Speed',
    'can-speed-by-default': 'AN3154 has no frames of Speed without a code',
    'can-read-needs-five-bytes': 'AN3154 has no longer frames of Read Memory',
    'can-short-read-reads': 'AN3154 has no shorter frames of Read Memory',
    'can-speed-under-rdp':
      'OpenBootloader executes Speed under readout protection, against table 2 of AN3154',
    'can-odd-blocks-refused':
      'AN3154 asks for multiples of four, and does not say what else is answered',
    'can-no-such-page-refused': 'AN3154 does not say what a page that there is not is answered',
    'can-same-page-refused': 'AN3154 does not say what a page named twice is answered',
  },
);
