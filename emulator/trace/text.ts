import type { Line } from '../interfaces/usart/pins.ts';
import type { TracedFrame, TraceEvent } from './trace.ts';

const SHOWN_BYTES = 16;

/** One line for a person who follows a session: virtual time in ms, where it happened, what happened. */
export function formatEvent(event: TraceEvent): string {
  const time = (event.time / 1000).toFixed(3).padStart(12);
  return `${time}  ${whereOf(event).padEnd(6)}  ${describeEvent(event)}`;
}

/** What happened, in words and on one line, without time and place. */
export function describeEvent(event: TraceEvent): string {
  switch (event.kind) {
    case 'rx':
    case 'tx':
      return `${event.kind} ${formatMessage(event)}`;
    case 'line':
      return `line ${formatLine(event.line)}`;
    case 'break':
      return `break ${event.on ? 'on' : 'off'}`;
    case 'select':
      return event.baud === undefined ? 'selected' : `selected at ${round(event.baud)} baud`;
    case 'command':
      return `command ${onOneLine(event.name)} (0x${hex(event.opcode, 2)})${event.address === undefined ? '' : ` at ${formatAddress(event.address)}`}`;
    case 'request':
      return `request: ${describeRequest(event)}`;
    case 'done':
      return `${onOneLine(event.name)} done`;
    case 'nack':
      return `NACK: ${onOneLine(event.reason)}`;
    case 'assigned':
      return `address 0x${hex(event.address, 2)} assigned`;
    case 'broadcast':
      return formatBroadcast(event);
    case 'interrupt':
      return `interrupt 0x${hex(event.address, 2)} ${formatBytes(event.bytes)}`;
    case 'attach':
      return event.on ? 'on the bus' : 'off the bus';
    case 'bus-reset':
      return 'bus reset';
    case 'setup':
      return `setup ${formatSetup(event)}`;
    case 'answer':
      return formatAnswer(event);
    case 'dfu-state':
      return `${onOneLine(event.state)}, ${onOneLine(event.status)}`;
    case 'program':
      return `programmed ${span(event)}`;
    case 'erase':
      return `erased ${span(event)}`;
    case 'lost':
      return `lost: ${onOneLine(event.operation)} of ${span(event)}: ${onOneLine(event.why)}`;
    case 'dropped':
      return `dropped: ${onOneLine(event.what)}: ${onOneLine(event.why)}`;
    case 'options':
      return `option bytes at ${formatAddress(event.area)}: ${formatBytes(event.bytes)}`;
    case 'protection':
      return `readout protection level ${event.from} -> ${event.to}`;
    case 'pin':
      return `${event.name} = ${event.level}`;
    case 'power':
      return `power ${event.on ? 'on' : 'off'}`;
    case 'reset':
      return `reset: ${onOneLine(event.cause)}`;
    case 'boot':
      return `boot from ${onOneLine(event.area)}: ${onOneLine(event.why)}`;
    case 'jump':
      return `jump to ${onOneLine(event.to)}: vector at ${formatAddress(event.address)}, stack ${formatAddress(event.stack)}`;
    case 'fault':
      return `fault: ${onOneLine(event.fault)}`;
    case 'surprise':
      return `! ${onOneLine(event.text)}`;
    case 'note':
      return onOneLine(event.text);
  }
}

/** What is known of a line setting, as terminals print it: `115200 8E1`, with `?` in a frame known in part. */
export function formatLine({ baud, dataBits, parity, stopBits }: Line): string {
  const rate = baud === undefined ? '' : `${baud} `;
  if (dataBits === undefined && parity === undefined && stopBits === undefined) {
    return rate === '' ? 'unknown' : `${rate}baud`;
  }
  return `${rate}${dataBits ?? '?'}${parity?.[0]?.toUpperCase() ?? '?'}${stopBits ?? '?'}`;
}

/** What a request names: `0x08000000, 256 bytes`, `pages 0, 1, 2`. */
export function describeRequest({
  address,
  length,
  pages,
  bank,
  code,
}: TraceEvent & { readonly kind: 'request' }): string {
  return [
    ...(address === undefined ? [] : [formatAddress(address)]),
    ...(length === undefined ? [] : [bytesOf(length)]),
    ...(pages === undefined ? [] : [numbered(pages)]),
    ...(bank === undefined ? [] : [bank === 'all' ? 'all of main flash' : `bank ${bank + 1}`]),
    ...(code === undefined ? [] : [`code 0x${hex(code, 4)}`]),
  ].join(', ');
}

function numbered(pages: readonly number[]): string {
  const [first = 0, second] = pages;
  if (second === undefined) return pages.length === 0 ? 'no pages' : `page ${first}`;
  const inOrder = pages.every((page, index) => page === first + index);
  if (inOrder) return `pages ${first} to ${pages.at(-1)!}`;
  const more = pages.length > SHOWN_BYTES ? `, … (${pages.length} pages)` : '';
  return `pages ${pages.slice(0, SHOWN_BYTES).join(', ')}${more}`;
}

/** Where the event belongs: a port, the board's pins and power, or the chip itself. */
export function whereOf(event: TraceEvent): string {
  if ('port' in event) return onOneLine(event.port);
  if (event.kind === 'pin' || event.kind === 'power') return 'board';
  if (event.kind === 'note' || event.kind === 'surprise') return '';
  return 'chip';
}

function formatMessage(event: TraceEvent & { readonly kind: 'rx' | 'tx' }): string {
  const { bytes, message, frame } = event;
  if (frame !== undefined) return formatFrame(frame, bytes);
  if (message === undefined) return formatBytes(bytes);
  const target = `0x${hex(message.address, 2)}`;
  if (!message.acknowledged) return `${target} not acknowledged`;
  return `${target} ${bytes.length === 0 ? 'no data' : formatBytes(bytes)}`;
}

/** As can-utils write a frame: `031#0800`, with `##` and the flags in CAN FD (`031##10800`: with bit rate switch). */
function formatFrame(
  { id, extended, fd, brs, acknowledged }: TracedFrame,
  data: Uint8Array,
): string {
  const separator = fd ? `##${brs ? 1 : 0}` : '#';
  const digits = Array.from(data.subarray(0, 64), (byte) => hex(byte, 2)).join('');
  const frame = `${hex(id, extended ? 8 : 3)}${separator}${digits}`;
  return acknowledged ? frame : `${frame} not acknowledged`;
}

function formatBytes(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) => hex(byte, 2)).join(' ');
  return bytes.length > SHOWN_BYTES ? `${shown} … (${bytes.length} bytes)` : shown;
}

function formatSetup({ request, setup, bytes }: TraceEvent & { readonly kind: 'setup' }): string {
  const { wValue, wIndex, wLength } = setup;
  const fields = `wValue 0x${hex(wValue, 4)} wIndex ${wIndex} wLength ${wLength}`;
  const data = bytes.length === 0 ? '' : `: ${formatBytes(bytes)}`;
  return `${onOneLine(request)} ${fields}${data}`;
}

function formatAnswer({ answer, reason, bytes }: TraceEvent & { readonly kind: 'answer' }): string {
  if (answer === 'done') return bytes.length === 0 ? 'done' : `answer ${formatBytes(bytes)}`;
  const why = reason === undefined ? '' : `: ${onOneLine(reason)}`;
  return answer === 'stall' ? `STALL${why}` : `no answer${why}`;
}

/** Common command codes by name where the target does what they say (MIPI I3C Basic). */
const CCC: Readonly<Record<number, string>> = { 0x00: 'ENEC', 0x01: 'DISEC', 0x06: 'RSTDAA' };

function formatBroadcast({
  code,
  bytes,
  acknowledged,
}: TraceEvent & { readonly kind: 'broadcast' }): string {
  const name = CCC[code] === undefined ? '' : ` ${CCC[code]}`;
  const data = bytes.length === 0 ? '' : ` ${formatBytes(bytes)}`;
  return `broadcast 0x${hex(code, 2)}${name}${data}${acknowledged ? '' : ' not acknowledged'}`;
}

function span(range: { readonly address: number; readonly length: number }): string {
  return `${bytesOf(range.length)} at ${formatAddress(range.address)}`;
}

const bytesOf = (length: number): string => `${length} ${length === 1 ? 'byte' : 'bytes'}`;

/** `0x08000000`. */
export function formatAddress(value: number): string {
  return `0x${hex(value, 8)}`;
}

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0');

const round = (value: number): number => Math.round(value * 10) / 10;

/** Reasons may quote what came over the wire: control characters must not break the line or the terminal. */
const onOneLine = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
