import type { CanFrame } from '../../interfaces/can/pins.ts';

/** Data lengths by the DLC; 9 to 15 in CAN FD only. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64];

/** echo_id, can_id, can_dlc, channel, flags, reserved. */
const HEAD = 12;
/** Of a frame that another node has sent. */
const RECEIVED = 0xffff_ffff;

/** In can_id, as in SocketCAN. */
const EXTENDED = 0x8000_0000;
const REMOTE = 0x4000_0000;
const ERROR = 0x2000_0000;

/** In flags. */
const FLAG = { fd: 0b010, brs: 0b100 } as const;

/** A host frame on its way to the bus. */
export interface ToSend {
  /** A remote frame, which no bootloader listens to, has no data to send. */
  readonly frame: CanFrame | 'remote';
  /** What the host is told when it has been sent: its own bytes. */
  readonly echo: Uint8Array;
}

/** Reads `struct gs_host_frame`; undefined where it is none, or of another channel than the first. */
export function parseHostFrame(bytes: Uint8Array): ToSend | undefined {
  if (bytes.length < HEAD) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const canId = view.getUint32(4, true);
  const [dlc, channel, flags] = [view.getUint8(8), view.getUint8(9), view.getUint8(10)];
  const fd = (flags & FLAG.fd) !== 0;
  const size = hostFrameSize(fd);
  if (bytes.length < size || channel !== 0 || dlc > (fd ? 15 : 8)) return undefined;
  if ((canId & ERROR) !== 0 || view.getUint32(0, true) === RECEIVED) return undefined;
  const echo = bytes.slice(0, size);
  if ((canId & REMOTE) !== 0) return { frame: 'remote', echo };
  const extended = (canId & EXTENDED) !== 0;
  const id = canId & (extended ? 0x1fff_ffff : 0x7ff);
  const brs = fd && (flags & FLAG.brs) !== 0;
  const data = bytes.slice(HEAD, HEAD + LENGTHS[dlc]!);
  return { frame: { id, extended, fd, brs, data }, echo };
}

/** `struct gs_host_frame` of a frame that the chip has sent. */
export function formatHostFrame({ id, extended, fd, brs, data }: CanFrame): Uint8Array {
  const bytes = new Uint8Array(hostFrameSize(fd));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, RECEIVED, true);
  view.setUint32(4, extended ? id + EXTENDED : id, true);
  view.setUint8(
    8,
    LENGTHS.findIndex((length) => length >= data.length),
  );
  view.setUint8(10, (fd ? FLAG.fd : 0) | (brs ? FLAG.brs : 0));
  bytes.set(data, HEAD);
  return bytes;
}

/** Bytes of a host frame without a timestamp. */
function hostFrameSize(fd: boolean): number {
  return HEAD + (fd ? 64 : 8);
}
