import { i2c } from '../../interfaces/i2c/index.ts';
import { killAll } from '../kill-all.ts';

killAll(
  i2c,
  { always: 'i2c-always-ack', asked: 'i2c-always-nack' },
  {
    'i2c-unknown-page-refused':
      'AN4221 does not say what a number beyond the last page is answered',
  },
);
