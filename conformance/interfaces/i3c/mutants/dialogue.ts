import { accepts } from '../../../mutants/dialogue/acknowledged.ts';
import { alsoOffered, hidden } from '../../../mutants/dialogue/listed.ts';
import { madeOf } from '../../../mutants/kit.ts';
import type { Kind } from '../../../mutants/kit.ts';
import { opens } from '../../../mutants/memory/faults.ts';

/** Devices whose dialogue is wrong as it can be here alone. */
export const dialogueOnI3c: readonly Kind[] = [
  accepts('read-size-checksum-ignored', 'read-memory', 'a wrong checksum of a count'),
  accepts('write-size-checksum-ignored', 'write-memory', 'a wrong checksum of a count'),
  accepts('write-anywhere', 'write-memory', 'addresses without memory'),
  accepts('erase-count-checksum-ignored', 'extended-erase', 'a wrong checksum of a count'),
  accepts('erase-list-checksum-ignored', 'extended-erase', 'a wrong checksum of a list'),
  accepts('write-protect-count-ignored', 'write-protect', 'a wrong checksum of a count'),
  opens('bootloader-ram-writable', 'RAM of the bootloader can be written', 'write', 'sram'),
  opens('system-memory-writable', 'system memory can be written', 'write', 'system-memory'),
  hidden('get-not-ended-under-rdp', 'under readout protection Get lacks its ACK', 'get', () => ({
    *accept() {},
  })),
  ...madeOf('special', [
    accepts('special-checksums-not-verified', 'special', 'wrong checksums'),
    alsoOffered(
      'optional-commands-taken',
      'commands that are not in the list are taken',
      [0x51, 0x82, 0x92].map((opcode) => ({ opcode, as: 'get-version' }) as const),
    ),
  ]),
];
