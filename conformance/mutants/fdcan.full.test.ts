import { fdcan } from '../protocols/fdcan.ts';
import { killAll } from './kill-all.ts';

killAll(fdcan, { always: 'fdcan-always-ack', asked: 'fdcan-answers-swapped' });
