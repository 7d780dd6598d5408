/**
 * Blocks of the pcapng capture file format (draft-ietf-opsawg-pcapng), little-endian. Each function
 * makes one whole block; a file is a section header, then interfaces and packets in any order.
 */

/** Longest packet that Wireshark accepts, bytes (WTAP_MAX_PACKET_SIZE_STANDARD). */
export const SNAP_LENGTH = 262_144;

const SECTION_HEADER = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b_3c4d;
const NANOSECONDS = 9; // if_tsresol: 10^-9 s

const OPTION = {
  end: 0,
  comment: 1,
  application: 4, // shb_userappl
  interfaceName: 2, // if_name
  interfaceDescription: 3, // if_description
  timestampResolution: 9, // if_tsresol
  flags: 2, // epb_flags
} as const;

/** One interface of a capture; ids count from 0 in the order of their blocks. */
export interface CaptureInterface {
  /** LINKTYPE_ number of its packets. */
  readonly linkType: number;
  readonly name: string;
  readonly description: string;
}

/** One packet of a capture. */
export interface CapturePacket {
  /** Id of its interface. */
  readonly interfaceId: number;
  /** ns since 1970. */
  readonly timestamp: bigint;
  readonly data: Uint8Array;
  /** As the captured device sees it. */
  readonly direction?: 'inbound' | 'outbound';
  readonly comment?: string;
}

/** The block that opens a file. */
export function sectionHeader(application: string): Uint8Array {
  const fixed = new Uint8Array(16);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true); // version 1.0
  view.setBigInt64(8, -1n, true); // length of the section: not given
  return block(SECTION_HEADER, [fixed, ...options([OPTION.application, utf8(application)])]);
}

/** The block that introduces an interface. */
export function interfaceDescription(description: CaptureInterface): Uint8Array {
  const fixed = new Uint8Array(8);
  const view = new DataView(fixed.buffer);
  view.setUint16(0, description.linkType, true);
  view.setUint32(4, SNAP_LENGTH, true);
  return block(INTERFACE_DESCRIPTION, [
    fixed,
    ...options(
      [OPTION.interfaceName, utf8(description.name)],
      [OPTION.interfaceDescription, utf8(description.description)],
      [OPTION.timestampResolution, Uint8Array.of(NANOSECONDS)],
    ),
  ]);
}

/** The block of one packet; data beyond `SNAP_LENGTH` is cut, its length is kept. */
export function enhancedPacket(packet: CapturePacket): Uint8Array {
  const captured = packet.data.subarray(0, SNAP_LENGTH);
  const fixed = new Uint8Array(20);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, packet.interfaceId, true);
  view.setUint32(4, Number(packet.timestamp >> 32n), true);
  view.setUint32(8, Number(packet.timestamp & 0xffff_ffffn), true);
  view.setUint32(12, captured.length, true);
  view.setUint32(16, packet.data.length, true);
  const list: [number, Uint8Array][] = [];
  if (packet.comment !== undefined) list.push([OPTION.comment, utf8(packet.comment)]);
  if (packet.direction !== undefined) {
    list.push([OPTION.flags, Uint8Array.of(packet.direction === 'inbound' ? 1 : 2, 0, 0, 0)]);
  }
  return block(ENHANCED_PACKET, [fixed, padded(captured), ...options(...list)]);
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 12);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setUint32(at, length, true);
  return bytes;
}

function options(...list: readonly (readonly [code: number, value: Uint8Array])[]): Uint8Array[] {
  if (list.length === 0) return [];
  return [...list, [OPTION.end, new Uint8Array()] as const].flatMap(([code, value]) => [
    Uint8Array.of(code & 0xff, code >> 8, value.length & 0xff, value.length >> 8),
    padded(value),
  ]);
}

function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 4 === 0) return bytes;
  const result = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  result.set(bytes);
  return result;
}

/** UTF-8, cut at a whole character to what the 16-bit length of an option holds. */
function utf8(text: string): Uint8Array {
  const room = new Uint8Array(0xffff);
  return room.slice(0, new TextEncoder().encodeInto(text, room).written);
}
