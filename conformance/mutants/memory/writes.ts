import { andThen, instead, isOperation, nothing } from '../kit.ts';
import type { Kinds, Memory, MemoryFault, Result } from '../kit.ts';
import {
  aboveHalf,
  during,
  endOfFlash,
  isFlash,
  isOptions,
  isRam,
  pagesOf,
  turns,
  writes,
} from './faults.ts';

/** A write leads to another operation, or is refused. */
export const turnsWrites = (
  name: string,
  wrong: string,
  change: (right: Result, memory: Memory, address: number, data: Uint8Array) => Result,
): MemoryFault => turns(name, wrong, 'write', change);

/** A device that acknowledges some writes and loses them. */
export function loses(
  name: string,
  wrong: string,
  which: (data: Uint8Array, address: number, memory: Memory) => boolean,
): MemoryFault {
  return turnsWrites(name, wrong, (right, memory, address, data) =>
    which(data, address, memory) ? nothing(right) : right,
  );
}

/** A device that writes its data elsewhere. */
export function misplaces(
  name: string,
  wrong: string,
  to: (address: number, memory: Memory) => number,
): MemoryFault {
  return turnsWrites(name, wrong, (_, memory, address, data) =>
    memory.write(to(address, memory), data),
  );
}

/** A device that loses blocks by their order. */
export function losesInTurn(
  name: string,
  wrong: string,
  start: () => (address: number, data: Uint8Array) => boolean,
): MemoryFault {
  return {
    name,
    wrong,
    change: (memory) => {
      const isLost = start();
      return {
        write(address, data) {
          const right = memory.write(address, data);
          return isLost(address, data) ? nothing(right) : right;
        },
      };
    },
  };
}

export const everyNth = (n: number) => (): (() => boolean) => {
  let blocks = 0;
  return () => ++blocks % n === 0;
};

/** A word whose erased bits stay, but for one of its last byte. */
export const ONE_BIT = Uint8Array.of(0xff, 0xff, 0xff, 0xef);

/** A device whose writes to flash clear a bit elsewhere. */
function spoils(name: string, wrong: string, where: (address: number) => number): MemoryFault {
  return turnsWrites(name, wrong, (right, memory, address) =>
    isFlash(memory, address)
      ? andThen(right, () => [memory.write(where(address), ONE_BIT)])
      : right,
  );
}

/** A write that should be refused is acknowledged, and is lost. */
export const acknowledged = (
  right: Result,
  memory: Memory,
  data: Uint8Array,
  open: number,
): Result => (isOperation(right) ? right : nothing(memory.write(open, data)));

/** The page of an address of F405 or F410, of the first four. */
const smallPageOf = (memory: Memory, address: number): number | undefined => {
  const page = pagesOf(memory)
    .slice(0, 4)
    .findIndex(({ start, end }) => address >= start && address < end);
  return page < 0 ? undefined : page;
};

const isClosed = (memory: Memory, page: number | undefined): page is number =>
  page !== undefined && (memory.option('nWRP')! & (1 << page)) === 0;

export const shortBlocksLost = (unit: number): MemoryFault =>
  loses(
    'short-blocks-lost',
    `blocks of ${unit} bytes for flash are lost`,
    ({ length }, address, memory) => length === unit && isFlash(memory, address),
  );

export const lastBlockLost = loses(
  'last-block-lost',
  'a block that ends with flash is lost',
  ({ length }, address, memory) => address + length === endOfFlash(memory),
);

export const optionsBecomeOthers = writes(
  'option-write-does-nothing',
  'a write to the option bytes changes them to others',
  (data, address, memory) => (isOptions(memory, address) ? data.map(() => 0xef) : data),
);

export const cutAt128 = writes('write-stops-at-128', 'of a block 128 bytes are written', (data) =>
  data.subarray(0, 128),
);

export const ramLost = loses(
  'ram-write-does-nothing',
  'a write to RAM is acknowledged and writes nothing',
  (_, address, memory) => isRam(memory, address),
);

export const optionsCutAtEight = writes(
  'options-cut-at-eight',
  'of a write to the option bytes eight bytes count',
  (data, address, memory) => (isOptions(memory, address) ? data.subarray(0, 8) : data),
);

/** A bit of byte `at` stays erased, or is cleared. */
export const withBit = (
  data: Uint8Array,
  at: number,
  change: (byte: number) => number,
): Uint8Array => (data.length > at ? data.with(at, change(data[at]!)) : data);

/** RAM of F405 that the bootloader leaves to hosts. */
const OPEN_RAM = 0x2000_8000;

/** Devices that write something else, elsewhere or nothing. */
export const miswriting: Kinds = {
  every: [
    writes(
      'write-ends-at-page',
      'of a block that runs out of a page the rest is lost',
      (data, address, memory) => {
        const page = memory.regionAt(address);
        return page?.kind === 'main-flash' ? data.subarray(0, page.end - address) : data;
      },
    ),
    misplaces(
      'write-upper-half-below',
      'what is written to the upper half of flash lands in the lower one',
      (address, memory) => address - (aboveHalf(memory, address) ?? 0),
    ),
    loses(
      'option-write-ignored',
      'a write to the option bytes is acknowledged and followed by a reset, and changes none of them',
      (_, address, memory) => isOptions(memory, address),
    ),
    writes(
      'option-write-erases-the-rest',
      'option bytes that a write does not reach are erased',
      (data, address, memory) => {
        const region = memory.regionAt(address);
        if (region?.kind !== 'option-bytes') return data;
        const all = new Uint8Array(Math.max(region.end - address, data.length)).fill(0xff);
        all.set(data);
        return all;
      },
    ),
    loses('write-does-nothing', 'Write Memory is acknowledged and writes nothing', () => true),
    writes('write-loses-last-byte', 'the last byte of a block is not written', (data) =>
      data.with(data.length - 1, 0xff),
    ),
  ],
  commands: [
    misplaces(
      'ram-write-aligned',
      'a block for RAM is written to the next lower multiple of 16',
      (address, memory) => (isRam(memory, address) ? address - (address % 16) : address),
    ),
    loses('ram-end-lost', 'a block that ends with RAM is not written', (data, address, memory) => {
      const region = memory.regionAt(address);
      return region?.kind === 'sram' && region.end === address + data.length;
    }),
    ...during('write-memory', [lastBlockLost]),
  ],
  oneForm: [
    ramLost,
    writes('write-sets-a-bit', 'every byte is written with its lowest bit set', (data) =>
      data.map((byte) => byte | 1),
    ),
  ],
  bytes: [
    writes(
      'write-loses-a-far-bit',
      'of a block for flash of more than 200 bytes a bit of byte 200 is not programmed',
      (data, address, memory) =>
        isFlash(memory, address) ? withBit(data, 200, (byte) => byte | 0x10) : data,
    ),
    writes(
      'ram-write-flips-a-far-bit',
      'of a block for RAM of more than 100 bytes a bit of byte 100 is flipped',
      (data, address, memory) =>
        isRam(memory, address) ? withBit(data, 100, (byte) => byte ^ 0x01) : data,
    ),
    writes(
      'longest-block-loses-its-last-word',
      'of a block of 256 bytes the last word is not written',
      (data) => (data.length === 256 ? data.subarray(0, 252) : data),
    ),
    spoils('write-spoils-the-word-before', 'the word before loses a bit', (address) => address - 4),
    spoils(
      'write-spoils-a-far-word',
      'a word 64 KiB from there loses a bit',
      (address) => address ^ 0x1_0000,
    ),
    writes(
      'options-keep-their-second-half',
      'of a write to the option bytes the second half is lost',
      (data, address, memory) =>
        isOptions(memory, address) && data.length >= 16
          ? Uint8Array.of(...data.subarray(0, 8), ...memory.read(address + 8, data.length - 8))
          : data,
    ),
    turnsWrites(
      'write-erases-first',
      'a write erases its sector before it programs',
      (right, memory, address) => {
        const page = smallPageOf(memory, address);
        if (page === undefined || !isOperation(right)) return right;
        const erase = memory.erase({ pages: [page] });
        return instead(right, () => {
          if (isOperation(erase)) erase.commit();
          right.commit();
        });
      },
    ),
    turnsWrites(
      'protected-write-refused',
      'a protected sector is refused',
      (right, memory, address) =>
        isClosed(memory, smallPageOf(memory, address)) ? { refused: 'protected' } : right,
    ),
    turnsWrites(
      'write-takes-protected',
      'Write Memory writes protected pages too',
      (right, memory, address, data) =>
        isClosed(memory, smallPageOf(memory, address)) && isOperation(right)
          ? instead(right, () => memory.load(address, data))
          : right,
    ),
    ...during('write-memory', [
      losesInTurn('second-block-lost', 'every second block is lost', everyNth(2)),
      shortBlocksLost(4),
    ]),
  ],
  bytesInOneForm: [
    turnsWrites(
      'bootloader-ram-writable',
      'a write to the RAM of the bootloader is acknowledged',
      (right, memory, address, data) =>
        isRam(memory, address) ? acknowledged(right, memory, data, OPEN_RAM) : right,
    ),
    loses(
      'flash-write-does-nothing',
      'a write to flash is acknowledged and writes nothing',
      (_, address, memory) => isFlash(memory, address),
    ),
    optionsBecomeOthers,
    misplaces('write-off-by-a-word', 'Write Memory writes one word further', (at) => at + 4),
    writes('write-swaps-bytes', 'the bytes of each half-word are swapped', (data) =>
      data.map((_, at) => data[at ^ 1] ?? 0xff),
    ),
    cutAt128,
    writes('write-one-word-too-many', 'a word of zeros is written behind the block', (data) =>
      Uint8Array.of(...data, 0, 0, 0, 0),
    ),
  ],
  packets: [
    writes('write-bit-far-in', 'one bit of the 202nd byte of a block is written as 0', (data) =>
      withBit(data, 201, (byte) => byte & 0xf7),
    ),
    losesInTurn(
      'write-second-block-lost',
      'a block that goes on where the one before it ended is lost',
      () => {
        let end: number | undefined;
        return (address, { length }) => {
          const next = address === end;
          end = address + length;
          return next;
        };
      },
    ),
    optionsCutAtEight,
  ],
};
