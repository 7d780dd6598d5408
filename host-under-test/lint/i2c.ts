import { ACK, interfaces, opcodes } from '../../families/index.ts';
import type { TraceEvent } from '../../emulator/index.ts';
import type { FlashPicture } from '../flash-picture.ts';
import { pagesOf, unerasedWrites } from './lint.ts';
import type { LintFinding } from './finding.ts';
import { octets } from '../octets.ts';

type Message = TraceEvent & { readonly kind: 'rx' | 'tx' };

/** What the host is to write next. */
type Expected = 'command' | 'address' | 'length' | 'block' | 'count' | 'pages';

/** What is written behind a command, frame by frame (AN4221 §3); the no-stretch commands as the others. */
const FRAMES: Readonly<Record<number, readonly Expected[]>> = {
  [opcodes['read-memory']]: ['address', 'length'],
  [opcodes.go]: ['address'],
  [opcodes['write-memory']]: ['address', 'block'],
  [opcodes['no-stretch-write-memory']]: ['address', 'block'],
  [opcodes['extended-erase']]: ['count', 'pages'],
  [opcodes['no-stretch-erase']]: ['count', 'pages'],
};

/** Bytes of the replies behind the ACK of a command; undefined where a host cannot know them before. */
const REPLIES: Readonly<Record<number, readonly (number | undefined)[]>> = {
  [opcodes.get]: [undefined, 1],
  [opcodes['get-version']]: [1, 1],
  [opcodes['get-id']]: [undefined, 1],
};

/** What the host did on the bus that the note forbids, up to the first planted fault. */
export function lintI2c(
  trace: readonly TraceEvent[],
  before: FlashPicture,
): readonly LintFinding[] {
  const fault = trace.findIndex((event) => event.kind === 'fault');
  const clean = fault < 0 ? trace : trace.slice(0, fault);
  const host = new Host(before);
  for (const event of clean) host.take(event);
  return [...host.found, ...unerasedWrites(clean, before)];
}

/** Follows what the host has to do next, message by message. */
class Host {
  readonly found: LintFinding[] = [];
  readonly #flash: FlashPicture;
  #frames: readonly Expected[] = ['command'];
  /** Replies that come before the next frame, in bytes. */
  #replies: readonly (number | undefined)[] = [];
  /** The frame whose ACK the host has not read. */
  #unread: Expected | undefined;
  #opcode = 0;
  /** What the host wrote last. */
  #last = new Uint8Array();
  /** The count of an erase was one of the special codes: no list follows. */
  #isSpecial = false;

  constructor(flash: FlashPicture) {
    this.#flash = flash;
  }

  take(event: TraceEvent): void {
    if (event.kind === 'reset') {
      if (event.cause === 'I2C time-out') {
        const says = 'the host was silent within a command until the chip reset (AN2606, time-out)';
        this.#add('silent-within-command', event.time, says, this.#last);
      }
      this.#start();
      return;
    }
    if (event.kind !== 'rx' && event.kind !== 'tx') return;
    if (event.message?.acknowledged !== true || event.bytes.length === 0) return;
    if (event.kind === 'rx') this.#written(event);
    else this.#read(event);
  }

  #start(): void {
    this.#frames = ['command'];
    this.#replies = [];
    this.#unread = undefined;
  }

  #written(event: Message): void {
    const unread = this.#unread;
    this.#last = event.bytes.slice();
    if (unread !== undefined) {
      const says = `more is sent behind the ${unread} before its ACK is read (AN4221 §3)`;
      this.#add('no-wait-for-ack', event.time, says, event.bytes);
      return this.#start();
    }
    const [what = 'command', ...rest] = this.#frames;
    const { bytes } = event;
    if (what === 'command') this.#opcode = bytes[0]!;
    this.#frames = what === 'command' ? (FRAMES[this.#opcode] ?? []) : rest;
    this.#replies = this.#repliesBehind(what, bytes);
    this.#unread = what;
    if (what === 'block' && (bytes[0]! + 1) % 4 !== 0) {
      const says = `${bytes[0]! + 1} bytes are written, which is not a multiple of four (AN4221 §3.6)`;
      this.#add('length-not-multiple-of-four', event.time, says, bytes);
    }
    this.#isSpecial = what === 'count' && bytes[0] === 0xff;
    if (what === 'pages') this.#judgePages(event);
  }

  #repliesBehind(what: Expected, bytes: Uint8Array): readonly (number | undefined)[] {
    if (what === 'command') return REPLIES[this.#opcode] ?? [];
    return what === 'length' ? [bytes[0]! + 1] : [];
  }

  #judgePages({ time, bytes }: Message): void {
    const list = [0, 0, ...bytes]; // the count came in a frame of its own
    const wrong = pagesOf(opcodes['extended-erase'], list).find(
      (page) => page >= this.#flash.pages.length,
    );
    if (wrong === undefined) return;
    const there = `the part has 0 to ${this.#flash.pages.length - 1}`;
    this.#add(
      'page-out-of-range',
      time,
      `page ${wrong} is to be erased, ${there} (AN4221 §3.7)`,
      bytes,
    );
  }

  #read({ time, bytes }: Message): void {
    const answers = this.#unread !== undefined;
    const most = answers ? 1 : this.#replies[0];
    if (most !== undefined && bytes.length > most) {
      const says = `${bytes.length} bytes are read where the chip has ${most} (AN4221 §3)`;
      this.#add('over-read', time, says, bytes);
    }
    if (!answers) {
      this.#replies = this.#replies.slice(1);
      return;
    }
    if (bytes[0] === interfaces.I2C.busy) return;
    this.#unread = undefined;
    const special = this.#frames[0] === 'pages' && this.#isSpecial;
    if (bytes[0] !== ACK || this.#frames.length === 0 || special) this.#frames = ['command'];
    if (bytes[0] !== ACK) this.#replies = [];
  }

  #add(rule: LintFinding['rule'], time: number, says: string, bytes: Iterable<number>): void {
    this.found.push({ rule, time, says, octets: octets([...bytes]) });
  }
}
