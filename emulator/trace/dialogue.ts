import { dfuRequests } from '../../families/index.ts';
import type { Micros } from '../clock.ts';
import { describeEvent, describeRequest, formatAddress, whereOf } from './text.ts';
import type { TraceEvent } from './trace.ts';

/** A line of the dialogue between host and chip: a command with what came of it, or what happened beside. */
export interface DialogueLine {
  /** Number of the event with which it began. */
  readonly seq: number;
  /** Virtual time of that, µs. */
  readonly time: Micros;
  /** A port, the board, or the chip. */
  readonly where: string;
  /** `Write Memory 0x08000000, 256 bytes`. */
  readonly text: string;
  /** What came of a command, `ACK` or `NACK: protected: …`; undefined while it runs. */
  readonly result?: string;
  /** `done`: answered to its end; `ended`: by what happened to the chip meanwhile; undefined where it is no command. */
  readonly outcome?: 'running' | 'done' | 'refused' | 'ended';
}

/**
 * A reader of the Trace that tells a session in the words of the notes: `Write Memory 0x08000000, 256 bytes → ACK`.
 * A line is there when its command begins, and again when it has ended.
 */
export class DialogueReader {
  /** Commands that run, by port. */
  readonly #running = new Map<string, DialogueLine>();
  readonly #changed = new Map<number, DialogueLine>();

  /** Takes the next event, whose number is `seq`. */
  event(seq: number, event: TraceEvent): void {
    const tell = (line: DialogueLine): void => void this.#changed.set(line.seq, line);
    const { time } = event;
    switch (event.kind) {
      case 'command': {
        const at = event.address === undefined ? '' : ` ${formatAddress(event.address)}`;
        const text = `${commandTitle(event.name)}${at}`;
        this.#run({ seq, time, where: event.port, text, outcome: 'running' });
        return;
      }
      case 'request': {
        const line = this.#running.get(event.port);
        if (line !== undefined)
          this.#run({ ...line, text: `${line.text} ${describeRequest(event)}` });
        return;
      }
      case 'done':
        return this.#end(event.port, 'done', 'ACK');
      case 'nack':
        if (this.#running.has(event.port)) {
          return this.#end(event.port, 'refused', describeEvent(event));
        }
        break;
      case 'dfu-state':
        if (event.state !== 'dfuDNBUSY') {
          this.#end(event.port, event.status === 'OK' ? 'done' : 'refused', event.status);
        }
        return;
      case 'answer':
        if (event.answer === 'stall') {
          if (!this.#running.has(event.port)) break;
          return this.#end(event.port, 'refused', describeEvent(event));
        }
        if (event.setup.bRequest === dfuRequests.UPLOAD) this.#end(event.port, 'done', 'OK');
        return;
      case 'jump':
      case 'reset':
        if (this.#running.size === 0) break;
        for (const port of this.#running.keys()) this.#end(port, 'ended', describeEvent(event));
        return;
      case 'power':
        for (const port of this.#running.keys()) this.#end(port, 'ended', describeEvent(event));
        break;
      case 'rx':
      case 'tx':
      case 'line':
      case 'break':
      case 'setup':
      case 'assigned':
      case 'broadcast':
      case 'interrupt':
      case 'program':
      case 'erase':
        return;
      default:
    }
    const refused = event.kind === 'nack' || event.kind === 'answer';
    const line = { seq, time, where: whereOf(event), text: describeEvent(event) };
    tell(refused ? { ...line, outcome: 'refused' } : line);
  }

  /** Lines that are new or have changed since this was called last, in their order. */
  take(): readonly DialogueLine[] {
    const lines = [...this.#changed.values()].toSorted((one, other) => one.seq - other.seq);
    this.#changed.clear();
    return lines;
  }

  #run(line: DialogueLine): void {
    this.#running.set(line.where, line);
    this.#changed.set(line.seq, line);
  }

  #end(port: string, outcome: 'done' | 'refused' | 'ended', result: string): void {
    const line = this.#running.get(port);
    if (line === undefined) return;
    this.#running.delete(port);
    this.#changed.set(line.seq, { ...line, outcome, result });
  }
}

/** `write-memory` as the notes write it. */
function commandTitle(name: string): string {
  return name
    .split('-')
    .map((word) => (word === 'id' ? 'ID' : `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`))
    .join(' ');
}
