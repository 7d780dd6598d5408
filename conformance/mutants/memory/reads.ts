import { madeOf } from '../kit.ts';
import type { Kinds, Memory, MemoryFault } from '../kit.ts';
import { aboveHalf, during, isFlash, isOptions, isRam, reads } from './faults.ts';

export const flipped = (bytes: Uint8Array, at: number, bit: number): Uint8Array =>
  at < bytes.length ? bytes.with(at, bytes[at]! ^ bit) : bytes;

/** Length of the first sectors of F405 and F410. */
const SECTOR = 0x4000;

export const mirrored = reads(
  'read-upper-half-mirrored',
  'the upper half of flash is read as the lower one',
  (bytes, address, memory) => {
    const half = aboveHalf(memory, address);
    return half === undefined ? bytes : memory.read(address - half, bytes.length);
  },
);

/** What is taken in place of the bytes of a read that lie behind the end of its page. */
const behindPage = (
  name: string,
  wrong: string,
  from: (page: { readonly start: number; readonly end: number }, over: number) => number,
): MemoryFault =>
  reads(name, wrong, (bytes, address, memory) => {
    const page = memory.regionAt(address);
    if (page?.kind !== 'main-flash' || address + bytes.length <= page.end) return bytes;
    const over = address + bytes.length - page.end;
    return Uint8Array.of(...bytes.subarray(0, -over), ...memory.read(from(page, over), over));
  });

/** A read begins elsewhere. */
export const readsFrom = (
  name: string,
  wrong: string,
  from: (address: number, memory: Memory) => number,
): MemoryFault =>
  reads(name, wrong, (bytes, address, memory) => memory.read(from(address, memory), bytes.length));

export const aligned = readsFrom(
  'read-aligned',
  'flash is read from the next lower multiple of 4 on',
  (address, memory) => (isFlash(memory, address) ? address - (address % 4) : address),
);

/** A page is erased at once. */
export function erasePage(memory: Memory): void {
  const erase = memory.erase({ pages: [1] });
  if ('commit' in erase) erase.commit();
}

export const summing: readonly MemoryFault[] = [
  {
    name: 'checksum-of-64-kib-at-most',
    wrong: 'of a size only the low two bytes count in Get Checksum',
    change: (memory) => ({
      read: (address, length) => memory.read(address, length & 0xffff || 0x1_0000),
    }),
  },
  reads('checksum-of-big-endian-words', 'the bytes of each word are swapped', (bytes) =>
    bytes.map((_, at) => bytes[at ^ 3]!),
  ),
];

/** Devices that read something else. */
export const misreading: Kinds = {
  every: [
    behindPage(
      'read-sticks-at-page-end',
      'a read that runs out of a page goes on with the last bytes of that page',
      ({ end }, over) => end - over,
    ),
    mirrored,
    reads('options-read-blank', 'the option bytes are read as ones', (bytes, address, memory) =>
      isOptions(memory, address) ? new Uint8Array(bytes.length).fill(0xff) : bytes,
    ),
    reads('read-shifted', 'a read begins one byte too far', (bytes) =>
      Uint8Array.of(...bytes.subarray(1), 0),
    ),
  ],
  commands: [
    reads(
      'flash-size-swapped',
      'the flash size register has its bytes swapped',
      (bytes, address, _, { device }) => {
        const at = (device.flashSizeRegister?.address ?? -1) - address;
        return at >= 0 && at + 1 < bytes.length
          ? bytes.with(at, bytes[at + 1]!).with(at + 1, bytes[at]!)
          : bytes;
      },
    ),
    ...during('read-memory', [
      reads('longest-read-cut', 'a read of 256 bytes ends in 0xFF', (bytes) =>
        bytes.length === 256 ? bytes.with(255, 0xff) : bytes,
      ),
    ]),
  ],
  oneForm: [
    reads('read-erases', 'reading flash erases a page', (bytes, address, memory) => {
      if (isFlash(memory, address)) erasePage(memory);
      return bytes;
    }),
  ],
  bytes: [
    reads(
      'read-flips-a-far-bit',
      'in a read of flash of more than 200 bytes a bit of byte 200 is flipped',
      (bytes, address, memory) => (isFlash(memory, address) ? flipped(bytes, 200, 0x08) : bytes),
    ),
    reads(
      'ram-read-flips-a-far-bit',
      'in a read of RAM of more than 100 bytes a bit of byte 100 is flipped',
      (bytes, address, memory) => (isRam(memory, address) ? flipped(bytes, 100, 0x20) : bytes),
    ),
    reads(
      'read-stops-at-sector-end',
      'what of a read lies behind the end of a sector is answered 0xFF',
      (bytes, address, memory) => {
        const left = SECTOR - (address % SECTOR);
        return isFlash(memory, address)
          ? bytes.map((byte, at) => (at < left ? byte : 0xff))
          : bytes;
      },
    ),
    {
      name: 'reads-remember',
      wrong: 'what was read once is answered again, whatever was written since',
      change: (memory) => {
        const known = new Map<string, Uint8Array>();
        return {
          read(address, length) {
            const key = `${address} ${length}`;
            const bytes = known.get(key) ?? memory.read(address, length);
            known.set(key, bytes);
            return bytes;
          },
        };
      },
    },
    {
      name: 'reads-go-on',
      wrong: 'a second read answers from where the first ended',
      change: (memory) => {
        let next: number | undefined;
        return {
          read(address, length) {
            if (!isFlash(memory, address)) return memory.read(address, length);
            const goesOn = next !== undefined && memory.check('read', next, length) === undefined;
            const from = goesOn ? next! : address;
            next = address + length;
            return memory.read(from, length);
          },
        };
      },
    },
    ...during('read-memory', [
      aligned,
      reads('one-byte-reads-wrong', 'a read of one byte is 0xFF', (bytes) =>
        bytes.length === 1 ? Uint8Array.of(0xff) : bytes,
      ),
    ]),
  ],
  bytesInOneForm: [
    reads('read-loses-last-byte', 'the last byte of a read is 0xFF', (bytes) =>
      bytes.with(bytes.length - 1, 0xff),
    ),
    reads('blank-reads-as-zeros', 'a longer read of blank flash is zeros', (bytes) =>
      bytes.length >= 32 && bytes.every((byte) => byte === 0xff)
        ? new Uint8Array(bytes.length)
        : bytes,
    ),
    ...madeOf('checksum', during('get-checksum', summing)),
  ],
  packets: [
    reads('read-bit-far-in', 'one bit of the 201st byte of a read is wrong', (bytes) =>
      flipped(bytes, 200, 0x10),
    ),
    behindPage(
      'read-wraps-at-page',
      'a read that runs out of a page goes on at the start of that page',
      ({ start }) => start,
    ),
  ],
};
