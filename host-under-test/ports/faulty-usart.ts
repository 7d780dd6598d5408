import type { Board, Line, UsartPins } from '../../emulator/index.ts';
import type { ScenarioFault, WireFault } from '../faults/faults.ts';
import { octets } from '../octets.ts';
import { describeReplyFault, heard, type ReplyFault } from './faulty-reply.ts';

/** What faults and interruptions at the pins do beyond changing bytes. */
export interface PinEffects {
  /** The port vanishes from under the tool. */
  disconnect(): void;
  /** The chip begins to answer the nth packet of a step, whatever of that reaches the host. */
  answer(step: string, nth: number): void;
  /** A fault strikes. */
  strike(fault: ScenarioFault): void;
}

/** µs without a byte after which what the host sends is a new packet, replied to or not. */
const QUIET = 50_000;

/** The pins of a USART as the tool reaches them through a bad line. */
export class FaultyUsart implements UsartPins {
  readonly #board: Board;
  readonly #inner: UsartPins;
  readonly #faults: readonly WireFault[];
  readonly #effects: PinEffects;
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];
  /** How often each fault's step has come by. */
  readonly #counts = new Map<WireFault, number>();
  readonly #packets = new Map<string, number>();
  #step = '';
  #inPacket = 0;
  #replied = true;
  #heardAt = -Infinity;
  #silent = false;
  /** Virtual µs before which no further reply may overtake. */
  #deliverAt = 0;
  #synced = false;
  #passed = 0;
  #echoed = false;
  #parityTold = false;

  constructor(board: Board, pins: UsartPins, faults: readonly WireFault[], effects: PinEffects) {
    this.#board = board;
    this.#inner = pins;
    this.#faults = faults;
    this.#effects = effects;
    this.#inner.onTransmit((bytes) => this.#fromChip(bytes));
    for (const fault of faults) {
      if (fault.do === 'stray') this.#straysAfterReset(fault);
    }
  }

  onTransmit(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
  }

  setLine(line: Line): void {
    const dropsParity = this.#faults.some((fault) => fault.do === 'drops-parity');
    this.#inner.setLine(dropsParity ? { ...line, parity: 'none' } : line);
  }

  breakLine(on: boolean): void {
    this.#inner.breakLine(on);
  }

  receive(bytes: Uint8Array, line?: Line): void {
    if (line !== undefined) this.setLine(line);
    if (bytes.length === 0) return;
    this.#echo(bytes);
    this.#beginPacket(bytes);
    const arriving = this.#toChip(bytes);
    this.#inPacket += bytes.length;
    if (arriving.length > 0) this.#inner.receive(arriving);
  }

  /** Told once. */
  #tellOfParity(): void {
    const fault = this.#faults.find((each) => each.do === 'drops-parity');
    if (fault === undefined || this.#parityTold) return;
    this.#parityTold = true;
    this.#announce('the parity bit is not sent', fault);
  }

  /** Of an echo the trace tells once. */
  #echo(bytes: Uint8Array): void {
    const fault = this.#faults.find((each) => each.do === 'echo');
    if (fault === undefined) return;
    if (!this.#echoed) this.#announce('each byte of the host is heard by it', fault);
    this.#echoed = true;
    this.#deliver(bytes);
  }

  #beginPacket(bytes: Uint8Array): void {
    const { now } = this.#board.clock;
    const fresh = this.#replied || now - this.#heardAt > QUIET;
    this.#heardAt = now;
    if (!fresh) return;
    this.#replied = false;
    this.#inPacket = 0;
    this.#step = stepOf(this.#board, bytes);
    this.#packets.set(this.#step, (this.#packets.get(this.#step) ?? 0) + 1);
    for (const fault of this.#faults) {
      if ('direction' in fault && fault.direction === 'to-chip') this.#count(fault);
    }
  }

  #toChip(bytes: Uint8Array): Uint8Array {
    this.#tellOfParity();
    let passed = this.#withBitErrors([...bytes]);
    for (const fault of this.#faults) {
      if (!('direction' in fault) || fault.direction !== 'to-chip' || !this.#strikes(fault)) {
        continue;
      }
      const at = fault.byte - this.#inPacket;
      if (at < 0 || at >= bytes.length) continue;
      this.#announce(`${fault.do} byte ${fault.byte} of ${this.#step}`, fault);
      passed = changed(passed, at, fault.do, fault.value ?? 0xff);
    }
    return Uint8Array.from(passed);
  }

  #fromChip(bytes: Uint8Array): void {
    if (!this.#replied) this.#effects.answer(this.#step, this.#packets.get(this.#step)!);
    this.#replied = true;
    if (this.#silent) return;
    const sent = Uint8Array.from(this.#withBitErrors([...bytes]));
    if (this.#step === 'sync') this.#synced = true;
    const striking = this.#faults.filter((fault): fault is ReplyFault => {
      if (!('direction' in fault) || fault.direction !== 'to-host') return false;
      this.#count(fault);
      return this.#strikes(fault);
    });
    for (const fault of striking) this.#announce(describeReplyFault(fault, this.#step), fault);
    const { replies, heldMs, apartMs, instead } = heard(sent, striking);
    for (const [index, reply] of replies.entries()) {
      this.#deliverAfter(reply, index === 0 ? heldMs : apartMs);
    }
    if (instead === 'reset') this.#board.reset();
    else if (instead !== undefined) this.#silent = true;
    if (instead === 'disconnect') this.#effects.disconnect();
  }

  /** Nothing overtakes: a reply waits for those before it, and so many ms on top. */
  #deliverAfter(bytes: Uint8Array, ms: number): void {
    const { clock } = this.#board;
    const at = Math.max(clock.now, this.#deliverAt) + ms * 1000;
    this.#deliverAt = at;
    if (at <= clock.now) this.#deliver(bytes);
    else clock.wait(at - clock.now, () => this.#deliver(bytes));
  }

  #deliver(bytes: Uint8Array): void {
    for (const listener of this.#listeners) listener(bytes);
  }

  #withBitErrors(bytes: number[]): number[] {
    const fault = this.#faults.find((each) => each.do === 'bit-errors');
    if (fault?.do !== 'bit-errors' || !this.#synced) return bytes;
    return bytes.map((byte) => {
      this.#passed++;
      if (this.#passed % fault.every !== 0) return byte;
      this.#announce('bit error', fault);
      return byte ^ 0x01;
    });
  }

  #straysAfterReset(fault: Extract<WireFault, { readonly do: 'stray' }>): void {
    const { bytes, ms } = fault;
    this.#board.trace.listen((event) => {
      if (event.kind !== 'pin' || event.name !== 'NRST' || event.level !== 1) return;
      this.#board.clock.wait(ms * 1000, () => {
        this.#announce(`stray bytes after reset (${octets(bytes)})`, fault);
        this.#deliver(Uint8Array.from(bytes));
      });
    });
  }

  #count(fault: WireFault): void {
    if ('nth' in fault && this.#step.startsWith(fault.step ?? '')) {
      this.#counts.set(fault, (this.#counts.get(fault) ?? 0) + 1);
    }
  }

  #strikes(fault: WireFault): boolean {
    if (!('nth' in fault) || !this.#step.startsWith(fault.step ?? '')) return false;
    const count = this.#counts.get(fault) ?? 0;
    return count === fault.nth || (fault.on === true && count > fault.nth);
  }

  #announce(text: string, fault: WireFault): void {
    this.#board.trace.emit({ kind: 'fault', fault: text });
    this.#effects.strike(fault);
  }
}

/** What the chip waits for as the packet begins; a command with its opcode. */
function stepOf(board: Board, bytes: Uint8Array): string {
  const wait = board.waiting();
  if (wait?.for !== 'bytes') return 'nobody waits';
  if (wait.what !== 'command') return wait.what;
  return `command ${bytes[0]!.toString(16).padStart(2, '0')}`;
}

function changed(bytes: readonly number[], at: number, how: string, value: number): number[] {
  const byte = bytes[at]!;
  const instead: Readonly<Record<string, readonly number[]>> = {
    drop: [],
    corrupt: [byte ^ value],
    duplicate: [byte, byte],
    insert: [value, byte],
  };
  return [...bytes.slice(0, at), ...instead[how]!, ...bytes.slice(at + 1)];
}
