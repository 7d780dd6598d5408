import type { Board, Line, UsartPins } from '../emulator/index.ts';
import type { WireFault } from './faults.ts';

/** What faults and interruptions at the pins do beyond changing bytes. */
export interface PinEffects {
  /** The port vanishes from under the tool. */
  disconnect(): void;
  /** The host has begun the nth packet of a step. */
  packet(step: string, nth: number): void;
}

/** µs without a byte after which what the host sends is a new packet, replied to or not. */
const QUIET = 50_000;

/** The pins of the first USART as the tool reaches them through a bad line. */
export class FaultyPins implements UsartPins {
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
  #line: Line = {};
  /** Virtual µs before which no further reply may overtake. */
  #deliverAt = 0;
  #synced = false;
  #passed = 0;

  constructor(board: Board, faults: readonly WireFault[], effects: PinEffects) {
    this.#board = board;
    this.#inner = board.usart();
    this.#faults = faults;
    this.#effects = effects;
    this.#inner.onTransmit((bytes) => this.#fromChip(bytes));
    for (const fault of faults) {
      if (fault.do === 'stray') this.#straysAfterReset(fault.bytes, fault.ms);
    }
  }

  onTransmit(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
  }

  setLine(line: Line): void {
    this.#line = line;
    this.#inner.setLine(line);
  }

  breakLine(on: boolean): void {
    this.#inner.breakLine(on);
  }

  receive(bytes: Uint8Array, line?: Line): void {
    if (line !== undefined) this.setLine(line);
    if (bytes.length === 0) return;
    if (this.#faults.some((fault) => fault.do === 'echo')) this.#deliver(bytes);
    this.#beginPacket(bytes);
    const arriving = this.#toChip(bytes);
    this.#inPacket += bytes.length;
    if (arriving.length > 0) this.#inner.receive(arriving);
  }

  #beginPacket(bytes: Uint8Array): void {
    const { now } = this.#board.clock;
    const fresh = this.#replied || now - this.#heardAt > QUIET;
    this.#heardAt = now;
    if (!fresh) return;
    this.#replied = false;
    this.#inPacket = 0;
    this.#step = stepOf(this.#board, bytes);
    const nth = (this.#packets.get(this.#step) ?? 0) + 1;
    this.#packets.set(this.#step, nth);
    for (const fault of this.#faults) {
      if ('direction' in fault && fault.direction === 'to-chip') this.#count(fault);
    }
    this.#effects.packet(this.#step, nth);
  }

  #toChip(bytes: Uint8Array): Uint8Array {
    const dropsAll =
      this.#faults.some((fault) => fault.do === 'needs-even-parity') &&
      this.#line.parity !== 'even';
    if (dropsAll) {
      this.#announce('bytes without even parity are lost');
      return new Uint8Array();
    }
    let passed = this.#withBitErrors([...bytes]);
    for (const fault of this.#faults) {
      if (!('direction' in fault) || fault.direction !== 'to-chip' || !this.#strikes(fault)) {
        continue;
      }
      const at = fault.byte - this.#inPacket;
      if (at < 0 || at >= bytes.length) continue;
      this.#announce(`${fault.do} byte ${fault.byte} of ${this.#step}`);
      passed = changed(passed, at, fault.do, fault.value ?? 0xff);
    }
    return Uint8Array.from(passed);
  }

  #fromChip(bytes: Uint8Array): void {
    this.#replied = true;
    if (this.#silent) return;
    let replies: Uint8Array[] = [Uint8Array.from(this.#withBitErrors([...bytes]))];
    if (this.#step === 'sync') this.#synced = true;
    let heldMs = 0;
    let apartMs: number | undefined;
    for (const fault of this.#faults) {
      if (!('direction' in fault) || fault.direction !== 'to-host') continue;
      this.#count(fault);
      if (!this.#strikes(fault)) continue;
      this.#announce(`${fault.do} at a reply to ${this.#step}`);
      switch (fault.do) {
        case 'drop':
          replies = [];
          break;
        case 'duplicate':
          replies = [...replies, ...replies];
          break;
        case 'replace':
          replies = [Uint8Array.from(fault.bytes)];
          break;
        case 'before':
          replies = [Uint8Array.from(fault.bytes), ...replies];
          break;
        case 'after':
          replies = [...replies, Uint8Array.from(fault.bytes)];
          break;
        case 'corrupt':
          replies = replies.map((reply) =>
            reply.map((byte, at) => (at === fault.byte ? byte ^ fault.value : byte)),
          );
          break;
        case 'delay':
          heldMs = Math.max(heldMs, fault.ms);
          break;
        case 'split':
          apartMs = fault.ms;
          break;
        case 'silence':
          this.#silent = true;
          return;
        case 'disconnect':
          this.#silent = true;
          this.#effects.disconnect();
          return;
        case 'reset':
          this.#board.reset();
          return;
      }
    }
    if (apartMs !== undefined) replies = replies.flatMap((reply) => singles(reply));
    for (const reply of replies) {
      this.#deliverAfter(reply, heldMs);
      heldMs = apartMs ?? 0;
    }
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
      this.#announce('bit error');
      return byte ^ 0x01;
    });
  }

  #straysAfterReset(bytes: readonly number[], ms: number): void {
    this.#board.trace.listen((event) => {
      if (event.kind !== 'pin' || event.name !== 'NRST' || event.level !== 1) return;
      this.#board.clock.wait(ms * 1000, () => {
        this.#announce('stray bytes after reset');
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

  #announce(fault: string): void {
    this.#board.trace.emit({ kind: 'fault', fault });
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

function singles(bytes: Uint8Array): Uint8Array[] {
  return [...bytes].map((byte) => Uint8Array.of(byte));
}
