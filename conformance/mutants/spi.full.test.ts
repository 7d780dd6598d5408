import { spi } from '../protocols/spi.ts';
import { killAll } from './kill-all.ts';

killAll(spi, { always: 'spi-always-ack', asked: 'spi-answers-swapped' });
