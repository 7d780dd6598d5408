import type { Board } from './board.ts';
import type { HostPort } from './host-port.ts';
import { CanAdapter } from './links/can-adapter.ts';
import { Pacer } from './links/pacer.ts';
import type { PreloadedPort } from './links/preload/open-preload.ts';
import type { CanPins, I2cPins, SpiPins } from './pins.ts';

export interface HostBusOptions<Pins> {
  /** `I2C2`, `FDCAN1`; default the first. */
  readonly name?: string;
  /** Puts something between the bus and the pins of the chip, such as a wire that spoils bytes. */
  readonly through?: (pins: Pins) => Pins;
}

/** Opens an I2C target of a board as /dev/i2c-N of its own; chip work costs no wall time. */
export async function openI2c(
  board: Board,
  { name = board.i2cs[0], through = (pins) => pins }: HostBusOptions<I2cPins> = {},
): Promise<HostPort> {
  const { preloadedI2c } = await import('./links/i2c-dev.ts');
  const pins = through(board.i2c(name));
  return hostPort(board, (pacer, note) => preloadedI2c(name!, pins, pacer, note));
}

/** Opens an SPI slave of a board as /dev/spidevN.0 of its own; chip work costs no wall time. */
export async function openSpi(
  board: Board,
  { name = board.spis[0], through = (pins) => pins }: HostBusOptions<SpiPins> = {},
): Promise<HostPort> {
  const { preloadedSpi } = await import('./links/spidev.ts');
  const pins = through(board.spi(name));
  return hostPort(board, (pacer, note) => preloadedSpi(name!, pins, pacer, note));
}

/** Opens a CAN or FDCAN node of a board as the interface can0, which follows the bit rate of the chip; chip work costs no wall time. */
export async function openCan(
  board: Board,
  { name = board.cans[0], through = (pins) => pins }: HostBusOptions<CanPins> = {},
): Promise<HostPort> {
  const { preloadedCan } = await import('./links/socketcan.ts');
  const adapter = new CanAdapter(through(board.can(name)), board.clock);
  const fd = name!.startsWith('FD');
  return hostPort(board, (pacer, note) => preloadedCan('can0', { adapter, fd, pacer, note }));
}

function hostPort(
  board: Board,
  make: (pacer: Pacer, note: (text: string) => void) => PreloadedPort,
): HostPort {
  const pacer = new Pacer(board.clock, 'instant');
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
