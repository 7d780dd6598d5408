import { FullDuplexChannel } from '../../targets/memory-channels/full-duplex.ts';
import { BusLoader } from '../bus-loader.ts';
import type { Room } from '../room.ts';
import { fixed } from '../unit.ts';
import { spiAssertions } from './assertions.ts';
import { KIND, burst, parseBurst } from './exchanges.ts';
import { command, fetchAcknowledged } from './host.ts';
import { spi } from './index.ts';
import { spiScenarios } from './scenarios/index.ts';
import { SentPieces } from './sent-pieces.ts';

export const spiRoom: Room = {
  protocol: spi,
  scenarios: spiScenarios,
  assertions: spiAssertions,
  portsOf: ({ spis, quirks }) =>
    spis.filter((name) => name !== 'SPI1' || !quirks.has('spi1-broken')),
  memoryChannel(board, wrong) {
    const pins = board.spi(this.portsOf(board)[0]);
    return new FullDuplexChannel(wrong.spi?.(pins) ?? pins, board);
  },
  follower: (asked) => new SentPieces(asked),
  connectLoader: (channel, target) =>
    new BusLoader(channel, target, spi, (id) => [
      command('get-id'),
      fetchAcknowledged('ID', [1, ...id]),
    ]).connect(),
  unitsOf: (bytes) =>
    parseBurst(bytes).map(({ kind, number, data }) =>
      kind === 'send' || kind === 'exchange'
        ? { data, build: (send) => burst({ [kind]: send } as { send: readonly number[] }) }
        : fixed([KIND[kind], number >> 8, number & 0xff]),
    ),
};
