import type { Micros } from './clock.ts';
import type { CapturePacket } from './pcapng.ts';
import { enhancedPacket, interfaceDescription, sectionHeader } from './pcapng.ts';
import { describeEvent } from './trace-text.ts';
import type { TraceEvent } from './trace.ts';

/** Virtual time 0 in a capture, ns since 1970: 2020-01-01T00:00:00Z, so that equal runs give equal files. */
const EPOCH_NS = 1_577_836_800_000_000_000n;

/** How the traffic of one kind of bus is laid out in packets. */
interface BusCapture {
  /** LINKTYPE_ number. */
  readonly linkType: number;
  /** Bytes on the wire, as one packet. */
  transfer(timestamp: bigint, direction: 'inbound' | 'outbound', bytes: Uint8Array): Uint8Array;
  /** A packet without traffic, for an event that is not bytes. */
  mark(timestamp: bigint, event: TraceEvent): Uint8Array;
}

/** LINKTYPE_RTAC_SERIAL: a header of 12 bytes, big-endian, then the bytes. Event 0 is a status change. */
const RTAC_EVENT = { status: 0, tx: 1, rx: 2, break: 9 } as const;

const uart: BusCapture = {
  linkType: 250,
  transfer: (timestamp, direction, bytes) =>
    rtac(timestamp, direction === 'inbound' ? RTAC_EVENT.rx : RTAC_EVENT.tx, bytes),
  mark: (timestamp, event) =>
    rtac(timestamp, event.kind === 'break' ? RTAC_EVENT.break : RTAC_EVENT.status),
};

/** The buses that a capture can hold; one file may mix them. */
const buses = { uart } as const satisfies Record<string, BusCapture>;

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
    if (!this.#interfaces.has(name)) introduced.push(this.#add({ name, bus: 'uart' }));
    const { id, bus } = this.#interfaces.get(name)!;
    return [...introduced, enhancedPacket({ interfaceId: id, ...packetOf(event, bus) })];
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

function packetOf(event: TraceEvent, bus: BusCapture): Omit<CapturePacket, 'interfaceId'> {
  const timestamp = timestampOf(event.time);
  if (event.kind === 'rx' || event.kind === 'tx') {
    const direction = event.kind === 'rx' ? 'inbound' : 'outbound';
    return { timestamp, direction, data: bus.transfer(timestamp, direction, event.bytes) };
  }
  return { timestamp, data: bus.mark(timestamp, event), comment: describeEvent(event) };
}

const timestampOf = (time: Micros): bigint => EPOCH_NS + BigInt(Math.round(time * 1000));

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
