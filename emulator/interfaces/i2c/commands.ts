import type { CommandName as UsartCommandName } from '../../../families/index.ts';
import { framedCommands } from '../framed/command-list.ts';
import { commandsNamed } from '../framed/commands.ts';
import { atLeast } from '../../bootloader/rom.ts';
import type { Rom } from '../../bootloader/rom.ts';
import type { Command } from '../framed/command.ts';
import type { CommandName } from '../framed/wire.ts';

type Offered = Exclude<CommandName, 'speed'>;

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
