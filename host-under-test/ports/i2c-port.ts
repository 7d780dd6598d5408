import { openI2c, type HostPort } from '../../emulator/index.ts';
import type { I2cFault } from '../faults/i2c.ts';
import { FaultyI2c } from './faulty-i2c.ts';
import type { OpenPort } from './port.ts';

/** The first I2C target of a board as /dev/i2c-N, on a bus that may be bad. */
export const openI2cPort: OpenPort = async (board, { setUp, faults, onAnswer, onStrike }) => {
  let port: HostPort | undefined;
  const ofTheBus = faults.filter((fault): fault is I2cFault => fault.at === 'i2c');
  const patience = ofTheBus.find((fault) => fault.do === 'adapter-patience');
  port = await openI2c(board, {
    speed: setUp.speed ?? 'instant',
    ...(patience?.do === 'adapter-patience' ? { patienceMs: patience.ms } : {}),
    through: () =>
      new FaultyI2c(board, board.i2cs[0]!, ofTheBus, {
        // Not at once: the link is still handing over what the host has sent.
        disconnect: () => setImmediate(() => void port?.unplug()),
        answer: onAnswer,
        strike: onStrike,
      }),
  });
  return port;
};
