import type { Board, HostPort } from '../../emulator/index.ts';
import type { ScenarioFault } from '../faults.ts';
import type { BoardSetUp, Transport } from '../scenario.ts';
import { openCanPort } from './can-port.ts';
import { openI2cPort } from './i2c-port.ts';
import { openSerialPort } from './serial-port.ts';
import { openSpiPort } from './spi-port.ts';
import { openUsbPort } from './usb-port.ts';

/** How a board is reached in one scenario. */
export interface PortOptions {
  readonly setUp: BoardSetUp;
  /** How DTR and RTS go to the chip, as `--wire` takes it. */
  readonly wire: string;
  /** Those that are not of this port are passed over. */
  readonly faults: readonly ScenarioFault[];
  /** The chip begins to answer the nth packet of a step. */
  readonly onAnswer: (step: string, nth: number) => void;
  /** A fault strikes. */
  readonly onStrike: (fault: ScenarioFault) => void;
}

export type OpenPort = (board: Board, options: PortOptions) => Promise<HostPort>;

/** How to reach a board. */
const OPEN: Readonly<Record<Transport, OpenPort>> = {
  USART: openSerialPort,
  DFU: openUsbPort,
  I2C: openI2cPort,
  SPI: openSpiPort,
  CAN: openCanPort,
  FDCAN: openCanPort,
};

/** Opens the port of a board that a transport stands for. */
export async function openPort(
  transport: Transport,
  board: Board,
  options: PortOptions,
): Promise<HostPort> {
  return await OPEN[transport](board, options);
}
