import { partByName } from '../part/part-by-name.ts';
import type { Part } from '../part/part.ts';
import type { TargetSpec } from './spec.ts';

/** The part that a spec names. @throws ConformanceError for one that there is not. */
export function partOfSpec({ part }: Pick<TargetSpec, 'part'>): Part {
  const { device, ...choice } = part;
  return partByName(device, choice);
}
