import { andThen, isOperation, madeOf } from '../../../mutants/kit.ts';
import type { Kind } from '../../../mutants/kit.ts';
import {
  erases,
  firstBankOnly,
  none,
  offByOne,
  takesForAll,
} from '../../../mutants/memory/erases.ts';
import {
  closes,
  isOptions,
  isRam,
  kindAt,
  named,
  reads,
  writes,
} from '../../../mutants/memory/faults.ts';
import { regressesNothing } from '../../../mutants/memory/protection.ts';
import { aligned, flipped } from '../../../mutants/memory/reads.ts';
import { lastBlockLost, loses, misplaces, withBit } from '../../../mutants/memory/writes.ts';

/** Devices whose memories are wrong as they can be here alone. */
export const memoryOnUsb: readonly Kind[] = [
  closes('ram-unreadable', 'RAM cannot be read', 'read', isRam),
  closes('options-unreadable', 'the option bytes cannot be read', 'read', isOptions),
  closes(
    'otp-unreadable',
    'OTP cannot be read',
    'read',
    (memory, address) => kindAt(memory, address) === 'otp',
  ),
  ...madeOf('generation-b', [firstBankOnly]),
  none,
  named('erase-next-page', offByOne),
  takesForAll('mass-erase-one-page', 'mass erase takes one page', () => ({ pages: [0] })),
  erases(
    'mass-erase-past-protection',
    'a mass erase does not mind write protection',
    (right, memory, what) =>
      'mass' in what && isOperation(right) ? memory.regress({}, false) : right,
  ),
  erases('erase-clears-options', 'a mass erase protects a sector', (right, memory, what) =>
    'mass' in what ? andThen(right, () => [memory.writeProtect([1])]) : right,
  ),
  named('unprotect-keeps-flash', regressesNothing),
  aligned,
  reads('read-bit-behind-1000', 'one bit of the 1001st byte of a read is wrong', (bytes) =>
    flipped(bytes, 1000, 0x10),
  ),
  named('last-bytes-lost', lastBlockLost),
  writes('write-bit-behind-1499', 'a bit of the 1500th byte is lost', (data) =>
    withBit(data, 1499, (byte) => byte & 0xf7),
  ),
  misplaces('write-aligned', 'a write begins at a multiple of 16', (at) => at - (at % 16)),
  writes('ram-cut', 'of a block for RAM 16 bytes are written', (data, address, memory) =>
    isRam(memory, address) ? data.subarray(0, 16) : data,
  ),
  loses('write-of-two-lost', 'a block of two bytes is lost', ({ length }) => length === 2),
  writes('write-upper-kilobyte-lost', 'of a whole block the second half is lost', (data) =>
    data.subarray(0, 1024),
  ),
];
