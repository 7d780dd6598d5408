import { EmulatorError } from '../../errors.ts';
import type { BoardPins, Level, PinName } from '../../pins.ts';

/** The host's two output lines; `true` is asserted. */
export interface ModemLines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** One connection of `--wire`: the pin that a line drives. */
export interface Wire {
  /** Line of the serial port. */
  readonly line: keyof ModemLines;
  /** Pin of the board. */
  readonly pin: PinName;
  /** The pin is driven while the line is released. */
  readonly inverted: boolean;
  /** … and only as long as this line is asserted. */
  readonly while?: keyof ModemLines;
}

/** Levels of the boot pins while their line leaves them alone. */
export interface BootLevels {
  readonly boot0?: Level;
  readonly boot1?: Level;
}

const PINS: ReadonlyMap<string, PinName> = new Map([
  ['nrst', 'NRST'],
  ['boot0', 'BOOT0'],
  ['boot1', 'BOOT1'],
]);

/** Wirings of the usual adapters by name; `while` has no letters of its own. */
const PRESETS: Readonly<Record<string, readonly Wire[]>> = {
  /** The pins DTR# and RTS# of a bare TTL adapter, which are low while their lines are asserted, on NRST and BOOT0. */
  ttl: parseConnections('dtr=nrst,!rts=boot0'),
  /** The same two pins the other way round. */
  'ttl-swapped': parseConnections('rts=nrst,!dtr=boot0'),
  /** A transistor for each line: DTR pulls NRST down, RTS pulls BOOT0 up. */
  transistors: parseConnections('dtr=nrst,rts=boot0'),
  /**
   * The download circuit that mcuisp and FlyMcu are made for (ALIENTEK's boards): NRST's transistor has its emitter
   * on RTS#, so that a port which is closed, or opened with both lines, does not hold the chip in reset.
   */
  mcuisp: [
    { line: 'dtr', pin: 'NRST', inverted: true, while: 'rts' },
    { line: 'rts', pin: 'BOOT0', inverted: false },
  ],
};

/** Names of the wirings that `--wire` knows. */
export const WIRING_NAMES: readonly string[] = Object.keys(PRESETS);

/** Lines that nothing asserts: no host has the port open. */
export const RELEASED: ModemLines = { dtr: false, rts: false };

/**
 * Reads a `--wire` text: `none`, the name of a usual wiring, or connections such as `dtr=nrst,rts=boot0`. A line that
 * is asserted pulls NRST low and the boot pins high; of `!dtr` it is the released line that does. @throws EmulatorError
 */
export function parseWire(text: string): readonly Wire[] {
  if (text === 'none') return [];
  const preset = Object.hasOwn(PRESETS, text) ? PRESETS[text] : undefined;
  return preset ?? parseConnections(text);
}

function parseConnections(text: string): readonly Wire[] {
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
  const pin = PINS.get(name?.toLowerCase() ?? '');
  if (line === undefined || pin === undefined) {
    throw new EmulatorError(
      `--wire: '${text}' is not LINE=PIN with LINE dtr, rts, !dtr or !rts and PIN nrst, boot0 or boot1 (example: dtr=nrst,rts=boot0), nor none, ${WIRING_NAMES.join(', ')}`,
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
  readonly #active = new Map<Wire, boolean>();

  constructor(wires: readonly Wire[], pins: BoardPins, levels: BootLevels = {}) {
    // The chip samples the boot pins when NRST rises: they must be there before it.
    this.#wires = wires.toSorted((a, b) => Number(a.pin === 'NRST') - Number(b.pin === 'NRST'));
    this.#pins = pins;
    this.#idle = { NRST: 1, BOOT0: levels.boot0 ?? 1, BOOT1: levels.boot1 ?? 0 };
  }

  /** Puts the lines there; only what changes drives its pin, all of it the first time. */
  set(lines: ModemLines): void {
    for (const wire of this.#wires) {
      const active =
        lines[wire.line] !== wire.inverted && (wire.while === undefined || lines[wire.while]);
      if (active === this.#active.get(wire)) continue;
      this.#active.set(wire, active);
      this.#pins.drive(wire.pin, active ? ACTIVE[wire.pin] : this.#idle[wire.pin]);
    }
  }
}
