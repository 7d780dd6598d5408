import { EmulatorError, parseWire } from '../../emulator/index.ts';
import type { PinName } from '../../emulator/index.ts';
import { ConformanceError } from '../errors.ts';
import type { ControlLines } from './lines/line.ts';

type Wires = ReturnType<typeof parseWire>;

/** DTR and RTS that drive a board's reset and boot pins through transistors, as `vstm32 run --wire` has it. */
export class ResetWiring {
  readonly #wires: Wires;

  /** @throws ConformanceError for a text that is no wiring, or one that leaves NRST out. */
  constructor(text: string) {
    try {
      this.#wires = parseWire(text);
    } catch (cause) {
      if (!(cause instanceof EmulatorError)) throw cause;
      throw new ConformanceError(cause.message, { cause });
    }
    if (!this.#wires.some(({ pin }) => pin === 'NRST')) {
      throw new ConformanceError(`--wire ${text} leaves nrst out: the board could not be reset`);
    }
  }

  /** The lines while these pins are active: NRST low, BOOT0 high. */
  lines(...active: readonly PinName[]): ControlLines {
    const lines = { dtr: false, rts: false };
    for (const { line, pin, inverted } of this.#wires)
      lines[line] = active.includes(pin) !== inverted;
    return lines;
  }
}
