import type { Device } from '../../families/index.ts';
import { Cells } from './cells.ts';
import { ramOf } from './regions.ts';

/** The RAMs of a chip, some of which answer at a second address too. */
export class RamMemories {
  readonly #device: Device;
  readonly #cells: readonly Cells[];

  constructor(device: Device, flashKiB: number) {
    this.#device = device;
    this.#cells = ramOf(device, flashKiB).map(
      (ram) => new Cells(ram.name, ram.start, ram.length, 0),
    );
  }

  get cells(): readonly Cells[] {
    return this.#cells;
  }

  clear(): void {
    for (const cells of this.#cells) cells.erase(0, cells.length);
  }

  /** Cells of the RAM that starts, or whose alias starts, at `start`. */
  startingAt(start: number): Cells {
    const index = this.#device.ram.findIndex((ram) => ram.start === start || ram.alias === start);
    return this.#cells[index]!;
  }

  /** RAM that a full-descending stack starting at `stack` would use. */
  below(stack: number): Cells | undefined {
    return this.#cells.find((cells) => stack > cells.start && stack <= cells.start + cells.length);
  }
}
