import { usart } from '../protocols/usart.ts';
import { killAll } from './kill-all.ts';

killAll(usart, { always: 'always-ack', asked: 'answers-swapped' });
