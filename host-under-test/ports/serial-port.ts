import { openUsart, type HostPort } from '../../emulator/index.ts';
import type { WireFault } from '../faults/faults.ts';
import { FaultyUsart } from './faulty-usart.ts';
import type { OpenPort } from './port.ts';

/** The first USART of a board behind a line that may be bad. */
export const openSerialPort: OpenPort = async (board, { wire, faults, onAnswer, onStrike }) => {
  let port: HostPort | undefined;
  const ofTheWire = faults.filter((fault): fault is WireFault => fault.at === 'wire');
  port = await openUsart(board, {
    wire,
    through: (pins) =>
      new FaultyUsart(board, pins, ofTheWire, {
        // Not at once: the link is still handing over what the host has sent.
        disconnect: () => setImmediate(() => void port?.unplug()),
        answer: onAnswer,
        strike: onStrike,
      }),
  });
  return port;
};
