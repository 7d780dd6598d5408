import { FrameChannel } from '../../targets/memory-channels/frames.ts';
import { BusLoader } from '../bus-loader.ts';
import { FDCAN_RATE, unitsOf } from '../can/frames.ts';
import { SentFrames } from '../can/sent-frames.ts';
import type { Room } from '../room.ts';
import { fdcanAssertions } from './assertions.ts';
import { answered, getId } from './host.ts';
import { fdcan } from './index.ts';
import { fdcanScenarios } from './scenarios/index.ts';

export const fdcanRoom: Room = {
  protocol: fdcan,
  scenarios: fdcanScenarios,
  assertions: fdcanAssertions,
  portsOf: ({ cans }) => cans,
  memoryChannel(board, wrong, passing) {
    const pins = board.can();
    const rate = board.device.fdcanRates ?? FDCAN_RATE;
    return new FrameChannel(wrong.can?.(pins, board.clock) ?? pins, board, rate, passing);
  },
  follower: (asked, { quirks }) =>
    new SentFrames(asked, {
      fd: true,
      lowByteFirst: quirks.has('fdcan-erase-pages-low-byte-first'),
    }),
  connectLoader: (channel, target) =>
    new BusLoader(channel, target, fdcan, (id) => [getId(answered('get-id', id))]).connect(),
  unitsOf,
};
