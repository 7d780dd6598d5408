import { dfu } from '../protocols/dfu.ts';
import { killAll } from './kill-all.ts';

killAll(dfu, { always: 'dfu-always-ok', asked: 'dfu-always-stalls' });
