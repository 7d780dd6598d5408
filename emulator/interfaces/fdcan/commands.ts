import { commandList, LIMITED } from '../framed/command-list.ts';
import { commandsNamed } from '../framed/commands.ts';
import { atLeast } from '../../bootloader/rom.ts';
import type { Rom } from '../../bootloader/rom.ts';
import type { Command } from '../framed/command.ts';

/** The commands of a protocol version of AN5405 in the order of Get's list; those with Special have it on USART too. */
export function fdcanCommands(rom: Rom): readonly Command[] {
  if (rom.limited) return commandsNamed(LIMITED);
  const { commands, specials } = rom.bootloader;
  if (commands !== undefined) return commandsNamed(commands);
  const extended = atLeast(rom.protocol, '1.1') ? (['extended-special'] as const) : [];
  return commandsNamed(
    commandList('extended-erase', specials === undefined ? [] : ['special', ...extended]),
  );
}
