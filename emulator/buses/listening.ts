import type { Protocol } from '../../families/index.ts';
import type { SessionHost, Wait } from '../bootloader/dialogue.ts';
import type { Replace } from '../bootloader/replace.ts';
import { memoryOf } from '../bootloader/rom.ts';
import type { Command, Memory, Rom, RomHost } from '../bootloader/rom.ts';
import type { Wire } from '../bootloader/wire.ts';
import type { Chip } from '../chip/chip.ts';
import type { Operation } from '../chip/operation.ts';
import type { Clock } from '../clock.ts';
import type { Trace } from '../trace.ts';
import type { BusPort } from './bus-port.ts';

/** What the bootloader runs on. */
export interface BootloaderSurroundings {
  readonly chip: Chip;
  readonly clock: Clock;
  readonly trace: Trace;
  /** As it is on USART; `romOn` tells it for another bus. */
  readonly rom: Rom;
  readonly ports: ReadonlyMap<string, BusPort>;
  readonly replace: readonly Replace[];
  readonly jump: RomHost['jump'];
  readonly systemReset: RomHost['systemReset'];
  /** Starts of the bootloader since power came. */
  readonly starts: number;
  /** What made the last reset. */
  readonly resetBy: string;
  readonly operate: (operation: Operation, then: () => void) => void;
  /** MHz of the crystal on the board; 0 where there is none. */
  readonly crystal: number;
  /** A number from -1 to 1, another each time. */
  readonly chance: () => number;
}

/** The bootloader at work on one port. */
export interface Listening {
  /** What it waits for; undefined when it is over. */
  readonly waiting: Wait | undefined;
  /** Abandons what it does, as power loss and reset do. */
  end(): void;
}

/** What a session on a port needs of the chip, beside a way to transmit. */
export function chipOf(
  port: BusPort & Pick<SessionHost<never>, 'whenFlushed'>,
  { clock, operate, trace }: BootloaderSurroundings,
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

/** The ROM as a port of that bus sees it. */
export function romOn({ rom }: BootloaderSurroundings, bus: Exclude<Protocol, 'USART'>): Rom {
  return { ...rom, bus, protocol: rom.bootloader.protocols[bus] ?? '1.0' };
}

/** The memory that commands work on, replacements included. */
export function memoryOn({ chip, replace, rom }: BootloaderSurroundings): Memory {
  return replace.reduce<Memory>(
    (inner, { memory: outer }) => outer?.(inner, rom) ?? inner,
    memoryOf(chip),
  );
}

/** The commands that are offered, replacements included. */
export function commandsOn(
  { replace, rom }: BootloaderSurroundings,
  plain: readonly Command[],
): readonly Command[] {
  return replace.reduce((inner, { commands: outer }) => outer?.(inner, rom) ?? inner, plain);
}

/** The wire in use, replacements included; `make` is given a way to reach it. */
export function wireOn(
  { replace, rom }: BootloaderSurroundings,
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
export function hostOf(
  { trace, jump, systemReset }: BootloaderSurroundings,
  lock: () => void,
): RomHost {
  return { emit: (happening) => trace.emit(happening), lock, jump, systemReset };
}
