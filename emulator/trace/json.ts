import { EmulatorError } from '../errors.ts';
import type { TraceEvent } from './trace.ts';

/**
 * The Trace as NDJSON, an interface for users' programs: a header line, then one event per line.
 * Times are µs of virtual time, bytes are a string of hex digits. Fields and kinds are only ever added.
 */
const VERSION = 1;

/** What the header says about the device that was traced. */
export interface TraceAbout {
  /** ST's name of the product line, `STM32F405`. */
  readonly device: string;
  /** Version of the system-memory bootloader, `9.1`. */
  readonly bootloader?: string;
}

/** A trace read back. */
export interface ParsedTrace {
  readonly about: TraceAbout;
  readonly events: readonly TraceEvent[];
}

/** The first line of a trace. */
export function formatJsonHeader(about: TraceAbout): string {
  return JSON.stringify({ 'vstm32-trace': VERSION, ...about });
}

/** The line of one event. */
export function formatJsonEvent(event: TraceEvent): string {
  return JSON.stringify('bytes' in event ? { ...event, bytes: toHex(event.bytes) } : event);
}

/**
 * Reads the lines of a trace back into events; empty lines are skipped. Kinds and fields that this
 * version does not know are kept as they are.
 */
export function parseTrace(lines: Iterable<string>): ParsedTrace {
  let about: TraceAbout | undefined;
  const events: TraceEvent[] = [];
  let number = 0;
  for (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const fields = parseObject(line, number);
    if (about === undefined) about = toAbout(fields, number);
    else events.push(toEvent(fields, number));
  }
  if (about === undefined) throw notATrace(1, 'it is empty');
  return { about, events };
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(line: string, number: number): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw notATrace(number, 'not JSON', cause);
  }
  if (typeof value !== 'object' || value === null) throw notATrace(number, 'not a JSON object');
  return value as Fields;
}

function toAbout(fields: Fields, number: number): TraceAbout {
  const { 'vstm32-trace': version, ...about } = fields;
  if (version === undefined) throw notATrace(number, 'the header {"vstm32-trace":1,…} is missing');
  if (version !== VERSION) {
    throw notATrace(number, `version ${JSON.stringify(version)}, this vstm32 reads ${VERSION}`);
  }
  if (typeof about['device'] !== 'string') throw notATrace(number, 'the header names no device');
  return about as unknown as TraceAbout;
}

function toEvent(fields: Fields, number: number): TraceEvent {
  if (typeof fields['time'] !== 'number') throw notATrace(number, 'the event has no time');
  if (typeof fields['kind'] !== 'string') throw notATrace(number, 'the event has no kind');
  const bytes = fields['bytes'];
  if (bytes === undefined) return fields as unknown as TraceEvent;
  if (typeof bytes !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(bytes)) {
    throw notATrace(number, 'bytes are not a string of hex digits');
  }
  return { ...fields, bytes: fromHex(bytes) } as unknown as TraceEvent;
}

function notATrace(line: number, why: string, cause?: unknown): EmulatorError {
  return new EmulatorError(
    `line ${line} of the trace cannot be read: ${why}; give a file written with --trace json`,
    { cause },
  );
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Looked up, since a trace file is mostly this, and most of it single bytes. */
function toHex(bytes: Uint8Array): string {
  if (bytes.length > 16)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  let digits = '';
  for (const byte of bytes) digits += HEX[byte];
  return digits;
}

const fromHex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
