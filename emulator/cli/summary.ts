import type { TraceEvent } from '../trace/trace.ts';

/** What a host tool did to the chip; fields are only added. */
export interface SessionSummary {
  readonly commands: Readonly<Record<string, number>>;
  readonly programmedBytes: number;
  readonly erasedBytes: number;
  /** Refusals by their reason, which is not on the wire. */
  readonly nacks: Readonly<Record<string, number>>;
  /** What the chip passed over in silence, and what it acknowledged and did not store, with the reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Resets by their cause. */
  readonly resets: Readonly<Record<string, number>>;
  readonly surprises: readonly string[];
}

/** Different reasons, causes and surprises that are told one by one: a host can cause any number. */
const MOST_KINDS = 32;
/** Those that a person is told of in one line. */
const MOST_IN_LINE = 8;
/** What the rest is counted under. */
const OTHERS = 'others';

/** A reader of the Trace that counts what a session did. */
export class SummaryReader {
  readonly #commands = new Map<string, number>();
  readonly #nacks = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
  readonly #resets = new Map<string, number>();
  readonly #surprises = new Set<string>();
  #programmed = 0;
  #erased = 0;

  event(event: TraceEvent): void {
    switch (event.kind) {
      case 'command':
        return count(this.#commands, event.name);
      case 'nack':
        return count(this.#nacks, event.reason);
      case 'dropped':
        return count(this.#dropped, `${event.what}: ${event.why}`);
      case 'lost':
        return count(this.#dropped, `${event.operation}: ${event.why}`);
      case 'reset':
        return count(this.#resets, event.cause);
      case 'program':
        this.#programmed += event.length;
        return;
      case 'erase':
        this.#erased += event.length;
        return;
      case 'surprise':
        if (this.#surprises.size < MOST_KINDS) this.#surprises.add(event.text);
        return;
      default:
    }
  }

  get summary(): SessionSummary {
    return {
      commands: Object.fromEntries(this.#commands),
      programmedBytes: this.#programmed,
      erasedBytes: this.#erased,
      nacks: Object.fromEntries(this.#nacks),
      dropped: Object.fromEntries(this.#dropped),
      resets: Object.fromEntries(this.#resets),
      surprises: [...this.#surprises],
    };
  }
}

/** The summary for a person, a few short lines. */
export function formatSummary(summary: SessionSummary, state: string): string {
  const { commands, nacks, dropped, resets, programmedBytes, erasedBytes, surprises } = summary;
  return [
    `commands  ${list(commands)}`,
    `flash     ${programmedBytes} bytes programmed, ${erasedBytes} bytes erased`,
    ...(Object.keys(nacks).length === 0 ? [] : [`NACKs     ${list(nacks)}`]),
    ...(Object.keys(dropped).length === 0 ? [] : [`dropped   ${list(dropped)}`]),
    ...(Object.keys(resets).length === 0 ? [] : [`resets    ${list(resets)}`]),
    ...surprises.map((text) => `note      ${text}`),
    `chip      ${state}`,
  ].join('\n');
}

function count(counts: Map<string, number>, event: string): void {
  const name = counts.has(event) || counts.size < MOST_KINDS ? event : OTHERS;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function list(counts: Readonly<Record<string, number>>): string {
  const named = Object.entries(counts);
  if (named.length === 0) return 'none';
  const [shown, rest] = [named.slice(0, MOST_IN_LINE), named.slice(MOST_IN_LINE)];
  const times = rest.reduce((sum, [, each]) => sum + each, 0);
  const entries = shown.map(([name, each]) => `${name} ${each}`);
  return [...entries, ...(rest.length === 0 ? [] : [`${OTHERS} ${times}`])].join(', ');
}
