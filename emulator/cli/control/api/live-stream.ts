import type { ServerResponse } from 'node:http';
import { DialogueReader } from '../../../trace/dialogue.ts';
import { describeEvent, whereOf } from '../../../trace/text.ts';
import type { TraceEvent } from '../../../trace/trace.ts';
import type { BoardSet } from './board-set.ts';
import { LogReader } from './event-stream.ts';
import { WorkedOn, flashContent, flashUnits } from './flash-map.ts';
import type { LiveLine } from './schemas.ts';
import { sentEvent, serverSent } from './server-sent.ts';
import type { ServedBoard } from './served-board.ts';
import { wanted } from './trace-log.ts';
import type { EventFilter } from './trace-log.ts';

/** How often it is looked for what no event tells: other boards, bytes that a client has put into a memory, ms. */
const LOOK_MS = 100;
/** How often the map is made at most: more than a screen shows, ms. */
const MAP_MS = 15;
/** Events of the board that are told together, though there is more. */
const MOST_TOGETHER = 4096;

/** Which events of the opened board are shown as lines. */
export interface LiveTrace extends EventFilter {
  /** Part of the text. */
  readonly text?: string | undefined;
}

/**
 * Sends what a page shows as server-sent events until the client goes. One stream has all boards, since a browser
 * opens six to one server: `boards` are those of which something has changed, `gone` those that are removed; of the board
 * that is open, `units` and `flash`, `dialogue`, and with `trace` its lines.
 */
export function streamLive(
  boards: BoardSet,
  response: ServerResponse,
  opened: ServedBoard | undefined,
  trace: LiveTrace | undefined,
  gone: AbortSignal,
): void {
  const list = new BoardList(boards);
  const board = opened && new OpenedBoard(opened, trace);
  serverSent(
    response,
    { gone, removed: opened?.removed },
    () => {
      const { text, more } = board?.turn() ?? { text: '', more: false };
      // the last of the stream of a board that is removed tells that it is
      const listed = more ? '' : list.take(opened?.removed.aborted);
      return { text: `${listed}${text}`, more };
    },
    (stream) => {
      const looking = setInterval(() => stream.happened(), LOOK_MS);
      const stop = opened?.log.watch(() => stream.happened());
      return () => {
        clearInterval(looking);
        stop?.();
      };
    },
  );
}

/** What boards there are, and what they do. */
class BoardList {
  readonly #boards: BoardSet;
  readonly #sent = new Map<ServedBoard, string>();
  readonly #due = everyMs(LOOK_MS);
  #begun = false;

  constructor(boards: BoardSet) {
    this.#boards = boards;
  }

  /** At first all, then what has changed, unless it is too early; virtual time alone is no change. */
  take(atOnce = false): string {
    if (!this.#due() && !atOnce) return '';
    const begun = this.#begun;
    this.#begun = true;
    const { list } = this.#boards;
    const changed = list.flatMap((board) => {
      const { state } = board;
      const shown = JSON.stringify({ ...state, timeUs: 0 });
      if (this.#sent.get(board) === shown) return [];
      this.#sent.set(board, shown);
      return [state];
    });
    const there = new Set(list);
    const gone = [...this.#sent.keys()].filter((board) => !there.has(board));
    for (const board of gone) this.#sent.delete(board);
    return [
      gone.length === 0
        ? ''
        : sentEvent(
            'gone',
            gone.map(({ id }) => id),
          ),
      changed.length === 0 && begun ? '' : sentEvent('boards', changed),
    ].join('');
  }
}

/** The board that a page shows in full. */
class OpenedBoard {
  readonly #served: ServedBoard;
  readonly #trace: LiveTrace | undefined;
  readonly #reader: LogReader;
  readonly #dialogue = new DialogueReader();
  readonly #worked: WorkedOn;
  /** Events up to this one have been: they are told, and nothing is worked on by them. */
  readonly #past: number;
  readonly #unitsDue = everyMs(LOOK_MS);
  readonly #mapDue = everyMs(MAP_MS);
  #units = '';
  #flash = '';
  /** Read, and not told yet. */
  #lines: LiveLine[] = [];
  #dropped = '';
  #untold = 0;

  constructor(served: ServedBoard, trace: LiveTrace | undefined) {
    this.#served = served;
    this.#trace = trace;
    this.#reader = new LogReader(served.log, served.log.first);
    this.#past = served.log.last;
    this.#worked = new WorkedOn(served.board.chip);
  }

  turn(): { readonly text: string; readonly more: boolean } {
    const more = this.#reader.turn(
      (seq, event) => {
        this.#untold++;
        this.#dialogue.event(seq, event);
        if (seq > this.#past) this.#worked.event(event);
        const line = this.#lineOf(seq, event);
        if (line !== undefined) this.#lines.push(line);
      },
      (events) => (this.#dropped += sentEvent('dropped', { events })),
    );
    if (more && this.#untold < MOST_TOGETHER) return { text: '', more };
    const dialogue = this.#dialogue.take();
    let text = this.#dropped;
    if (dialogue.length > 0) text += sentEvent('dialogue', dialogue);
    if (this.#lines.length > 0) text += sentEvent('trace', this.#lines);
    this.#lines = [];
    this.#dropped = '';
    this.#untold = 0;
    return { text: `${text}${this.#map()}`, more };
  }

  #map(): string {
    const { chip } = this.#served.board;
    let text = '';
    if (this.#unitsDue()) {
      const units = sentEvent('units', flashUnits(chip));
      if (units !== this.#units) text = this.#units = units;
    }
    if (this.#mapDue()) {
      const flash = sentEvent('flash', { ...flashContent(chip), working: this.#worked.take() });
      if (flash !== this.#flash) text += this.#flash = flash;
    }
    return text;
  }

  /** An event as a line, where it is one of those that are shown. */
  #lineOf(seq: number, event: TraceEvent): LiveLine | undefined {
    const filter = this.#trace;
    if (filter === undefined || !wanted(event, filter)) return undefined;
    const text = describeEvent(event);
    if (filter.text !== undefined && !text.includes(filter.text)) return undefined;
    const { time, kind } = event;
    return { seq, time, kind, where: whereOf(event), text };
  }
}

/** True where so many ms have passed since it was true last. */
function everyMs(ms: number): () => boolean {
  let last = -Infinity;
  return () => {
    const now = performance.now();
    if (now - last < ms - 1) return false;
    last = now;
    return true;
  };
}
