import type { Setup } from '../../interfaces/usb/pins.ts';
import type { ExportedDevice } from './bus.ts';

/**
 * The messages of USB/IP 1.1.1 (Linux: Documentation/usb/usbip_protocol.rst). Everything is big-endian
 * but the SETUP packet.
 */
export const VERSION = 0x0111;

export const OP = {
  requestDevices: 0x8005,
  devices: 0x0005,
  requestImport: 0x8003,
  import: 0x0003,
} as const;

export const OP_STATUS = { ok: 0, busy: 2, noDevice: 4 } as const;

export const COMMAND = { submit: 1, unlink: 2, submitted: 3, unlinked: 4 } as const;

/** Status of a transfer: negative errno of Linux. */
export const STATUS = {
  ok: 0,
  invalid: -22,
  stall: -32,
  unlinked: -104,
  gone: -108,
  short: -121,
} as const;

export const OP_HEADER = 8;
export const BUSID = 32;
export const HEADER = 48;
const DEVICE = 312;
const PATH = 256;

const SPEED = { low: 1, full: 2, high: 3 } as const;

/** URB_SHORT_NOT_OK of Linux: fewer bytes than asked for are an error. */
const SHORT_NOT_OK = 1;

/** USBIP_CMD_SUBMIT without its data. */
export interface Submit {
  readonly seqnum: number;
  readonly devid: number;
  readonly toHost: boolean;
  readonly endpoint: number;
  readonly shortIsError: boolean;
  /** Bytes of the buffer: those that follow, or those that there is room for. */
  readonly length: number;
  /** 0 for transfers that are not isochronous. */
  readonly packets: number;
  readonly setup: Setup;
}

export interface Unlink {
  readonly seqnum: number;
  readonly devid: number;
  /** Number of the transfer that is no longer wanted. */
  readonly victim: number;
}

/** Reads the header of a transfer, `HEADER` bytes. */
export function readSubmit(from: Buffer): Submit {
  const packets = from.readInt32BE(32);
  return {
    seqnum: from.readUInt32BE(4),
    devid: from.readUInt32BE(8),
    toHost: from.readUInt32BE(12) !== 0,
    endpoint: from.readUInt32BE(16),
    shortIsError: (from.readUInt32BE(20) & SHORT_NOT_OK) !== 0,
    length: from.readUInt32BE(24),
    packets: packets === -1 ? 0 : packets,
    setup: {
      bmRequestType: from.readUInt8(40),
      bRequest: from.readUInt8(41),
      wValue: from.readUInt16LE(42),
      wIndex: from.readUInt16LE(44),
      wLength: from.readUInt16LE(46),
    },
  };
}

export function readUnlink(from: Buffer): Unlink {
  return {
    seqnum: from.readUInt32BE(4),
    devid: from.readUInt32BE(8),
    victim: from.readUInt32BE(20),
  };
}

/** USBIP_RET_SUBMIT; `actual` counts the bytes of `data`, or those of an OUT transfer that were taken. */
export function submitted(
  seqnum: number,
  status: number,
  actual = 0,
  data: Uint8Array = new Uint8Array(),
): Buffer {
  const message = Buffer.alloc(HEADER + data.length);
  message.writeUInt32BE(COMMAND.submitted, 0);
  message.writeUInt32BE(seqnum, 4);
  message.writeInt32BE(status, 20);
  message.writeUInt32BE(actual, 24);
  message.writeInt32BE(-1, 32); // number_of_packets: not isochronous
  message.set(data, HEADER);
  return message;
}

export function unlinked(seqnum: number, status: number): Buffer {
  const message = Buffer.alloc(HEADER);
  message.writeUInt32BE(COMMAND.unlinked, 0);
  message.writeUInt32BE(seqnum, 4);
  message.writeInt32BE(status, 20);
  return message;
}

/** OP_REP_DEVLIST. */
export function deviceList(devices: readonly ExportedDevice[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(devices.length);
  const entries = devices.flatMap((exported) => [
    deviceEntry(exported),
    ...exported.device.description.interfaces.map((codes) => Buffer.from([...codes, 0])),
  ]);
  return Buffer.concat([opHeader(OP.devices, OP_STATUS.ok), count, ...entries]);
}

/** OP_REP_IMPORT; without a device it is the header alone. */
export function importReply(status: number, exported?: ExportedDevice): Buffer {
  const header = opHeader(OP.import, status);
  return exported === undefined ? header : Buffer.concat([header, deviceEntry(exported)]);
}

/** What the host names the device by in the transfers that follow. */
export function devidOf({ busnum, devnum }: ExportedDevice): number {
  return (busnum << 16) | devnum;
}

function opHeader(code: number, status: number): Buffer {
  const header = Buffer.alloc(OP_HEADER);
  header.writeUInt16BE(VERSION, 0);
  header.writeUInt16BE(code, 2);
  header.writeUInt32BE(status, 4);
  return header;
}

function deviceEntry(exported: ExportedDevice): Buffer {
  const { busid, busnum, devnum, configuration, device } = exported;
  const { speed, idVendor, idProduct, bcdDevice, deviceClass, interfaces } = device.description;
  const entry = Buffer.alloc(DEVICE);
  entry.write(`/sys/devices/platform/vstm32/usb${busnum}/${busid}`, 0);
  entry.write(busid, PATH);
  let at = entry.writeUInt32BE(busnum, PATH + BUSID);
  at = entry.writeUInt32BE(devnum, at);
  at = entry.writeUInt32BE(SPEED[speed], at);
  at = entry.writeUInt16BE(idVendor, at);
  at = entry.writeUInt16BE(idProduct, at);
  at = entry.writeUInt16BE(bcdDevice, at);
  entry.set([...deviceClass, configuration, 1, interfaces.length], at);
  return entry;
}
