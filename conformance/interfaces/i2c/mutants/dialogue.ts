import { accepts } from '../../../mutants/dialogue/acknowledged.ts';
import { inverted, unfinished } from '../../../mutants/dialogue/answers.ts';
import { compares } from '../../../mutants/dialogue/compared-in-part.ts';
import {
  alsoOffered,
  checksumTooEarly,
  counted,
  versioned,
} from '../../../mutants/dialogue/listed.ts';
import { opened, unreset } from '../../../mutants/dialogue/protected.ts';
import { madeOf } from '../../../mutants/kit.ts';
import type { Kind } from '../../../mutants/kit.ts';

/** Devices whose dialogue is wrong as it can be here alone. */
export const dialogueOnI2c: readonly Kind[] = [
  ...(['write-memory', 'no-stretch-write-memory'] as const).flatMap((name) => [
    accepts(`${name}-address-checksum-ignored`, name, 'a wrong checksum of an address'),
    accepts(`${name}-block-checksum-ignored`, name, 'a wrong checksum of a block'),
    accepts(`${name}-anywhere`, name, 'addresses without memory'),
  ]),
  ...(['extended-erase', 'no-stretch-erase'] as const).flatMap((name) => [
    accepts(`${name}-count-checksum-ignored`, name, 'a wrong checksum of a count'),
    accepts(`${name}-list-checksum-ignored`, name, 'a wrong checksum of a list'),
    accepts(`${name}-reserved-codes-acked`, name, 'reserved codes'),
  ]),
  ...(['write-protect', 'no-stretch-write-protect'] as const).flatMap((name) => [
    accepts(`${name}-checksum-ignored`, name, 'a wrong checksum of a list'),
    accepts(`${name}-count-ignored`, name, 'a wrong complement'),
  ]),
  accepts('checksum-of-nothing', 'no-stretch-get-checksum', 'a size of zero'),
  accepts('checksum-misaligned', 'no-stretch-get-checksum', 'misaligned addresses'),
  accepts('checksum-anywhere', 'no-stretch-get-checksum', 'addresses without memory'),
  accepts('checksum-frames-unchecked', 'no-stretch-get-checksum', 'wrong checksums'),
  unfinished('version-closing-ack-missing', 'get-version'),
  inverted('checksum-inverted', 'no-stretch-get-checksum'),
  unfinished('checksum-second-ack-missing', 'no-stretch-get-checksum'),
  ...(['write-protect', 'no-stretch-write-protect'] as const).map((name) =>
    unfinished(`${name}-not-acked`, name),
  ),
  ...(
    [
      'no-stretch-write-unprotect',
      'no-stretch-readout-protect',
      'no-stretch-readout-unprotect',
    ] as const
  ).map((name) => unfinished(`${name}-acked-once`, name)),
  compares('checksum-size-checksum-misses-a-bit', 'no-stretch-get-checksum', 'length', 0x7f),
  counted('get-count-wrong', 'Get counts one command too few', 'get', (bytes) =>
    bytes.with(0, bytes[0]! - 1),
  ),
  counted('get-version-in-list-wrong', 'Get reports another version', 'get', (bytes) =>
    bytes.with(1, bytes[1]! + 1),
  ),
  counted('list-shrinks', 'Get leaves the last command out and fills up', 'get', (bytes) =>
    bytes.with(bytes.length - 1, 0),
  ),
  versioned('version-wrong', 'Get Version reports another version', (version) => [[version - 1]]),
  counted('id-counted-wrong', 'Get ID counts all bytes of the ID', 'get-id', (bytes) =>
    bytes.with(0, 2),
  ),
  ...madeOf('stretch-only', [
    alsoOffered(
      'no-stretch-too-early',
      'a bootloader of protocol 1.0 takes the no-stretch commands',
      [
        { opcode: 0x45, as: 'extended-erase', name: 'no-stretch-erase' },
        { opcode: 0x32, as: 'write-memory', name: 'no-stretch-write-memory' },
        ...[0x64, 0x74, 0x83, 0x93].map((opcode) => ({ opcode, as: 'get-version' }) as const),
      ],
    ),
    checksumTooEarly,
  ]),
  ...(
    [
      'no-stretch-write-memory',
      'no-stretch-erase',
      'no-stretch-write-protect',
      'no-stretch-write-unprotect',
      'no-stretch-readout-protect',
    ] as const
  ).map((command) => opened(command)),
  unreset('no-stretch-readout-protect'),
];
