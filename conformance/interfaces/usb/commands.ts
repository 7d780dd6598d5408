import type { CommandsOf } from '../../part/commands.ts';

/** DFU has requests of its own. */
export const usbCommands: CommandsOf = () => [];
