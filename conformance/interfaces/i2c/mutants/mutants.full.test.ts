import { killAll } from '../../../mutants/kill-all.ts';
import { i2c } from '../index.ts';

killAll(
  i2c,
  { always: 'i2c-always-ack', asked: 'i2c-always-nack' },
  {
    'i2c-unknown-page-refused':
      'AN4221 does not say what a number beyond the last page is answered',
  },
);
