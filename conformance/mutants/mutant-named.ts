import { ConformanceError } from '../errors.ts';
import { mutants } from './index.ts';
import type { Mutant } from './index.ts';
import type { InterfaceName } from '../interfaces/names.ts';

/** The wrong device of that name; the right one where none is named. @throws ConformanceError */
export function mutantNamed(
  name: string | undefined,
  over: InterfaceName = 'usart',
): Mutant | undefined {
  if (name === undefined) return undefined;
  const there = mutants.filter((each) => (each.interface ?? 'usart') === over);
  const found = there.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new ConformanceError(
    `no mutant on ${over} is called ${name}: they are ${there.map((each) => each.name).join(', ')}`,
  );
}
