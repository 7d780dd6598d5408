import type { Device } from '../../../families/index.ts';
import { commandsNamed } from '../framed/commands.ts';
import { atLeast } from '../../bootloader/rom.ts';
import type { Rom } from '../../bootloader/rom.ts';
import type { Command } from '../framed/command.ts';
import type { CommandName } from '../framed/wire.ts';

/** The commands of a USART protocol version in the order of Get's list (AN3155 §3.1, §4). */
export function usartCommands(rom: Rom): readonly Command[] {
  if (rom.limited) return commandsNamed(['get', 'get-version', 'get-id']);
  const { protocol, bootloader, device } = rom;
  const named = bootloader.commands;
  if (named !== undefined) return commandsNamed(named);
  const names: Exclude<CommandName, 'speed'>[] = [
    'get',
    'get-version',
    'get-id',
    'read-memory',
    'go',
    'write-memory',
  ];
  names.push(eraseCommand(device, protocol));
  if (atLeast(protocol, '4.0')) names.push('special', 'extended-special');
  else if (bootloader.specials !== undefined) names.push('special'); // L5 and U5 have it with protocol 3.1
  names.push('write-protect', 'write-unprotect', 'readout-protect', 'readout-unprotect');
  if (protocol === '3.3') names.push('get-checksum');
  return commandsNamed(names);
}

/** AN3155 §4: 0x44 replaces 0x43 from protocol 3.0 on. */
function eraseCommand(device: Device, protocol: string): 'erase' | 'extended-erase' {
  if (protocol === '1.0') return device.eraseCommand;
  return atLeast(protocol, '3.0') ? 'extended-erase' : 'erase';
}
