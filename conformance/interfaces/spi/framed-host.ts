import type { PacketHost } from '../../scenarios/framed-host.ts';
import { addressRefused } from '../../scenarios/replies.ts';
import { NACK, address, command, count, readMemory } from './host.ts';
import { WAITING } from './scenarios/define.ts';

/** AN4286, as shared scenarios play it. */
export const spiHost: PacketHost = {
  over: 'spi',
  sections: { 'read-memory': '2.5' },
  connected: 'synchronised',
  waiting: WAITING,
  leastRead: 1,
  NACK,
  command,
  address,
  read: readMemory,
  readCount: (bytes, replies, spoil) => count('bytes', bytes, replies, spoil),
  readRefused: (part, from, bytes) => [
    command('read-memory'),
    address(
      from,
      addressRefused(part, part.bootloader.readRefusedAt, [count('bytes', bytes, [NACK])]),
    ),
  ],
  readProtected: () => [command('read-memory', NACK)],
};
