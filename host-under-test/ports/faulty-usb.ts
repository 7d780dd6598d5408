import { dfuRequests } from '../../families/index.ts';
import type { Board, Hold, Setup, UsbPins } from '../../emulator/index.ts';
import type { UsbFault } from '../faults/usb.ts';
import { describe, flipped, Planted, type Counted, type PinEffects } from './planted.ts';
import type { UsbStep } from '../faults/steps.ts';
import { UsbSteps } from './usb-step.ts';

type Answer = Uint8Array | 'stall';

const HOLD: Hold = { hold: true };
const { GETSTATUS } = dfuRequests;

/** A control transfer under way. */
interface Transfer {
  readonly setup: Setup;
  readonly striking: readonly Counted<UsbFault>[];
  /** What the host gets once `ready`; undefined as long as the chip has not answered. */
  answer?: Answer;
  /** The host may have the answer. */
  ready: boolean;
  /** The host never gets one. */
  lost: boolean;
}

/** The pins of a USB port as the tool reaches them through a bad cable, or with a bad device behind them. */
export class FaultyUsb implements UsbPins {
  readonly #board: Board;
  readonly #inner: UsbPins;
  readonly #planted: Planted<UsbFault, UsbStep>;
  readonly #retry: (() => void)[] = [];
  readonly #attach: ((attached: boolean) => void)[] = [];
  readonly #steps = new UsbSteps();
  #current: Transfer | undefined;
  /** The cable is pulled, or not plugged in yet. */
  #unplugged = false;
  /** Nothing is answered any more. */
  #silent = false;
  /** Virtual µs before which the device asked not to be disturbed. */
  #quietUntil = 0;

  constructor(
    board: Board,
    pins: UsbPins,
    faults: readonly UsbFault[],
    effects: Omit<PinEffects, 'disconnect'>,
  ) {
    this.#board = board;
    this.#inner = pins;
    this.#planted = new Planted(board, faults, effects);
    pins.onRetry(() => this.#askAgain());
    pins.onAttach((attached) => {
      if (!this.#unplugged) this.#announceAttach(attached);
    });
    const late = this.#planted.rule('attach-late');
    if (late !== undefined) this.#attachLate(late.ms);
  }

  get attached(): boolean {
    return !this.#unplugged && this.#inner.attached;
  }

  busReset(): void {
    this.#current = undefined;
    if (!this.#unplugged) this.#inner.busReset();
  }

  onRetry(listener: () => void): void {
    this.#retry.push(listener);
  }

  onAttach(listener: (attached: boolean) => void): void {
    this.#attach.push(listener);
  }

  control(setup: Setup, data: Uint8Array): Answer | Hold {
    if (this.#unplugged) return HOLD;
    // a transfer that is asked for again is the same object
    const transfer = this.#current?.setup === setup ? this.#current : this.#begin(setup, data);
    if (transfer.lost) return HOLD;
    if (transfer.answer === undefined) {
      const answer = this.#inner.control(setup, this.#toChip(transfer, data));
      if (this.#current !== transfer) return HOLD; // the device has dropped off the bus meanwhile
      if (isHold(answer)) return HOLD;
      this.#take(transfer, answer);
    }
    return transfer.ready && !transfer.lost ? transfer.answer! : HOLD;
  }

  #begin(setup: Setup, data: Uint8Array): Transfer {
    const step = this.#steps.next(setup, data);
    this.#planted.begin(step);
    const striking = this.#planted.striking(
      (setup.bmRequestType & 0x80) === 0 ? 'to-chip' : 'to-host',
    );
    const transfer: Transfer = { setup, striking, ready: true, lost: false };
    this.#current = transfer;
    for (const fault of striking) this.#planted.announce(`${describe(fault)} at ${step}`, fault);
    const refused = this.#refuses(setup);
    if (refused !== undefined) this.#planted.announce(`${refused.why}: STALL`, refused.fault);
    if (refused !== undefined || striking.some((fault) => fault.do === 'stall')) {
      transfer.answer = 'stall';
    }
    const naks = striking.filter((fault) => fault.do === 'nak');
    this.#silent ||= naks.some((fault) => fault.on === true);
    transfer.lost = this.#silent || naks.length > 0;
    return transfer;
  }

  /** Why a device with a rule of its own stalls the request. */
  #refuses({
    bmRequestType,
    bRequest,
    wIndex,
    wLength,
  }: Setup): { readonly why: string; readonly fault: UsbFault } | undefined {
    const ofClass = (bmRequestType & 0x60) === 0x20;
    const patience = this.#planted.rule('needs-poll-time');
    if (ofClass && patience !== undefined && this.#board.clock.now < this.#quietUntil) {
      return { why: 'sooner than bwPollTimeout', fault: patience };
    }
    const status = ofClass && bRequest === GETSTATUS;
    const form = this.#planted.rule('needs-six-bytes');
    if (status && form !== undefined && (wIndex !== 0 || wLength !== 6)) {
      return { why: `a GETSTATUS of ${wLength} bytes to interface ${wIndex}`, fault: form };
    }
    return undefined;
  }

  /** The data of the OUT stage as it arrives. */
  #toChip({ setup, striking }: Transfer, data: Uint8Array): Uint8Array {
    return (setup.bmRequestType & 0x80) === 0 ? damaged(data, striking) : data;
  }

  /** The chip has answered: what becomes of that on the way to the host. */
  #take(transfer: Transfer, answer: Answer): void {
    const { setup, striking } = transfer;
    const toHost = (setup.bmRequestType & 0x80) !== 0;
    transfer.answer = answer === 'stall' || !toHost ? answer : damaged(answer, striking);
    this.#noteQuiet(setup, transfer.answer);
    for (const fault of striking) this.#strike(fault, transfer);
    this.#planted.answer();
  }

  #strike(fault: Counted<UsbFault>, transfer: Transfer): void {
    switch (fault.do) {
      case 'drop':
        transfer.lost = true;
        break;
      case 'delay':
        transfer.ready = false;
        this.#board.clock.wait(fault.ms * 1000, () => {
          transfer.ready = true;
          this.#askAgain();
        });
        break;
      case 'disconnect':
        transfer.lost = true;
        this.#current = undefined;
        this.#unplugged = true;
        this.#announceAttach(false);
        break;
      case 'reset':
        transfer.lost = true;
        this.#current = undefined;
        this.#board.reset();
        break;
      case 'stall':
      case 'nak':
      case 'corrupt':
      case 'replace':
        break; // done on the way
    }
  }

  /** bwPollTimeout of a GETSTATUS, in ms (DFU 1.1 §6.1.2). */
  #noteQuiet({ bmRequestType, bRequest }: Setup, answer: Answer): void {
    if (answer === 'stall' || bmRequestType !== 0xa1 || bRequest !== GETSTATUS) return;
    if (answer.length !== 6) return;
    const ms = answer[1]! | (answer[2]! << 8) | (answer[3]! << 16);
    this.#quietUntil = this.#board.clock.now + ms * 1000;
  }

  #attachLate(ms: number): void {
    this.#unplugged = true;
    this.#board.clock.wait(ms * 1000, () => {
      this.#unplugged = false;
      if (this.#inner.attached) this.#announceAttach(true);
    });
  }

  #askAgain(): void {
    for (const listener of this.#retry) listener();
  }

  #announceAttach(attached: boolean): void {
    this.#current = undefined;
    for (const listener of this.#attach) listener(attached);
  }
}

function isHold(answer: Answer | Hold): answer is Hold {
  return typeof answer === 'object' && 'hold' in answer;
}

/** Data of a stage with the bytes that faults have changed. */
function damaged(data: Uint8Array, striking: readonly Counted<UsbFault>[]): Uint8Array {
  let passed = data;
  for (const fault of striking) {
    if (fault.do === 'replace') passed = Uint8Array.from(fault.bytes);
    if (fault.do === 'corrupt') passed = flipped(passed, fault.byte, fault.value);
  }
  return passed;
}
