import type { Micros } from './clock.ts';

/** Faults as plain counted data, so that they can be generated, shrunk, printed and replayed. */
export type Fault = LinkFault | FlashFault | ReplyFault;

/** At the USART pins: `nth` counts bytes from 1 in the named direction since the fault was armed. */
export interface LinkFault {
  /** Where it strikes. */
  readonly at: 'link';
  /** What becomes of the byte. */
  readonly do: 'drop' | 'corrupt' | 'duplicate' | 'insert';
  /** The way of the byte. */
  readonly direction: 'to-chip' | 'to-host';
  /** Number of the byte, from 1, in that direction. */
  readonly nth: number;
  /** `corrupt`: bits to flip; `insert`: the byte put before the nth. Default 0xFF. */
  readonly value?: number;
}

/** Inside the chip: `operation` counts program, erase and option operations from 1 since the fault was armed. */
export interface FlashFault {
  /** Where it strikes. */
  readonly at: 'flash';
  /** What becomes of the operation; `lie`: acknowledged and not done. */
  readonly do: 'power-cut' | 'reset' | 'lie' | 'slow';
  /** Number of the operation, from 1. */
  readonly operation: number;
  /** `power-cut` and `reset`: how far the operation got, 0 to 1 of its duration. Default 0.5. */
  readonly done?: number;
  /** `power-cut` and `reset`: mask of the bits of the unit in flight that are already new, repeated over it. Default 0xA5. */
  readonly mask?: readonly number[];
  /** `slow`: µs added. */
  readonly by?: number;
}

/** In the dialogue: a request is refused that the bootloader would have taken. */
export interface ReplyFault {
  /** Its place. */
  readonly at: 'reply';
  /** What goes wrong. */
  readonly do: 'refuse';
  /** What is asked for; default everything. Over USB: of what DfuSe has. */
  readonly command?: RefusedCommand;
  /** Requests that name this address; default any, and those that name none. */
  readonly address?: number;
  /** The nth of these requests alone, counted from 1 since the fault was armed; default each. */
  readonly nth?: number;
}

export const refusedCommands = [
  'read-memory',
  'write-memory',
  'go',
  'erase',
  'write-protect',
  'write-unprotect',
  'readout-protect',
  'readout-unprotect',
] as const;

/** A command that can be made to fail, whatever form of it a bus has. */
export type RefusedCommand = (typeof refusedCommands)[number];

/** A fault that has been armed on a board. */
export interface ArmedFault {
  /** Counted from 1 on each board. */
  readonly id: number;
  /** What goes wrong. */
  readonly fault: Fault;
  /** When it struck, µs of virtual time: the last of them where it does again and again. */
  readonly struck: readonly Micros[];
}

/** A flash fault as the trace tells that it has struck. */
export function flashFaultText(fault: FlashFault): string {
  return `${fault.do} at operation ${fault.operation}`;
}
