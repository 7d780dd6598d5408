import * as fc from 'fast-check';
import type { Entry } from '../../entry.ts';
import { HELLO, OPCODES } from '../../host/can.ts';
import { blockUnit, scratchPages } from '../../part.ts';
import type { Part } from '../../part.ts';
import { ANY, holding } from '../../script.ts';
import type { Left } from '../../script.ts';
import { filled, pattern } from '../inputs.ts';

/** States of an unprotected device that waits for a command. */
export const WAITING: readonly Entry[] = [
  'connected',
  'unknown-command',
  'refused-go',
  'spoilt-frame',
  'faster',
];

/** Those in which the host is at the first rate. */
export const AT_FIRST_RATE: readonly Entry[] = ['connected', 'unknown-command', 'refused-go'];

/** All states in which a device answers Get, Get Version and Get ID. */
export const ALWAYS: readonly Entry[] = [...WAITING, 'write-protected', 'rdp-1'];

/** Data that a command does not look at. */
export const anyData: fc.Arbitrary<number[]> = fc.array(fc.nat(0xff), { maxLength: 8 });

const COMMANDS: ReadonlySet<number> = new Set(Object.values(OPCODES));

/** Identifiers of one byte that are no command. */
export const noCommand: fc.Arbitrary<number> = fc
  .nat(0xff)
  .filter((id) => !COMMANDS.has(id) && id !== HELLO);

/** Identifiers that are a command only to whom looks at their low byte alone. */
export const commandInLowByte: fc.Arbitrary<number> = fc
  .tuple(fc.constantFrom(...COMMANDS), fc.integer({ min: 1, max: 7 }))
  .map(([low, high]) => high * 256 + low);

/** The filled page and its content. */
export function content(part: Part): { readonly start: number; readonly bytes: readonly number[] } {
  const [{ address, bytes }] = filled(part) as [{ address: number; bytes: Uint8Array }];
  return { start: address, bytes: [...bytes] };
}

/** So many bytes that are not judged. */
export function unknownBytes(count: number): number[] {
  return Array.from({ length: count }, () => ANY);
}

/** A block that is written at once. */
export function some(part: Part, seed = 2): number[] {
  return pattern(Math.max(16, blockUnit(part)), seed);
}

/** Where it is written. */
export function scratch(part: Part): number {
  return scratchPages(part)[0]!.start;
}

/** Memory that holds the data there, and nothing else changed. */
export function stored(start: number, data: readonly number[]): readonly Left[] {
  return [{ areas: [holding(start, data)] }];
}
