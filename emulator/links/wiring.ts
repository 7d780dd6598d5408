import { EmulatorError } from '../errors.ts';
import type { BoardPins, Level, PinName } from '../pins.ts';

/** The host's two output lines; `true` is asserted. */
export interface ModemLines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** One connection of `--wire`: the pin that a line drives. */
export interface Wire {
  readonly line: keyof ModemLines;
  readonly pin: PinName;
  /** The pin is driven while the line is released. */
  readonly inverted: boolean;
}

/** Levels of the boot pins while their line leaves them alone. */
export interface BootLevels {
  readonly boot0?: Level;
  readonly boot1?: Level;
}

const PINS: Readonly<Record<string, PinName>> = { nrst: 'NRST', boot0: 'BOOT0', boot1: 'BOOT1' };

/** Lines that nothing asserts: no host has the port open. */
export const RELEASED: ModemLines = { dtr: false, rts: false };

/** Reads a `--wire` text: `none`, or connections such as `dtr=nrst,rts=boot0`; `!dtr` inverts. */
export function parseWire(text: string): readonly Wire[] {
  if (text === 'none') return [];
  const wires = text.split(',').map(parseConnection);
  for (const [index, wire] of wires.entries()) {
    const twin = wires.slice(0, index).find((other) => other.pin === wire.pin);
    if (twin !== undefined) {
      throw new EmulatorError(`--wire ${text}: ${wire.pin} can be driven by one line only`);
    }
  }
  return wires;
}

function parseConnection(text: string): Wire {
  const [, not, line, name] = /^(!?)(dtr|rts)=(\w+)$/i.exec(text.trim()) ?? [];
  const pin = PINS[name?.toLowerCase() ?? ''];
  if (line === undefined || pin === undefined) {
    throw new EmulatorError(
      `--wire: '${text}' is not LINE=PIN with LINE dtr, rts, !dtr or !rts and PIN nrst, boot0 or boot1 (example: dtr=nrst,rts=boot0)`,
    );
  }
  return { line: line.toLowerCase() as keyof ModemLines, pin, inverted: not === '!' };
}

/** Level of a pin while its line is active: a transistor pulls NRST down and the boot pins up. */
const ACTIVE: Readonly<Record<PinName, Level>> = { NRST: 0, BOOT0: 1, BOOT1: 1 };

/** DTR and RTS of one port, wired to the board's pins. */
export class Wiring {
  readonly #wires: readonly Wire[];
  readonly #pins: BoardPins;
  readonly #idle: Readonly<Record<PinName, Level>>;
  #lines: Partial<ModemLines> = {};

  constructor(wires: readonly Wire[], pins: BoardPins, levels: BootLevels = {}) {
    // The chip samples the boot pins when NRST rises: they must be there before it.
    this.#wires = wires.toSorted((a, b) => Number(a.pin === 'NRST') - Number(b.pin === 'NRST'));
    this.#pins = pins;
    this.#idle = { NRST: 1, BOOT0: levels.boot0 ?? 1, BOOT1: levels.boot1 ?? 0 };
  }

  /** Puts the lines there; only those that change drive their pin, all of them the first time. */
  set(lines: ModemLines): void {
    const before = this.#lines;
    this.#lines = lines;
    for (const { line, pin, inverted } of this.#wires) {
      if (lines[line] === before[line]) continue;
      this.#pins.drive(pin, lines[line] === inverted ? this.#idle[pin] : ACTIVE[pin]);
    }
  }
}
