import { ByteChannel } from '../../targets/memory-channels/bytes.ts';
import type { Room } from '../room.ts';
import { usartAssertions } from './assertions.ts';
import { usart } from './index.ts';
import { UsartLoader } from './loader.ts';
import { usartScenarios } from './scenarios/index.ts';
import { SentCommands } from './sent-commands.ts';

export const usartRoom: Room = {
  protocol: usart,
  scenarios: usartScenarios,
  assertions: usartAssertions,
  portsOf: ({ usarts }) => usarts,
  memoryChannel(board, wrong, passing) {
    const pins = board.usart();
    return new ByteChannel(wrong.pins?.(pins, board.clock) ?? pins, board, passing);
  },
  follower: (asked) => new SentCommands(asked),
  connectLoader: (...to) => UsartLoader.connect(...to),
  unitsOf: (bytes) => [{ data: bytes, build: (data) => data }],
};
