import { FRAMED } from '../../part/commands.ts';
import type { CommandName, CommandsOf } from '../../part/commands.ts';

/** Commands that take work, each with the form that answers busy meanwhile (AN4221, table of commands). */
const NO_STRETCH: readonly (readonly [CommandName, CommandName])[] = [
  ['write-memory', 'no-stretch-write-memory'],
  ['extended-erase', 'no-stretch-erase'],
  ['write-protect', 'no-stretch-write-protect'],
  ['write-unprotect', 'no-stretch-write-unprotect'],
  ['readout-protect', 'no-stretch-readout-protect'],
  ['readout-unprotect', 'no-stretch-readout-unprotect'],
];

/** AN4221, Get and version table; from 2.0 on each product has its own. */
export const i2cCommands: CommandsOf = ({ commands }, protocol) => {
  const version = Number.parseFloat(protocol);
  if (commands === undefined && version >= 2) return undefined;
  const list: CommandName[] = [...(commands ?? FRAMED)];
  if (version >= 1.1) {
    for (const [one, other] of NO_STRETCH) if (list.includes(one)) list.push(other);
  }
  if (version >= 1.2) list.push('no-stretch-get-checksum');
  return list;
};
