import type { Bootloader, CommandName as UsartCommandName, Device } from '../../families/index.ts';

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
export type CommandsOf = (
  bootloader: Bootloader,
  protocol: string,
  device: Device,
) => readonly CommandName[] | undefined;

/** The commands by which I2C and SPI began (AN4221 and AN4286, tables of commands). */
export const FRAMED: readonly CommandName[] = [
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
