import { killAll } from '../../../mutants/kill-all.ts';
import { spi } from '../index.ts';

killAll(
  spi,
  { always: 'spi-always-ack', asked: 'spi-answers-swapped' },
  {
    'spi-get-version-bytes-not-zero':
      'a host that polls for the ACK does not see them, and of no ROM a trace shows that there are none',
    'spi-get-version-with-option-bytes':
      'a host that polls for the ACK does not see them, and of no ROM a trace shows that there are none',
    'spi-mass-erase-spares-protected':
      'RM0090 alone says that a mass erase with a protected sector erases nothing',
    'spi-unknown-page-refused':
      'AN4286 does not say what a number beyond the last page is answered',
    'spi-regression-keeps-ram': 'AN3155 alone says that the RAM is cleared',
  },
);
