import { nearest } from '../../families/index.ts';
import { ConformanceError } from '../errors.ts';
import { mutants } from './index.ts';
import type { Mutant } from './index.ts';
import { DEFAULT_INTERFACE } from '../interfaces/names.ts';
import type { InterfaceName } from '../interfaces/names.ts';

/** Names that a message has room for. */
const SHOWN = 8;

/** The wrong device of that name; the right one where none is named. @throws ConformanceError that names those like it */
export function mutantNamed(
  name: string | undefined,
  over: InterfaceName = DEFAULT_INTERFACE,
): Mutant | undefined {
  if (name === undefined) return undefined;
  const called = mutants.filter((each) => each.name === name);
  const found = called.find((each) => interfaceOf(each) === over);
  if (found !== undefined) return found;
  const elsewhere = called.map(interfaceOf);
  const instead =
    elsewhere.length > 0
      ? `, but one on ${elsewhere.join(' and ')} is: --interface ${elsewhere[0]!}`
      : likeAmong(
          mutants.filter((each) => interfaceOf(each) === over).map((each) => each.name),
          name,
        );
  throw new ConformanceError(`no mutant on ${over} is called ${name}${instead}`);
}

function interfaceOf(mutant: Mutant): InterfaceName {
  return mutant.interface ?? DEFAULT_INTERFACE;
}

function likeAmong(names: readonly string[], name: string): string {
  const containing = names.filter((each) => each.includes(name.toLowerCase()));
  const like = containing.length > 0 ? containing : nearest(name, names, SHOWN);
  if (like.length > 0) return `; did you mean ${like.slice(0, SHOWN).join(', ')}?`;
  return `; there are ${names.length}, as ${names[0]!}: a part of a name, as ack, shows names that have it`;
}
