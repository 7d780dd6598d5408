import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** Environment variable by which the processes of one run are found, whatever session they have gone to. */
const NAME = 'VSTM32_RUN';

/** Ticks in a second, of which proc(5) counts times. */
const TICKS = 100;
/** Field of /proc/PID/stat behind the name: when the process was started. */
const STARTED = 19;

/** A mark in the environment of a tool, which all that it starts inherits. Linux only. */
export class RunMark {
  /** For the environment of the tool. */
  readonly env: Readonly<Record<string, string>> = { [NAME]: randomUUID() };

  /** What was started before, in ticks since the machine's start, cannot have the mark. */
  readonly #since = Math.floor(Number.parseFloat(readFileSync('/proc/uptime', 'latin1')) * TICKS);

  /**
   * Sends a signal to every process that carries the mark, or is in the session of this number; returns how
   * many there were.
   */
  signal(signal: NodeJS.Signals, session?: number): number {
    const found = this.#processes(session);
    for (const pid of found) {
      try {
        process.kill(pid, signal);
      } catch {
        // it has just ended
      }
    }
    return found.length;
  }

  #processes(session: number | undefined): number[] {
    const wanted = `${NAME}=${this.env[NAME]}`;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          // proc(5): behind the name in brackets come state, parent, group and session
          const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
          const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
          const [state, , , itsSession] = fields;
          if (state === 'Z' || Number(fields[STARTED]) < this.#since) return false;
          if (Number(itsSession) === session) return true;
          return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(wanted);
        } catch {
          return false; // gone meanwhile, or another user's
        }
      });
  }
}
