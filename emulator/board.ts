import type { Bootloader, CommandName, Device, Range } from '../families/index.ts';
import type { Wait } from './bootloader/dialogue.ts';
import { trappedBy } from './bootloader/port-quirks.ts';
import { heldOptions, quirkReplacements } from './bootloader/quirks.ts';
import type { Replace } from './bootloader/replace.ts';
import { atLeast } from './bootloader/rom.ts';
import { SILENT } from './chip/application.ts';
import type { Application } from './chip/application.ts';
import { bootMode } from './chip/boot.ts';
import type { BootInputs, BootMode } from './chip/boot.ts';
import type { Cells } from './chip/cells.ts';
import { Chip } from './chip/chip.ts';
import type { Vector } from './chip/chip.ts';
import type { Operation } from './chip/operation.ts';
import { Operations } from './chip/operations.ts';
import { Clock } from './clock.ts';
import type { Alarm } from './clock.ts';
import { EmulatorError } from './errors.ts';
import type { Fault } from './faults.ts';
import { linkFilter } from './link-faults.ts';
import type { BoardPins, Level, PinName, UsartPins } from './pins.ts';
import { RunningApplication } from './running-application.ts';
import { RunningBootloader } from './running-bootloader.ts';
import { presetOptions, quirksInForce, versionOf } from './set-up.ts';
import { Trace } from './trace.ts';
import type { TraceEvent } from './trace.ts';
import { UsartPort } from './usart-port.ts';

export interface BoardOptions {
  /** Bootloader version, as `9.1`; default the newest of the line. */
  readonly bootloader?: string;
  /** USART protocol version in place of the ROM's own, as `4.0`: for protocols that the line does not have. */
  readonly protocol?: string;
  /** Quirks switched on or off against what the ROM version has. */
  readonly quirks?: Readonly<Record<string, boolean>>;
  /** Default 1: the bootloader. */
  readonly boot0?: Level;
  /** Default 0. */
  readonly boot1?: Level;
  /** Readout protection level at power-on. */
  readonly rdp?: 0 | 1 | 2;
  /** Option fields by ST's names at power-on. */
  readonly options?: Readonly<Record<string, number>>;
  /** 12 bytes. */
  readonly uid?: Uint8Array;
  readonly application?: Application;
  readonly faults?: readonly Fault[];
  /** Content of main flash at power-on, by address. */
  readonly load?: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** Whole content of non-volatile memories at power-on, by their names. */
  readonly memories?: Readonly<Record<string, Uint8Array>>;
  /** Seed of the bits that a reset in the middle of an operation leaves behind. Default 1. */
  readonly seed?: number;
  readonly replace?: Replace;
  /** Reads the trace from the first event on. */
  readonly onTrace?: (event: TraceEvent) => void;
}

export type BoardState =
  'off' | 'held-in-reset' | 'starting' | 'bootloader' | 'application' | 'locked-up';

/** Resets that the bootloader makes by loading the option bytes (AN3155 §3.11). */
const LOADS_OPTIONS: ReadonlySet<string> = new Set<CommandName | 'option bytes' | 'special 82'>([
  'option bytes',
  'special 82',
  'write-protect',
  'write-unprotect',
  'readout-protect',
  'readout-unprotect',
]);

const DEFAULT_UID = new TextEncoder().encode('vstm32 board');

/** Chip, pins, power and a session for each wired port. Powered on by the constructor; `run()` lets it boot. */
export class Board implements BoardPins {
  readonly device: Device;
  readonly flashKiB: number;
  readonly bootloader: Bootloader;
  readonly quirks: ReadonlySet<string>;
  readonly clock = new Clock();
  readonly trace: Trace;
  readonly chip: Chip;
  readonly #application: Application;
  readonly #replace: readonly Replace[];
  readonly #protocol: string;
  readonly #operations: Operations;
  readonly #ports: ReadonlyMap<string, UsartPort>;
  readonly #levels: Record<PinName, Level>;
  #state: BoardState = 'off';
  #mode: BootMode | undefined;
  #flashEmpty = false;
  /** The option bytes were changed and not loaded; only a power cycle loads them. */
  #unloaded = false;
  /** Starts of the bootloader since power came. */
  #starts = 0;
  #bootloaderRun: RunningBootloader | undefined;
  #running: RunningApplication | undefined;
  #startUp: Alarm | undefined;
  #watchdog: Alarm | undefined;
  #random: number;

  /** @throws EmulatorError for a flash size, version, quirk, option or address that the line does not have. */
  constructor(device: Device, flashKiB: number, options: BoardOptions = {}) {
    this.device = device;
    this.flashKiB = flashKiB;
    this.trace = new Trace(() => this.clock.now);
    if (options.onTrace !== undefined) this.trace.listen(options.onTrace);
    this.bootloader = versionOf(device, flashKiB, options.bootloader);
    this.quirks = quirksInForce(device, this.bootloader, options.quirks);
    this.#protocol = options.protocol ?? this.bootloader.protocols.USART ?? '3.1';
    this.#application = options.application ?? SILENT;
    this.#random = options.seed ?? 1;
    this.#levels = { NRST: 1, BOOT0: options.boot0 ?? 1, BOOT1: options.boot1 ?? 0 };
    this.chip = new Chip(device, flashKiB, {
      bootloader: this.bootloader,
      reservedRam: this.#reservedRam(),
      heldOptions: heldOptions(this.#quirk),
      uid: options.uid ?? DEFAULT_UID,
      trace: this.trace,
    });
    const faults = options.faults ?? [];
    const flashFaults = faults.filter((fault) => fault.at === 'flash');
    this.#operations = new Operations(this.clock, this.trace, flashFaults, (what) =>
      this.#strike(what),
    );
    this.#ports = this.#wirePorts(faults);
    const known = quirkReplacements((happening) => this.trace.emit(happening));
    this.#replace = [...this.quirks]
      .flatMap((name) => known[name] ?? [])
      .concat(options.replace ?? []);
    presetOptions(this.chip, options);
    this.#switchPower(true);
  }

  get state(): BoardState {
    return this.#state;
  }

  /** The area booted last, and why; undefined while the power is off. */
  get boot(): BootMode | undefined {
    return this.#mode;
  }

  /** What the chip looks at when it leaves reset, as it stands now. */
  get bootInputs(): BootInputs {
    const { chip } = this;
    const option = (name: string): number | undefined => chip.options?.field(name);
    const dual = option('nDBANK') === 0 && option('nDBOOT') === 0;
    const ignoresAdd1 = dual && this.#quirk('boot-add1-ignored');
    return {
      BOOT0: this.#levels.BOOT0,
      BOOT1: this.#levels.BOOT1,
      rdp: chip.level,
      option: (name) => option(name === 'BOOT_ADD1' && ignoresAdd1 ? 'BOOT_ADD0' : name),
      flashEmpty: this.#flashEmpty,
      bankValid: (bank) =>
        chip.bankValid(bank) && !(bank === 1 && this.#quirk('bank-2-boot-broken')),
      bankStart: (bank) => chip.bankStart(bank),
      areaAt: (address) => chip.bootArea(address),
    };
  }

  /** Memories whose content outlives power: main flash, option bytes, OTP, data EEPROM. */
  get memories(): readonly Cells[] {
    return this.chip.nonVolatile;
  }

  /** Program, erase and option operations begun since the board was made: what flash faults count. */
  get operations(): number {
    return this.#operations.count;
  }

  /** What the session on a port waits for: the visible state of the protocol; undefined when none runs. */
  waiting(port: string = this.usarts[0]!): Wait | undefined {
    return this.#bootloaderRun?.waiting(port);
  }

  /** Main flash from its first to its last address; gaps between banks read 0xFF. */
  flashImage(): Uint8Array {
    const { units, cells } = this.chip.flash;
    const last = units.at(-1)!;
    const start = units[0]!.address;
    const image = new Uint8Array(last.address + last.length - start).fill(0xff);
    for (const unit of units) {
      image.set(cells.read(unit.offset, unit.length), unit.address - start);
    }
    return image;
  }

  /** Names of the USARTs that this bootloader version listens on. */
  get usarts(): readonly string[] {
    return [...this.#ports.keys()];
  }

  /** The pins of a USART, by default of the first. @throws EmulatorError naming those there are. */
  usart(name: string = this.usarts[0]!): UsartPins {
    const port = this.#ports.get(name);
    if (port !== undefined) return port;
    const there = this.usarts.join(', ');
    throw new EmulatorError(`${this.device.id} has no ${name}: its bootloader listens on ${there}`);
  }

  pinLevel(pin: PinName): Level {
    return this.#levels[pin];
  }

  drive(pin: PinName, level: Level): void {
    if (this.#levels[pin] === level) return;
    this.#levels[pin] = level;
    this.trace.emit({ kind: 'pin', name: pin, level });
    if (pin !== 'NRST' || this.#state === 'off') return;
    if (level === 0) this.#enterReset('NRST');
    else this.#leaveReset('NRST');
  }

  power(on: boolean): void {
    this.#switchPower(on);
  }

  #switchPower(on: boolean): void {
    if (on === (this.#state !== 'off')) return;
    this.trace.emit({ kind: 'power', on });
    if (on) {
      this.#state = 'held-in-reset';
      this.#enterReset('power-on');
      if (this.#levels.NRST === 1) this.#leaveReset('power-on');
    } else {
      this.#stopAll();
      this.#state = 'off';
      this.#mode = undefined;
    }
  }

  /** A pulse on NRST; while a host holds the pin low the chip stays in reset. */
  reset(): void {
    this.#systemReset('NRST');
  }

  /** Lets virtual time pass until the chip waits for the outside. */
  run(): void {
    this.clock.finishWork();
  }

  readonly #quirk = (name: string): boolean => this.quirks.has(name);

  #wirePorts(faults: readonly Fault[]): ReadonlyMap<string, UsartPort> {
    const linkFaults = faults.filter((fault) => fault.at === 'link');
    const emit = this.trace.emit.bind(this.trace);
    // one count of bytes for the board, whichever port they pass
    const filters = {
      toChip: linkFilter(linkFaults, 'to-chip', emit),
      toHost: linkFilter(linkFaults, 'to-host', emit),
    };
    const names = this.device.interfaces
      .filter((port) => port.protocol === 'USART' && this.bootloader.interfaces.includes(port.name))
      .map((port) => port.name);
    return new Map(
      names.map((name) => [name, new UsartPort(name, this.clock, this.trace, filters)]),
    );
  }

  /** AN3155 §4: from protocol 2.2 on the RAM that the bootloader uses is refused. */
  #reservedRam(): readonly Range[] {
    return atLeast(this.#protocol, '2.2') || this.#protocol === '1.0'
      ? this.bootloader.ramUsed
      : [];
  }

  #strike(what: 'power-cut' | 'reset'): void {
    if (what === 'reset') return this.#systemReset('fault');
    this.#switchPower(false);
    this.#switchPower(true);
  }

  #systemReset(cause: string): void {
    if (this.#state === 'off') return;
    this.#enterReset(cause);
    if (this.#levels.NRST === 1) this.#leaveReset(cause);
  }

  #enterReset(cause: string): void {
    this.#stopAll();
    this.#state = 'held-in-reset';
    this.trace.emit({ kind: 'reset', cause });
  }

  #leaveReset(cause: string): void {
    const powerLost = cause === 'power-on';
    const skipsLoad = this.#quirk('readout-unprotect-without-option-load');
    if (powerLost) {
      this.#unloaded = false;
      this.#starts = 0;
    } else if (cause === 'readout-unprotect' && skipsLoad) this.#unloaded = true;
    this.chip.reset(powerLost, !this.#unloaded);
    this.#checkEmpty(cause);
    const mode = bootMode(this.device.boot, this.bootInputs);
    this.#mode = mode;
    this.trace.emit({ kind: 'boot', area: mode.area, why: mode.why });
    if (mode.area === 'system-memory' || mode.area === 'rss') {
      return this.#startBootloader(mode.limited === true);
    }
    const start =
      mode.area === 'sram' ? this.device.ram[0]!.start : this.chip.flash.units[0]!.address;
    this.#runFrom(mode.address ?? start, mode.area);
  }

  /** Everything that runs on the chip ends where it stands. */
  #stopAll(): void {
    this.#leave();
    this.#operations.cut(() => this.#randomMask());
    this.#watchdog?.cancel();
    this.#watchdog = undefined;
  }

  /** The code that runs now is left; the watchdog, if it was started, is not. */
  #leave(): void {
    this.#startUp?.cancel();
    this.#bootloaderRun?.stop();
    this.#bootloaderRun = undefined;
    this.#running?.stop();
    this.#running = undefined;
    for (const port of this.#ports.values()) port.disconnect();
  }

  #checkEmpty(cause: string): void {
    const check = this.device.boot.emptyCheck;
    if (check === undefined) return;
    const taken =
      cause === 'power-on' ||
      check.sampled === 'reset' ||
      (check.sampled === 'option-load' && LOADS_OPTIONS.has(cause));
    if (taken) this.#flashEmpty = this.chip.flashEmpty;
  }

  #startBootloader(limited: boolean): void {
    this.#state = 'starting';
    this.#starts++;
    const took = (this.bootloader.startupMs ?? 0) * 1000;
    if (this.chip.level === 1 && this.#quirk('crash-loop-under-rdp-1')) {
      // a wait, not work: a board that is let run would never come to its end
      this.#startUp = this.clock.wait(took, () => this.#systemReset('crash of the bootloader'));
      return;
    }
    this.#startUp = this.clock.work(took, () => {
      this.#startUp = undefined;
      this.#state = 'bootloader';
      if (this.#quirk('empty-flag-cleared')) this.#flashEmpty = false;
      const deaf = this.#deafness();
      if (deaf === undefined) this.#bootloaderRun = this.#runBootloader(limited);
      else this.trace.emit({ kind: 'surprise', text: `the bootloader does not answer: ${deaf}` });
    });
  }

  /** Why the bootloader that has just started answers on no port until the next reset. */
  #deafness(): string | undefined {
    const trap = trappedBy([...this.#ports.values()], this.#quirk);
    if (trap !== undefined) return `RX of ${trap} is low`;
    if (this.#starts === 1 && this.#quirk('extra-reset-needed')) return 'it needs one more reset';
    return undefined;
  }

  #runBootloader(limited: boolean): RunningBootloader {
    return new RunningBootloader({
      chip: this.chip,
      trace: this.trace,
      rom: {
        device: this.device,
        bootloader: this.bootloader,
        protocol: this.#protocol,
        limited,
        quirk: this.#quirk,
      },
      ports: this.#ports,
      replace: this.#replace,
      operate: (operation, then) => this.#operate(operation, then),
      jump: (address) => this.#go(address),
      systemReset: (cause) => this.#systemReset(cause),
      chance: () => (this.#randomMask()[0]! - 127.5) / 127.5,
    });
  }

  #operate(operation: Operation, then: () => void): void {
    this.#operations.run(operation, () => {
      if (operation.name.startsWith('option') && this.chip.storedLevel === 2) {
        const text =
          'readout protection level 2 is set: from the next reset on the bootloader is closed for good';
        if (this.chip.level !== 2) this.trace.emit({ kind: 'surprise', text });
      }
      then();
    });
  }

  /** Go: the bootloader is left for the vector table at `address`; false where this version stays. */
  #go(address: number): boolean {
    const stack = this.chip.vector(address)?.stack ?? 0;
    const room = this.chip.stackRoom(stack);
    const stays =
      this.#quirk('go-broken') || (room === undefined && this.#quirk('go-refuses-foreign-stack'));
    if (stays) {
      this.trace.emit({ kind: 'note', text: 'Go does not jump: a limitation of this version' });
      return false;
    }
    this.#leave();
    if (room !== undefined && room <= 16 && this.#quirk('go-needs-stack-below-end')) {
      this.#lockUp('this version needs a stack pointer below the end of RAM less 16');
    } else this.#runFrom(address, 'Go');
    return true;
  }

  #runFrom(address: number, by: 'main-flash' | 'sram' | 'Go'): void {
    const vector = this.chip.vector(address);
    if (vector === undefined) return this.#lockUp(`no memory at 0x${address.toString(16)}`);
    const taken = by === 'Go' ? this.#asGoTakes(vector) : vector;
    const { stack, entry } = taken;
    this.trace.emit({ kind: 'jump', address, stack, to: `0x${entry.toString(16)} by ${by}` });
    if (this.chip.bootArea(address) === 'system-memory') return this.#startBootloader(false);
    const fault = this.chip.vectorFault(taken, by === 'Go' && this.#quirk('go-clears-ahb1enr'));
    if (fault !== undefined) return this.#lockUp(fault);
    this.#state = 'application';
    const usart = this.#ports.get('USART1') ?? [...this.#ports.values()][0];
    this.#running = new RunningApplication(this.#application, this.clock, usart, (target) =>
      this.#jumpFromApplication(target),
    );
  }

  /** Protocol 2.0 leaves the stack pointer where the bootloader had it (AN3155 §4). */
  #asGoTakes(vector: Vector): Vector {
    if (!this.#quirk('go-keeps-stack-pointer')) return vector;
    const own = this.chip.vector(this.device.systemMemory[0]!.start);
    return { ...vector, stack: own?.stack ?? vector.stack };
  }

  /** The application jumps to system memory: only the right base holds a vector table (AN2606 §4). */
  #jumpFromApplication(address: number): void {
    this.#leave();
    const { watchdog } = this.#application;
    if (watchdog !== undefined) {
      // nobody feeds it any more
      this.#watchdog = this.clock.wait(watchdog, () => this.#systemReset('independent watchdog'));
    }
    const vector = this.chip.vector(address);
    const to = `0x${address.toString(16)} by the application`;
    this.trace.emit({ kind: 'jump', address, stack: vector?.stack ?? 0, to });
    if (this.device.systemMemory.some((range) => range.start === address)) {
      this.#startBootloader(false);
    } else this.#lockUp(`HardFault: no vector table at 0x${address.toString(16)}`);
  }

  #lockUp(why: string): void {
    this.#state = 'locked-up';
    this.trace.emit({ kind: 'surprise', text: `the core is locked up: ${why}` });
  }

  /** xorshift32: the same bits for the same seed and the same history. */
  #randomMask(): Uint8Array {
    const mask = new Uint8Array(4);
    let x = this.#random | 0;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    new DataView(mask.buffer).setInt32(0, x);
    return mask;
  }
}
