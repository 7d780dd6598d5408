import type { Board, Line, UsartPins } from '../../emulator/index.ts';
import type { WireFault } from '../faults/faults.ts';
import { octets } from '../octets.ts';
import { heard, type ReplyFault } from './faulty-reply.ts';
import { commandStep } from '../faults/steps.ts';
import type { BusStep } from '../faults/steps.ts';
import { describe, Planted, type PinEffects } from './planted.ts';

type PacketFault = Extract<WireFault, { readonly direction: 'to-chip' }>;

/** µs without a byte after which what the host sends is a new packet, replied to or not. */
const QUIET = 50_000;

/** The pins of a USART as the tool reaches them through a bad line. */
export class FaultyUsart implements UsartPins {
  readonly #board: Board;
  readonly #inner: UsartPins;
  readonly #planted: Planted<WireFault>;
  readonly #effects: PinEffects;
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];
  /** What strikes the packet. */
  #striking: readonly PacketFault[] = [];
  #inPacket = 0;
  #heardAt = -Infinity;
  #silent = false;
  /** Virtual µs before which no further reply may overtake. */
  #deliverAt = 0;
  #synced = false;
  #passed = 0;

  constructor(board: Board, pins: UsartPins, faults: readonly WireFault[], effects: PinEffects) {
    this.#board = board;
    this.#inner = pins;
    this.#planted = new Planted(board, faults, effects);
    this.#effects = effects;
    this.#inner.onTransmit((bytes) => this.#fromChip(bytes));
    const strays = this.#planted.rule('stray');
    if (strays !== undefined) this.#straysAfterReset(strays);
  }

  onTransmit(listener: (bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
  }

  setLine(line: Line): void {
    const dropsParity = this.#planted.rule('drops-parity') !== undefined;
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

  #echo(bytes: Uint8Array): void {
    const fault = this.#planted.rule('echo');
    if (fault === undefined) return;
    this.#planted.announceOnce('each byte of the host is heard by it', fault);
    this.#deliver(bytes);
  }

  #beginPacket(bytes: Uint8Array): void {
    const { now } = this.#board.clock;
    const fresh = this.#planted.replied || now - this.#heardAt > QUIET;
    this.#heardAt = now;
    if (!fresh) return;
    this.#inPacket = 0;
    this.#planted.begin(stepOf(this.#board, bytes));
    this.#striking = this.#planted
      .striking('to-chip')
      .filter((fault): fault is PacketFault => fault.direction === 'to-chip');
  }

  #toChip(bytes: Uint8Array): Uint8Array {
    const noParity = this.#planted.rule('drops-parity');
    if (noParity !== undefined) this.#planted.announceOnce('the parity bit is not sent', noParity);
    let passed = this.#withBitErrors([...bytes]);
    for (const fault of this.#striking) {
      const at = fault.byte - this.#inPacket;
      if (at < 0 || at >= bytes.length) continue;
      this.#planted.announce(`${fault.do} byte ${fault.byte} of ${this.#planted.step}`, fault);
      passed = changed(passed, at, fault.do, fault.value ?? 0xff);
    }
    return Uint8Array.from(passed);
  }

  #fromChip(bytes: Uint8Array): void {
    this.#planted.answer();
    if (this.#silent) return;
    const sent = Uint8Array.from(this.#withBitErrors([...bytes]));
    if (this.#planted.step === 'sync') this.#synced = true;
    const striking = this.#planted
      .striking('to-host')
      .filter((fault): fault is ReplyFault => fault.direction === 'to-host');
    for (const fault of striking) {
      this.#planted.announce(`${describe(fault)} at a reply to ${this.#planted.step}`, fault);
    }
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
    const fault = this.#planted.rule('bit-errors');
    if (fault === undefined || !this.#synced) return bytes;
    return bytes.map((byte) => {
      this.#passed++;
      if (this.#passed % fault.every !== 0) return byte;
      this.#planted.announce('bit error', fault);
      return byte ^ 0x01;
    });
  }

  #straysAfterReset(fault: Extract<WireFault, { readonly do: 'stray' }>): void {
    const { bytes, ms } = fault;
    this.#board.trace.listen((event) => {
      if (event.kind !== 'pin' || event.name !== 'NRST' || event.level !== 1) return;
      this.#board.clock.wait(ms * 1000, () => {
        this.#planted.announce(`stray bytes after reset (${octets(bytes)})`, fault);
        this.#deliver(Uint8Array.from(bytes));
      });
    });
  }
}

/** What the chip waits for as the packet begins; a command with its opcode. */
function stepOf(board: Board, bytes: Uint8Array): BusStep {
  const wait = board.waiting();
  if (wait?.for !== 'bytes') return 'nobody waits';
  if (wait.what !== 'command') return wait.what;
  return commandStep(bytes[0]!);
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
