import { madeOf, wireMutant } from '../kit.ts';
import type { At, Kinds, Mutant } from '../kit.ts';

/** A device that compares of a checksum or complement only the bits of `compared`. */
export const compares = (
  name: string,
  command: At['command'] | 'every command',
  step: At['step'],
  compared: number,
): Mutant =>
  wireMutant(
    name,
    `of the check of a ${step}, in ${command}, the bits 0x${compared.toString(16)} alone are compared`,
    () => ({
      tolerates: (bits, at) =>
        (command === 'every command' || at.command === command) &&
        at.step === step &&
        (bits & compared) === 0,
    }),
  );

/** Devices that compare a check in part. */
export const checkingInPart: Kinds = {
  bytes: [
    compares('complement-on-low-bits', 'every command', 'command', 0x0f),
    compares('complement-on-high-bits', 'every command', 'command', 0xf0),
    compares('read-length-complement-on-low-bits', 'read-memory', 'length', 0x0f),
    compares('read-address-checksum-misses-a-bit', 'read-memory', 'address', 0x7f),
    compares('go-address-checksum-misses-a-bit', 'go', 'address', 0xfe),
    compares('write-address-checksum-misses-a-bit', 'write-memory', 'address', 0xef),
    compares('write-block-checksum-misses-a-bit', 'write-memory', 'block', 0xbf),
    compares('erase-list-checksum-misses-a-bit', 'extended-erase', 'block', 0xf7),
    compares('write-protect-list-checksum-misses-a-bit', 'write-protect', 'block', 0xdf),
    ...madeOf('special', [
      compares('special-code-checksum-misses-a-bit', 'special', 'address', 0xfb),
    ]),
    compares('erase-count-checksum-misses-a-bit', 'extended-erase', 'length', 0xfd),
    compares('write-protect-count-complement-on-low-bits', 'write-protect', 'length', 0x0f),
  ],
};
