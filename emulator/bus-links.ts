import type { Board } from './board.ts';
import { EmulatorError } from './errors.ts';
import type { Pacer } from './links/pacer.ts';
import type { PreloadedPort } from './links/preload/open-preload.ts';
import type { PtyLink } from './links/pty.ts';

/** Links of the I2C targets, SPI slaves and CAN nodes, as `--i2c`, `--spi` and `--can` take them. */
export interface BusTexts {
  readonly i2c?: readonly string[];
  readonly spi?: readonly string[];
  readonly can?: readonly string[];
}

/** A bus that a Bus Pirate is to bring to a pty. */
export interface BusPirateChoice {
  readonly bus: 'i2c' | 'spi';
  /** `I2C2`. */
  readonly name: string;
  /** By which it goes among the ports: `i2c` for the first, `I2C2`. */
  readonly key: string;
  /** Path of a symbolic link to the pty. */
  readonly path?: string;
}

/** Reads `[NAME=]buspirate[:PATH]` texts. @throws EmulatorError for others, and ports that the bootloader does not have */
export function busPirateChoices(board: Board, texts: BusTexts): readonly BusPirateChoice[] {
  const seen = new Set<string>();
  return (['i2c', 'spi'] as const).flatMap((bus) =>
    (texts[bus] ?? []).map((text) => {
      const [, named, path] = /^(?:(\w+)=)?buspirate(?::(.+))?$/is.exec(text) ?? [];
      if (!/^(?:\w+=)?buspirate(?::.+)?$/is.test(text)) {
        throw new EmulatorError(
          `--${bus} ${text}: write buspirate${bus === 'i2c' ? ', usbip' : ''} or buspirate:/path/of/link, with ${bus.toUpperCase()}2= before it for another`,
        );
      }
      const first = bus === 'i2c' ? board.i2cs[0] : board.spis[0];
      const name = named?.toUpperCase() ?? first ?? bus.toUpperCase();
      if (bus === 'i2c') board.i2c(name);
      else board.spi(name);
      if (seen.has(name)) throw new EmulatorError(`${name} is given two links: give it one`);
      seen.add(name);
      const key = name === first ? bus : name;
      return { bus, name, key, ...(path === undefined ? {} : { path }) };
    }),
  );
}

/** A Bus Pirate on a pty, with one bus of the chip on its pins. */
export async function openBusPirate(
  board: Board,
  { bus, name, path }: BusPirateChoice,
  pacer: Pacer,
): Promise<PtyLink> {
  const { BusPirate } = await import('./links/buspirate.ts');
  const { openPty } = await import('./links/pty.ts');
  const note = noteOf(board, name);
  const pirate = new BusPirate(
    bus === 'i2c' ? { i2c: board.i2c(name) } : { spi: board.spi(name) },
    note,
  );
  return await openPty(pirate, pacer, board.trace, path === undefined ? {} : { link: path });
}

/** The I2C targets and SPI slaves as device files under the preload library, but for those linked otherwise: the first as `i2c` and `spi`. */
export async function preloadedBuses(
  board: Board,
  pacer: Pacer,
  linked: ReadonlySet<string>,
): Promise<Readonly<Record<string, PreloadedPort>>> {
  const ports: Record<string, PreloadedPort> = {};
  const { preloadedI2c } = await import('./links/i2c-dev.ts');
  for (const name of board.i2cs) {
    const key = name === board.i2cs[0] ? 'i2c' : name;
    if (linked.has(key)) continue;
    ports[key] = preloadedI2c(name, board.i2c(name), pacer, noteOf(board, name));
  }
  const { preloadedSpi } = await import('./links/spidev.ts');
  for (const name of board.spis) {
    const key = name === board.spis[0] ? 'spi' : name;
    if (linked.has(key)) continue;
    ports[key] = preloadedSpi(name, board.spi(name), pacer, noteOf(board, name));
  }
  return ports;
}

function noteOf(board: Board, name: string): (text: string) => void {
  return (text) => board.trace.emit({ kind: 'surprise', text: `${name}: ${text}` });
}
