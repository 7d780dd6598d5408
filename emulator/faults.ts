/** Faults as plain counted data, so that they can be generated, shrunk, printed and replayed. */
export type Fault = LinkFault | FlashFault;

/** At the USART pins: `nth` counts bytes from 1 in the named direction since power-on. */
export interface LinkFault {
  readonly at: 'link';
  readonly do: 'drop' | 'corrupt' | 'duplicate' | 'insert';
  readonly direction: 'to-chip' | 'to-host';
  readonly nth: number;
  /** `corrupt`: bits to flip; `insert`: the byte put before the nth. Default 0xFF. */
  readonly value?: number;
}

/** Inside the chip: `operation` counts program, erase and option operations from 1 since power-on of the board object. */
export interface FlashFault {
  readonly at: 'flash';
  readonly do: 'power-cut' | 'reset' | 'lie' | 'slow';
  readonly operation: number;
  /** `power-cut` and `reset`: how far the operation got, 0 to 1 of its duration. Default 0.5. */
  readonly done?: number;
  /** `power-cut` and `reset`: mask of the bits of the unit in flight that are already new, repeated over it. Default 0xA5. */
  readonly mask?: readonly number[];
  /** `slow`: µs added. */
  readonly by?: number;
}

/** A flash fault as the trace tells that it has struck. */
export function flashFaultText(fault: FlashFault): string {
  return `${fault.do} at operation ${fault.operation}`;
}
