import type { CommandName as UsartCommandName } from '../../families/index.ts';
import { commandsNamed } from './commands.ts';
import { atLeast } from './rom.ts';
import type { Command, Rom } from './rom.ts';
import type { CommandName } from './wire.ts';

type Offered = Exclude<CommandName, 'speed'>;

/** Commands of I2C and SPI alike, by which protocol 1.0 of both began (AN4221 and AN4286, table of versions). */
const BASE: readonly UsartCommandName[] = [
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

/** In the order of Get's list (AN4221 §3.1). */
const NO_STRETCH: readonly (readonly [stretch: UsartCommandName, noStretch: Offered])[] = [
  ['write-memory', 'no-stretch-write-memory'],
  ['extended-erase', 'no-stretch-erase'],
  ['write-protect', 'no-stretch-write-protect'],
  ['write-unprotect', 'no-stretch-write-unprotect'],
  ['readout-protect', 'no-stretch-readout-protect'],
  ['readout-unprotect', 'no-stretch-readout-unprotect'],
];

/** The commands of an I2C protocol version in the order of Get's list (AN4221 §2). */
export function i2cCommands(rom: Rom): readonly Command[] {
  const names: Offered[] = [...framedCommands(rom)];
  if (rom.limited) return commandsNamed(names);
  if (atLeast(rom.protocol, '1.1')) {
    for (const [stretch, noStretch] of NO_STRETCH)
      if (names.includes(stretch)) names.push(noStretch);
  }
  if (atLeast(rom.protocol, '1.2')) names.push('no-stretch-get-checksum');
  return commandsNamed(names);
}

/**
 * Commands that I2C and SPI share. Special comes with protocol 2.0: that L5 and U5 have it below that is
 * known of USART only, and the notes count 18 commands for I2C 1.2 and 11 for SPI 1.1.
 */
export function framedCommands({
  limited,
  bootloader,
  protocol,
}: Rom): readonly UsartCommandName[] {
  if (limited) return ['get', 'get-version', 'get-id'];
  if (bootloader.commands !== undefined) return bootloader.commands;
  if (!atLeast(protocol, '2.0')) return BASE;
  const at = BASE.indexOf('write-protect');
  return [...BASE.slice(0, at), 'special', 'extended-special', ...BASE.slice(at)];
}
