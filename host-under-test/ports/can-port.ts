import { openCan, type HostPort } from '../../emulator/index.ts';
import type { CanFault } from '../faults/can.ts';
import { FaultyCan } from './faulty-can.ts';
import type { OpenPort } from './port.ts';

/** The first CAN or FDCAN node of a board as the interface can0, on a bus that may be bad. */
export const openCanPort: OpenPort = async (board, { setUp, faults, onAnswer, onStrike }) => {
  let port: HostPort | undefined;
  const ofTheBus = faults.filter((fault): fault is CanFault => fault.at === 'can');
  port = await openCan(board, {
    speed: setUp.speed ?? 'real',
    classic: ofTheBus.some((fault) => fault.do === 'classic-adapter'),
    through: () =>
      new FaultyCan(board, board.cans[0]!, ofTheBus, {
        // Not at once: the link is still handing over what the host has sent.
        disconnect: () => setImmediate(() => void port?.unplug()),
        answer: onAnswer,
        strike: onStrike,
      }),
  });
  return port;
};
