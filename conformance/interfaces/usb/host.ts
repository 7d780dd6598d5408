import {
  descriptorTypes,
  dfuOf,
  dfuRequests,
  dfuSeOpcodes,
  dfuStates,
  dfuStatuses,
  usbRequests,
} from '../../../families/index.ts';
import type { Part } from '../../part/part.ts';
import { ANY } from '../../run/script.ts';
import type { Reply, Step } from '../../run/script.ts';

/**
 * How an answer to a control transfer begins: `DATA` is followed by the bytes of the IN stage, `GONE`
 * means that the device dropped off the bus. No answer at all: it sent NAKs until the host gave up.
 */
export const ANSWER = { DATA: 0x00, STALL: 0x01, GONE: 0x02 } as const;

export type State = keyof typeof dfuStates;
export type Status = keyof typeof dfuStatuses;

/** The first data block (AN3156 §5.1: numbers below are commands and reserved). */
export const FIRST_BLOCK = 2;

/** ms that hosts give the longest work before they give up (dfu-util). */
const WORK_MS = 35_000;

export const STALL: Reply = { bytes: [ANSWER.STALL] };
export const GONE: Reply = { bytes: [ANSWER.GONE] };
/** The transfer ended well, without data. */
export const DONE: Reply = { bytes: [ANSWER.DATA] };

/** The data of an IN stage. */
export function data(bytes: readonly number[]): Reply {
  return { bytes: [ANSWER.DATA, ...bytes] };
}

/** What GETSTATUS answers; a poll time that is not given is not judged. */
export function report(state: State, status: Status = 'OK', pollMs?: number): Reply {
  const poll =
    pollMs === undefined
      ? [ANY, ANY, ANY]
      : [pollMs & 0xff, (pollMs >> 8) & 0xff, (pollMs >> 16) & 0xff];
  return data([dfuStatuses[status], ...poll, dfuStates[state], ANY]);
}

/** The eight bytes of a SETUP packet (USB 2.0 table 9-2). */
export interface Setup {
  readonly bmRequestType: number;
  readonly bRequest: number;
  readonly wValue?: number;
  readonly wIndex?: number;
  readonly wLength?: number;
}

/** One control transfer: its SETUP and the data of its OUT stage are sent as one. */
export function control(
  name: string,
  { bmRequestType, bRequest, wValue = 0, wIndex = 0, wLength = 0 }: Setup,
  out: readonly number[],
  ...replies: readonly Reply[]
): Step {
  const setup = [bmRequestType, bRequest, ...le16(wValue), ...le16(wIndex), ...le16(wLength)];
  return { name, send: [...setup, ...out], replies: replies.length === 0 ? [DONE] : replies };
}

/** A class request to the interface: `out` goes out, else `wLength` bytes are asked for. */
function request(
  name: keyof typeof dfuRequests,
  what: string,
  { wValue = 0, out, wLength = 0 }: { wValue?: number; out?: readonly number[]; wLength?: number },
  ...replies: readonly Reply[]
): Step {
  const inward = name === 'UPLOAD' || name === 'GETSTATUS' || name === 'GETSTATE';
  const setup = {
    bmRequestType: inward ? 0xa1 : 0x21,
    bRequest: dfuRequests[name],
    wValue,
    wLength: out?.length ?? wLength,
  };
  return control(what, setup, out ?? [], ...replies);
}

export function getDescriptor(
  type: keyof typeof descriptorTypes,
  index: number,
  wLength: number,
  ...replies: readonly Reply[]
): Step {
  const setup = {
    bmRequestType: 0x80,
    bRequest: usbRequests.GET_DESCRIPTOR,
    wValue: descriptorTypes[type] * 256 + index,
    wIndex: type === 'string' && index > 0 ? 0x0409 : 0,
    wLength,
  };
  return control(`GET_DESCRIPTOR ${type} ${index}`, setup, [], ...replies);
}

export function setConfiguration(value: number, ...replies: readonly Reply[]): Step {
  const setup = { bmRequestType: 0, bRequest: usbRequests.SET_CONFIGURATION, wValue: value };
  return control(`SET_CONFIGURATION ${value}`, setup, [], ...replies);
}

export function setInterface(alternate: number, ...replies: readonly Reply[]): Step {
  const setup = { bmRequestType: 0x01, bRequest: usbRequests.SET_INTERFACE, wValue: alternate };
  return control(`SET_INTERFACE ${alternate}`, setup, [], ...replies);
}

export function getConfiguration(value: number): Step {
  const setup = { bmRequestType: 0x80, bRequest: usbRequests.GET_CONFIGURATION, wLength: 1 };
  return control('GET_CONFIGURATION', setup, [], data([value]));
}

export function getInterface(alternate: number): Step {
  const setup = { bmRequestType: 0x81, bRequest: usbRequests.GET_INTERFACE, wLength: 1 };
  return control('GET_INTERFACE', setup, [], data([alternate]));
}

/** The host resets the bus, and then does what it does with a new device (USB 2.0 §9.1.1). */
export function behindBusReset([first, ...rest]: readonly Step[]): readonly Step[] {
  return [{ ...first!, name: `${first!.name} behind a bus reset`, busReset: true }, ...rest];
}

/** DNLOAD of a block. */
export function download(
  block: number,
  out: readonly number[],
  ...replies: readonly Reply[]
): Step {
  const name = `DNLOAD block ${block}, ${out.length} bytes`;
  return request('DNLOAD', name, { wValue: block, out }, ...replies);
}

/** UPLOAD of a block. */
export function upload(block: number, wLength: number, ...replies: readonly Reply[]): Step {
  const name = `UPLOAD block ${block}, ${wLength} bytes`;
  return request('UPLOAD', name, { wValue: block, wLength }, ...replies);
}

export function getStatus(...replies: readonly Reply[]): Step {
  return { ...request('GETSTATUS', 'GETSTATUS', { wLength: 6 }, ...replies), withinMs: WORK_MS };
}

export function getState(state: State): Step {
  return request('GETSTATE', 'GETSTATE', { wLength: 1 }, data([dfuStates[state]]));
}

export function clearStatus(...replies: readonly Reply[]): Step {
  return request('CLRSTATUS', 'CLRSTATUS', {}, ...replies);
}

export function abort(...replies: readonly Reply[]): Step {
  return request('ABORT', 'ABORT', {}, ...replies);
}

export function detach(...replies: readonly Reply[]): Step {
  return request('DETACH', 'DETACH', { wValue: 1000 }, ...replies);
}

/** A command that ends well: its block, dfuDNBUSY, and the state behind it. */
export function executed(block: Step, part: Part): readonly Step[] {
  return [block, getStatus(report('dfuDNBUSY')), finished(part)];
}

/** A command that fails: its block, dfuDNBUSY, and the error; `others` may be reported in its place. */
export function failed(
  block: Step,
  part: Part,
  status: Status,
  ...others: readonly Reply[]
): readonly Step[] {
  const replies = [report('dfuERROR', status), ...others];
  return [block, getStatus(report('dfuDNBUSY')), finished(part, ...replies)];
}

/** Replies of ST's class driver, as which ROMs of generation B behave, where AN3156 says otherwise. */
export function asClassDriver({ device }: Part, ...replies: readonly Reply[]): readonly Reply[] {
  if (device.dfuGeneration !== 'B') return [];
  const says =
    "AN3156 says otherwise; ST's class driver (MW-USB) does so, and no log shows the ROM";
  return replies.map((reply) => ({ ...reply, verdict: 'non-strict', says }));
}

/** The GETSTATUS behind the work. A device that is asked too early says so, and is asked again. */
export function finished(part: Part, ...replies: readonly Reply[]): Step {
  const wanted = replies.length === 0 ? [report('dfuDNLOAD-IDLE')] : replies;
  const early: Reply[] = [{ ...report('dfuDNBUSY'), again: true }];
  if (part.quirks.has('dfu-status-stalls-while-erasing')) {
    const says = 'this ROM stalls a GETSTATUS while it erases (seen on silicon)';
    early.push({ ...STALL, again: true, verdict: 'non-strict', says });
  }
  return getStatus(...wanted, ...early);
}

export function pointerBlock(address: number, ...replies: readonly Reply[]): Step {
  const out = [dfuSeOpcodes['set-address-pointer'], ...le32(address)];
  return { ...download(0, out, ...replies), name: `Set Address Pointer ${hex(address)}` };
}

/** The page or sector that holds the address. */
export function eraseBlock(address: number, ...replies: readonly Reply[]): Step {
  const out = [dfuSeOpcodes.erase, ...le32(address)];
  return { ...download(0, out, ...replies), name: `Erase ${hex(address)}` };
}

export function massEraseBlock(...replies: readonly Reply[]): Step {
  return { ...download(0, [dfuSeOpcodes.erase], ...replies), name: 'Mass Erase' };
}

export function unprotectBlock(...replies: readonly Reply[]): Step {
  return { ...download(0, [dfuSeOpcodes['read-unprotect']], ...replies), name: 'Read Unprotect' };
}

/** All of Set Address Pointer. */
export function setPointer(part: Part, address: number): readonly Step[] {
  return executed(pointerBlock(address), part);
}

/** Sets the pointer and uploads one block from there, from dfuIDLE or dfuDNLOAD-IDLE to dfuIDLE. */
export function read(part: Part, from: number, bytes: readonly number[]): readonly Step[] {
  return [
    ...setPointer(part, from),
    abort(),
    upload(FIRST_BLOCK, bytes.length, data(bytes)),
    abort(),
  ];
}

/** Sets the pointer and downloads one block there, from dfuIDLE or dfuDNLOAD-IDLE to dfuDNLOAD-IDLE. */
export function write(part: Part, to: number, bytes: readonly number[]): readonly Step[] {
  return [...setPointer(part, to), ...executed(download(FIRST_BLOCK, bytes), part)];
}

/** Asks to leave, finds the device gone from the bus, and goes on. */
export function leave(part: Part, then: readonly Step[] = [], block = 0): readonly Step[] {
  const says = 'this ROM drops off the bus without an answer (seen on silicon)';
  const silent = part.quirks.has('dfu-leave-not-answered')
    ? [{ ...GONE, verdict: 'non-strict' as const, says, goOn: then }]
    : [];
  return [
    { ...download(block, []), name: 'leave' },
    getStatus(report('dfuMANIFEST'), ...silent),
    { ...getStatus(GONE), name: 'GETSTATUS is not answered any more' },
    ...then,
  ];
}

/** A device that was left for an application: it does not come back. */
export function isGone(): Step {
  const step = request('GETSTATE', 'GETSTATE', { wLength: 1 }, GONE);
  return { ...step, name: 'GETSTATE is not answered any more' };
}

/** Bytes of a block (wTransferSize). */
export function transferSize({ device }: Pick<Part, 'device'>): number {
  return dfuOf(device).wTransferSize;
}

/** A 32-bit number as DfuSe sends it. */
export function le32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}

export function le16(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff];
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
