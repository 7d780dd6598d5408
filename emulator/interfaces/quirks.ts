import type { Happening } from '../trace/trace.ts';
import { memoryQuirks } from './memory-quirks.ts';
import { interfaceQuirks } from './registry.ts';
import type { Replace } from './replace.ts';
import { quirkInterfaces } from './surroundings.ts';

/**
 * The replacements of those quirks that change when or whether the bootloader answers, and what it does
 * to memory; the others are read where they act.
 */
export function quirkReplacements(
  names: Iterable<string>,
  emit: (happening: Happening) => void,
): readonly Replace[] {
  // not merged into one: a board is made for each case that is examined
  const rooms = [memoryQuirks(emit), ...interfaceQuirks(emit)];
  return [...names].flatMap((name) => {
    const replace = rooms.find((room) => Object.hasOwn(room, name))?.[name];
    const where = quirkInterfaces(name);
    if (replace === undefined) return [];
    return where === undefined ? replace : { ...replace, on: where };
  });
}
