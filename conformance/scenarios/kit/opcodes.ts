import * as fc from 'fast-check';
import { OPCODES } from '../../interfaces/usart/host.ts';
import type { Part } from '../../part/part.ts';

/** Commands that act without a parameter: one that should not be there is not asked for. */
const AT_ONCE: readonly string[] = ['write-unprotect', 'readout-protect', 'readout-unprotect'];

/** Opcodes that this bootloader does not offer, those of other products and protocols more often; where its list is not known those of no command. */
export function opcodesNotOffered({ commands }: Part): fc.Arbitrary<number> {
  const own = Object.entries(OPCODES);
  const others = own
    .filter(([name]) => commands?.some((each) => each === name) === false)
    .filter(([name]) => !AT_ONCE.includes(name))
    .map(([, opcode]) => opcode);
  const foreign = fc.nat(0xff).filter((opcode) => !own.some(([, known]) => known === opcode));
  return others.length === 0 ? foreign : fc.oneof(fc.constantFrom(...others), foreign);
}

/** Opcodes that are to be refused, one behind the other: 0xFF, by which hosts find back, and others. */
export function several(refused: fc.Arbitrary<number>): fc.Arbitrary<readonly number[]> {
  return fc
    .uniqueArray(refused, { minLength: 6, maxLength: 8 })
    .map((others) => [0xff, ...others.filter((opcode) => opcode !== 0xff)]);
}
