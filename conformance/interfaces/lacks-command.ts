import type { CommandName } from '../../families/index.ts';
import { has } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { noMassErase } from '../scenarios/kit/replies.ts';
import type { Move } from './protocol.ts';

const COMMANDS: Readonly<Record<Exclude<Move, 'erase' | 'mass-erase'>, CommandName>> = {
  read: 'read-memory',
  write: 'write-memory',
  'write-options': 'write-memory',
  go: 'go',
  unprotect: 'readout-unprotect',
};

/** Why a part cannot be asked for a move over a framed interface whose erase is `erase`; undefined when it can. */
export function lacksCommand(
  part: Part,
  move: Move,
  erase: 'erase' | 'extended-erase' = 'extended-erase',
): string | undefined {
  const name = move === 'erase' || move === 'mass-erase' ? erase : COMMANDS[move];
  if (!has(part, name)) return `the bootloader does not offer ${name}`;
  return move === 'mass-erase' ? noMassErase(part) : undefined;
}
