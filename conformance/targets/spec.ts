import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import type { InterfaceName } from '../interfaces/names.ts';
import type { Destroys } from '../run/destroys.ts';

/** Which part a target is examined as, as a user names it; what is not said is the largest flash and the newest bootloader. */
export interface PartName {
  /** As `STM32F405RG`. */
  readonly device: string;
  readonly flashKiB?: number;
  /** Bootloader version, as `9.1`. */
  readonly version?: string;
  /** Interface of the chip; default USART. */
  readonly interface?: InterfaceName;
  /** Protocol version in place of the ROM's own, as `3.1`; on USART. */
  readonly protocol?: string;
}

/** How a board is reset into its bootloader: by DTR and RTS, by a command of the user's, or by the person at the terminal. */
export type ResetBy =
  | {
      readonly by: 'wiring';
      /** As `dtr=nrst,rts=boot0`. */
      readonly wire: string;
      /** The serial port whose lines they are; default the one on which the board is examined. */
      readonly port?: string;
    }
  | { readonly by: 'command'; readonly command: string }
  | { readonly by: 'person' };

interface AnySpec {
  readonly part: PartName;
  /** What the target is called in reports; default what it is and where. */
  readonly name?: string;
  /** The most that may be spoilt. */
  readonly allow: Destroys;
}

/** Our emulator, in memory or behind a pseudo-terminal. */
export interface EmulatorSpec extends AnySpec {
  readonly kind: 'memory' | 'pty';
  /** Name of a device that is wrong on purpose; in memory only. */
  readonly mutant?: string;
  /** What chip work costs: `real`, or over a pty the factor by which it is faster; default `instant`. */
  readonly speed?: 'real' | number;
}

interface AnyBoardSpec extends AnySpec {
  readonly reset: ResetBy;
  /** Default 115200. */
  readonly baud?: number;
  /** Wall time that the cases may take, in ms; what is left over then is skipped. */
  readonly timeBudgetMs?: number;
  /** Erases of one page that the cases may cost, default 100; destructive cases left over then are skipped. */
  readonly wearBudget?: number;
  /** File in which `guarded` saved the content; without it nothing of the board is spoilt, whatever `allow` says. */
  readonly image?: string;
  /** File in which the processes of one run count wear and time; default each counts for itself. */
  readonly ledger?: string;
}

/** A board on a serial port of this machine. */
export interface SerialSpec extends AnyBoardSpec {
  readonly kind: 'serial';
  readonly path: string;
}

/** A board whose serial port another machine exports: as bytes, or with its control lines (RFC 2217). */
export interface NetworkSpec extends AnyBoardSpec {
  readonly kind: 'tcp' | 'rfc2217';
  readonly host: string;
  readonly port: number;
}

/** A board on USB, by what its device descriptor says. */
export interface UsbSpec extends AnyBoardSpec {
  readonly kind: 'usb';
  readonly vendor: number;
  readonly product: number;
  /** Serial number; default whichever there is. */
  readonly serial?: string;
}

/** A board on a bus of this machine: /dev/i2c-1, /dev/spidev0.0, or the CAN interface can0. */
export interface BusSpec extends AnyBoardSpec {
  readonly kind: 'i2c' | 'spi' | 'can';
  readonly path: string;
}

export type BoardSpec = SerialSpec | NetworkSpec | UsbSpec | BusSpec;

/** All that it takes to open a target in any process: plain JSON. */
export type TargetSpec = EmulatorSpec | BoardSpec;

/** Whether the target is something other than our emulator, so that nothing may be sent to it that cannot be mended. */
export function isBoard(spec: TargetSpec): spec is BoardSpec {
  return spec.kind !== 'memory' && spec.kind !== 'pty';
}

/** Where the target is, in the words of `--target`: `memory`, `serial:/dev/ttyUSB0`, `usb:0483:df11`, `i2c:/dev/i2c-1`. */
export function addressOf(spec: TargetSpec): string {
  switch (spec.kind) {
    case 'memory':
    case 'pty':
      return spec.kind;
    case 'serial':
    case 'i2c':
    case 'spi':
    case 'can':
      return `${spec.kind}:${spec.path}`;
    case 'usb':
      return `usb:${usbName(spec)}`;
    case 'tcp':
    case 'rfc2217':
      return `${spec.kind}:${spec.host.includes(':') ? `[${spec.host}]` : spec.host}:${spec.port}`;
  }
}

/** The device that is meant, as `0483:df11` or `0483:df11:SERIAL`. */
export function usbName({ vendor, product, serial }: UsbSpec): string {
  const numbers = [vendor, product].map((each) => each.toString(16).padStart(4, '0'));
  return [...numbers, ...(serial === undefined ? [] : [serial])].join(':');
}

/** A wiring in the words of `--wire`. */
function wireOf({ wire, port }: Extract<ResetBy, { by: 'wiring' }>): string {
  return port === undefined ? wire : `${wire}@${port}`;
}

/** Arguments with which the command line makes the target again, beyond its part; undefined where none are needed. */
export function againOf(spec: TargetSpec): string | undefined {
  const words: string[] = spec.kind === 'memory' ? [] : ['--target', addressOf(spec)];
  if (!isBoard(spec)) {
    if (spec.mutant !== undefined) words.push('--mutant', spec.mutant);
    if (spec.speed !== undefined) words.push('--speed', speedText(spec.speed));
  } else {
    if (spec.part.interface !== undefined && spec.part.interface !== DEFAULT_INTERFACE) {
      words.push('--interface', spec.part.interface);
    }
    if (spec.reset.by === 'wiring') words.push('--wire', wireOf(spec.reset));
    if (spec.reset.by === 'command') words.push('--reset-command', spec.reset.command);
    if (spec.reset.by === 'person') words.push('--ask');
    if (spec.baud !== undefined) words.push('--baud', String(spec.baud));
    if (spec.allow !== 'nothing') words.push('--allow', spec.allow);
  }
  return words.length === 0 ? undefined : words.map(quoted).join(' ');
}

/** A speed in the words of `--speed`. */
export function speedText(speed: 'real' | number): string {
  return speed === 'real' ? speed : `${speed}x`;
}

/** A word as a POSIX shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
