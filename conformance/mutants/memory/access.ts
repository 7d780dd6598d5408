import { BYTES, on, wireMutant } from '../kit.ts';
import type { Memory, Mutant } from '../kit.ts';
import {
  FLASH,
  closes,
  endOfFlash,
  isFlash,
  isOptions,
  isRam,
  kindAt,
  opens,
  pagesOf,
  protectedCodes,
} from './faults.ts';
import { erasePage } from './reads.ts';

/** Read Memory is refused for its address and length. */
function readsRefused(
  name: string,
  wrong: string,
  unfit: (address: number, length: number) => boolean,
): Mutant {
  return wireMutant(name, wrong, (wire) => ({
    *readRequest(check) {
      return yield* wire.readRequest((address, length) =>
        length !== undefined && unfit(address, length)
          ? { refused: 'no-memory' }
          : check(address, length),
      );
    },
  }));
}

/** Where flash ends on the lines that mutants of CAN and FDCAN, and of I2C, are made of. */
const BIG_END = 0x0810_0000;
const F410_END = 0x0802_0000;

/** The SRAM of every line (Armv7-M, memory map). */
const inRam = (address: number): boolean => address >= 0x2000_0000 && address < 0x4000_0000;

const longRamReadsRefused = (name: string): Mutant =>
  readsRefused(
    name,
    'reads of RAM above 32 bytes are refused',
    (address, length) => length > 32 && inRam(address),
  );

const ramEndClosed = (end: number): Mutant =>
  readsRefused(
    'ram-end-closed',
    'a read may not end where RAM ends',
    (address, length) => address + length === end,
  );

const isSystem = (memory: Memory, address: number): boolean =>
  kindAt(memory, address) === 'system-memory';

const toOtherMemories = [
  opens('go-to-system-memory', 'Go takes system memory', 'go', 'system-memory'),
  opens('go-to-option-bytes', 'Go takes the option bytes', 'go', 'option-bytes'),
];

/** Devices that serve where they should refuse, and refuse where they should serve. */
export const admitting: readonly Mutant[] = [
  ...on({ over: ['usart', 'can', 'i2c', 'spi', 'i3c'] }, toOtherMemories),
  ...on(BYTES, [
    closes(
      'go-to-flash-start-only',
      'Go takes the start of flash alone',
      'go',
      (memory, address) => address > FLASH && isFlash(memory, address),
    ),
  ]),
  ...on({ over: ['usart', 'can', 'spi', 'i3c'] }, [
    closes('go-not-to-ram', 'Go refuses RAM', 'go', isRam),
    longRamReadsRefused('long-ram-reads-refused'),
  ]),
  ...on({ over: ['usart', 'spi', 'i3c'] }, [
    opens('bootloader-ram-readable', 'the RAM of the bootloader can be read', 'read', 'sram'),
    opens('go-to-bootloader-ram', 'Go takes the RAM of the bootloader', 'go', 'sram'),
    closes('system-memory-not-readable', 'Read Memory refuses system memory', 'read', isSystem),
    closes('option-bytes-not-readable', 'Read Memory refuses the option bytes', 'read', isOptions),
  ]),
  ...on('i3c', [
    opens('bootloader-ram-writable', 'RAM of the bootloader can be written', 'write', 'sram'),
    opens('system-memory-writable', 'system memory can be written', 'write', 'system-memory'),
  ]),
  ...on({ over: ['usart', 'spi', 'i3c'], part: 'two-banks' }, [
    closes(
      'go-not-to-second-bank',
      'Go refuses the second bank',
      'go',
      (memory, address) => isFlash(memory, address) && address >= (FLASH + endOfFlash(memory)) / 2,
    ),
  ]),
  ...on({ over: ['usart', 'spi'], part: 'checksum' }, [
    {
      name: 'checksum-one-word-too-far',
      wrong: 'Get Checksum takes a size that reaches one word beyond the end',
      change: (memory) => ({
        check: (access, address, length) =>
          memory.check(
            access,
            address,
            access === 'read' && length !== undefined && length >= 8 ? length - 4 : length,
          ),
        read(address, length) {
          if (memory.check('read', address, length) === undefined)
            return memory.read(address, length);
          return Uint8Array.of(...memory.read(address, length - 4), 0xff, 0xff, 0xff, 0xff);
        },
      }),
    },
  ]),
  ...on({ over: ['fdcan', 'i2c'] }, [
    closes('system-memory-hidden', 'Read Memory refuses system memory', 'read', isSystem),
  ]),
  ...on('i2c', [
    readsRefused(
      'read-memory-last-byte-unreadable',
      'the last byte of flash is refused',
      (address, length) => address < F410_END && address + length >= F410_END,
    ),
    longRamReadsRefused('read-memory-long-ram-reads-refused'),
    closes(
      'options-hidden-by-write-protection',
      'the option bytes are refused while a sector is write-protected',
      'read',
      (memory, address, rom) =>
        isOptions(memory, address) && protectedCodes(memory, rom).length > 0,
    ),
  ]),
  ...on('can', [
    ramEndClosed(0x2001_c000),
    readsRefused(
      'flash-end-closed',
      'the last bytes of flash are not read',
      (at, length) => length <= 16 && at + length === BIG_END,
    ),
    closes('system-memory-closed', 'Read Memory refuses system memory', 'read', isSystem),
    closes('option-bytes-closed', 'Read Memory refuses the option bytes', 'read', isOptions),
    closes(
      'go-to-the-first-page-only',
      'Go takes the first page alone',
      'go',
      (memory, at) => isFlash(memory, at) && at >= pagesOf(memory)[1]!.start,
    ),
    opens('read-anywhere', 'Read Memory reads where nothing is', 'read', undefined),
    opens('go-anywhere', 'Go takes addresses where nothing is', 'go', undefined),
    opens('write-anywhere', 'Write Memory takes addresses where nothing is', 'write', undefined),
    opens('write-to-system-memory', 'Write Memory takes system memory', 'write', 'system-memory'),
    opens('options-anywhere', 'Write Memory takes any option byte', 'write', 'option-bytes'),
  ]),
  ...on('fdcan', [
    ramEndClosed(0x2405_0000),
    readsRefused(
      'last-bytes-hidden',
      'a read may not end where flash ends',
      (address, length) => address < BIG_END && address + length >= BIG_END,
    ),
    closes(
      'ram-by-words',
      'RAM is read from word boundaries only',
      'read',
      (memory, address) => isRam(memory, address) && address % 4 !== 0,
    ),
    closes('options-hidden', 'Read Memory refuses the option bytes', 'read', isOptions),
    opens('bootloader-ram-read', 'all of RAM can be read', 'read', 'sram'),
    opens('bootloader-ram-written', 'all of RAM can be written', 'write', 'sram'),
    opens('go-anywhere-in-ram', 'Go takes any address of RAM', 'go', 'sram'),
    {
      name: 'refused-read-erases',
      wrong: 'a read that is refused erases a page',
      change: (memory) => ({
        check(access, address, length) {
          const refused = memory.check(access, address, length);
          if (access === 'read' && refused !== undefined) erasePage(memory);
          return refused;
        },
      }),
    },
  ]),
  ...on('usb', [
    closes('ram-unreadable', 'RAM cannot be read', 'read', isRam),
    closes('options-unreadable', 'the option bytes cannot be read', 'read', isOptions),
    closes(
      'otp-unreadable',
      'OTP cannot be read',
      'read',
      (memory, address) => kindAt(memory, address) === 'otp',
    ),
  ]),
];
