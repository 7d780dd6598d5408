import type { Bootloader, CommandName, Device, Protocol, Range } from '../families/index.ts';
import type { Wait } from './bootloader/dialogue.ts';
import { heldOptions, quirkReplacements } from './bootloader/quirks.ts';
import type { Replace } from './bootloader/replace.ts';
import { atLeast } from './bootloader/rom.ts';
import { withStrings } from './bootloader/usb-descriptors.ts';
import type { UsbStringsGiven } from './bootloader/usb-descriptors.ts';
import type { BusPort } from './buses/bus-port.ts';
import { CanPort } from './buses/can-port.ts';
import { I2cPort } from './buses/i2c-port.ts';
import { SpiPort } from './buses/spi-port.ts';
import { UsartPort } from './buses/usart-port.ts';
import { UsbPort } from './buses/usb-port.ts';
import { wirePorts } from './buses/wire-ports.ts';
import { SILENT } from './chip/application.ts';
import type { Application } from './chip/application.ts';
import { bootMode } from './chip/boot.ts';
import type { BootInputs, BootMode } from './chip/boot.ts';
import type { Cells } from './chip/cells.ts';
import { Chip } from './chip/chip.ts';
import type { Operation } from './chip/operation.ts';
import { Operations } from './chip/operations.ts';
import type { RdpLevel } from './chip/protection.ts';
import { checkFaults } from './check-faults.ts';
import { Clock } from './clock.ts';
import { Core } from './core.ts';
import type { CoreState } from './core.ts';
import { EmulatorError } from './errors.ts';
import type { Fault } from './faults.ts';
import type {
  BoardPins,
  CanPins,
  I2cPins,
  Level,
  PinName,
  SpiPins,
  UsartPins,
  UsbPins,
} from './pins.ts';
import { SeededBits } from './seeded-bits.ts';
import { checkUsbStrings, presetOptions, quirksInForce, versionOf } from './set-up.ts';
import { Trace } from './trace.ts';
import type { TraceEvent } from './trace.ts';

export interface BoardOptions {
  /** Bootloader version, as `9.1`; default the newest of the line. */
  readonly bootloader?: string;
  /** USART protocol version in place of the ROM's own, as `4.0`: for protocols that the line does not have. */
  readonly protocol?: string;
  /** The same for the other buses: `{ SPI: '1.3' }`. */
  readonly protocols?: Readonly<Partial<Record<Exclude<Protocol, 'USART'>, string>>>;
  /** Quirks switched on or off against what the ROM version has. */
  readonly quirks?: Readonly<Record<string, boolean>>;
  /** Default 1: the bootloader. */
  readonly boot0?: Level;
  /** Default 0. */
  readonly boot1?: Level;
  /** Readout protection level at power-on. */
  readonly rdp?: RdpLevel;
  /** Option fields by ST's names at power-on. */
  readonly options?: Readonly<Record<string, number>>;
  /** 12 bytes. */
  readonly uid?: Uint8Array;
  /** USB strings in place of the ROM's own, letter by letter: of a chip that is not known here. */
  readonly usbStrings?: UsbStringsGiven;
  readonly application?: Application;
  readonly faults?: readonly Fault[];
  /** MHz of the crystal on the board (HSE), which CAN needs; 0 where there is none. Default 8. */
  readonly crystal?: number;
  /** Content of main flash at power-on, by address; what is given twice must agree. */
  readonly load?: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** Whole content of non-volatile memories at power-on, by their names. */
  readonly memories?: Readonly<Record<string, Uint8Array>>;
  /** Seed of the bits that a reset in the middle of an operation leaves behind. Default 1. */
  readonly seed?: number;
  readonly replace?: Replace;
  /** Reads the trace from the first event on. */
  readonly onTrace?: (event: TraceEvent) => void;
}

type KindOfPort<Port> = abstract new (...made: never) => Port;

export type BoardState = 'off' | 'held-in-reset' | CoreState;

/** Resets that the bootloader makes by loading the option bytes (AN3155 §3.10 to §3.12). */
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
  readonly #protocol: string;
  readonly #operations: Operations;
  readonly #ports: ReadonlyMap<string, BusPort>;
  readonly #levels: Record<PinName, Level>;
  #power: 'off' | 'held-in-reset' | 'running' = 'off';
  #mode: BootMode | undefined;
  #flashEmpty = false;
  /** The option bytes were changed and not loaded; only a power cycle loads them. */
  #unloaded = false;
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
    const { protocols } = options;
    this.bootloader =
      protocols === undefined
        ? version
        : { ...version, protocols: { ...version.protocols, ...protocols } };
    this.quirks = quirksInForce(device, this.bootloader, options.quirks);
    this.#protocol = options.protocol ?? this.bootloader.protocols.USART ?? '3.1';
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
    const faults = options.faults ?? [];
    checkFaults(faults);
    const flashFaults = faults.filter((fault) => fault.at === 'flash');
    this.#operations = new Operations(this.clock, this.trace, flashFaults, (what) =>
      this.#strike(what),
    );
    const { clock, trace } = this;
    this.#ports = wirePorts(device, this.bootloader, { clock, trace, faults });
    const known = quirkReplacements((happening) => this.trace.emit(happening));
    const replace = [...this.quirks].flatMap((name) => known[name] ?? []);
    const { usbStrings } = options;
    if (usbStrings !== undefined) checkUsbStrings(this, usbStrings);
    this.#core = this.#makeCore(options.application ?? SILENT, [
      ...replace,
      ...(usbStrings === undefined ? [] : [withUsbStrings(usbStrings)]),
      ...(options.replace === undefined ? [] : [options.replace]),
    ]);
    presetOptions(this.chip, options);
    this.#switchPower(true);
  }

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
    return this.#portNames(UsartPort);
  }

  /** The pins of a USART, by default of the first. @throws EmulatorError naming those there are. */
  usart(name?: string): UsartPins {
    return this.#port(UsartPort, 'USART', name);
  }

  /** Names of the I2C targets that this bootloader version listens on, where their address is known. */
  get i2cs(): readonly string[] {
    return this.#portNames(I2cPort);
  }

  /** The pins and 7-bit address of an I2C target, by default of the first. @throws EmulatorError naming those there are. */
  i2c(name?: string): I2cPins & { readonly address: number } {
    return this.#port(I2cPort, 'I2C', name);
  }

  /** Names of the SPI slaves that this bootloader version listens on. */
  get spis(): readonly string[] {
    return this.#portNames(SpiPort);
  }

  /** The pins of an SPI slave, by default of the first. @throws EmulatorError naming those there are. */
  spi(name?: string): SpiPins {
    return this.#port(SpiPort, 'SPI', name);
  }

  /** Names of the CAN and FDCAN nodes that this bootloader version listens on. */
  get cans(): readonly string[] {
    return this.#portNames(CanPort);
  }

  /** The pins of a CAN or FDCAN node, by default of the first. @throws EmulatorError naming those there are. */
  can(name?: string): CanPins {
    return this.#port(CanPort, 'CAN', name);
  }

  /** This bootloader version listens on USB. */
  get hasUsb(): boolean {
    return this.#portNames(UsbPort).length > 0;
  }

  /** The USB port, on the bus while the bootloader runs. @throws EmulatorError where this version has none. */
  usb(): UsbPins {
    return this.#port(UsbPort, 'USB');
  }

  pinLevel(pin: PinName): Level {
    return this.#levels[pin];
  }

  drive(pin: PinName, level: Level): void {
    if (this.#levels[pin] === level) return;
    this.#levels[pin] = level;
    this.trace.emit({ kind: 'pin', name: pin, level });
    if (pin !== 'NRST' || this.#power === 'off') return;
    if (level === 0) this.#enterReset('NRST');
    else this.#leaveReset('NRST');
  }

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

  /** Lets virtual time pass until the chip waits for the outside. */
  run(): void {
    this.clock.finishWork();
  }

  #portNames(kind: KindOfPort<BusPort>): readonly string[] {
    return [...this.#ports.values()].filter((port) => port instanceof kind).map(({ name }) => name);
  }

  /** The port of that kind and name, by default the first. */
  #port<Port extends BusPort>(kind: KindOfPort<Port>, bus: string, named?: string): Port {
    const there = this.#portNames(kind);
    const name = named ?? there[0] ?? bus;
    const port = this.#ports.get(name);
    if (port instanceof kind) return port;
    const { version } = this.bootloader;
    const instead =
      there.length === 0 ? 'it has none of that bus' : `it listens on ${there.join(', ')}`;
    throw new EmulatorError(
      `bootloader ${version} of ${this.device.id} has no ${name}: ${instead}`,
    );
  }

  readonly #quirk = (name: string): boolean => this.quirks.has(name);

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

  #systemReset(cause: string, keepsOptions = false): void {
    if (this.#power === 'off') return;
    if (keepsOptions) this.#unloaded = true;
    this.#enterReset(cause);
    if (this.#levels.NRST === 1) this.#leaveReset(cause);
  }

  #enterReset(cause: string): void {
    this.#stopAll();
    this.#power = 'held-in-reset';
    this.trace.emit({ kind: 'reset', cause });
  }

  #leaveReset(cause: string): void {
    const powerLost = cause === 'power-on';
    const skipsLoad = this.#quirk('readout-unprotect-without-option-load');
    if (powerLost) this.#unloaded = false;
    else if (cause === 'readout-unprotect' && skipsLoad) this.#unloaded = true;
    this.chip.reset(powerLost, !this.#unloaded);
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

  #checkEmpty(cause: string): void {
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
        bus: 'USART',
        protocol: this.#protocol,
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
      if (operation.name.startsWith('option') && this.chip.storedLevel === 2) {
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
