import { TransactionChannel } from '../../targets/memory-channels/transactions.ts';
import { BusLoader } from '../bus-loader.ts';
import type { Room } from '../room.ts';
import { fixed } from '../unit.ts';
import { i2cAssertions } from './assertions.ts';
import { comesBack, identity, read } from './host.ts';
import { i2c } from './index.ts';
import { noAddress } from './part.ts';
import { i2cScenarios } from './scenarios/index.ts';
import { SentTransfers } from './sent-transfers.ts';
import { OWN, parseTransfer, transfer } from './transactions.ts';

export const i2cRoom: Room = {
  protocol: i2c,
  scenarios: i2cScenarios,
  assertions: i2cAssertions,
  portsOf: ({ i2cs }) => i2cs,
  memoryChannel(board, wrong, passing) {
    const pins = board.i2c();
    return new TransactionChannel(wrong.i2c?.(pins, board) ?? pins, board, passing);
  },
  follower: (asked, part, now) => new SentTransfers(asked, part, now),
  connectLoader: (channel, target) =>
    new BusLoader(channel, target, i2c, (id) => [
      comesBack()[0]!,
      identity(read(1, ...id)),
    ]).connect(),
  unitsOf: (bytes) =>
    parseTransfer(bytes).map(({ kind, count, data }) => {
      if (kind === 'read') return fixed(transfer({ read: count }));
      if (kind === 'pause') return fixed(transfer({ pause: count }));
      return { data, build: (write) => transfer({ write, address: OWN }) };
    }),
  unreachable: noAddress,
};
