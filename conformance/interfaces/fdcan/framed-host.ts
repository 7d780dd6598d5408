import type { FramedHost } from '../../scenarios/kit/framed-host.ts';
import { command, go, nack, protection, read, writeProtect } from './host.ts';
import { fdcan } from './index.ts';
import { be32 } from '../usart/host.ts';
import type { Part } from '../../part/part.ts';
import { scratch } from '../../scenarios/kit/scratch.ts';
import { again } from './scenarios/define.ts';
import { protectedReadReplies } from './scenarios/replies.ts';

/** AN5405, as shared scenarios play it. */
export const fdcanHost: FramedHost = {
  ...fdcan,
  assertions: 'fdcan-',
  resetting: ['connected', 'unknown-command'],
  leastRead: 1,
  read,
  blockRefused: nack('write-memory'),
  refusedEarly: { ...nack('write-memory'), goOn: [] },
  goRefused: (_, to) => [go(to, nack('go'))],
  write: (...block) => fdcan.moves.write(...block),
  protect: (codes) => [writeProtect(codes)],
  protection: (part, name) => [protection(part, name)],
  connect: again,
  resets: (steps) => ({ steps, ends: 'reset' }),
  refused(part, name) {
    const replies = name === 'read-memory' ? protectedReadReplies(part) : [nack(name)];
    return [command(name, dataOf(part, name), ...replies)];
  },
};

/** What the frame of a command may carry. */
function dataOf(part: Part, name: Parameters<FramedHost['refused']>[1]): number[] {
  if (name === 'read-memory' || name === 'write-memory') return [...be32(scratch(part)), 16 - 1];
  if (name === 'write-protect') return [1, 1];
  return name === 'go' ? be32(part.pages[0]!.start) : [];
}
