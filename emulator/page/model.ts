import { NoSuchBoard, TokenWanted, listen } from './api.ts';
import type { BoardState, Live } from '../cli/control/api/schemas.ts';

/** Lines that are kept; the oldest tenth goes when there are more. */
const MOST_LINES = 50_000;
/** How long the page waits before it asks a server again that went away, ms. */
const AGAIN_MS = 1000;

export type DialogueLine = Live['dialogue'][number];
export type TraceLine = Live['trace'][number];

/** Which events are shown as lines. */
export interface TraceFilter {
  /** Kinds parted by commas; '' none, `all`. */
  readonly kinds: string;
  readonly text: string;
}

/** What the server has told, in memory; whoever shows it is called once a frame at most. */
export class Model {
  readonly boards = new Map<string, BoardState>();
  units: Live['units'] = [];
  flash: Live['flash'] = { cell: 1, content: '', working: [] };
  readonly dialogue = new Lines<DialogueLine>();
  readonly trace = new Lines<TraceLine>();
  /** Events that came faster than this page read. */
  dropped = 0;
  status: 'connecting' | 'open' | 'lost' | 'token' = 'connecting';
  opened: string | undefined;
  /** Why the board that is opened is not shown: it was removed meanwhile, or there is none of this name. */
  absent: 'removed' | 'unknown' | undefined;
  readonly #changed: () => void;
  #filter: TraceFilter = { kinds: '', text: '' };
  #stream = new AbortController();
  #drawing = false;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Shows all boards, or opens one. */
  open(board: string | undefined): void {
    this.opened = board;
    this.absent = undefined;
    this.dialogue.clear();
    this.units = [];
    this.flash = { cell: 1, content: '', working: [] };
    this.connect();
  }

  /** Shows other events of the board that is open, from the oldest on that the server remembers. */
  filterTrace(filter: TraceFilter): void {
    if (filter.kinds === this.#filter.kinds && filter.text === this.#filter.text) return;
    this.#filter = filter;
    this.connect();
  }

  connect(): void {
    this.#stream.abort();
    this.#stream = new AbortController();
    void this.#follow(this.#stream.signal);
  }

  /** Draws in the next frame what has changed by then. */
  draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#changed();
    });
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { absent } = this;
      try {
        await this.#read(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof TokenWanted) return this.#become('token');
        if (error instanceof NoSuchBoard) this.absent = 'unknown';
      }
      if (signal.aborted) return;
      // the others are shown, and it is when it comes back
      if (this.absent !== absent) continue;
      this.#become('lost');
      this.dialogue.clear(); // a server that was started anew counts anew
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const query = new URLSearchParams();
    const board = this.absent === undefined ? this.opened : undefined;
    if (board !== undefined) query.set('board', board);
    const { kinds, text } = this.#filter;
    if (board !== undefined && kinds !== '') query.set('trace', kinds);
    if (text !== '') query.set('text', text);
    const known = new Set(this.boards.keys());
    this.trace.clear();
    this.dropped = 0;
    await listen(
      `live?${query}`,
      {
        boards: (states) => {
          // the first of a stream are all that there are
          if (known.size > 0) for (const id of known) this.boards.delete(id);
          known.clear();
          for (const state of states) this.boards.set(state.id, state);
          if (this.absent !== undefined && this.boards.has(this.opened ?? '')) {
            return this.open(this.opened); // one of this name has come back
          }
          this.#become('open');
        },
        gone: (ids) => {
          for (const id of ids) this.boards.delete(id);
          if (this.opened !== undefined && ids.includes(this.opened)) this.absent = 'removed';
          this.draw();
        },
        units: (units) => {
          this.units = units;
          this.draw();
        },
        flash: (flash) => {
          this.flash = flash;
          this.draw();
        },
        dialogue: (lines) => {
          this.dialogue.put(lines);
          this.draw();
        },
        trace: (lines) => {
          this.trace.put(lines);
          this.draw();
        },
        dropped: ({ events }) => {
          this.dropped += events;
          this.draw();
        },
      },
      signal,
    );
  }

  #become(status: Model['status']): void {
    this.status = status;
    this.draw();
  }
}

/** Lines in the order of their numbers; one that comes again replaces what it was. */
export class Lines<Line extends { readonly seq: number }> {
  #lines: Line[] = [];

  get length(): number {
    return this.#lines.length;
  }

  at(index: number): Line | undefined {
    return this.#lines[index];
  }

  slice(from: number, end: number): readonly Line[] {
    return this.#lines.slice(from, end);
  }

  put(lines: readonly Line[]): void {
    for (const line of lines) {
      const at = this.#placeOf(line.seq);
      if (at === this.#lines.length) this.#lines.push(line);
      else this.#lines.splice(at, this.#lines[at]!.seq === line.seq ? 1 : 0, line);
    }
    if (this.#lines.length > MOST_LINES) this.#lines = this.#lines.slice(MOST_LINES / 10);
  }

  clear(): void {
    this.#lines = [];
  }

  /** Index of the first line whose number is not below `seq`. */
  #placeOf(seq: number): number {
    let [low, high] = [0, this.#lines.length];
    if (high === 0 || this.#lines[high - 1]!.seq < seq) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lines[middle]!.seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
