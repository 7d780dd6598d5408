import type { CommandsOf } from '../../part/commands.ts';

/** AN5927, Get: each product has its own list. */
export const i3cCommands: CommandsOf = ({ commands }) => commands;
