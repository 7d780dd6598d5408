import { portNamed } from '../../families/index.ts';
import type { Protocol } from '../../families/index.ts';
import type { Micros } from '../clock.ts';
import type { CapturePacket } from './pcapng-blocks.ts';
import { enhancedPacket, interfaceDescription, sectionHeader } from './pcapng-blocks.ts';
import { USB_LINK_TYPE, usbPacket } from './pcapng-usb.ts';
import { describeEvent } from './text.ts';
import type { TraceEvent } from './trace.ts';

/** Virtual time 0 in a capture, ms since 1970, where it is no time of day: equal runs give equal files. */
const EPOCH = Date.UTC(2020, 0, 1);

/** What went over a bus. */
type Transfer = TraceEvent & { readonly kind: 'rx' | 'tx' };

/** How the traffic of one kind of bus is laid out in packets. */
interface BusCapture {
  /** LINKTYPE_ number. */
  readonly linkType: number;
  /** What went over the bus, as one packet. */
  transfer(timestamp: bigint, event: Transfer): Uint8Array;
  /** A packet without traffic, for an event that is not bytes. */
  mark(timestamp: bigint, event: TraceEvent): Uint8Array;
}

/** LINKTYPE_RTAC_SERIAL: a header of 12 bytes, big-endian, then the bytes. Event 0 is a status change. */
const RTAC_EVENT = { status: 0, tx: 1, rx: 2, break: 9 } as const;

const uart: BusCapture = {
  linkType: 250,
  transfer: (timestamp, { kind, bytes }) => rtac(timestamp, RTAC_EVENT[kind], bytes),
  mark: (timestamp, event) =>
    rtac(timestamp, event.kind === 'break' ? RTAC_EVENT.break : RTAC_EVENT.status),
};

/** LINKTYPE_I2C_LINUX: bus number (bit 7: an event, no message), flags, address byte, data. A NACK is a comment. */
const I2C_FLAGS = { write: 0, read: 1 } as const; // I2C_M_RD
const I2C_EVENT = 0x80;

const i2c: BusCapture = {
  linkType: 209,
  transfer(_timestamp, { kind, port, bytes, message }) {
    const read = kind === 'tx' ? I2C_FLAGS.read : I2C_FLAGS.write;
    const address = ((message?.address ?? 0) << 1) | read;
    return Uint8Array.of(busNumber(port), 0, 0, 0, read, address, ...bytes);
  },
  mark: (_timestamp, event) =>
    Uint8Array.of(I2C_EVENT | busNumber('port' in event ? event.port : ''), 0, 0, 0, 0),
};

/**
 * LINKTYPE_USER1, since there is none for SPI: a byte that says what the packet is, then the bytes. MOSI
 * and MISO of the same slots follow each other in two packets of equal length and time.
 */
const SPI_PACKET = { mark: 0, rx: 1, tx: 2 } as const; // tx: MISO

const spi: BusCapture = {
  linkType: 148,
  transfer: (_timestamp, { kind, bytes }) => Uint8Array.of(SPI_PACKET[kind], ...bytes),
  mark: () => Uint8Array.of(SPI_PACKET.mark),
};

/**
 * LINKTYPE_USER2, since there is none for I3C: a byte that says what the packet is, the 7-bit address, of a broadcast
 * 0x7E, then the bytes, of a broadcast behind its code.
 */
const I3C_PACKET = { mark: 0, rx: 1, tx: 2, interrupt: 3, broadcast: 4 } as const;
const I3C_BROADCAST = 0x7e;

const i3c: BusCapture = {
  linkType: 149,
  transfer: (_timestamp, { kind, bytes, message }) =>
    Uint8Array.of(I3C_PACKET[kind], message?.address ?? 0, ...bytes),
  mark(_timestamp, event) {
    if (event.kind === 'interrupt') {
      return Uint8Array.of(I3C_PACKET.interrupt, event.address, ...event.bytes);
    }
    if (event.kind === 'broadcast') {
      return Uint8Array.of(I3C_PACKET.broadcast, I3C_BROADCAST, event.code, ...event.bytes);
    }
    return Uint8Array.of(I3C_PACKET.mark);
  },
};

/** LINKTYPE_CAN_SOCKETCAN: identifier with flags, big-endian, length, FD flags, then data. An event is an error frame of no class. */
const CAN_FLAGS = { extended: 0x8000_0000, error: 0x2000_0000 } as const;
const CAN_FD_FLAGS = { brs: 1, fdf: 4 } as const;

const can: BusCapture = {
  linkType: 227,
  transfer(_timestamp, { bytes, frame }) {
    const { id = 0, extended = false, fd = false, brs = false } = frame ?? {};
    const flags = (fd ? CAN_FD_FLAGS.fdf : 0) | (brs ? CAN_FD_FLAGS.brs : 0);
    return socketCan(id + (extended ? CAN_FLAGS.extended : 0), flags, bytes);
  },
  mark: () => socketCan(CAN_FLAGS.error, 0, new Uint8Array(8)),
};

/** Control transfers are events of their own, not bytes. */
const usb: BusCapture = {
  linkType: USB_LINK_TYPE,
  transfer: usbPacket,
  mark: usbPacket,
};

/** The buses that a capture can hold; one file may mix them. */
const buses = { usb, uart, i2c, i3c, spi, can } as const satisfies Record<string, BusCapture>;

/** A port of the board as it appears in the capture. */
export interface PcapngPort {
  /** The port's name in the Trace, `USART1`. */
  readonly name: string;
  readonly bus: keyof typeof buses;
}

/** What the capture says about the device. */
export interface PcapngAbout {
  readonly device: string;
  /** Version of the system-memory bootloader, `9.1`. */
  readonly bootloader: string;
  /** The ports, first the one under which events of the chip itself are shown. */
  readonly ports: readonly PcapngPort[];
  /** When virtual time was 0, ms since 1970, for a board that runs in real time; 2020-01-01T00:00:00Z if left out. */
  readonly startedAt?: number | undefined;
}

/**
 * A reader of the Trace that makes a capture for Wireshark: an interface per port, a packet per burst,
 * and an empty packet with a comment per event, so that each keeps its own virtual time. Directions are
 * the chip's: what the host sends is inbound.
 */
export class PcapngWriter {
  readonly #about: PcapngAbout;
  readonly #interfaces = new Map<string, { readonly id: number; readonly bus: BusCapture }>();

  constructor(about: PcapngAbout) {
    this.#about = about;
  }

  /** What comes before the first event: the section header and the known interfaces. */
  header(): Uint8Array[] {
    return [sectionHeader('vstm32'), ...this.#about.ports.map((port) => this.#add(port))];
  }

  /** The blocks of one event, to be appended at once. */
  event(event: TraceEvent): Uint8Array[] {
    const introduced: Uint8Array[] = [];
    const name = 'port' in event ? event.port : (this.#about.ports[0]?.name ?? 'chip');
    if (!this.#interfaces.has(name)) introduced.push(this.#add({ name, bus: busOf(name) }));
    const { id, bus } = this.#interfaces.get(name)!;
    const timestamp = timestampOf(this.#about.startedAt ?? EPOCH, event.time);
    return [...introduced, enhancedPacket({ interfaceId: id, ...packetOf(event, bus, timestamp) })];
  }

  #add(port: PcapngPort): Uint8Array {
    const bus = buses[port.bus];
    this.#interfaces.set(port.name, { id: this.#interfaces.size, bus });
    return interfaceDescription({
      linkType: bus.linkType,
      name: port.name,
      description: `${this.#about.device} bootloader ${this.#about.bootloader}`,
    });
  }
}

function packetOf(
  event: TraceEvent,
  bus: BusCapture,
  timestamp: bigint,
): Omit<CapturePacket, 'interfaceId'> {
  if (event.kind === 'rx' || event.kind === 'tx') {
    const direction = event.kind === 'rx' ? 'inbound' : 'outbound';
    const packet = { timestamp, direction, data: bus.transfer(timestamp, event) } as const;
    const unheard = (event.message ?? event.frame)?.acknowledged === false;
    return unheard ? { ...packet, comment: describeEvent(event) } : packet;
  }
  return { timestamp, data: bus.mark(timestamp, event), comment: describeEvent(event) };
}

const BUS_OF: Readonly<Record<Protocol, keyof typeof buses>> = {
  USART: 'uart',
  I2C: 'i2c',
  SPI: 'spi',
  CAN: 'can',
  FDCAN: 'can',
  USB: 'usb',
  I3C: 'i3c',
};

/** The bus of a port that nobody has announced. */
function busOf(port: string): keyof typeof buses {
  const { protocol } = portNamed(port);
  return protocol === undefined ? 'uart' : BUS_OF[protocol];
}

/** 3 of `I2C3`. */
function busNumber(port: string): number {
  return Number(/\d+$/.exec(port)?.[0] ?? 0) & 0x7f;
}

/** ns since 1970. */
const timestampOf = (startedAt: number, time: Micros): bigint =>
  BigInt(startedAt) * 1_000_000n + BigInt(Math.round(time * 1000));

function socketCan(id: number, flags: number, data: Uint8Array): Uint8Array {
  const packet = new Uint8Array(8 + data.length);
  new DataView(packet.buffer).setUint32(0, id);
  packet[4] = data.length;
  packet[5] = flags;
  packet.set(data, 8);
  return packet;
}

function rtac(timestamp: bigint, event: number, bytes: Uint8Array = new Uint8Array()): Uint8Array {
  const packet = new Uint8Array(12 + bytes.length);
  const view = new DataView(packet.buffer);
  const micros = timestamp / 1000n;
  view.setUint32(0, Number(micros / 1_000_000n));
  view.setUint32(4, Number(micros % 1_000_000n));
  packet[8] = event; // 9: state of the control lines, 10 and 11: footer, all 0
  packet.set(bytes, 12);
  return packet;
}
