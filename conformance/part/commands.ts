import type { Bootloader, CommandName as UsartCommandName, Device } from '../../families/index.ts';
import type { InterfaceName } from '../interfaces/names.ts';

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
      return i2cCommands(bootloader, protocol);
    case 'can':
      return CAN_COMMANDS;
    case 'spi':
      return spiCommands(bootloader, protocol);
    case 'usb':
      return [];
    case 'fdcan':
      return bootloader.commands ?? fdcanCommands(bootloader, protocol);
  }
}

/** AN3154 table 2. */
const CAN_COMMANDS: readonly CommandName[] = [
  'get',
  'get-version',
  'get-id',
  'speed',
  'read-memory',
  'go',
  'write-memory',
  'erase',
  'write-protect',
  'write-unprotect',
  'readout-protect',
  'readout-unprotect',
];

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

/** AN5405, Get and version table; from 2.0 on each product has its own. */
function fdcanCommands(
  { specials }: Bootloader,
  protocol: string,
): readonly CommandName[] | undefined {
  const version = Number.parseFloat(protocol);
  if (version >= 2) return undefined;
  const list: CommandName[] = ['get', 'get-version', 'get-id', 'read-memory', 'go', 'write-memory'];
  list.push('extended-erase');
  if (specials !== undefined) list.push('special');
  if (specials !== undefined && version >= 1.1) list.push('extended-special');
  list.push('write-protect', 'write-unprotect', 'readout-protect', 'readout-unprotect');
  return list;
}

/** Commands that take work, each with the form that answers busy meanwhile (AN4221, table of commands). */
const NO_STRETCH: readonly (readonly [CommandName, CommandName])[] = [
  ['write-memory', 'no-stretch-write-memory'],
  ['extended-erase', 'no-stretch-erase'],
  ['write-protect', 'no-stretch-write-protect'],
  ['write-unprotect', 'no-stretch-write-unprotect'],
  ['readout-protect', 'no-stretch-readout-protect'],
  ['readout-unprotect', 'no-stretch-readout-unprotect'],
];

/** The commands by which I2C and SPI began (AN4221 and AN4286, tables of commands). */
const FRAMED: readonly CommandName[] = [
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

/** AN4221, Get and version table; from 2.0 on each product has its own. */
function i2cCommands(
  { commands }: Bootloader,
  protocol: string,
): readonly CommandName[] | undefined {
  const version = Number.parseFloat(protocol);
  if (commands === undefined && version >= 2) return undefined;
  const list: CommandName[] = [...(commands ?? FRAMED)];
  if (version >= 1.1) {
    for (const [one, other] of NO_STRETCH) if (list.includes(one)) list.push(other);
  }
  if (version >= 1.2) list.push('no-stretch-get-checksum');
  return list;
}

/** AN4286 §2.2 and §3; from 2.0 on each product has its own. */
function spiCommands(
  { commands }: Bootloader,
  protocol: string,
): readonly CommandName[] | undefined {
  const version = Number.parseFloat(protocol);
  if (commands !== undefined || version >= 2) return commands;
  return version >= 1.3 ? [...FRAMED, 'get-checksum'] : FRAMED;
}
