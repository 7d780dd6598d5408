import { can } from '../protocols/can.ts';
import { killAll } from './kill-all.ts';

killAll(can, { always: 'can-always-ack', asked: 'can-always-nack' });
