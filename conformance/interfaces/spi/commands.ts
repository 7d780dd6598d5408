import { FRAMED } from '../../part/commands.ts';
import type { CommandsOf } from '../../part/commands.ts';

/** AN4286 §2.2 and §3; from 2.0 on each product has its own. */
export const spiCommands: CommandsOf = ({ commands }, protocol) => {
  const version = Number.parseFloat(protocol);
  if (commands !== undefined || version >= 2) return commands;
  return version >= 1.3 ? [...FRAMED, 'get-checksum'] : FRAMED;
};
