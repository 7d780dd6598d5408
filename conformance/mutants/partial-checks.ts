import { mutantsOn, wireMutant } from './kit.ts';
import type { Mutant, Wire } from './kit.ts';

type At = Parameters<Wire['refuse']>[1];

const commandStep = ({ step }: At): boolean => step === 'command';

const during =
  (command: At['command'], ...steps: readonly At['step'][]) =>
  (at: At): boolean =>
    at.command === command && steps.includes(at.step);

/** A device that compares only the bits of `compared`. */
function compares(
  name: string,
  wrong: string,
  compared: number,
  where: (at: At) => boolean,
  part?: Mutant['part'],
): Mutant {
  return wireMutant(
    name,
    wrong,
    () => ({ tolerates: (bits, at) => where(at) && (bits & compared) === 0 }),
    part,
  );
}

/** Those that are wrong in the same way on every bus with checksums. */
const everywhere: readonly Mutant[] = [
  compares(
    'complement-on-low-bits',
    'of the complement of an opcode the low four bits are compared',
    0x0f,
    commandStep,
  ),
  compares(
    'complement-on-high-bits',
    'of the complement of an opcode the high four bits are compared',
    0xf0,
    commandStep,
  ),
  compares(
    'read-length-complement-on-low-bits',
    'of the complement of a length the low four bits are compared',
    0x0f,
    during('read-memory', 'length'),
  ),
  compares(
    'read-address-checksum-misses-a-bit',
    'the highest bit of the checksum of a Read Memory address is not compared',
    0x7f,
    during('read-memory', 'address'),
  ),
  compares(
    'go-address-checksum-misses-a-bit',
    'the lowest bit of the checksum of a Go address is not compared',
    0xfe,
    during('go', 'address'),
  ),
  compares(
    'write-address-checksum-misses-a-bit',
    'a bit of the checksum of a Write Memory address is not compared',
    0xef,
    during('write-memory', 'address'),
  ),
  compares(
    'write-block-checksum-misses-a-bit',
    'a bit of the checksum of a block is not compared',
    0xbf,
    during('write-memory', 'block'),
  ),
  compares(
    'erase-list-checksum-misses-a-bit',
    'a bit of the checksum of a list of pages is not compared',
    0xf7,
    during('extended-erase', 'block'),
  ),
  compares(
    'write-protect-list-checksum-misses-a-bit',
    'a bit of the checksum of a list of sectors is not compared',
    0xdf,
    during('write-protect', 'block'),
  ),
  compares(
    'special-code-checksum-misses-a-bit',
    'a bit of the checksum of a sub-operation is not compared',
    0xfb,
    during('special', 'address'),
    'special',
  ),
];

/** Where a number has a check of its own, before the list that it counts. */
const framed: readonly Mutant[] = [
  compares(
    'erase-count-checksum-misses-a-bit',
    'a bit of the checksum of a number of pages is not compared',
    0xfd,
    during('extended-erase', 'length'),
  ),
  compares(
    'write-protect-count-complement-on-low-bits',
    'of the complement of a number of sectors the low four bits are compared',
    0x0f,
    during('write-protect', 'length'),
  ),
];

const usartOnly: readonly Mutant[] = [
  compares(
    'erase-v2-list-checksum-misses-a-bit',
    'a bit of the checksum of a list of Erase is not compared',
    0xf7,
    during('erase', 'block'),
    'erase',
  ),
  compares(
    'checksum-parameters-checksum-misses-a-bit',
    'a bit of the checksums of size, polynomial and initial value is not compared',
    0x7f,
    during('get-checksum', 'length'),
    'checksum',
  ),
];

const i2cOnly: readonly Mutant[] = mutantsOn('i2c', [
  compares(
    'checksum-size-checksum-misses-a-bit',
    'a bit of the checksum of a size is not compared',
    0x7f,
    during('no-stretch-get-checksum', 'length'),
  ),
]);

/** Devices that compare a check in part. */
export const checkingInPart: readonly Mutant[] = [
  ...everywhere,
  ...usartOnly,
  ...mutantsOn('i2c', [...everywhere, ...framed]),
  ...i2cOnly,
  ...mutantsOn('spi', [...everywhere, ...framed]),
];
