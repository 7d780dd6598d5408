import type { CommandName } from '../../../families/index.ts';
import { atLeast } from '../../bootloader/rom.ts';
import type { Rom } from '../../bootloader/rom.ts';

/** Commands of I2C and SPI alike, by which protocol 1.0 of both began (AN4221 and AN4286, table of versions). */
const BASE: readonly CommandName[] = [
  'get',
  'get-version',
  'get-id',
  'read-memory',
  'go',
  'write-memory',
  'extended-erase',
  'write-protect',
  'write-unprotect',
  'readout-protect',
  'readout-unprotect',
];

/**
 * Commands that I2C and SPI share. Special comes with protocol 2.0: that L5 and U5 have it below that is
 * known of USART only, and the notes count 18 commands for I2C 1.2 and 11 for SPI 1.1.
 */
export function framedCommands({ limited, bootloader, protocol }: Rom): readonly CommandName[] {
  if (limited) return ['get', 'get-version', 'get-id'];
  if (bootloader.commands !== undefined) return bootloader.commands;
  if (!atLeast(protocol, '2.0')) return BASE;
  const at = BASE.indexOf('write-protect');
  return [...BASE.slice(0, at), 'special', 'extended-special', ...BASE.slice(at)];
}
