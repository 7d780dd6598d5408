import type { PacketHost } from '../../scenarios/kit/framed-host.ts';
import {
  ACK,
  NACK,
  address,
  block,
  command,
  count,
  done,
  goCommand,
  readMemory,
  resetting,
  resync,
  sealed,
  sectorList,
} from './host.ts';
import { spi } from './index.ts';

/** AN4286, as shared scenarios play it. */
export const spiHost: PacketHost = {
  ...spi,
  assertions: 'spi-',
  resetting: ['synchronised', 'after-nack', 'nss-low'],
  leastRead: 1,
  ACK,
  NACK,
  command,
  goCommand,
  address,
  block: (...of) => [block(...of)],
  sealed,
  read: readMemory,
  count,
  sectors: (codes, ...how) => [count('sectors', codes.length), sectorList(codes, ...how)],
  blockRefused: NACK,
  goRefused: (part, to) => [goCommand(part), address(to, [NACK])],
  write: (...block) => spi.moves.write(...block),
  // a host lets NSS rise behind it
  writeOptions: (...block) => spi.moves.writeOptions(...block),
  protect: (codes) => [
    command('write-protect'),
    count('sectors', codes.length),
    resetting(sectorList(codes)),
  ],
  protection: (_, name) => done(name),
  // behind a byte that begins a frame a device that was not reset answers too
  resets: (steps) => ({ steps: [...steps, resync()] }),
  refused: (_, name) => [command(name, NACK)],
};
