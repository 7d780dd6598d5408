import type { CommandName, CommandsOf } from '../../part/commands.ts';

/** AN5405, Get and version table; from 2.0 on each product has its own. */
export const fdcanCommands: CommandsOf = ({ commands, specials }, protocol) => {
  if (commands !== undefined) return commands;
  const version = Number.parseFloat(protocol);
  if (version >= 2) return undefined;
  const list: CommandName[] = ['get', 'get-version', 'get-id', 'read-memory', 'go', 'write-memory'];
  list.push('extended-erase');
  if (specials !== undefined) list.push('special');
  if (specials !== undefined && version >= 1.1) list.push('extended-special');
  list.push('write-protect', 'write-unprotect', 'readout-protect', 'readout-unprotect');
  return list;
};
