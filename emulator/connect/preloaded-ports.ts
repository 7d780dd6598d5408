import type { Board } from '../board/board.ts';
import { CanAdapter } from '../links/can/adapter.ts';
import type { Pacer } from '../links/pacer.ts';
import type { PreloadedPort } from '../links/preload/open-preload.ts';
import { keyOf } from './link-choices.ts';
import { noteOf } from './open-link.ts';

/**
 * What a tool under the preload library finds beside the linked ptys: I2C targets and SPI slaves as device
 * files, the first CAN node as the interface `can0`, but for those `linked` otherwise. Of a further board, I2C1 is
 * /dev/i2c-101, then /dev/i2c-201, and so on; and there is one interface, that of the first.
 */
export async function preloadedPorts(
  board: Board,
  pacer: Pacer,
  linked: ReadonlySet<string>,
  number: number,
): Promise<Readonly<Record<string, PreloadedPort>>> {
  const ports: Record<string, PreloadedPort> = {};
  const { preloadedI2c } = await import('../links/i2c-spi/i2c-dev.ts');
  for (const name of board.i2cs) {
    const key = keyOf(board, 'i2c', name);
    if (linked.has(key)) continue;
    ports[key] = preloadedI2c(numbered(name, number), board.i2c(name), pacer, noteOf(board, name));
  }
  const { preloadedSpi } = await import('../links/i2c-spi/spidev.ts');
  for (const name of board.spis) {
    const key = keyOf(board, 'spi', name);
    if (linked.has(key)) continue;
    ports[key] = preloadedSpi(numbered(name, number), board.spi(name), pacer, noteOf(board, name));
  }
  const [can] = board.cans;
  if (can !== undefined && number === 0 && !linked.has('can')) {
    const { preloadedCan } = await import('../links/can/socketcan.ts');
    const adapter = new CanAdapter(board.can(can), board.clock);
    const note = (text: string): void => board.trace.emit({ kind: 'note', text: `can0: ${text}` });
    ports['can'] = preloadedCan('can0', { adapter, fd: board.isFd(can), pacer, note });
  }
  return ports;
}

/** The name of a bus with the number that its device file has. */
function numbered(name: string, board: number): string {
  return name.replace(/\d+$/, (digits) => String(Number(digits) + 100 * board));
}
