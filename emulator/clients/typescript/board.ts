import { z } from 'zod';
import {
  armedFault,
  boardState,
  memory,
  numberedEvent,
  optionField,
  preload,
} from '../../cli/control/api/schemas.ts';
import type {
  fault,
  pinLevel,
  pins,
  protection,
  speed,
  waitFor,
} from '../../cli/control/api/schemas.ts';
import { EmulatorError } from '../../errors.ts';
import type { ControlClient } from './control-client.ts';
import { serverSentEvents } from './server-sent-events.ts';

/** What a board does now. */
export type BoardState = z.infer<typeof boardState>;
/** A fault that is armed, and when it has struck, in µs of virtual time. */
export type ArmedFault = z.infer<typeof armedFault>;
/** A memory: its name, first address and length in bytes. */
export type Memory = z.infer<typeof memory>;
/** A field of the option bytes: `stored` is what the next reset loads, `loaded` is in force. */
export type OptionField = z.infer<typeof optionField>;
/** Something that goes wrong, see `Board.arm`. */
export type Fault = z.input<typeof fault>;
/** A pin that a board lets its clients drive. */
export type PinName = z.infer<typeof pins>;
/** Level of a pin. */
export type Level = z.infer<typeof pinLevel>['level'];
/** Readout protection level. */
export type ProtectionLevel = z.infer<typeof protection>['level'];
/** What chip work costs: no time, as on the chip, or so many times less. */
export type Speed = z.infer<typeof speed>['speed'];
/** What an event that is waited for must have. */
export type WaitOptions = Omit<z.input<typeof waitFor>, 'kind'>;

/** An event of the trace: `time` in µs of virtual time, `kind`, and its own fields; bytes are hexadecimal. */
export interface Event {
  /** Its number, counted from 1 on each board. */
  readonly seq: number;
  readonly time: number;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Events that were lost because they were read too slowly. */
export interface Dropped {
  readonly kind: 'dropped';
  readonly events: number;
}

/** Which events: all that are of one of the kinds and on one of the ports, where these are named. */
export interface EventFilter {
  readonly kinds?: readonly string[];
  readonly ports?: readonly string[];
  /** Number of the first. */
  readonly since?: number;
}

/** A board of a server. */
export class Board {
  readonly id: string;
  /** What a host opens to reach the first USART, as `/dev/pts/3`. */
  readonly port: string;
  readonly ports: BoardState['ports'];
  readonly #client: ControlClient;
  readonly #path: string;
  #memories: readonly Memory[] | undefined;
  /** Number of the first event that counts for the next `waitFor`. */
  #next: number;

  /** `Server` makes them. */
  constructor(client: ControlClient, { id, ports, events }: BoardState) {
    this.#client = client;
    this.#path = `/boards/${encodeURIComponent(id)}`;
    this.id = id;
    this.ports = ports;
    this.port = ports['usart']?.path ?? '';
    this.#next = events['last']! + 1;
  }

  /** What the board does now. */
  async state(): Promise<BoardState> {
    return await this.#state('GET', '');
  }

  /** Sets a pin to a level. */
  async drive(pin: PinName, level: Level): Promise<BoardState> {
    return await this.#state('PUT', `/pins/${pin}`, { level });
  }

  /** Switches the power. */
  async power(on: boolean): Promise<BoardState> {
    return await this.#state('PUT', '/power', { on });
  }

  /** A pulse on NRST. */
  async reset(): Promise<BoardState> {
    return await this.#state('POST', '/reset');
  }

  /** Changes what chip work costs. */
  async setSpeed(speed: Speed): Promise<BoardState> {
    return await this.#state('PUT', '/speed', { speed });
  }

  /** Stores a readout protection level, and powers the chip off and on. */
  async protect(level: ProtectionLevel): Promise<BoardState> {
    return await this.#state('PUT', '/protection', { level });
  }

  /** Names and places of the memories. */
  async memories(): Promise<readonly Memory[]> {
    return await this.#call('GET', '/memories', z.array(memory));
  }

  /** Bytes at an address of the memory map, whatever protects them. @throws EmulatorError outside the memories */
  async read(address: number, length: number): Promise<Buffer> {
    const { name, offset } = await this.#at(address);
    const range = `?offset=${offset}&length=${length}`;
    return await this.#client.bytes('GET', `${this.#path}/memories/${name}${range}`);
  }

  /** Puts bytes there at once, whatever protects them. @throws EmulatorError outside the memories */
  async write(address: number, bytes: Uint8Array): Promise<void> {
    const { name, offset } = await this.#at(address);
    await this.#client.bytes('PUT', `${this.#path}/memories/${name}?offset=${offset}`, bytes);
  }

  /** All of main flash. */
  async flash(): Promise<Buffer> {
    return await this.#client.bytes('GET', `${this.#path}/image`);
  }

  /** Main flash as Intel HEX, but for what is erased. */
  async hex(): Promise<string> {
    return (await this.#client.bytes('GET', `${this.#path}/image?format=hex`)).toString();
  }

  /** Puts an image into main flash: bytes (at `address`, default its start), Intel HEX or ELF, told by its content. */
  async load(image: Uint8Array, address?: number): Promise<BoardState> {
    const where = address === undefined ? '' : `?address=${address}`;
    const answer = await this.#client.bytes('PUT', `${this.#path}/image${where}`, image);
    return boardState.parse(JSON.parse(answer.toString()));
  }

  /** Fields of the option bytes by ST's names. */
  async options(): Promise<Readonly<Record<string, OptionField>>> {
    return byName(await this.#call('GET', '/options', z.array(optionField)));
  }

  /** Stores fields of the option bytes, and powers the chip off and on. */
  async setOptions(
    values: Readonly<Record<string, number>>,
  ): Promise<Readonly<Record<string, OptionField>>> {
    return byName(await this.#call('PATCH', '/options', z.array(optionField), values));
  }

  /** Arms a fault: `{at: 'flash', do: 'power-cut', operation: 3}`. */
  async arm(what: Fault): Promise<ArmedFault> {
    return await this.#call('POST', '/faults', armedFault, what);
  }

  /** The faults that are armed, and when each has struck. */
  async faults(): Promise<readonly ArmedFault[]> {
    return await this.#call('GET', '/faults', z.array(armedFault));
  }

  /** Disarms one fault, or all. */
  async disarm(id?: number): Promise<void> {
    await this.#client.bytes('DELETE', `${this.#path}/faults${id === undefined ? '' : `/${id}`}`);
  }

  /**
   * The environment for a tool of this machine to which the board's ports are real: parity, DTR and RTS arrive, what
   * uses libusb-1.0 finds the chip, and `toolPorts` are there. Linux only.
   */
  async toolEnv(): Promise<NodeJS.ProcessEnv> {
    return { ...process.env, ...(await this.#call('POST', '/preload', preload)).env };
  }

  /** What a tool in that environment opens: `{usart: '/dev/pts/3', usb: '1-1', i2c: '/dev/i2c-1', can: 'can0'}`. */
  async toolPorts(): Promise<Readonly<Record<string, string>>> {
    return (await this.#call('POST', '/preload', preload)).ports;
  }

  /** Keeps memories, protection, pins, power, speed, faults and seed; returns the name. */
  async snapshot(name?: string): Promise<string> {
    return (await this.#call('POST', '/snapshots', z.object({ name: z.string() }), { name })).name;
  }

  /** Names of the snapshots. */
  async snapshots(): Promise<readonly string[]> {
    return await this.#call('GET', '/snapshots', z.array(z.string()));
  }

  /** Puts a snapshot back and starts the chip anew; what happened before no longer counts for `waitFor`. */
  async restore(name: string): Promise<BoardState> {
    const state = await this.#state('POST', `/snapshots/${encodeURIComponent(name)}/restore`);
    this.#next = state.events['last']! + 1;
    return state;
  }

  /** Forgets a snapshot. */
  async forget(name: string): Promise<void> {
    await this.#client.bytes('DELETE', `${this.#path}/snapshots/${encodeURIComponent(name)}`);
  }

  /**
   * Waits for an event, at most `timeoutMs` (default 10 s; 0: not at all); without `since`, one behind that of the last `waitFor`
   * counts, or behind the last `restore`. @throws Refusal with status 408 that says what came instead
   */
  async waitFor(kind: string, what: WaitOptions = {}): Promise<Event> {
    const body = { since: this.#next, ...what, kind };
    const event = flat(await this.#call('POST', '/wait', numberedEvent, body));
    this.#next = event.seq + 1;
    return event;
  }

  /** Events that have been: the last that are remembered, from `since` on. */
  async trace({ most, ...filter }: EventFilter & { readonly most?: number } = {}): Promise<
    readonly Event[]
  > {
    const path = `/trace${queryOf({ ...filter, most })}`;
    return (await this.#call('GET', path, z.array(numberedEvent))).map(flat);
  }

  /** Events as they come. */
  async *events(filter: EventFilter = {}): AsyncGenerator<Event | Dropped> {
    const stream = await this.#client.stream(`${this.#path}/events${queryOf({ ...filter })}`);
    try {
      for await (const { name, id, data } of serverSentEvents(stream)) {
        if (name === 'dropped') yield { kind: 'dropped', ...lost.parse(data) };
        else yield flat(numberedEvent.parse({ seq: Number(id), event: data }));
      }
    } finally {
      stream.destroy();
    }
  }

  /** Takes the board away from its server. */
  async remove(): Promise<void> {
    await this.#client.bytes('DELETE', this.#path);
  }

  async #state(method: string, path: string, body?: unknown): Promise<BoardState> {
    return await this.#call(method, path, boardState, body);
  }

  async #call<T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
    return await this.#client.call(method, `${this.#path}${path}`, schema, body);
  }

  async #at(address: number): Promise<{ readonly name: string; readonly offset: number }> {
    this.#memories ??= await this.memories();
    for (const { name, address: start, length } of this.#memories) {
      if (address >= start && address < start + length) return { name, offset: address - start };
    }
    throw new EmulatorError(`no memory of board ${this.id} is at 0x${address.toString(16)}`);
  }
}

const lost = z.object({ events: z.int() });

function flat({ seq, event }: z.infer<typeof numberedEvent>): Event {
  return { seq, ...event };
}

function byName(fields: readonly OptionField[]): Readonly<Record<string, OptionField>> {
  return Object.fromEntries(fields.map((field) => [field.name, field]));
}

function queryOf(fields: Readonly<Record<string, number | readonly string[] | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}
