import type { Bootloader, CommandName as UsartCommandName, Device } from '../families/index.ts';
import type { InterfaceName } from './interfaces.ts';

/** Commands of every protocol by the names of the notes. */
export type CommandName =
  | UsartCommandName
  /** AN3154 §3.4. */
  | 'speed'
  /** AN4221: the form of a command that answers busy while the chip works. */
  | `no-stretch-${
      | 'write-memory'
      | 'erase'
      | 'write-protect'
      | 'write-unprotect'
      | 'readout-protect'
      | 'readout-unprotect'
      | 'get-checksum'}`;

/**
 * The commands of a protocol version in the order of Get's list; undefined where only the device can
 * tell; none where the protocol has no such commands (USB).
 */
export function commandsOf(
  over: InterfaceName,
  device: Device,
  bootloader: Bootloader,
  protocol: string,
): readonly CommandName[] | undefined {
  switch (over) {
    case 'usart':
      return bootloader.commands ?? usartCommands(device, bootloader, protocol);
    case 'i2c':
    case 'spi':
    case 'can':
    case 'fdcan':
    case 'usb':
      return [];
  }
}

/** AN3155 §3.1 and §4; from 4.0 on each product has its own. */
function usartCommands(
  device: Device,
  { specials }: Bootloader,
  protocol: string,
): readonly CommandName[] | undefined {
  const version = Number.parseFloat(protocol);
  if (version >= 4) return undefined;
  const erase = version >= 3 ? 'extended-erase' : version < 2 ? device.eraseCommand : 'erase';
  const list: CommandName[] = ['get', 'get-version', 'get-id', 'read-memory', 'go', 'write-memory'];
  list.push(erase);
  if (specials !== undefined) list.push('special'); // in the place it has in the list of H5
  list.push('write-protect', 'write-unprotect', 'readout-protect', 'readout-unprotect');
  if (protocol === '3.3') list.push('get-checksum');
  return list;
}
