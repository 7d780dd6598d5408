import type { PacketHost } from '../../scenarios/kit/framed-host.ts';
import {
  ACK,
  NACK,
  address,
  block,
  command,
  count,
  formOf,
  isReset,
  protection,
  readMemory,
  sealed,
  sectorList,
} from './host.ts';
import type { Form } from './host.ts';
import { i2c, movesIn } from './index.ts';

/** AN4221, as shared scenarios play it. */
export const i2cHost: PacketHost = {
  ...i2c,
  assertions: 'i2c-',
  resetting: ['connected', 'after-nack'],
  leastRead: 1,
  ACK,
  NACK,
  goCommand: () => command('go'),
  address,
  sealed,
  count,
  read: readMemory,
  blockRefused: NACK,
  goRefused: (_, to) => [command('go'), address(to, [NACK])],
  write: (...block) => i2c.moves.write(...block),
  resets: (steps) => ({ steps: [...steps, ...isReset()] }),
  ...working('stretch'),
};

/** The same with the commands that answer busy while the chip works. */
export const noStretchHost: PacketHost = {
  ...i2cHost,
  form: 'no-stretch-',
  ...working('no-stretch'),
};

/** What is told in the one form and in the other. */
function working(
  form: Form,
): Pick<
  PacketHost,
  'block' | 'command' | 'moves' | 'protect' | 'protection' | 'refused' | 'sectors'
> {
  const named: PacketHost['command'] = (name, ...replies) =>
    command(formOf(name, form), ...replies);
  const sectors: PacketHost['sectors'] = (codes, ...how) => [
    count('sectors', codes.length),
    ...sectorList(codes, form, ...how),
  ];
  return {
    command: named,
    moves: movesIn(form),
    block: (_, data, ...rest) => block(data, form, ...rest),
    sectors,
    protect: (codes) => [named('write-protect'), ...sectors(codes)],
    protection: (_, name) => protection(name, form),
    refused: (_, name) => [named(name, NACK)],
  };
}
