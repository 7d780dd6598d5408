import * as fc from 'fast-check';
import { be32 } from '../interfaces/usart/host.ts';
import { has, nowhere } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import type { Reply, Step } from '../run/script.ts';
import type { PacketHost } from './kit/framed-host.ts';
import { filled, spoils, wordsPastTheEnd } from './kit/inputs.ts';
import { noReadoutProtection } from './kit/replies.ts';
import { content, notWide, wide, widelyFilled } from './kit/scratch.ts';
import { prefixesOf, shared } from './kit/shared.ts';

const POLYNOMIAL = 0x04c1_1db7;
const INITIAL = 0xffff_ffff;

/** The CRC unit over little-endian words: most significant bit first, nothing reflected or inverted (RM0090 §4). */
function crcOf(bytes: readonly number[]): number {
  let crc = INITIAL;
  for (let at = 0; at < bytes.length; at += 4) {
    for (const byte of bytes.slice(at, at + 4).reverse()) {
      crc ^= byte << 24;
      for (let bit = 0; bit < 8; bit++) {
        crc = crc >>> 31 === 1 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
      }
    }
  }
  return crc >>> 0;
}

/** Packets behind the command. */
const PACKETS = {
  address: 'An address',
  size: 'A size',
  polynomial: 'A polynomial',
  initial: 'An initial value',
} as const;
type PacketName = keyof typeof PACKETS;

/** A packet, the replies to it, and what is XORed into its checksum. */
type Packet = (replies?: readonly Reply[], spoil?: number) => Step;

/** What only one interface knows of the command. */
interface Summing {
  /** What a size counts. */
  readonly unit: 'words' | 'bytes';
  /** What comes behind the address. */
  readonly parameters: readonly Exclude<PacketName, 'address'>[];
  /** The last packet, and what answers it. */
  readonly result: (part: Part, last: Step, crc: number) => readonly Step[];
}

/** What Get Checksum must do. */
export const checksums = shared((host: PacketHost, { unit, parameters, result }: Summing) => {
  const { NACK, address, command, connected, sealed, waiting } = host;
  const { form, title } = prefixesOf(host);
  const asked = command('get-checksum');
  const packets = (start: number, words = 4): Readonly<Record<PacketName, Packet>> => {
    const size = unit === 'words' ? words : 4 * words;
    return {
      address: (...how) => address(start, ...how),
      size: (...how) => sealed(`${size} ${unit}`, be32(size), ...how),
      polynomial: (...how) => sealed('polynomial', be32(POLYNOMIAL), ...how),
      initial: (...how) => sealed('initial value', be32(INITIAL), ...how),
    };
  };
  const names = ['address', ...parameters] as const;
  /** All of the command over bytes that are known. */
  const summed = (part: Part, start: number, bytes: readonly number[]): readonly Step[] => {
    const right = packets(start, bytes.length / 4);
    const sent = names.map((name) => right[name]());
    return [asked, ...sent.slice(0, -1), ...result(part, sent.at(-1)!, crcOf(bytes))];
  };
  /** The command up to one packet, with each of these checksums. */
  const spoiledAt = (name: PacketName, part: Part, all: readonly number[]): readonly Step[] => {
    const right = packets(part.pages[0]!.start);
    const before = names.slice(0, names.indexOf(name)).map((each) => right[each]());
    return all.flatMap((wrong) => [asked, ...before, right[name]([NACK], wrong)]);
  };
  const base = {
    strength: 'must',
    destroys: 'nothing',
    entries: [connected, waiting[1]!],
    commands: [`${form}get-checksum`],
  } as const;
  const wrong = (name: PacketName) => ({
    ...base,
    requirement: `${PACKETS[name]} with a wrong checksum is refused.`,
    script: (part: Part) => spoils.map((all) => ({ steps: spoiledAt(name, part, all) })),
  });
  return {
    crc: {
      ...base,
      requirement: `${title}Get Checksum answers the CRC of the words at the address.`,
      entries: [connected, 'after-nack', 'aborted-write'],
      setUp: (part) => ({ flash: filled(part) }),
      script: (part) => {
        const { start, bytes } = content(part);
        return fc
          .integer({ min: 1, max: Math.min(32, bytes.length / 4) })
          .map((words) => ({ steps: summed(part, start, bytes.slice(0, 4 * words)) }));
      },
    },
    'summing-changes-nothing': {
      ...base,
      requirement: `${title}Get Checksum leaves the memory as it was, and is as good a second time.`,
      setUp: (part) => ({ flash: filled(part) }),
      script: (part) => {
        const { start, bytes } = content(part);
        const once = summed(part, start, bytes.slice(0, 16));
        return { steps: [...once, ...once] };
      },
    },
    'large-size': {
      ...base,
      requirement: 'A size has four bytes: the CRC of more than 64 KiB covers all of them.',
      entries: [connected],
      unsupported: notWide,
      setUp: (part) => ({ flash: widelyFilled(part) }),
      script: (part) => {
        const { start, bytes } = wide(part);
        return { steps: summed(part, start, bytes) };
      },
    },
    'size-zero': {
      ...base,
      requirement: `A size of zero ${unit} is refused.`,
      script: (part) => ({
        steps: [asked, address(part.pages[0]!.start), packets(0, 0).size([NACK])],
      }),
    },
    'size-past-the-end': {
      ...base,
      requirement: 'A size that reaches beyond the memory is refused.',
      entries: [connected],
      script: (part) => {
        const start = part.pages.at(-1)!.end - 16;
        return {
          steps: wordsPastTheEnd(part).flatMap((words) => [
            asked,
            address(start),
            packets(start, words).size([NACK]),
          ]),
        };
      },
    },
    'no-memory-there': {
      ...base,
      requirement: 'An address at which there is no memory is refused.',
      script: (part) =>
        fc.constantFrom(...nowhere(part)).map((at) => ({ steps: [asked, address(at, [NACK])] })),
    },
    'wrong-address-checksum': wrong('address'),
    'wrong-size-checksum': wrong('size'),
    'wrong-polynomial-checksum': wrong('polynomial'),
    'wrong-initial-checksum': wrong('initial'),
    'wrong-checksum': {
      ...base,
      requirement:
        'An address, size, polynomial or initial value with a wrong checksum is refused.',
      script: (part) =>
        spoils.map((all) => ({ steps: names.flatMap((name) => spoiledAt(name, part, all)) })),
    },
    protected: {
      ...base,
      requirement: `Under readout protection ${title}Get Checksum is refused at the command.`,
      entries: ['rdp-1'],
      unsupported: noReadoutProtection,
      script: () => ({ steps: [command('get-checksum', NACK)] }),
    },
    'not-offered': {
      ...base,
      requirement: 'A bootloader whose list has no Get Checksum refuses it.',
      entries: [connected, 'rdp-1'],
      commands: [],
      unsupported: (part) => (has(part, `${form}get-checksum`) ? 'it is offered' : undefined),
      script: () => ({ steps: [command('get-checksum', NACK)] }),
    },
  };
});
