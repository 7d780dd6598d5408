import { instead, isOperation, memoryMutant, mutantsOn } from './kit.ts';
import type { Memory, Mutant } from './kit.ts';

type Result = ReturnType<Memory['write']>;

const FLASH = 0x0800_0000;
/** Length of the first four sectors of both. */
const SECTOR = 0x4000;

const isFlash = (memory: Memory, address: number): boolean =>
  memory.regionAt(address)?.kind === 'main-flash';

const isRam = (memory: Memory, address: number): boolean =>
  memory.regionAt(address)?.kind === 'sram';

/** A device that answers something else to reads that `where` names. */
function reads(
  name: string,
  wrong: string,
  change: (bytes: Uint8Array, address: number, memory: Memory) => Uint8Array,
): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    read: (address, length) => change(memory.read(address, length), address, memory),
  }));
}

/** A device that writes something else. */
function writes(
  name: string,
  wrong: string,
  change: (data: Uint8Array, address: number, memory: Memory) => Uint8Array,
): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    write: (address, data) => memory.write(address, change(data, address, memory)),
  }));
}

/** The operation, and at its end a write more. */
function alsoWrites(
  memory: Memory,
  result: Result,
  more: readonly (readonly [address: number, data: Uint8Array])[],
): Result {
  if (!isOperation(result)) return result;
  return instead(result, () => {
    result.commit();
    for (const [address, data] of more) {
      const write = memory.write(address, data);
      if (isOperation(write)) write.commit();
    }
  });
}

/** A word whose erased bits stay, but for one of its last byte. */
const ONE_BIT = Uint8Array.of(0xff, 0xff, 0xff, 0xef);

/** Address of a sector of 16 KiB by its number. */
const sectorAt = (page: number): number => FLASH + page * SECTOR;

/** A device whose erase of a sector of 16 KiB keeps some bits of its last word. */
function keepsOfSector(name: string, wrong: string, bits: Uint8Array): Mutant {
  return memoryMutant(name, wrong, (memory) => ({
    erase(what) {
      const result = memory.erase(what);
      if (!('pages' in what)) return result;
      const lasts = what.pages
        .filter((page) => page < 4)
        .map((page) => sectorAt(page) + SECTOR - 4);
      return alsoWrites(
        memory,
        result,
        lasts.map((at) => [at, memory.read(at, 4).map((byte, index) => byte | ~bits[index]!)]),
      );
    },
  }));
}

const everywhere = (flashEnd: number): readonly Mutant[] => [
  reads(
    'read-flips-a-far-bit',
    'in a read of flash of more than 200 bytes a bit of byte 200 is flipped',
    (bytes, address, memory) =>
      bytes.length > 200 && isFlash(memory, address) ? bytes.with(200, bytes[200]! ^ 0x08) : bytes,
  ),
  reads(
    'ram-read-flips-a-far-bit',
    'in a read of RAM of more than 100 bytes a bit of byte 100 is flipped',
    (bytes, address, memory) =>
      bytes.length > 100 && isRam(memory, address) ? bytes.with(100, bytes[100]! ^ 0x20) : bytes,
  ),
  writes(
    'write-loses-a-far-bit',
    'of a block for flash of more than 200 bytes a bit of byte 200 is not programmed',
    (data, address, memory) =>
      data.length > 200 && isFlash(memory, address) ? data.with(200, data[200]! | 0x10) : data,
  ),
  writes(
    'ram-write-flips-a-far-bit',
    'of a block for RAM of more than 100 bytes a bit of byte 100 is flipped',
    (data, address, memory) =>
      data.length > 100 && isRam(memory, address) ? data.with(100, data[100]! ^ 0x01) : data,
  ),
  writes(
    'longest-block-loses-its-last-word',
    'of a block of 256 bytes the last word is not written',
    (data) => (data.length === 256 ? data.subarray(0, 252) : data),
  ),
  memoryMutant(
    'write-spoils-the-word-before',
    'a write to flash clears a bit of the word before it',
    (memory) => ({
      write: (address, data) =>
        alsoWrites(
          memory,
          memory.write(address, data),
          isFlash(memory, address) ? [[address - 4, ONE_BIT]] : [],
        ),
    }),
  ),
  memoryMutant(
    'write-spoils-a-far-word',
    'a write to flash clears a bit 64 KiB from there',
    (memory) => ({
      write: (address, data) =>
        alsoWrites(
          memory,
          memory.write(address, data),
          isFlash(memory, address) ? [[address ^ 0x1_0000, ONE_BIT]] : [],
        ),
    }),
  ),
  memoryMutant(
    'erase-spoils-the-last-word',
    'an erase of a page clears a bit of the last word of flash',
    (memory) => ({
      erase: (what) =>
        alsoWrites(memory, memory.erase(what), 'pages' in what ? [[flashEnd - 4, ONE_BIT]] : []),
    }),
  ),
  keepsOfSector(
    'erase-leaves-the-last-word',
    'an erase leaves the last word of a sector as it was',
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
  ),
  keepsOfSector(
    'erase-leaves-a-bit',
    'an erase leaves a bit of the last byte of a sector as it was',
    Uint8Array.of(0, 0, 0, 0x10),
  ),
  reads(
    'read-stops-at-sector-end',
    'what of a read lies behind the end of a sector is answered 0xFF',
    (bytes, address, memory) => {
      const left = SECTOR - (address % SECTOR);
      return isFlash(memory, address) && left < bytes.length
        ? Uint8Array.of(
            ...bytes.subarray(0, left),
            ...new Uint8Array(bytes.length - left).fill(255),
          )
        : bytes;
    },
  ),
  memoryMutant(
    'mass-erase-leaves-the-last-word',
    'a mass erase leaves the last word of flash as it was',
    (memory) => ({
      erase: (what) =>
        alsoWrites(
          memory,
          memory.erase(what),
          'mass' in what ? [[flashEnd - 4, memory.read(flashEnd - 4, 4)]] : [],
        ),
    }),
  ),
  memoryMutant(
    'regression-leaves-the-last-word',
    'Readout Unprotect leaves the last word of flash as it was',
    (memory) => ({
      readoutUnprotect: (...how) =>
        alsoWrites(memory, memory.readoutUnprotect(...how), [
          [flashEnd - 4, memory.read(flashEnd - 4, 4)],
        ]),
    }),
  ),
  memoryMutant(
    'options-keep-their-second-half',
    'of a write to the option bytes the second half is lost',
    (memory) => ({
      write: (address, data) =>
        memory.regionAt(address)?.kind === 'option-bytes' && data.length >= 16
          ? memory.write(
              address,
              Uint8Array.of(...data.subarray(0, 8), ...memory.read(address + 8, data.length - 8)),
            )
          : memory.write(address, data),
    }),
  ),
];

/** Where flash ends on F405, and on F410, on which mutants of I2C are made. */
const END_OF_F405 = 0x0810_0000;
const END_OF_F410 = 0x0802_0000;

/** Devices that damage what lies far in, next door or far away. */
export const damaging: readonly Mutant[] = [
  ...everywhere(END_OF_F405),
  ...mutantsOn('i2c', everywhere(END_OF_F410)),
  ...mutantsOn('spi', everywhere(END_OF_F405)),
];
