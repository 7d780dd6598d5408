import type { PacketHost } from '../../scenarios/kit/framed-host.ts';
import {
  ACK,
  NACK,
  address,
  beginsAgain,
  command,
  data,
  done,
  isGone,
  readMemory,
  sealed,
  sectorCount,
  sectorList,
  size,
} from './host.ts';
import { i3c } from './index.ts';

/** AN5927, as shared scenarios play it. */
export const i3cHost: PacketHost = {
  ...i3c,
  assertions: 'i3c-',
  resetting: ['connected', 'after-nack'],
  leastRead: 1,
  ACK,
  NACK,
  command,
  goCommand: () => command('go'),
  address,
  block: (_, bytes, ...how) => [size(bytes.length), data(bytes, ...how)],
  sealed,
  read: readMemory,
  count: (what, number, ...how) =>
    what === 'sectors' ? sectorCount(number, ...how) : size(number, 'last', ...how),
  sectors: (codes, ...how) => [sectorCount(codes.length), sectorList(codes, ...how)],
  blockRefused: NACK,
  goRefused: (_, to) => [command('go'), address(to, [NACK])],
  write: (...block) => i3c.moves.write(...block),
  protect: (codes) => [command('write-protect'), sectorCount(codes.length), sectorList(codes)],
  protection: (_, name) => [done(name)],
  resets: (steps) => ({ steps: [...steps, isGone('its address is lost'), ...beginsAgain()] }),
  refused: (_, name) => [command(name, NACK)],
};
