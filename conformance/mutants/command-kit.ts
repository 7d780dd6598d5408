import { OPCODES } from '../interfaces/i2c/host.ts';
import type { OfferedName } from '../interfaces/i2c/host.ts';
import { changed, commandsMutant, overlay, wireMutant } from './kit.ts';
import type { Command, Memory, Mutant, Wire } from './kit.ts';

export type Environment = Parameters<Command['run']>[0];
export type Why = Parameters<Wire['refuse']>[0];
export type At = Parameters<Wire['refuse']>[1];

/** A mutant one of whose commands runs in changed surroundings. */
export function surrounded(
  name: string,
  wrong: string,
  command: Command['name'],
  change: (environment: Environment) => Environment,
  part?: Mutant['part'],
): Mutant {
  const run = (each: Command): Command => ({
    ...each,
    run: (environment) => each.run(change(environment)),
  });
  return commandsMutant(name, wrong, (all) => changed(all, command, run), part);
}

/** A mutant whose memory does something else for one command. */
export function remembers(
  name: string,
  wrong: string,
  command: Command['name'],
  change: (memory: Memory) => Partial<Memory>,
  part?: Mutant['part'],
): Mutant {
  let last: { readonly right: Memory; readonly wrong: Memory } | undefined;
  return surrounded(
    name,
    wrong,
    command,
    (environment) => {
      const { memory: right } = environment;
      // one for each board, so that what a mutant counts goes on from command to command
      if (last?.right !== right) last = { right, wrong: overlay(right, change(right)) };
      return { ...environment, memory: last.wrong };
    },
    part,
  );
}

/** A mutant that acknowledges, while one command is under way, what it should refuse. */
export function acknowledges(
  name: string,
  wrong: string,
  command: OfferedName,
  which: (why: Why, at: At) => boolean,
  part?: Mutant['part'],
): Mutant {
  const change = (wire: Wire): Partial<Wire> => {
    let current: number | 'malformed' = 'malformed';
    return {
      *command() {
        current = 'malformed';
        current = yield* wire.command();
        return current;
      },
      *refuse(why, at) {
        if (current === OPCODES[command] && which(why, at)) yield* wire.accept();
        else yield* wire.refuse(why, at);
      },
    };
  };
  return wireMutant(name, wrong, change, part);
}
