import type { Board } from '../board/board.ts';
import type { HostPort } from './host-port.ts';
import { CanAdapter } from '../links/can/adapter.ts';
import { Pacer, type Speed } from '../links/pacer.ts';
import type { PreloadedPort } from '../links/preload/open-preload.ts';
import type { CanPins } from '../interfaces/can/pins.ts';
import type { I2cPins } from '../interfaces/i2c/pins.ts';
import type { SpiPins } from '../interfaces/spi/pins.ts';

/** How a bus of a board is opened for a host. */
export interface HostBusOptions<Pins> {
  /** `I2C2`, `FDCAN1`; default the first. */
  readonly name?: string;
  /** Puts something between the bus and the pins of the chip, such as a wire that spoils bytes. */
  readonly through?: (pins: Pins) => Pins;
  /** What chip work costs: `instant` (default), `real`, or a factor. */
  readonly speed?: Speed;
}

/** How an I2C target is opened for a host. */
export interface HostI2cOptions extends HostBusOptions<I2cPins> {
  /** ms for which SCL may be held before the adapter gives a message up with ETIMEDOUT; default 10 s. */
  readonly patienceMs?: number;
}

/** How a CAN or FDCAN node is opened for a host. */
export interface HostCanOptions extends HostBusOptions<CanPins> {
  /** The interface carries no CAN FD, whatever the chip does. */
  readonly classic?: boolean;
}

/** Opens an I2C target of a board as /dev/i2c-N of its own. */
export async function openI2c(
  board: Board,
  { name = board.i2cs[0], through = (pins) => pins, speed, patienceMs }: HostI2cOptions = {},
): Promise<HostPort> {
  const { preloadedI2c } = await import('../links/i2c-spi/i2c-dev.ts');
  const pins = through(board.i2c(name));
  return hostPort(board, speed, (pacer, note) =>
    preloadedI2c(name!, pins, pacer, note, patienceMs),
  );
}

/** Opens an SPI slave of a board as /dev/spidevN.0 of its own. */
export async function openSpi(
  board: Board,
  { name = board.spis[0], through = (pins) => pins, speed }: HostBusOptions<SpiPins> = {},
): Promise<HostPort> {
  const { preloadedSpi } = await import('../links/i2c-spi/spidev.ts');
  const pins = through(board.spi(name));
  return hostPort(board, speed, (pacer, note) => preloadedSpi(name!, pins, pacer, note));
}

/** Opens a CAN or FDCAN node of a board as the interface can0, which follows the bit rate of the chip. */
export async function openCan(
  board: Board,
  { name = board.cans[0], through = (pins) => pins, speed, classic = false }: HostCanOptions = {},
): Promise<HostPort> {
  const { preloadedCan } = await import('../links/can/socketcan.ts');
  const adapter = new CanAdapter(through(board.can(name)), board.clock);
  const fd = board.isFd(name!) && !classic;
  return hostPort(board, speed, (pacer, note) =>
    preloadedCan('can0', { adapter, fd, pacer, note }),
  );
}

function hostPort(
  board: Board,
  speed: Speed = 'instant',
  make: (pacer: Pacer, note: (text: string) => void) => PreloadedPort,
): HostPort {
  const pacer = new Pacer(board.clock, speed);
  const port = make(pacer, (text) => board.trace.emit({ kind: 'surprise', text }));
  const servers = new Set<{ close(): Promise<void> }>();
  const unplug = async (): Promise<void> => {
    await Promise.all([...servers].map((server) => server.close()));
    servers.clear();
  };
  return {
    ...port,
    async serve(socket) {
      const server = await port.serve(socket);
      servers.add(server);
      return server;
    },
    unplug,
    async [Symbol.asyncDispose]() {
      await unplug();
      pacer.close();
    },
  };
}
