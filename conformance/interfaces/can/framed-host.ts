import type { FramedHost } from '../../scenarios/framed-host.ts';
import { OPCODES, nack, read, readCommand } from './host.ts';
import { WAITING } from './scenarios/define.ts';

/** AN3154, as shared scenarios play it. */
export const canHost: FramedHost = {
  over: 'can',
  sections: { 'read-memory': '3.5' },
  connected: 'connected',
  waiting: WAITING,
  leastRead: 2, // of one byte documents differ
  read: (from, bytes) => [read(from, bytes)],
  readRefused: (_, from, count) => [readCommand(from, count, nack(OPCODES['read-memory']))],
  readProtected: (_, from, count) => [readCommand(from, count, nack(OPCODES['read-memory']))],
};
