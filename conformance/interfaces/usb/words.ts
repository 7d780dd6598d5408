import {
  descriptorTypes,
  dfuRequests,
  dfuSeOpcodes,
  dfuStates,
  dfuStatuses,
  usbRequests,
} from '../../../families/index.ts';
import { hex8, text } from '../../hex.ts';
import { ANSWER } from './host.ts';

/** A control transfer as people read it: the request by its name, and the data of its OUT stage. */
export function sentWords(bytes: readonly number[], most?: number): string {
  const setup = setupOf(bytes);
  if (setup === undefined) return text(bytes, most);
  const { request, wValue, wLength } = setup;
  const out = bytes.slice(8);
  switch (request) {
    case 'DNLOAD':
      return `DNLOAD ${wValue}: ${out.length === 0 ? 'no data' : (commandWords(wValue, out) ?? text(out, most))}`;
    case 'UPLOAD':
      return `UPLOAD ${wValue}, ${wLength} bytes`;
    case 'GET_DESCRIPTOR':
      return `GET_DESCRIPTOR ${nameOf(descriptorTypes, wValue >> 8)} ${wValue & 0xff}, ${wLength} bytes`;
    case 'GETSTATUS':
    case 'CLRSTATUS':
    case 'GETSTATE':
    case 'ABORT':
      return request;
    default:
      return `${request} ${wValue}`;
  }
}

/** What came back, as people read it; a byte below 0 stands for any. */
export function answerWords(
  sent: readonly number[],
  got: readonly number[],
  most?: number,
): string {
  const [tag, ...bytes] = got;
  if (tag === undefined) return 'NAK until the host gave up';
  if (tag === ANSWER.STALL) return 'STALL';
  if (tag === ANSWER.GONE) return 'gone from the bus';
  const setup = setupOf(sent);
  const request = setup?.request;
  if (request === 'GETSTATUS' && bytes.length === 6) return statusWords(bytes);
  if (request === 'GETSTATE' && bytes.length === 1) return nameOf(dfuStates, bytes[0]!);
  const isText = request === 'GET_DESCRIPTOR' && setup!.wValue > descriptorTypes.string * 256;
  if (isText && setup!.wValue < (descriptorTypes.string + 1) * 256) {
    const words = letters(bytes.slice(2));
    if (words !== undefined) return `'${words}'`;
  }
  return bytes.length === 0 ? 'done' : text(bytes, most);
}

/** Text in UTF-16, any letter as a dot; undefined where it is not. */
function letters(bytes: readonly number[]): string | undefined {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const [low, high] = [bytes[at]!, bytes[at + 1]!];
    if (high < 0) return undefined;
    text += low < 0 ? '.' : String.fromCharCode(low + high * 256);
  }
  return text;
}

function statusWords(bytes: readonly number[]): string {
  const [status, low, middle, high, state] = bytes as [number, number, number, number, number];
  const poll = low < 0 ? 'any time' : `${low | (middle << 8) | (high << 16)} ms`;
  return `${nameOf(dfuStatuses, status)}, ${nameOf(dfuStates, state)}, ${poll}`;
}

/** A command of block 0 by its name. */
function commandWords(block: number, [opcode, ...operand]: readonly number[]): string | undefined {
  const found = Object.entries(dfuSeOpcodes).find(([, value]) => value === opcode);
  if (block !== 0 || found === undefined) return undefined;
  if (operand.length !== 4)
    return [found[0], ...(operand.length === 0 ? [] : [text(operand)])].join(' ');
  const [a, b, c, d] = operand as [number, number, number, number];
  return `${found[0]} ${hex8(a + b * 0x100 + c * 0x1_0000 + d * 0x100_0000)}`;
}

function setupOf(
  bytes: readonly number[],
): { readonly request: string; readonly wValue: number; readonly wLength: number } | undefined {
  if (bytes.length < 8) return undefined;
  const [type, bRequest, low, high, , , lengthLow, lengthHigh] = bytes as number[] & { length: 8 };
  const names = (type! & 0x60) === 0x20 ? dfuRequests : (type! & 0x60) === 0 ? usbRequests : {};
  const request = nameOf(names, bRequest!, 'request');
  return { request, wValue: low! + high! * 256, wLength: lengthLow! + lengthHigh! * 256 };
}

function nameOf(names: Readonly<Record<string, number>>, value: number, kind = ''): string {
  const found = Object.entries(names).find(([, number]) => number === value);
  return found?.[0] ?? `${kind} ${value < 0 ? 'any' : value}`.trim();
}
