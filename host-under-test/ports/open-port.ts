import {
  openCan,
  openI2c,
  openSpi,
  openUsart,
  openUsb,
  type Board,
  type HostPort,
} from '../../emulator/index.ts';
import type { PortFault, ScenarioFault } from '../faults/faults.ts';
import type { BoardSetUp, Transport } from '../scenario.ts';
import { FaultyCan } from './faulty-can.ts';
import { FaultyI2c } from './faulty-i2c.ts';
import { FaultySpi } from './faulty-spi.ts';
import { FaultyUsart } from './faulty-usart.ts';
import { FaultyUsb } from './faulty-usb.ts';
import type { PinEffects } from './planted.ts';

/** How a board is reached in one scenario. */
export interface PortOptions {
  readonly setUp: BoardSetUp;
  /** How DTR and RTS go to the chip, as `--wire` takes it. */
  readonly wire: string;
  /** Those that are not of this port are passed over. */
  readonly faults: readonly ScenarioFault[];
  /** The chip begins to answer the nth packet of a step. */
  readonly onAnswer: PinEffects['answer'];
  /** A fault strikes. */
  readonly onStrike: (fault: ScenarioFault) => void;
}

type Open = (
  board: Board,
  options: PortOptions,
  effects: PinEffects,
) => HostPort | Promise<HostPort>;

/** A node on a bus that may be bad. */
const openCanNode: Open = (board, { setUp, faults }, effects) => {
  const ofTheBus = faultsAt('can', faults);
  return openCan(board, {
    speed: setUp.speed ?? 'real',
    classic: ofTheBus.some((fault) => fault.do === 'classic-adapter'),
    through: () => new FaultyCan(board, board.cans[0]!, ofTheBus, effects),
  });
};

/**
 * How to reach the first port of a board, over a line, cable or bus that may be bad. Over USB and CAN the chip
 * works as fast as a real one, so that waiting too short can be seen, unless the scenario says otherwise.
 */
const OPEN: Readonly<Record<Transport, Open>> = {
  USART: (board, { wire, faults }, effects) =>
    openUsart(board, {
      wire,
      through: (pins) => new FaultyUsart(board, pins, faultsAt('wire', faults), effects),
    }),
  DFU: (board, { setUp, faults }, effects) =>
    openUsb(board, {
      speed: setUp.speed ?? 'real',
      through: (pins) => new FaultyUsb(board, pins, faultsAt('usb', faults), effects),
    }),
  I2C: (board, { setUp, faults }, effects) => {
    const ofTheBus = faultsAt('i2c', faults);
    const patience = ofTheBus.find((fault) => fault.do === 'adapter-patience');
    return openI2c(board, {
      speed: setUp.speed ?? 'instant',
      ...(patience === undefined ? {} : { patienceMs: patience.ms }),
      through: () => new FaultyI2c(board, board.i2cs[0]!, ofTheBus, effects),
    });
  },
  SPI: (board, { setUp, faults }, effects) =>
    openSpi(board, {
      speed: setUp.speed ?? 'instant',
      through: () => new FaultySpi(board, board.spis[0]!, faultsAt('spi', faults), effects),
    }),
  CAN: openCanNode,
  FDCAN: openCanNode,
};

/** Opens the port of a board that a transport stands for. */
export async function openPort(
  transport: Transport,
  board: Board,
  options: PortOptions,
): Promise<HostPort> {
  let port: HostPort | undefined;
  port = await OPEN[transport](board, options, {
    // Not at once: the link is still handing over what the host has sent.
    disconnect: () => setImmediate(() => void port?.unplug()),
    answer: options.onAnswer,
    strike: options.onStrike,
  });
  return port;
}

function faultsAt<At extends PortFault['at']>(
  at: At,
  faults: readonly ScenarioFault[],
): readonly Extract<PortFault, { readonly at: At }>[] {
  return faults.filter(
    (fault): fault is Extract<PortFault, { readonly at: At }> => fault.at === at,
  );
}
