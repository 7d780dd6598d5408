import { setMaxListeners } from 'node:events';
import type { BoardSnapshot } from '../../../board/snapshot.ts';
import { presetOptions } from '../../../board/set-up.ts';
import type { RdpLevel } from '../../../chip/protection.ts';
import type { Cells } from '../../../chip/cells.ts';
import type { ConnectedBoard } from '../../../connect/create-board.ts';
import { EmulatorError } from '../../../errors.ts';
import type { ArmedFault, Fault } from '../../../faults.ts';
import type { Speed } from '../../../links/pacer.ts';
import type { Preload } from '../../../links/preload/open-preload.ts';
import type { TraceEvent } from '../../../trace/trace.ts';
import type { BoardState, OptionField, PreloadState, WaitFor } from './schemas.ts';
import type { LoggedEvent, TraceLog } from './trace-log.ts';

/** Snapshots that a board keeps: what a suite needs, and no more than a client that forgets them can do harm with. */
const MOST_SNAPSHOTS = 64;
/** Faults that a client may have armed at a time: each is looked at for each byte. */
const MOST_FAULTS = 256;

interface OpenedPreload {
  readonly preload: Preload;
  readonly paths: Record<string, string>;
}

/** What is not there: a board, a memory, a snapshot, a fault. */
export class NotFound extends EmulatorError {}

/** One board as its clients see it. */
export class ServedBoard {
  readonly id: string;
  readonly log: TraceLog;
  readonly board: ConnectedBoard;
  /** When virtual time was 0, ms since 1970, of a board that was made to run in real time. */
  readonly startedAt: number | undefined;
  readonly #close: () => Promise<void>;
  readonly #snapshots = new Map<string, { readonly board: BoardSnapshot; readonly speed: Speed }>();
  readonly #counted: Record<string, number> = {};
  #selected: string | null = null;
  #lastSnapshot = 0;
  #preload: Promise<OpenedPreload> | undefined;
  readonly #removed = new AbortController();

  /** `log` has the events of the board from its first on. */
  constructor(
    id: string,
    board: ConnectedBoard,
    log: TraceLog,
    close: () => Promise<void>,
    startedAt?: number,
  ) {
    this.id = id;
    this.board = board;
    this.startedAt = startedAt;
    this.log = log;
    this.#close = close;
    setMaxListeners(0, this.removed);
    for (const { event } of log.read(1, Infinity)) this.#note(event);
    log.watch(() => this.#note(log.at(log.last)));
  }

  /** Aborted when the board is taken away. */
  get removed(): AbortSignal {
    return this.#removed.signal;
  }

  get state(): BoardState {
    const { board } = this;
    const { device, chip, clock, boot } = board;
    return {
      id: this.id,
      device: device.id,
      productId: device.productId,
      flashKiB: board.flashKiB,
      bootloader: board.bootloader.version,
      state: board.state,
      boot: boot === undefined ? null : { area: boot.area, why: boot.why },
      protection: chip.level,
      selected: this.#selected,
      pins: {
        NRST: board.pinLevel('NRST'),
        BOOT0: board.pinLevel('BOOT0'),
        BOOT1: board.pinLevel('BOOT1'),
      },
      power: board.state !== 'off',
      timeUs: clock.now,
      operations: board.operations,
      events: { last: this.log.last, ...this.#counted },
      ports: board.linked ? board.ports : {},
    };
  }

  /** Names and places of the memories that can be read and written. */
  get memories(): readonly {
    readonly name: string;
    readonly address: number;
    readonly length: number;
  }[] {
    return this.#cells.map(({ name, start, length }) => ({ name, address: start, length }));
  }

  /** Bytes of one memory as they stand, whatever protects them. @throws NotFound, EmulatorError outside it */
  read(memory: string, offset: number, length?: number): Uint8Array {
    const cells = this.#memory(memory);
    const count = length ?? cells.length - offset;
    this.#inside(cells, offset, count);
    return cells.read(offset, count);
  }

  /** Puts bytes there at once, whatever protects them; option bytes count from the next reset on. */
  write(memory: string, offset: number, bytes: Uint8Array): void {
    const cells = this.#memory(memory);
    this.#inside(cells, offset, bytes.length);
    this.board.paced(() => cells.set(offset, bytes));
  }

  /** Fields of the option bytes by ST's names. */
  get options(): readonly OptionField[] {
    const { device, chip } = this.board;
    return (device.options?.fields ?? []).map(({ name, width }) => ({
      name,
      width,
      stored: chip.options!.storedField(name)!,
      loaded: chip.options!.field(name)!,
    }));
  }

  /** Stores fields, and powers the chip off and on, so that they count. @throws EmulatorError for what the line has not */
  setOptions(fields: Readonly<Record<string, number>>): void {
    this.#preset(() => presetOptions(this.board.chip, { options: fields }));
  }

  /** Stores a level, and powers the chip off and on: what a debug probe does to a chip on a bench. */
  setProtection(level: RdpLevel): void {
    this.#preset(() => presetOptions(this.board.chip, { rdp: level }));
  }

  /** Puts an image into main flash and leaves the rest of it as it is. */
  load(segments: readonly { readonly address: number; readonly bytes: Uint8Array }[]): void {
    const { chip } = this.board;
    for (const { address, bytes } of segments) {
      for (const at of [address, address + bytes.length - 1]) {
        if (chip.flash.unitAt(at) !== undefined) continue;
        throw new EmulatorError(`0x${at.toString(16)} is outside main flash of this chip`);
      }
    }
    this.board.paced(() => presetOptions(chip, { load: segments }));
  }

  /** Arms a fault. @throws EmulatorError for what is no fault, and for one too many */
  arm(fault: Fault): ArmedFault {
    if (this.board.faults.length >= MOST_FAULTS) {
      throw new EmulatorError(`this board has ${MOST_FAULTS} faults armed: disarm some`);
    }
    return this.board.arm(fault);
  }

  /** Keeps what `restore` puts back; the name is its own where none is given, and an older one of this name is gone. */
  snapshot(name = `snapshot-${++this.#lastSnapshot}`): string {
    if (!this.#snapshots.has(name) && this.#snapshots.size >= MOST_SNAPSHOTS) {
      throw new EmulatorError(`this board keeps ${MOST_SNAPSHOTS} snapshots: delete one`);
    }
    this.#snapshots.set(name, { board: this.board.snapshot(), speed: this.board.speed });
    return name;
  }

  get snapshots(): readonly string[] {
    return [...this.#snapshots.keys()];
  }

  restore(name: string): void {
    const snapshot = this.#snapshots.get(name);
    if (snapshot === undefined) throw new NotFound(`no snapshot ${name} of board ${this.id}`);
    this.board.speed = snapshot.speed;
    this.board.restore(snapshot.board);
  }

  forget(name: string): void {
    if (!this.#snapshots.delete(name)) {
      throw new NotFound(`no snapshot ${name} of board ${this.id}`);
    }
  }

  /** The first event from number `since` on that fits; undefined when it has not come in time or nobody waits any more. */
  async wait(
    { since, timeoutMs, ...what }: WaitFor,
    given: AbortSignal,
  ): Promise<LoggedEvent | undefined> {
    const { log } = this;
    const ends = [given, this.removed];
    let from = since ?? log.last + 1;
    const look = (): LoggedEvent | undefined => {
      for (; from <= log.last; from++) {
        if (from < log.first) from = log.first;
        const event = log.at(from);
        if (fits(event, what)) return { seq: from, event };
      }
      return undefined;
    };
    const there = look();
    if (there !== undefined || timeoutMs === 0) return there;
    return await new Promise((resolve) => {
      const end = (found?: LoggedEvent): void => {
        stop();
        clearTimeout(timer);
        for (const signal of ends) signal.removeEventListener('abort', gone);
        resolve(found);
      };
      const gone = (): void => end();
      const stop = log.watch(() => {
        const found = look();
        if (found !== undefined) end(found);
      });
      const timer = setTimeout(gone, timeoutMs);
      for (const signal of ends) signal.addEventListener('abort', gone);
      if (ends.some(({ aborted }) => aborted)) gone();
    });
  }

  /**
   * What a tool of this machine must have in its environment, so that the board's ports are real to it, and the
   * path of each port; the libraries are compiled at first use. @throws EmulatorError where there is no such tool
   */
  async preload(): Promise<PreloadState> {
    if (this.removed.aborted) throw new NotFound(`board ${this.id} is removed`);
    this.#preload ??= this.#openPreload().catch((error: unknown) => {
      this.#preload = undefined; // what was missing may be there when it is asked for again
      throw error;
    });
    const { preload, paths } = await this.#preload;
    return { env: { ...preload.env }, ports: paths };
  }

  async #openPreload(): Promise<OpenedPreload> {
    const { openPreload } = await import('../../../links/preload/open-preload.ts');
    const ports = await this.board.toolPorts();
    const paths = Object.fromEntries(Object.entries(ports).map(([name, { path }]) => [name, path]));
    return { preload: await openPreload(Object.values(ports)), paths };
  }

  async close(): Promise<void> {
    this.#removed.abort();
    const opened = await this.#preload?.catch(() => undefined);
    await opened?.preload[Symbol.asyncDispose]();
    await this.#close();
    this.log.close();
  }

  get #cells(): readonly Cells[] {
    return this.board.chip.changeable;
  }

  #memory(name: string): Cells {
    const cells = this.#cells.find((each) => each.name === name);
    if (cells !== undefined) return cells;
    const there = this.#cells.map((each) => each.name).join(', ');
    throw new NotFound(`no memory ${name}; this chip has ${there}`);
  }

  #inside({ name, length }: Cells, offset: number, count: number): void {
    if (count >= 0 && offset + count <= length) return;
    throw new EmulatorError(
      `memory ${name} has ${length} bytes: those from offset ${offset} on do not lie in it`,
    );
  }

  #preset(change: () => void): void {
    this.board.paced(() => {
      change();
      if (this.board.state === 'off') return;
      this.board.power(false);
      this.board.power(true);
    });
  }

  #note(event: TraceEvent): void {
    const { kind } = event;
    this.#counted[kind] = (this.#counted[kind] ?? 0) + 1;
    if (kind === 'select') this.#selected = event.port;
    else if (kind === 'reset' || kind === 'power') this.#selected = null;
  }
}

/** Every field that is asked for has this value; addresses lie in what was programmed or erased. */
function fits(event: TraceEvent, what: Omit<WaitFor, 'since' | 'timeoutMs'>): boolean {
  const { kind, address, text, ...rest } = what;
  if (event.kind !== kind) return false;
  const fields = event as unknown as Readonly<Record<string, unknown>>;
  if (address !== undefined && !holds(fields, address)) return false;
  if (text !== undefined && !Object.values(fields).some((value) => isText(value, text)))
    return false;
  return Object.entries(rest).every(
    ([name, value]) => value === undefined || fields[name] === value,
  );
}

function holds({ address, length }: Readonly<Record<string, unknown>>, wanted: number): boolean {
  if (typeof address !== 'number') return false;
  const end = address + (typeof length === 'number' ? length : 1);
  return wanted >= address && wanted < end;
}

function isText(value: unknown, part: string): boolean {
  return typeof value === 'string' && value.includes(part);
}
