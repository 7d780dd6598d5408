import { formatJsonEvent } from '../../../trace/json.ts';
import type { TraceEvent } from '../../../trace/trace.ts';
import type { LogMemory } from './log-memory.ts';

/** Events that a board remembers for those who come later. */
const MOST_KEPT = 1 << 16;
/** Events of which the JSON is remembered too: more than streams that keep up are apart. */
const MOST_TEXTS = 1 << 12;
/** About what an event takes without its bytes. */
const EVENT_BYTES = 256;

/** An event with its number, counted from 1 on each board. */
export interface LoggedEvent {
  readonly seq: number;
  readonly event: TraceEvent;
}

/** Which events somebody wants: all that are of one of the kinds and on one of the ports, where these are named. */
export interface EventFilter {
  readonly kinds?: readonly string[] | undefined;
  readonly ports?: readonly string[] | undefined;
}

/** The last events of a board. It is read, not listened to: who is slow misses events, and the board never waits. */
export class TraceLog {
  readonly #ring: (TraceEvent | undefined)[] = [];
  readonly #texts: { readonly seq: number; readonly text: string }[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #memory: LogMemory | undefined;
  #first = 1;
  #last = 0;
  #bytes = 0;

  /** `memory` is what it shares with the other boards of a server. */
  constructor(memory?: LogMemory) {
    this.#memory = memory;
    memory?.share(this);
  }

  /** Number of the event that came last; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** Number of the oldest event that is remembered. */
  get first(): number {
    return this.#first;
  }

  /** About what the events take that are remembered. */
  get bytes(): number {
    return this.#bytes;
  }

  add(event: TraceEvent): void {
    if (this.#last - this.#first + 1 === MOST_KEPT) this.#forgetFirst();
    this.#ring[this.#last % MOST_KEPT] = event;
    this.#last++;
    const bytes = bytesOf(event);
    this.#bytes += bytes;
    this.#memory?.taken(bytes);
    for (const watcher of this.#watchers) watcher();
  }

  /** Forgets the oldest events until the others take no more than so many bytes; the last is kept. */
  forgetBeyond(bytes: number): void {
    while (this.#bytes > bytes && this.#first < this.#last) this.#forgetFirst();
  }

  /** Shares no memory any more: its board is gone. */
  close(): void {
    this.#memory?.leave(this);
  }

  /** Calls `watcher` behind each event, until what it returns is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The event of this number, which must be remembered. */
  at(seq: number): TraceEvent {
    return this.#ring[(seq - 1) % MOST_KEPT]!;
  }

  /** Its JSON as `--trace json` writes it, which all who ask at about the same time share. */
  json(seq: number): string {
    const known = this.#texts[seq % MOST_TEXTS];
    if (known?.seq === seq) return known.text;
    const text = formatJsonEvent(this.at(seq));
    this.#texts[seq % MOST_TEXTS] = { seq, text };
    return text;
  }

  /** Events from number `from` on, at most so many of those that are wanted. */
  read(from: number, most: number, filter: EventFilter = {}): readonly LoggedEvent[] {
    const found: LoggedEvent[] = [];
    for (let seq = Math.max(from, this.first); seq <= this.#last && found.length < most; seq++) {
      const event = this.at(seq);
      if (wanted(event, filter)) found.push({ seq, event });
    }
    return found;
  }

  #forgetFirst(): void {
    const at = (this.#first - 1) % MOST_KEPT;
    const bytes = bytesOf(this.#ring[at]!);
    this.#ring[at] = undefined;
    this.#first++;
    this.#bytes -= bytes;
    this.#memory?.taken(-bytes);
  }
}

function bytesOf(event: TraceEvent): number {
  return EVENT_BYTES + ('bytes' in event ? event.bytes.length : 0);
}

/** Whether a filter lets an event pass. */
export function wanted(event: TraceEvent, { kinds, ports }: EventFilter): boolean {
  if (kinds !== undefined && !kinds.includes(event.kind)) return false;
  if (ports === undefined) return true;
  return 'port' in event && event.port !== undefined && ports.includes(event.port);
}
