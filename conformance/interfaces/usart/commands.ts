import type { CommandName, CommandsOf } from '../../part/commands.ts';

/** AN3155 §3.1 and §4; from 4.0 on each product has its own. */
export const usartCommands: CommandsOf = ({ commands, specials }, protocol, device) => {
  if (commands !== undefined) return commands;
  const version = Number.parseFloat(protocol);
  if (version >= 4) return undefined;
  const erase = version >= 3 ? 'extended-erase' : version < 2 ? device.eraseCommand : 'erase';
  const list: CommandName[] = ['get', 'get-version', 'get-id', 'read-memory', 'go', 'write-memory'];
  list.push(erase);
  if (specials !== undefined) list.push('special'); // in the place it has in the list of H5
  list.push('write-protect', 'write-unprotect', 'readout-protect', 'readout-unprotect');
  if (protocol === '3.3') list.push('get-checksum');
  return list;
};
