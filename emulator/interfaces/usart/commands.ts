import type { Device } from '../../../families/index.ts';
import { commandList, LIMITED } from '../framed/command-list.ts';
import { commandsNamed } from '../framed/commands.ts';
import { atLeast } from '../../bootloader/rom.ts';
import type { Rom } from '../../bootloader/rom.ts';
import type { Command } from '../framed/command.ts';

/** The commands of a USART protocol version in the order of Get's list (AN3155 §3.1, §4). */
export function usartCommands(rom: Rom): readonly Command[] {
  if (rom.limited) return commandsNamed(LIMITED);
  const { protocol, bootloader, device } = rom;
  const named = bootloader.commands;
  if (named !== undefined) return commandsNamed(named);
  const names = commandList(eraseCommand(device, protocol), specialsOf(rom));
  return commandsNamed(protocol === '3.3' ? [...names, 'get-checksum'] : names);
}

/** L5 and U5 have Special with protocol 3.1. */
function specialsOf({ protocol, bootloader }: Rom): readonly ('special' | 'extended-special')[] {
  if (atLeast(protocol, '4.0')) return ['special', 'extended-special'];
  return bootloader.specials === undefined ? [] : ['special'];
}

/** AN3155 §4: 0x44 replaces 0x43 from protocol 3.0 on. */
function eraseCommand(device: Device, protocol: string): 'erase' | 'extended-erase' {
  if (protocol === '1.0') return device.eraseCommand;
  return atLeast(protocol, '3.0') ? 'extended-erase' : 'erase';
}
