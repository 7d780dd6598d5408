import type { Rom } from '../../bootloader/rom.ts';
import type { Command } from '../framed/command.ts';
import { commandList, LIMITED } from '../framed/command-list.ts';
import { commandsNamed } from '../framed/commands.ts';

/**
 * The commands in the order of Get's list (AN5927 §3.1). Read Memory and Write Memory go on chunk by chunk as long as
 * another one is announced.
 */
export function i3cCommands(rom: Rom, goesOn: () => boolean): readonly Command[] {
  return commandsNamed(listOf(rom)).map((command) =>
    command.name === 'read-memory' || command.name === 'write-memory'
      ? chunkwise(command, goesOn)
      : command,
  );
}

function listOf({
  limited,
  bootloader,
}: Rom): readonly Parameters<typeof commandsNamed>[0][number][] {
  if (limited) return LIMITED;
  return bootloader.commands ?? commandList('extended-erase', ['special', 'extended-special']);
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
