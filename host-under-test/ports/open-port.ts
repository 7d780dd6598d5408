import type { Board, HostPort } from '../../emulator/index.ts';
import type { Transport } from '../scenario.ts';
import { openCanPort } from './can-port.ts';
import { openI2cPort } from './i2c-port.ts';
import type { OpenPort, PortOptions } from './port.ts';
import { openSerialPort } from './serial-port.ts';
import { openSpiPort } from './spi-port.ts';
import { openUsbPort } from './usb-port.ts';

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
