import type { FramedHost } from '../../scenarios/framed-host.ts';
import { nack, read, readHeader } from './host.ts';
import { WAITING } from './scenarios/define.ts';
import { protectedReadReplies } from './scenarios/replies.ts';

/** AN5405, as shared scenarios play it. */
export const fdcanHost: FramedHost = {
  over: 'fdcan',
  sections: { 'read-memory': 'read-memory' },
  connected: 'connected',
  waiting: WAITING,
  leastRead: 1,
  read,
  readRefused: (_, from, count) => [readHeader(from, count, nack('read-memory'))],
  readProtected: (part, from, count) => [readHeader(from, count, ...protectedReadReplies(part))],
};
