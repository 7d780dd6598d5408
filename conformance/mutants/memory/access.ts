import { madeOf, wireMutant } from '../kit.ts';
import type { Kinds, Memory, Mutant } from '../kit.ts';
import { FLASH, closes, endOfFlash, isFlash, isOptions, isRam, kindAt, opens } from './faults.ts';

/** Read Memory is refused for its address and length. */
export function readsRefused(
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

/** Where 1 MiB of flash ends. */
export const BIG_END = 0x0810_0000;

/** The SRAM of every line (Armv7-M, memory map). */
const inRam = (address: number): boolean => address >= 0x2000_0000 && address < 0x4000_0000;

export const longRamReadsRefused = (name: string): Mutant =>
  readsRefused(
    name,
    'reads of RAM above 32 bytes are refused',
    (address, length) => length > 32 && inRam(address),
  );

export const ramEndClosed = (end: number): Mutant =>
  readsRefused(
    'ram-end-closed',
    'a read may not end where RAM ends',
    (address, length) => address + length === end,
  );

const isSystem = (memory: Memory, address: number): boolean =>
  kindAt(memory, address) === 'system-memory';

/** Devices that serve where they should refuse, and refuse where they should serve. */
export const admitting: Kinds = {
  commands: [
    opens('go-to-system-memory', 'Go takes system memory', 'go', 'system-memory'),
    opens('go-to-option-bytes', 'Go takes the option bytes', 'go', 'option-bytes'),
    closes('system-memory-not-readable', 'Read Memory refuses system memory', 'read', isSystem),
  ],
  oneForm: [
    closes('go-not-to-ram', 'Go refuses RAM', 'go', isRam),
    longRamReadsRefused('long-ram-reads-refused'),
  ],
  bytes: [
    closes(
      'go-to-flash-start-only',
      'Go takes the start of flash alone',
      'go',
      (memory, address) => address > FLASH && isFlash(memory, address),
    ),
  ],
  bytesInOneForm: [
    opens('bootloader-ram-readable', 'the RAM of the bootloader can be read', 'read', 'sram'),
    opens('go-to-bootloader-ram', 'Go takes the RAM of the bootloader', 'go', 'sram'),
    closes('option-bytes-not-readable', 'Read Memory refuses the option bytes', 'read', isOptions),
    ...madeOf('two-banks', [
      closes(
        'go-not-to-second-bank',
        'Go refuses the second bank',
        'go',
        (memory, address) =>
          isFlash(memory, address) && address >= (FLASH + endOfFlash(memory)) / 2,
      ),
    ]),
    ...madeOf('checksum', [
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
  ],
};
