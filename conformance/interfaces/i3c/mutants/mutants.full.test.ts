import { killAll } from '../../../mutants/kill-all.ts';
import { i3c } from '../index.ts';

killAll(i3c, { always: 'i3c-always-ack', asked: 'i3c-always-nack' });
