import type { PacketHost } from '../../scenarios/framed-host.ts';
import { NACK, address, command, count, readMemory } from './host.ts';
import { WAITING } from './scenarios/define.ts';
import { addressRefused } from './scenarios/replies.ts';

/** AN4221, as shared scenarios play it. */
export const i2cHost: PacketHost = {
  over: 'i2c',
  sections: { 'read-memory': '3.4' },
  connected: 'connected',
  waiting: WAITING,
  leastRead: 1,
  NACK,
  command,
  address,
  read: readMemory,
  readCount: (bytes, replies, spoil) => count('bytes', bytes, replies, spoil),
  readRefused: (part, from, bytes) => [
    command('read-memory'),
    address(from, addressRefused(part.bootloader.readRefusedAt, [count('bytes', bytes, [NACK])])),
  ],
  readProtected: () => [command('read-memory', NACK)],
};
