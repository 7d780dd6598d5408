import type { Rom } from '../../bootloader/rom.ts';
import type { Command } from '../framed/command.ts';
import { commandList } from '../framed/command-list.ts';
import { commandsNamed } from '../framed/commands.ts';

/**
 * The commands in the order of Get's list (AN5927 §3.1). Read Memory and Write Memory go on chunk by chunk as long as
 * another one is announced.
 */
export function i3cCommands(rom: Rom, goesOn: () => boolean): readonly Command[] {
  return commandsNamed(commandList('I3C', rom)).map((command) =>
    command.name === 'read-memory' || command.name === 'write-memory'
      ? chunkwise(command, goesOn)
      : command,
  );
}

function chunkwise(command: Command, goesOn: () => boolean): Command {
  return {
    ...command,
    *run(environment) {
      do yield* command.run(environment);
      while (goesOn());
    },
  };
}
