import type { Wait } from '../bootloader/dialogue.ts';
import type { BusPort } from '../bootloader/bus-port.ts';
import { listen, type Shared } from '../interfaces/registry.ts';
import type { Listening } from '../bootloader/listening.ts';
import type { BootloaderSurroundings, WiredPort } from '../interfaces/surroundings.ts';

/** The bootloader at work: it listens on every port until the first one is selected, and ends when the chip leaves it. */
export class RunningBootloader {
  readonly #ports: ReadonlyMap<string, WiredPort>;
  readonly #listening: ReadonlyMap<string, Listening>;

  constructor(surroundings: BootloaderSurroundings) {
    this.#ports = surroundings.ports;
    const listening = new Map<string, Listening>();
    const shared: Shared = new Map();
    this.#listening = listening;
    for (const [name, port] of surroundings.ports) {
      const begun = listen(port, surroundings, shared, () => this.#lock(port.port));
      if (begun !== undefined) listening.set(name, begun);
    }
  }

  stop(): void {
    for (const each of this.#listening.values()) each.end();
  }

  /** What the bootloader waits for on a port. */
  waiting(port: string): Wait | undefined {
    return this.#listening.get(port)?.waiting;
  }

  /** AN2606 §4: the first port selected is the only one until reset. */
  #lock(selected: BusPort): void {
    for (const { port } of this.#ports.values()) if (port !== selected) port.disconnect();
  }
}
