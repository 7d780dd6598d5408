import type { FramedHost } from '../../scenarios/kit/framed-host.ts';
import { OPCODES, answer, but, command, done, nack, read, writeProtect } from './host.ts';
import type { CanCommandName } from '../../../families/index.ts';
import { can } from './index.ts';
import { ACK_BYTE, NACK_BYTE, be32 } from '../usart/host.ts';
import type { Part } from '../../part/part.ts';
import { scratch } from '../../scenarios/kit/scratch.ts';

/** AN3154, as shared scenarios play it. */
export const canHost: FramedHost = {
  ...can,
  assertions: 'can-',
  resetting: can.waiting,
  leastRead: 2, // of one byte documents differ
  read: (from, bytes) => [read(from, bytes)],
  // the last frame was taken, and what it completed refused
  blockRefused: answer(OPCODES['write-memory'], [ACK_BYTE], [NACK_BYTE]),
  refusedEarly: {
    ...but(nack(OPCODES['write-memory']), 'informational', 'it is refused at once'),
    goOn: [],
  },
  goRefused: (_, to) => [command('go', be32(to), nack(OPCODES.go))],
  write: (...block) => can.moves.write(...block),
  protect: writeProtect,
  protection: (_, name) => [done(name)],
  resets: (steps) => ({ steps, ends: 'reset' }),
  refused: (part, name) => [command(name, dataOf(part, name), nack(OPCODES[name]))],
};

/** What the first frame of a command may carry. */
function dataOf(part: Part, name: CanCommandName): number[] {
  if (name === 'read-memory' || name === 'write-memory') return [...be32(scratch(part)), 16 - 1];
  return name === 'go' ? be32(part.pages[0]!.start) : [0];
}
