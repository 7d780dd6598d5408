import { BusLoader } from '../bus-loader.ts';
import type { Room } from '../room.ts';
import { fixed } from '../unit.ts';
import { i3cAssertions } from './assertions.ts';
import { I3cChannel } from './channel.ts';
import { KIND, burst, parseBurst } from './frames.ts';
import { command, fetchAcknowledged } from './host.ts';
import { i3c } from './index.ts';
import { i3cScenarios } from './scenarios/index.ts';
import { SentI3cFrames } from './sent-frames.ts';

export const i3cRoom: Room = {
  protocol: i3c,
  scenarios: i3cScenarios,
  assertions: i3cAssertions,
  portsOf: ({ i3cs }) => i3cs,
  memoryChannel(board, wrong, passing) {
    const pins = board.i3c();
    return new I3cChannel(wrong.i3c?.(pins, board) ?? pins, board, passing);
  },
  follower: (asked) => new SentI3cFrames(asked),
  connectLoader: (channel, target) =>
    new BusLoader(channel, target, i3c, (id) => [
      command('get-id'),
      fetchAcknowledged('ID', [2], id),
    ]).connect(),
  unitsOf: (bytes) =>
    parseBurst(bytes).map(({ kind, address, count, data }) =>
      kind === 'write'
        ? { data, build: (write) => burst({ write, address }) }
        : fixed([KIND[kind], address, count >> 8, count & 0xff, ...data]),
    ),
};
