import { can } from '../index.ts';
import * as fc from 'fast-check';
import type { Entry } from '../../../run/entry.ts';
import { HELLO, OPCODES } from '../host.ts';

/** States of an unprotected device that waits for a command. */
export const WAITING = can.waiting;

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
