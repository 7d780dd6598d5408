import { ConformanceError } from '../errors.ts';
import { mutants } from '../mutants/index.ts';
import type { Mutant } from '../mutants/index.ts';

/** The wrong device of that name; the right one where none is named. @throws ConformanceError */
export function mutantNamed(name: string | undefined): Mutant | undefined {
  if (name === undefined) return undefined;
  const found = mutants.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new ConformanceError(
    `no mutant is called ${name}: they are ${mutants.map((each) => each.name).join(', ')}`,
  );
}
