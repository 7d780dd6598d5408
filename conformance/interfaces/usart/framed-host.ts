import { WAITING } from '../../run/entry.ts';
import type { PacketHost } from '../../scenarios/framed-host.ts';
import { addressRefused, lengthRefused, protectedRefusal } from '../../scenarios/replies.ts';
import { NACK, address, command, length, read } from './host.ts';

/** AN3155, as shared scenarios play it. */
export const usartHost: PacketHost = {
  over: 'usart',
  sections: { 'read-memory': '3.4' },
  connected: 'synchronised',
  waiting: WAITING,
  leastRead: 1,
  NACK,
  command,
  address,
  read,
  readCount: length,
  readRefused: (part, from, count) => [
    command('read-memory'),
    address(
      from,
      addressRefused(part, part.bootloader.readRefusedAt, [length(count, lengthRefused(part))]),
    ),
  ],
  readProtected: (part) => [command('read-memory', ...protectedRefusal(part, true))],
};
