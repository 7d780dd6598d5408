import type { PacketHost } from '../../scenarios/kit/framed-host.ts';
import { protectedRefusal } from '../../scenarios/kit/replies.ts';
import {
  ACK_BYTE,
  ERASE_MS,
  ACK,
  NACK,
  address,
  answer,
  block,
  command,
  goCommand,
  length,
  read,
  sealed,
  sectorList,
} from './host.ts';
import { usart } from './index.ts';

/** Commands that one ROM refuses with two NACKs. */
const TWICE: readonly string[] = ['read-memory', 'write-memory', 'go'];

/** AN3155, as shared scenarios play it. */
export const usartHost: PacketHost = {
  ...usart,
  assertions: '',
  resetting: ['synchronised', 'after-nack'],
  leastRead: 1,
  ACK,
  NACK,
  command,
  goCommand,
  address,
  block: (_, data, replies, spoil) => [block(data, replies, spoil)],
  sealed,
  read,
  count: (_, number, replies, spoil) => length(number, replies, spoil),
  sectors: (...list) => [sectorList(...list)],
  blockRefused: NACK,
  goRefused: (part, to) => [goCommand(part), address(to, [NACK])],
  write: (...block) => usart.moves.write(...block),
  protect: (codes) => [command('write-protect'), sectorList(codes)],
  protection: (_, name) => [{ ...command(name, answer(ACK_BYTE)), withinMs: ERASE_MS }],
  resets: (steps) => ({ steps, ends: 'reset' }),
  refused: (part, name) => [command(name, ...protectedRefusal(part, TWICE.includes(name)))],
};
