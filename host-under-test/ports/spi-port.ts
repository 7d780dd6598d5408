import { openSpi, type HostPort } from '../../emulator/index.ts';
import type { SpiFault } from '../faults/spi.ts';
import { FaultySpi } from './faulty-spi.ts';
import type { OpenPort } from './port.ts';

/** The first SPI slave of a board as /dev/spidevN.0, over wires that may be bad. */
export const openSpiPort: OpenPort = async (board, { setUp, faults, onAnswer, onStrike }) => {
  let port: HostPort | undefined;
  const ofTheBus = faults.filter((fault): fault is SpiFault => fault.at === 'spi');
  port = await openSpi(board, {
    speed: setUp.speed ?? 'instant',
    through: () =>
      new FaultySpi(board, board.spis[0]!, ofTheBus, {
        // Not at once: the link is still handing over what the host has sent.
        disconnect: () => setImmediate(() => void port?.unplug()),
        answer: onAnswer,
        strike: onStrike,
      }),
  });
  return port;
};
