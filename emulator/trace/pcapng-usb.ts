import type { Setup } from '../interfaces/usb/pins.ts';
import type { TraceEvent } from './trace.ts';

/** LINKTYPE_USB_LINUX_MMAPPED: a header of 64 bytes in the section's byte order, then the data. */
export const USB_LINK_TYPE = 220;

const HEADER = 64;
const CONTROL = 2;
const TO_HOST = 0x80;
/** Device address and bus in a capture: the same in each, so that Decode As has one key, 0x10001. */
const PLACE = { bus: 1, device: 1 } as const;
const EVENT = { submit: 0x53, complete: 0x43 } as const;
/** The setup bytes are, or are not, in the header. */
const SETUP = { there: 0, none: 0x2d } as const;
const DATA = { there: 0, input: 0x3c, output: 0x3e } as const;
/** Linux errno of a URB: in progress, endpoint stalled, device gone. */
const STATUS = { submitted: -115, done: 0, stall: -32, none: -108 } as const;
/** An event that is no transfer is an empty packet on an endpoint that no device has, away from the control pipe. */
const MARK = { transfer: 1, endpoint: 0x8f, device: 0 } as const;

/** The packet of one event on a USB port: a URB submitted for `setup`, completed for `answer`, empty for others. */
export function usbPacket(timestamp: bigint, event: TraceEvent): Uint8Array {
  switch (event.kind) {
    case 'setup': {
      const input = isInput(event.setup);
      return urb(timestamp, event.setup, {
        event: EVENT.submit,
        status: STATUS.submitted,
        length: input ? event.setup.wLength : event.bytes.length,
        flag: input ? DATA.input : DATA.output,
        data: input ? new Uint8Array() : event.bytes,
      });
    }
    case 'answer': {
      const input = isInput(event.setup);
      return urb(timestamp, event.setup, {
        event: EVENT.complete,
        status: STATUS[event.answer],
        length: event.bytes.length,
        flag: input ? DATA.input : DATA.output,
        data: event.bytes,
      });
    }
    default: {
      const packet = header(timestamp, { event: EVENT.complete, status: STATUS.done, length: 0 });
      packet.set([MARK.transfer, MARK.endpoint, MARK.device], 9);
      packet[15] = DATA.input;
      return packet;
    }
  }
}

interface Urb {
  readonly event: number;
  /** Negative errno. */
  readonly status: number;
  /** Bytes asked for or transferred. */
  readonly length: number;
}

function urb(
  timestamp: bigint,
  setup: Setup,
  about: Urb & { readonly flag: number; readonly data: Uint8Array },
): Uint8Array {
  const { data } = about;
  const packet = new Uint8Array(HEADER + data.length);
  packet.set(header(timestamp, about));
  packet.set([CONTROL, isInput(setup) ? TO_HOST : 0, PLACE.device], 9); // endpoint 0
  packet[15] = data.length > 0 ? DATA.there : about.flag;
  const view = new DataView(packet.buffer);
  view.setUint32(36, data.length, true);
  if (about.event === EVENT.submit) {
    packet[14] = SETUP.there;
    view.setUint8(40, setup.bmRequestType);
    view.setUint8(41, setup.bRequest);
    view.setUint16(42, setup.wValue, true);
    view.setUint16(44, setup.wIndex, true);
    view.setUint16(46, setup.wLength, true);
  }
  packet.set(data, HEADER);
  return packet;
}

/** What all packets have; transfer type, endpoint, device and data are filled in. */
function header(timestamp: bigint, { event, status, length }: Urb): Uint8Array {
  const bytes = new Uint8Array(HEADER);
  const view = new DataView(bytes.buffer);
  const micros = timestamp / 1000n;
  view.setUint8(8, event);
  view.setUint16(12, PLACE.bus, true);
  view.setUint8(14, SETUP.none);
  view.setBigInt64(16, micros / 1_000_000n, true);
  view.setInt32(24, Number(micros % 1_000_000n), true);
  view.setInt32(28, status, true);
  view.setUint32(32, length, true);
  return bytes;
}

function isInput({ bmRequestType, wLength }: Setup): boolean {
  return (bmRequestType & TO_HOST) !== 0 && wLength > 0;
}
