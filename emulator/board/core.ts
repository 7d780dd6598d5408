import type { Wait } from '../bootloader/dialogue.ts';
import type { BootloaderSurroundings } from '../interfaces/surroundings.ts';
import { portsOf, trapOf } from '../interfaces/registry.ts';
import type { Application } from '../chip/application.ts';
import type { BootMode } from '../chip/boot.ts';
import type { Vector } from '../chip/chip.ts';
import type { Alarm, Micros } from '../clock.ts';
import type { ResetCause } from '../trace/trace.ts';
import { RunningApplication } from './running-application.ts';
import { RunningBootloader } from './running-bootloader.ts';

export type CoreState = 'starting' | 'bootloader' | 'application' | 'locked-up';

/** From one crash of a bootloader that crashes for ever to the next; no source says how long it takes. */
const CRASH_EVERY: Micros = 100_000;

/** What the core runs on. */
export interface CoreSurroundings extends Omit<
  BootloaderSurroundings,
  'jump' | 'starts' | 'resetBy'
> {
  readonly application: Application;
  /** The bootloader has come up. */
  readonly bootloaderUp: () => void;
}

/** What the chip runs after reset: its bootloader, an application, or nothing when it is locked up. */
export class Core {
  readonly #on: CoreSurroundings;
  #state: CoreState = 'locked-up';
  /** Starts of the bootloader since power came. */
  #starts = 0;
  #resetBy: ResetCause = 'power-on';
  #bootloader: RunningBootloader | undefined;
  #application: RunningApplication | undefined;
  #startUp: Alarm | undefined;
  #watchdog: Alarm | undefined;

  constructor(surroundings: CoreSurroundings) {
    this.#on = surroundings;
  }

  get state(): CoreState {
    return this.#state;
  }

  /** What the bootloader's session on a port waits for. */
  waiting(port: string): Wait | undefined {
    return this.#bootloader?.waiting(port);
  }

  /** Starts what the boot mode says, as the chip leaves the reset that `cause` made. */
  boot(mode: BootMode, cause: ResetCause): void {
    if (cause === 'power-on') this.#starts = 0;
    this.#resetBy = cause;
    const { area, address } = mode;
    const { chip, rom } = this.#on;
    if (area === 'system-memory' || area === 'rss') {
      if (address === undefined || chip.entersBootloader(address)) return this.#startBootloader();
      return this.#lockUp(this.#noTable(address));
    }
    const start = area === 'sram' ? rom.device.ram[0]!.start : chip.flash.units[0]!.address;
    this.#runFrom(address ?? start, area);
  }

  /** Everything that runs ends where it stands. */
  stop(): void {
    this.#leave();
    this.#watchdog?.cancel();
    this.#watchdog = undefined;
  }

  /** The code that runs now is left; the watchdog, if it was started, is not. */
  #leave(): void {
    this.#startUp?.cancel();
    this.#bootloader?.stop();
    this.#bootloader = undefined;
    this.#application?.stop();
    this.#application = undefined;
    for (const { port } of this.#on.ports.values()) port.disconnect();
  }

  #startBootloader(): void {
    const { rom, chip, clock, trace, systemReset, bootloaderUp } = this.#on;
    this.#state = 'starting';
    this.#starts++;
    const took = (rom.bootloader.startupMs ?? 0) * 1000;
    if (chip.level === 1 && rom.quirk('crash-loop-under-rdp-1')) {
      // a wait, not work: a board that is let run would never come to its end
      this.#startUp = clock.wait(took + CRASH_EVERY, () => systemReset('crash of the bootloader'));
      return;
    }
    this.#startUp = clock.work(took, () => {
      this.#startUp = undefined;
      this.#state = 'bootloader';
      bootloaderUp();
      const deaf = this.#deafness();
      if (deaf !== undefined) {
        trace.emit({ kind: 'surprise', text: `the bootloader does not answer: ${deaf}` });
        return;
      }
      this.#bootloader = new RunningBootloader({
        ...this.#on,
        rom: { ...rom, limited: this.#limited },
        starts: this.#starts,
        resetBy: this.#resetBy,
        jump: (address) => this.#go(address),
      });
    });
  }

  /** The bootloader sees level 2 however it was started (F74x/F75x). */
  get #limited(): boolean {
    const { chip, rom } = this.#on;
    return chip.level === 2 && rom.device.boot.rdpLevel2 === 'system-memory-limited';
  }

  /** Why the bootloader that has just started answers on no port until the next reset. */
  #deafness(): string | undefined {
    const { rom, ports } = this.#on;
    const trap = trapOf(ports, rom);
    if (trap !== undefined) return `RX of ${trap} is low`;
    if (this.#starts === 1 && rom.quirk('extra-reset-needed')) return 'it needs one more reset';
    return undefined;
  }

  /** Go: the bootloader is left for the vector table at `address`; false where this version stays. */
  #go(address: number): boolean {
    const { chip, rom, trace } = this.#on;
    const stack = chip.vector(address)?.stack ?? 0;
    const room = chip.stackRoom(stack);
    const stays =
      rom.quirk('go-broken') || (room === undefined && rom.quirk('go-refuses-foreign-stack'));
    if (stays) {
      trace.emit({ kind: 'dropped', what: 'go', why: 'a limitation of this version' });
      return false;
    }
    this.#leave();
    if (room !== undefined && room <= 16 && rom.quirk('go-needs-stack-below-end')) {
      this.#lockUp('this version needs a stack pointer below the end of RAM less 16');
    } else this.#runFrom(address, 'Go');
    return true;
  }

  #runFrom(address: number, by: 'main-flash' | 'sram' | 'Go'): void {
    const { chip, rom, trace, clock, application } = this.#on;
    const vector = chip.vector(address);
    if (vector === undefined) return this.#lockUp(`no memory at 0x${address.toString(16)}`);
    const taken = by === 'Go' ? this.#asGoTakes(vector) : vector;
    const { stack, entry } = taken;
    trace.emit({ kind: 'jump', address, stack, to: `0x${entry.toString(16)} by ${by}` });
    if (chip.entersBootloader(address)) return this.#startBootloader();
    const fault = chip.vectorFault(taken, by === 'Go' && rom.quirk('go-clears-ahb1enr'));
    if (fault !== undefined) return this.#lockUp(fault);
    this.#state = 'application';
    const usarts = portsOf(this.#on.ports, 'USART');
    const usart = usarts.find(({ name }) => name === 'USART1') ?? usarts[0];
    this.#application = new RunningApplication(application, clock, usart, (target) =>
      this.#jumpFromApplication(target),
    );
  }

  /** Protocol 2.0 leaves the stack pointer where the bootloader had it (AN3155 §4). */
  #asGoTakes(vector: Vector): Vector {
    const { chip, rom } = this.#on;
    if (!rom.quirk('go-keeps-stack-pointer')) return vector;
    const own = chip.vector(rom.device.systemMemory[0]!.start);
    return { ...vector, stack: own?.stack ?? vector.stack };
  }

  /** The application jumps to system memory, where few addresses hold a vector table (AN2606 §4). */
  #jumpFromApplication(address: number): void {
    this.#leave();
    const { application, clock, chip, trace, systemReset } = this.#on;
    if (application.watchdog !== undefined) {
      // nobody feeds it any more
      this.#watchdog = clock.wait(application.watchdog, () => systemReset('independent watchdog'));
    }
    const vector = chip.vector(address);
    const to = `0x${address.toString(16)} by the application`;
    trace.emit({ kind: 'jump', address, stack: vector?.stack ?? 0, to });
    if (chip.entersBootloader(address)) this.#startBootloader();
    else this.#lockUp(`HardFault: ${this.#noTable(address)}`);
  }

  #noTable(address: number): string {
    const tables = this.#on.chip.bootloaderTables.map((table) => `0x${table.toString(16)}`);
    return `no vector table at 0x${address.toString(16)}; the bootloader has one at ${tables.join(' and ')}`;
  }

  #lockUp(why: string): void {
    this.#state = 'locked-up';
    this.#on.trace.emit({ kind: 'surprise', text: `the core is locked up: ${why}` });
  }
}
