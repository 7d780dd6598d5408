import { killAll } from '../../../mutants/kill-all.ts';
import { usart } from '../index.ts';

killAll(
  usart,
  { always: 'always-ack', asked: 'answers-swapped' },
  {
    'mass-erase-spares-protected':
      'RM0090 alone says that a mass erase with a protected sector erases nothing',
    'unknown-page-refused':
      'AN3155 does not say what a number beyond the last page is answered; OpenBootloader takes it',
    'any-first-byte-syncs':
      'AN2606 says that a wrong first byte is measured as 0x7F is, and not that it is not answered',
    'parity-errors-refused':
      'AN3155 does not say what a wrong parity bit does; one user saw that it does nothing',
  },
);
