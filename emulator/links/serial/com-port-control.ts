import type { ModemLines } from './wiring.ts';
import { RELEASED } from './wiring.ts';

/** Values of SET-CONTROL (RFC 2217 §3): each is answered with the value now in force. */
const CONTROL = {
  askFlow: 0,
  noFlow: 1,
  softwareFlow: 2,
  hardwareFlow: 3,
  askBreak: 4,
  breakOn: 5,
  breakOff: 6,
  askDtr: 7,
  dtrOn: 8,
  dtrOff: 9,
  askRts: 10,
  rtsOn: 11,
  rtsOff: 12,
  askInboundFlow: 13,
  noInboundFlow: 14,
  softwareInboundFlow: 15,
  hardwareInboundFlow: 16,
  dcdFlow: 17,
  dtrInboundFlow: 18,
  dsrFlow: 19,
} as const;

/** What the host holds with SET-CONTROL. */
export interface ControlTarget {
  breakLine(on: boolean): void;
  lines(lines: ModemLines): void;
}

/** DTR, RTS, break and flow control of one connection; the target hears of changes only. */
export class ComPortControl {
  readonly #target: ControlTarget;
  #lines: ModemLines = RELEASED;
  #break = false;
  #flow: number = CONTROL.noFlow;
  #inboundFlow: number = CONTROL.noInboundFlow;

  constructor(target: ControlTarget) {
    this.#target = target;
  }

  /** The port is opened: both lines are asserted. */
  assert(): void {
    this.#setLines({ dtr: true, rts: true });
  }

  /** The port is closed: nothing is held any more. */
  release(): void {
    this.#setBreak(false);
    this.#setLines(RELEASED);
  }

  /** A break that begins and ends at once. */
  pulseBreak(): void {
    const before = this.#break;
    this.#setBreak(true);
    this.#setBreak(before);
  }

  /** Carries out SET-CONTROL; returns the answer, none for a value that RFC 2217 does not have. */
  set(value: number): number | undefined {
    switch (value) {
      case CONTROL.breakOn:
      case CONTROL.breakOff:
        this.#setBreak(value === CONTROL.breakOn);
        return value;
      case CONTROL.askBreak:
        return this.#break ? CONTROL.breakOn : CONTROL.breakOff;
      case CONTROL.dtrOn:
      case CONTROL.dtrOff:
        this.#setLines({ ...this.#lines, dtr: value === CONTROL.dtrOn });
        return value;
      case CONTROL.askDtr:
        return this.#lines.dtr ? CONTROL.dtrOn : CONTROL.dtrOff;
      case CONTROL.rtsOn:
      case CONTROL.rtsOff:
        this.#setLines({ ...this.#lines, rts: value === CONTROL.rtsOn });
        return value;
      case CONTROL.askRts:
        return this.#lines.rts ? CONTROL.rtsOn : CONTROL.rtsOff;
      default:
        return this.#flowControl(value);
    }
  }

  /**
   * Flow control by hardware is agreed to, since CTS never stops the host; the rest is not: XON and
   * XOFF are bytes like others to the bootloader, and the port has no more wires.
   */
  #flowControl(value: number): number | undefined {
    switch (value) {
      case CONTROL.noFlow:
      case CONTROL.hardwareFlow:
        this.#flow = value;
        return value;
      case CONTROL.noInboundFlow:
      case CONTROL.hardwareInboundFlow:
        this.#inboundFlow = value;
        return value;
      case CONTROL.askFlow:
      case CONTROL.softwareFlow:
      case CONTROL.dcdFlow:
      case CONTROL.dsrFlow:
        return this.#flow;
      case CONTROL.askInboundFlow:
      case CONTROL.softwareInboundFlow:
      case CONTROL.dtrInboundFlow:
        return this.#inboundFlow;
      default:
        return undefined;
    }
  }

  #setLines(lines: ModemLines): void {
    if (lines.dtr === this.#lines.dtr && lines.rts === this.#lines.rts) return;
    this.#lines = lines;
    this.#target.lines(lines);
  }

  #setBreak(on: boolean): void {
    if (on === this.#break) return;
    this.#break = on;
    this.#target.breakLine(on);
  }
}
