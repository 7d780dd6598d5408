import { i3c } from '../../interfaces/i3c/index.ts';
import { killAll } from '../kill-all.ts';

killAll(i3c, { always: 'i3c-always-ack', asked: 'i3c-always-nack' });
