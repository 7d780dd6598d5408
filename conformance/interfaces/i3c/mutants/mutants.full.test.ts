import { i3c } from '../index.ts';
import { killAll } from '../../../mutants/kill-all.ts';

const NO_ANSWER = 'AN5927 does not say what becomes of it';
const NOT_SAID = 'MIPI I3C Basic says it, and no trace of a ROM shows it';

killAll(
  i3c,
  { always: 'i3c-always-ack', asked: 'i3c-always-nack' },
  {
    'i3c-other-maker': 'the provisioned ID was read from one chip',
    'i3c-other-kind': 'AN5927 and a chip differ in the DCR',
    'i3c-any-first-byte': 'OpenBootloader alone tells what becomes of other first bytes',
    'i3c-sync-not-needed': 'OpenBootloader alone tells what becomes of other first bytes',
    'i3c-rstdaa-ignored': NOT_SAID,
    'i3c-disec-ignored': NOT_SAID,
    'i3c-disec-for-good': NOT_SAID,
    'i3c-disec-loses': NOT_SAID,
    'i3c-fills-up': NOT_SAID,
    'i3c-never-refuses-a-read': NOT_SAID,
    'i3c-read-again': NOT_SAID,
    'i3c-forgets-the-rest': NO_ANSWER,
    'i3c-half-a-command-taken': NO_ANSWER,
    'i3c-unknown-page-refused':
      'AN5927 does not say what a number beyond the last page is answered',
    'i3c-mass-erase-spares-protected':
      'RM0090 alone says that a mass erase with a protected sector erases nothing',
    'i3c-regression-keeps-ram': 'AN3155 alone says that the RAM is cleared',
  },
);
