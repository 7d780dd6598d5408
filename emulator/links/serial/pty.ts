import { closeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Line, UsartPins } from '../../interfaces/usart/pins.ts';
import type { Trace } from '../../trace/trace.ts';
import { AlertLoop } from '../alert-loop.ts';
import { BoundedOutput } from '../bounded-output.ts';
import type { Pacer } from '../pacer.ts';
import { placeLink, type LinkFile } from './pty-link-file.ts';
import { PtyMaster } from './pty-master.ts';
import { openPtyEnds, type PtyEnds } from './pty-native.ts';
import { discardUnread } from './pty-read.ts';
import { loadReadBaudRate, type ReadBaudRate } from './termios.ts';
import type { ModemLines } from './wiring.ts';

/** Where a pty port appears and what is wired to its control lines. */
export interface PtyOptions {
  /** Path of a symbolic link to the port, whose own name changes from run to run. */
  readonly link?: string;
  /** Called with DTR and RTS whenever a tool under the preload changes one; inside `pacer.input`. */
  readonly lines?: (lines: ModemLines) => void;
}

/** AN3155 §2: the byte by which the bootloader measures the rate. */
const SYNC = 0x7f;
/** After so many ms without a byte the host may have another rate. */
const RATE_QUIET_MS = 20;
/** After so many ms without a byte what nobody has read was meant for a host that has gone. */
const STALE_QUIET_MS = 100;
/** Bytes handled before looking whether their replies got away: 1 KiB of Read Memory commands asks for 30 KB. */
const SLICE = 1024;
/** More than the kernel keeps of what hosts have written, bytes. */
const KERNEL_KEEPS = 64 * 1024;
/** A host that sends but has not read for so many ms does not want to: from then on its input no longer waits. */
const UNHEARD_MS = 5000;

/** Opens a pseudo-terminal as the host's end of a USART. */
export async function openPty(
  pins: UsartPins,
  pacer: Pacer,
  trace: Trace,
  options: PtyOptions = {},
): Promise<PtyLink> {
  const opening = openPtyEnds(); // it waits for stty(1), and what reads rates is loaded meanwhile
  const readBaudRate = await loadMeanwhile(opening);
  const ends = await opening;
  const link = new PtyLink(pins, pacer, trace, ends, readBaudRate, options);
  try {
    await link.placeLink();
  } catch (error) {
    await link.close();
    throw error;
  }
  return link;
}

async function loadMeanwhile(opening: Promise<PtyEnds>): Promise<ReadBaudRate> {
  try {
    return loadReadBaudRate();
  } catch (error) {
    const { master, slave } = await opening;
    closeSync(master);
    closeSync(slave);
    throw error;
  }
}

/**
 * A USART on a pseudo-terminal. Hosts come and go unnoticed; their rate is looked up when it may have
 * changed, and parity, which no pty keeps, is taken as right, unless the preload library tells both.
 */
export class PtyLink {
  /** What to give to a host: the link if one was asked for. */
  readonly path: string;
  /** The terminal itself, `/dev/pts/N`. */
  readonly slavePath: string;
  readonly #pins: UsartPins;
  readonly #pacer: Pacer;
  readonly #trace: Trace;
  readonly #ends: PtyEnds;
  readonly #readBaudRate: ReadBaudRate;
  readonly #options: PtyOptions;
  readonly #master: PtyMaster;
  readonly #output: BoundedOutput;
  /** Input that waits for the rate to be known or for its replies to find room. */
  #held: Uint8Array[] = [];
  /** Replies to the input being handled; they leave together. */
  #replies: Uint8Array[] | undefined;
  /** A setting that the pins have not been told. */
  #line: Line | undefined;
  #lookingUp: Promise<void> | undefined;
  /** When input was last handled; waiting for room is not quiet. */
  #lastInputAt = -Infinity;
  #attended = false;
  #preloaded = false;
  #linkFile: LinkFile | undefined;
  readonly #loop = new AlertLoop();
  #closed = false;

  constructor(
    pins: UsartPins,
    pacer: Pacer,
    trace: Trace,
    ends: PtyEnds,
    readBaudRate: ReadBaudRate,
    options: PtyOptions,
  ) {
    this.path = options.link ?? ends.slavePath;
    this.slavePath = ends.slavePath;
    this.#pins = pins;
    this.#pacer = pacer;
    this.#trace = trace;
    this.#ends = ends;
    this.#readBaudRate = readBaudRate;
    this.#options = options;
    this.#output = new BoundedOutput(ends.master, {
      onRetried: () => this.#handleHeld(),
      onDropped: () => this.note(`nobody reads ${this.path}: output is dropped`),
    });
    this.#master = new PtyMaster(ends.master, (chunk) => this.#arrived(chunk));
    pins.onTransmit((bytes) => this.#transmit(bytes));
    this.#master.flow(true);
  }

  /**
   * Says whether the host tells its settings and its coming and going, as the preload library does:
   * then none of that is guessed, and what one host has not read never reaches another.
   */
  attend(on: boolean): void {
    this.#attended = on;
    this.#lastInputAt = -Infinity; // whoever comes next is somebody else
    this.forgetUnread();
  }

  /**
   * Says whether all programs that use the port are to have the preload library, which attends to it. One that calls
   * the kernel by itself, as those in Go do, has it in vain.
   */
  preloaded(on: boolean): void {
    this.#preloaded = on;
  }

  /** Makes the link to the port, if one was asked for. @throws EmulatorError when it is somebody else's */
  async placeLink(): Promise<void> {
    const { link } = this.#options;
    if (link !== undefined) this.#linkFile = await placeLink(link, this.slavePath);
  }

  /** The host has another line setting, for what it writes from now on. */
  setLine(line: Line): Promise<void> {
    return this.#afterInput(() => this.#pins.setLine(line));
  }

  /** The host holds its transmit line low, after all that it has written, or lets it go. */
  setBreak(on: boolean): Promise<void> {
    return this.#afterInput(() => this.#pins.breakLine(on));
  }

  /** The host has changed DTR or RTS, after all that it has written. */
  setLines(lines: ModemLines): Promise<void> {
    return this.#afterInput(() => this.#options.lines?.(lines));
  }

  /** Hands everything that hosts have written by now to the chip, whether its replies are read or not. */
  async drain(): Promise<void> {
    await this.#lookingUp;
    if (this.#closed) return;
    for (let taken = 0; taken < KERNEL_KEEPS;) {
      const chunk = this.#master.take();
      if (chunk === undefined) break;
      this.#held.push(chunk);
      taken += chunk.length;
    }
    while (this.#held.length > 0) this.#handleSlice();
    this.#master.flow(true);
  }

  /** Throws away what the chip has sent and no host has read. */
  forgetUnread(): void {
    if (this.#closed) return;
    this.#output.discard();
    discardUnread(this.#ends.slave);
  }

  /** Puts a remark into the board's trace. */
  note(text: string): void {
    this.#trace.emit({ kind: 'note', text });
  }

  /** Takes the port away, even from under a host. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#lookingUp;
    this.#output.discard();
    await this.#master.close();
    closeSync(this.#ends.slave);
    this.#linkFile?.remove();
  }

  async #afterInput(action: () => void): Promise<void> {
    await this.drain();
    this.#pacer.input(action);
  }

  #transmit(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (this.#replies === undefined) this.#output.write([bytes]);
    else this.#replies.push(bytes);
  }

  #arrived(chunk: Uint8Array): void {
    if (this.#preloaded && !this.#attended) this.#tellUnseen();
    const quietMs = performance.now() - this.#lastInputAt;
    this.#held.push(chunk);
    const mayDiffer = quietMs >= RATE_QUIET_MS || chunk[0] === SYNC;
    if (!this.#attended && mayDiffer) this.#lookingUp ??= this.#lookUp(quietMs);
    this.#handleHeld();
  }

  #tellUnseen(): void {
    this.#preloaded = false; // once
    const text = `a program reached ${this.path} past the C library, as those in Go and static ones do: its parity, DTR, RTS and breaks are not seen`;
    this.#trace.emit({ kind: 'surprise', text });
  }

  /** Finds out what a host that begins to send has set; its bytes wait meanwhile. */
  async #lookUp(quietMs: number): Promise<void> {
    if (quietMs >= STALE_QUIET_MS) this.forgetUnread();
    const baud = await this.#readBaudRate(this.#ends.master);
    // B0 is what programs set that forget the rate: nothing is known then.
    this.#line = baud === undefined || baud === 0 ? {} : { baud };
    this.#lookingUp = undefined;
    if (!this.#closed) this.#handleHeld();
  }

  #handleHeld(): void {
    while (this.#held.length > 0 && !this.#mustWait()) this.#handleSlice();
    this.#master.flow(this.#held.length === 0);
  }

  #mustWait(): boolean {
    if (this.#lookingUp !== undefined) return true;
    return this.#output.pending && this.#output.stalledForMs < UNHEARD_MS;
  }

  #handleSlice(): void {
    const chunk = this.#held.shift()!;
    if (chunk.length > SLICE) this.#held.unshift(chunk.subarray(SLICE));
    const line = this.#line;
    this.#line = undefined;
    this.#loop.arrived();
    const replies: Uint8Array[] = [];
    this.#replies = replies;
    this.#pacer.input(() => this.#pins.receive(chunk.subarray(0, SLICE), line));
    this.#replies = undefined;
    if (replies.length > 0) this.#output.write(replies);
    this.#lastInputAt = performance.now();
    this.#loop.handled();
  }
}
