import { FrameChannel } from '../../targets/memory-channels/frames.ts';
import { BusLoader } from '../bus-loader.ts';
import type { Room } from '../room.ts';
import { ACK_BYTE } from '../usart/host.ts';
import { canAssertions } from './assertions.ts';
import { CAN_RATE, unitsOf } from './frames.ts';
import { OPCODES, answer, command } from './host.ts';
import { can } from './index.ts';
import { canScenarios } from './scenarios/index.ts';
import { SentFrames } from './sent-frames.ts';

export const canRoom: Room = {
  protocol: can,
  scenarios: canScenarios,
  assertions: canAssertions,
  portsOf: ({ cans }) => cans,
  memoryChannel(board, wrong, passing) {
    const pins = board.can();
    return new FrameChannel(wrong.can?.(pins, board.clock) ?? pins, board, CAN_RATE, passing);
  },
  follower: (asked) => new SentFrames(asked, { fd: false, lowByteFirst: false }),
  connectLoader: (channel, target) =>
    new BusLoader(channel, target, can, (id) => [
      command('get-id', [], answer(OPCODES['get-id'], [ACK_BYTE], id, [ACK_BYTE])),
    ]).connect(),
  unitsOf,
};
