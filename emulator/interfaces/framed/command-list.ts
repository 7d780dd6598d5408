import type { CommandName } from '../../../families/index.ts';
import { atLeast } from '../../bootloader/rom.ts';
import type { Rom } from '../../bootloader/rom.ts';

/** What level 2 leaves where the bootloader still starts (F74x/F75x). */
export const LIMITED = ['get', 'get-version', 'get-id'] as const satisfies readonly CommandName[];

/** The commands that every framed protocol has, with its erase and its specials, in the order of Get's list. */
export function commandList(
  erase: 'erase' | 'extended-erase',
  specials: readonly ('special' | 'extended-special')[] = [],
): readonly CommandName[] {
  return [
    ...LIMITED,
    'read-memory',
    'go',
    'write-memory',
    erase,
    ...specials,
    'write-protect',
    'write-unprotect',
    'readout-protect',
    'readout-unprotect',
  ];
}

/**
 * Commands that I2C and SPI share (AN4221 and AN4286, table of versions). Special comes with protocol 2.0: that
 * L5 and U5 have it below that is known of USART only, and the notes count 18 commands for I2C 1.2 and 11 for SPI 1.1.
 */
export function framedCommands({ limited, bootloader, protocol }: Rom): readonly CommandName[] {
  if (limited) return LIMITED;
  if (bootloader.commands !== undefined) return bootloader.commands;
  return commandList(
    'extended-erase',
    atLeast(protocol, '2.0') ? ['special', 'extended-special'] : [],
  );
}
