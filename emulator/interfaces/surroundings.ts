import { quirks } from '../../families/index.ts';
import type { Protocol, Quirk } from '../../families/index.ts';
import type { BusPort } from '../bootloader/bus-port.ts';
import type { SessionHost } from '../bootloader/dialogue.ts';
import { memoryOf } from '../bootloader/rom.ts';
import type { Memory, Rom, RomHost, RomVersion } from '../bootloader/rom.ts';
import type { Chip } from '../chip/chip.ts';
import type { Operation } from '../chip/operation.ts';
import type { Clock } from '../clock.ts';
import type { ResetCause, Trace } from '../trace/trace.ts';
import type { Command } from './framed/command.ts';
import type { Wire } from './framed/wire.ts';
import type { Replace } from './replace.ts';

/** A port with the name of its interface. */
export interface WiredPort {
  readonly protocol: Protocol;
  readonly port: BusPort;
}

/** What the bootloader runs on. */
export interface BootloaderSurroundings {
  readonly chip: Chip;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly rom: RomVersion;
  readonly ports: ReadonlyMap<string, WiredPort>;
  readonly replace: readonly Replace[];
  readonly jump: RomHost['jump'];
  readonly systemReset: RomHost['systemReset'];
  /** Starts of the bootloader since power came. */
  readonly starts: number;
  /** What made the last reset. */
  readonly resetBy: ResetCause;
  readonly operate: (operation: Operation, then: () => void) => void;
  /** MHz of the crystal on the board; 0 where there is none. */
  readonly crystal: number;
  /** A number from -1 to 1, another each time. */
  readonly chance: () => number;
}

/** The same as a port of one interface has it: what is not seen there is left out. */
export interface PortSurroundings extends BootloaderSurroundings {
  readonly rom: Rom;
}

/** What the bootloader runs on, for the ports of one interface. */
export function portSurroundings(
  protocol: Protocol,
  spoken: {
    readonly protocol: string;
    since?(protocol: string, usartVersion: string): boolean;
  },
  surroundings: BootloaderSurroundings,
): PortSurroundings {
  const { rom, replace } = surroundings;
  const version = rom.bootloader.protocols[protocol] ?? spoken.protocol;
  return {
    ...surroundings,
    rom: {
      ...rom,
      protocol: version,
      since: (usartVersion) => spoken.since?.(version, usartVersion) ?? true,
      quirk: (name) => rom.quirk(name) && isSeen(quirkInterfaces(name), protocol),
    },
    replace: replace.filter((each) => isSeen(each.on, protocol)),
  };
}

/** The interfaces on which a quirk is seen; undefined: every one. */
export function quirkInterfaces(name: string): readonly Protocol[] | undefined {
  return (quirks as Readonly<Record<string, Quirk>>)[name]?.on;
}

function isSeen(where: readonly Protocol[] | undefined, protocol: Protocol): boolean {
  return where === undefined || where.includes(protocol);
}

/** What a session on a port needs of the chip, beside a way to transmit. */
export function chipOf(
  port: BusPort & Pick<SessionHost<never>, 'whenFlushed'>,
  { clock, operate, trace }: PortSurroundings,
): Omit<SessionHost<never>, 'transmit'> {
  return {
    whenFlushed: (then) => port.whenFlushed(then),
    run: operate,
    after: (span, then) => clock.wait(span, then),
    overrun() {
      const text = `${port.name}: the host does not wait for the chip: what it sends is lost`;
      trace.emit({ kind: 'surprise', text });
    },
  };
}

/** The memory that commands work on, replacements included. */
export function memoryOn({ chip, replace, rom }: PortSurroundings): Memory {
  return replace.reduce<Memory>(
    (inner, { memory: outer }) => outer?.(inner, rom) ?? inner,
    memoryOf(chip),
  );
}

/** The commands that are offered, replacements included. */
export function commandsOn(
  { replace, rom }: PortSurroundings,
  plain: readonly Command[],
): readonly Command[] {
  return replace.reduce((inner, { commands: outer }) => outer?.(inner, rom) ?? inner, plain);
}

/** The wire in use, replacements included; `make` is given a way to reach it. */
export function wireOn(
  { replace, rom }: PortSurroundings,
  make: (outer: () => Wire) => Wire,
): Wire {
  const plain = make(() => wire);
  const wire: Wire = replace.reduce(
    (inner, { wire: outer }) => outer?.(inner, rom) ?? inner,
    plain,
  );
  return wire;
}

/** What a dialogue asks of the board; `lock` switches the other ports off. */
export function hostOf({ trace, jump, systemReset }: PortSurroundings, lock: () => void): RomHost {
  return { emit: (happening) => trace.emit(happening), lock, jump, systemReset };
}
