import { commandsNamed } from '../framed/commands.ts';
import { framedCommands } from '../framed/command-list.ts';
import type { Rom } from '../../bootloader/rom.ts';
import type { Command } from '../framed/command.ts';

/** The commands of an SPI protocol version in the order of Get's list (AN4286 §2.2, §3). */
export function spiCommands(rom: Rom): readonly Command[] {
  const names = framedCommands(rom);
  const checksum = rom.protocol === '1.3' && !rom.limited; // the list of 2.0 varies; none is known to have it
  return commandsNamed(checksum ? [...names, 'get-checksum'] : names);
}
