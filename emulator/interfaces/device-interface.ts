import type { Interface, Protocol } from '../../families/index.ts';
import type { BusPort } from '../bootloader/bus-port.ts';
import type { Listening } from '../bootloader/listening.ts';
import type { Rom } from '../bootloader/rom.ts';
import type { Clock } from '../clock.ts';
import type { Happening, Trace } from '../trace/trace.ts';
import type { Replace } from './replace.ts';
import type { PortSurroundings } from './surroundings.ts';

/** What a port is made on. */
export interface PortMaking {
  readonly clock: Clock;
  readonly trace: Trace;
  /** What faults make of the bytes on their way. */
  readonly filters: {
    readonly toChip: (bytes: Uint8Array) => Uint8Array;
    readonly toHost: (bytes: Uint8Array) => Uint8Array;
  };
}

/** Everything that one interface is in the device: the head of its room. */
export interface DeviceInterface<Name extends Protocol, Port extends BusPort> {
  /** Version of the protocol where the table names none. */
  readonly protocol: string;
  /** This protocol has what came with that version of USART's; absent: it has all. */
  since?(protocol: string, usartVersion: string): boolean;
  /** The port of a row of the table; undefined where no host could reach it. */
  makePort(row: Extract<Interface, { protocol: Name }>, on: PortMaking): Port | undefined;
  /** Starts the bootloader on a port; `lock` is called when a host selects it. */
  listen(port: Port, on: PortSurroundings, lock: () => void): Listening;
  /** Quirks that change answers or memory, as replacements by name; the others are read where they act. */
  quirks?(emit: (happening: Happening) => void): Readonly<Record<string, Replace>>;
  /** The port is wired and does not work in this version. */
  isBroken?(port: string, rom: Pick<Rom, 'quirk'>): boolean;
  /** The port that the search for an interface never leaves. */
  trap?(ports: readonly Port[], rom: Pick<Rom, 'quirk'>): string | undefined;
}
