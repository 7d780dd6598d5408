import type { Bootloader, Device, Protocol, Range } from '../../families/index.ts';
import type { Wait } from '../bootloader/dialogue.ts';
import { quirkReplacements } from '../interfaces/quirks.ts';
import { heldOptions } from './held-options.ts';
import type { Replace } from '../interfaces/replace.ts';
import { atLeast } from '../bootloader/rom.ts';
import { withStrings } from '../interfaces/usb/descriptors.ts';
import type { UsbStringsGiven } from '../interfaces/usb/descriptors.ts';
import { usart } from '../interfaces/usart/index.ts';
import { portsOf, wirePorts } from '../interfaces/registry.ts';
import type { PortOf } from '../interfaces/registry.ts';
import type { WiredPort } from '../interfaces/surroundings.ts';
import { SILENT } from '../chip/application.ts';
import type { Application } from '../chip/application.ts';
import { bootMode } from '../chip/boot.ts';
import type { BootInputs, BootMode } from '../chip/boot.ts';
import type { Cells } from '../chip/cells.ts';
import { Chip } from '../chip/chip.ts';
import type { Operation } from '../chip/operation.ts';
import { Operations } from '../chip/operations.ts';
import type { BoardOptions } from './board-options.ts';
import { checkFault } from './check-faults.ts';
import { refusing } from './reply-faults.ts';
import type { BoardSnapshot } from './snapshot.ts';
import { linkFilters } from './link-faults.ts';
import { ArmedFaults } from '../armed-faults.ts';
import { Clock } from '../clock.ts';
import type { ArmedFault, Fault } from '../faults.ts';
import { Core } from './core.ts';
import type { CoreState } from './core.ts';
import { EmulatorError } from '../errors.ts';
import type { CanPins } from '../interfaces/can/pins.ts';
import type { I2cPins } from '../interfaces/i2c/pins.ts';
import type { I3cPins } from '../interfaces/i3c/pins.ts';
import type { SpiPins } from '../interfaces/spi/pins.ts';
import type { UsartPins } from '../interfaces/usart/pins.ts';
import type { UsbPins } from '../interfaces/usb/pins.ts';
import type { BoardPins, Level, PinName } from '../pins.ts';
import { SeededBits } from './seeded-bits.ts';
import { checkUsbStrings, presetOptions, quirksInForce, versionOf } from './set-up.ts';
import { Trace } from '../trace/trace.ts';
import type { ResetCause } from '../trace/trace.ts';

/** What the board does: it is off, held in reset, or what its core is at. */
export type BoardState = 'off' | 'held-in-reset' | CoreState;

/** Resets that the bootloader makes by loading the option bytes (AN3155 §3.10 to §3.12). */
const LOADS_OPTIONS: ReadonlySet<ResetCause> = new Set<ResetCause>([
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
  /** The line of the table that it is of. */
  readonly device: Device;
  /** Size of its main flash in KiB. */
  readonly flashKiB: number;
  /** The bootloader version, with the protocol versions that are in force. */
  readonly bootloader: Bootloader;
  /** Names of the quirks that are in force. */
  readonly quirks: ReadonlySet<string>;
  /** Its virtual time. */
  readonly clock = new Clock();
  /** Everything that happens on it. */
  readonly trace: Trace;
  /** Its memories, option bytes and protection. */
  readonly chip: Chip;
  readonly #faults: ArmedFaults;
  readonly #operations: Operations;
  readonly #ports: ReadonlyMap<string, WiredPort>;
  readonly #levels: Record<PinName, Level>;
  #power: 'off' | 'held-in-reset' | 'running' = 'off';
  #mode: BootMode | undefined;
  #flashEmpty = false;
  /** The option bytes were changed and not loaded; only a power cycle loads them. */
  #unloaded = false;
  /** Power comes back to a chip whose RAM a snapshot has filled. */
  #keepsRam = false;
  readonly #core: Core;
  readonly #bits: SeededBits;
  readonly #crystal: number;

  /** @throws EmulatorError for a flash size, version, quirk, option, USB string or address that the line does not have, and for what is no fault. */
  constructor(device: Device, flashKiB: number, options: BoardOptions = {}) {
    this.device = device;
    this.flashKiB = flashKiB;
    this.trace = new Trace(() => this.clock.now);
    if (options.onTrace !== undefined) this.trace.listen(options.onTrace);
    const version = versionOf(device, flashKiB, options.bootloader);
    const USART = options.protocol ?? version.protocols.USART ?? usart.protocol;
    this.bootloader = {
      ...version,
      protocols: { ...version.protocols, ...options.protocols, USART },
    };
    this.quirks = quirksInForce(device, this.bootloader, options.quirks);
    this.#bits = new SeededBits(options.seed ?? 1);
    this.#crystal = options.crystal ?? 8;
    this.#levels = { NRST: 1, BOOT0: options.boot0 ?? 1, BOOT1: options.boot1 ?? 0 };
    this.chip = new Chip(device, flashKiB, {
      bootloader: this.bootloader,
      reservedRam: this.#reservedRam(),
      heldOptions: heldOptions(this.#quirk),
      uid: options.uid ?? DEFAULT_UID,
      trace: this.trace,
    });
    const { clock, trace } = this;
    this.#faults = new ArmedFaults(
      () => clock.now,
      (happening) => trace.emit(happening),
    );
    for (const fault of options.faults ?? []) this.arm(fault);
    this.#operations = new Operations(clock, trace, this.#faults, (what) => this.#strike(what));
    const filters = linkFilters(this.#faults);
    this.#ports = wirePorts(device, this.bootloader, { clock, trace, filters });
    const { usbStrings } = options;
    if (usbStrings !== undefined) checkUsbStrings(this, usbStrings);
    this.#core = this.#makeCore(options.application ?? SILENT, [
      ...quirkReplacements(this.quirks, (happening) => this.trace.emit(happening)),
      ...(usbStrings === undefined ? [] : [withUsbStrings(usbStrings)]),
      ...[options.replace ?? []].flat(),
      refusing(this.#faults),
    ]);
    presetOptions(this.chip, options);
    this.#switchPower(true);
  }

  /** What the board does now. */
  get state(): BoardState {
    return this.#power === 'running' ? this.#core.state : this.#power;
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
    return this.#core.waiting(port);
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
    return this.#portNames(['USART']);
  }

  /** The pins of a USART, by default of the first. @throws EmulatorError naming those there are. */
  usart(name?: string): UsartPins {
    return this.#port(['USART'], name);
  }

  /** Names of the I2C targets that this bootloader version listens on, where their address is known. */
  get i2cs(): readonly string[] {
    return this.#portNames(['I2C']);
  }

  /** The pins and 7-bit address of an I2C target, by default of the first. @throws EmulatorError naming those there are. */
  i2c(name?: string): I2cPins & {
    /** 7-bit target address. */
    readonly address: number;
  } {
    return this.#port(['I2C'], name);
  }

  /** Names of the I3C targets that this bootloader version listens on. */
  get i3cs(): readonly string[] {
    return this.#portNames(['I3C']);
  }

  /** The pins of an I3C target, by default of the first. @throws EmulatorError naming those there are. */
  i3c(name?: string): I3cPins {
    return this.#port(['I3C'], name);
  }

  /** Names of the SPI slaves that this bootloader version listens on. */
  get spis(): readonly string[] {
    return this.#portNames(['SPI']);
  }

  /** The pins of an SPI slave, by default of the first. @throws EmulatorError naming those there are. */
  spi(name?: string): SpiPins {
    return this.#port(['SPI'], name);
  }

  /** Names of the CAN and FDCAN nodes that this bootloader version listens on. */
  get cans(): readonly string[] {
    return this.#portNames(['CAN', 'FDCAN']);
  }

  /** The pins of a CAN or FDCAN node, by default of the first. @throws EmulatorError naming those there are. */
  can(name?: string): CanPins {
    return this.#port(['CAN', 'FDCAN'], name);
  }

  /** The node speaks CAN FD. */
  isFd(name: string): boolean {
    return portsOf(this.#ports, 'FDCAN').some((port) => port.name === name);
  }

  /** This bootloader version listens on USB. */
  get hasUsb(): boolean {
    return this.#portNames(['USB']).length > 0;
  }

  /** The USB port, on the bus while the bootloader runs. @throws EmulatorError where this version has none. */
  usb(): UsbPins {
    return this.#port(['USB']);
  }

  /** The level that a pin has now. */
  pinLevel(pin: PinName): Level {
    return this.#levels[pin];
  }

  /** Sets a pin to a level; the chip follows at once. */
  drive(pin: PinName, level: Level): void {
    if (this.#levels[pin] === level) return;
    this.#levels[pin] = level;
    this.trace.emit({ kind: 'pin', name: pin, level });
    if (pin !== 'NRST' || this.#power === 'off') return;
    if (level === 0) this.#enterReset('NRST');
    else this.#leaveReset('NRST');
  }

  /** Switches the power; what stands in non-volatile memories stays. */
  power(on: boolean): void {
    this.#switchPower(on);
  }

  #switchPower(on: boolean): void {
    if (on === (this.#power !== 'off')) return;
    this.trace.emit({ kind: 'power', on });
    if (on) {
      this.#power = 'held-in-reset';
      this.#enterReset('power-on');
      if (this.#levels.NRST === 1) this.#leaveReset('power-on');
    } else {
      this.#stopAll();
      this.#power = 'off';
      this.#mode = undefined;
    }
  }

  /** A pulse on NRST; while a host holds the pin low the chip stays in reset. */
  reset(): void {
    this.#systemReset('NRST');
  }

  /** The faults that are armed, and what each has done. */
  get faults(): readonly ArmedFault[] {
    return this.#faults.list;
  }

  /** Arms a fault; what it counts is counted from now on. @throws EmulatorError for what is no fault */
  arm(fault: Fault): ArmedFault {
    checkFault(fault);
    return this.#faults.arm(fault);
  }

  /** Takes a fault away by its number, or all of them; false where there is none of this number. */
  disarm(id?: number): boolean {
    return this.#faults.disarm(id);
  }

  /** What a suite puts back between two tests, see `restore`. */
  snapshot(): BoardSnapshot {
    return {
      chip: this.chip.keep(),
      levels: { ...this.#levels },
      on: this.#power !== 'off',
      faults: this.#faults.keep(),
      seed: this.#bits.state,
    };
  }

  /**
   * Puts back memories, option bytes, protection, pins, power, armed faults, seed and ECC damage, and starts the
   * chip anew as power-on does, except that RAM holds what it held. What ran is gone; virtual time and the
   * trace go on. The snapshot must be of this board.
   */
  restore(snapshot: BoardSnapshot): void {
    this.#stopAll();
    this.trace.emit({ kind: 'note', text: 'a snapshot is restored' });
    for (const [pin, level] of Object.entries(snapshot.levels) as [PinName, Level][]) {
      if (this.#levels[pin] !== level) this.trace.emit({ kind: 'pin', name: pin, level });
      this.#levels[pin] = level;
    }
    this.#faults.restore(snapshot.faults);
    this.#bits.state = snapshot.seed;
    this.#switchPower(false);
    this.chip.restore(snapshot.chip);
    this.#keepsRam = true;
    this.#switchPower(snapshot.on);
    this.#keepsRam = false;
  }

  /** Lets virtual time pass until the chip waits for the outside. */
  run(): void {
    this.clock.finishWork();
  }

  #portNames(interfaces: readonly Protocol[]): readonly string[] {
    return portsOf(this.#ports, ...interfaces).map(({ name }) => name);
  }

  /** The port of one of those interfaces by its name, by default the first. */
  #port<Name extends Protocol>(interfaces: readonly Name[], named?: string): PortOf[Name] {
    const there = portsOf(this.#ports, ...interfaces);
    const port = named === undefined ? there[0] : there.find(({ name }) => name === named);
    if (port !== undefined) return port;
    const { version } = this.bootloader;
    const instead =
      there.length === 0
        ? 'it has none of that bus'
        : `it listens on ${there.map(({ name }) => name).join(', ')}`;
    throw new EmulatorError(
      `bootloader ${version} of ${this.device.id} has no ${named ?? interfaces[0]}: ${instead}`,
    );
  }

  readonly #quirk = (name: string): boolean => this.quirks.has(name);

  /** AN3155 §4: from protocol 2.2 on the RAM that the bootloader uses is refused. */
  #reservedRam(): readonly Range[] {
    const { protocols, ramUsed } = this.bootloader;
    const protocol = protocols.USART!;
    return atLeast(protocol, '2.2') || protocol === '1.0' ? ramUsed : [];
  }

  #strike(what: 'power-cut' | 'reset'): void {
    if (what === 'reset') return this.#systemReset('fault');
    this.#switchPower(false);
    this.#switchPower(true);
  }

  #systemReset(cause: ResetCause, keepsOptions = false): void {
    if (this.#power === 'off') return;
    if (keepsOptions) this.#unloaded = true;
    this.#enterReset(cause);
    if (this.#levels.NRST === 1) this.#leaveReset(cause);
  }

  #enterReset(cause: ResetCause): void {
    this.#stopAll();
    this.#power = 'held-in-reset';
    this.trace.emit({ kind: 'reset', cause });
  }

  #leaveReset(cause: ResetCause): void {
    const powerLost = cause === 'power-on';
    const skipsLoad = this.#quirk('readout-unprotect-without-option-load');
    if (powerLost) this.#unloaded = false;
    else if (cause === 'readout-unprotect' && skipsLoad) this.#unloaded = true;
    this.chip.reset(powerLost && !this.#keepsRam, !this.#unloaded);
    this.#checkEmpty(cause);
    const mode = bootMode(this.device.boot, this.bootInputs);
    this.#mode = mode;
    this.trace.emit({ kind: 'boot', area: mode.area, why: mode.why });
    this.#power = 'running';
    this.#core.boot(mode, cause);
  }

  /** Everything that runs on the chip ends where it stands. */
  #stopAll(): void {
    this.#core.stop();
    this.#operations.cut(() => this.#bits.next());
  }

  #checkEmpty(cause: ResetCause): void {
    const check = this.device.boot.emptyCheck;
    if (check === undefined) return;
    const taken =
      cause === 'power-on' ||
      check.sampled === 'reset' ||
      (check.sampled === 'option-load' && LOADS_OPTIONS.has(cause));
    if (taken) this.#flashEmpty = this.chip.flashEmpty;
  }

  #makeCore(application: Application, replace: readonly Replace[]): Core {
    return new Core({
      chip: this.chip,
      clock: this.clock,
      trace: this.trace,
      ports: this.#ports,
      rom: {
        device: this.device,
        bootloader: this.bootloader,
        limited: false,
        quirk: this.#quirk,
      },
      replace,
      application,
      operate: (operation, then) => this.#operate(operation, then),
      systemReset: (cause, keepsOptions) => this.#systemReset(cause, keepsOptions),
      crystal: this.#crystal,
      chance: () => this.#bits.chance(),
      bootloaderUp: () => {
        if (this.#quirk('empty-flag-cleared')) this.#flashEmpty = false;
      },
    });
  }

  #operate(operation: Operation, then: () => void): void {
    this.#operations.run(operation, () => {
      if (operation.name === 'option bytes' && this.chip.storedLevel === 2) {
        const text =
          'readout protection level 2 is set: from the next reset on the bootloader is closed for good';
        if (this.chip.level !== 2) this.trace.emit({ kind: 'surprise', text });
      }
      then();
    });
  }
}

function withUsbStrings(given: UsbStringsGiven): Replace {
  return {
    dfu: (device) => ({ ...device, descriptors: withStrings(device.descriptors, given) }),
  };
}
