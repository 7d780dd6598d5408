import { isDamaged } from './damaged.ts';
import type { BytePort, Dialogue } from '../../bootloader/dialogue.ts';
import { be32, xor } from '../../bootloader/octets.ts';
import type { Answered, At, Check, ChecksumRequest, Wire } from './wire.ts';

const command = 'get-checksum';

/** The packets of Get Checksum, each acknowledged by itself (AN3155 §3.13, AN4286). */
export function* checksumRequest(
  port: BytePort,
  outer: () => Wire,
  check: Check,
): Dialogue<ChecksumRequest | Answered> {
  function* word(
    what: 'address' | 'size' | 'polynomial' | 'initial value',
  ): Dialogue<number | Answered> {
    const packet = yield* port.take(5, `${command}: ${what}`);
    const at: At = { command, step: what === 'address' ? 'address' : 'length' };
    if (!isDamaged(outer(), xor(packet), at)) return be32(packet);
    yield* outer().refuse({ refused: 'checksum' }, at);
    return 'answered';
  }

  const address = yield* word('address');
  if (address === 'answered') return address;
  const unfit = check(address);
  if (unfit !== undefined) {
    yield* outer().refuse(unfit, { command, step: 'address' });
    return 'answered';
  }
  yield* outer().accept();
  const words = yield* word('size');
  if (words === 'answered') return words;
  const refused =
    words === 0 ? ({ refused: 'length', detail: 'size 0' } as const) : check(address, 4 * words);
  if (refused !== undefined) {
    yield* outer().refuse(refused, { command, step: 'length' });
    return 'answered';
  }
  yield* outer().accept();
  const polynomial = yield* word('polynomial');
  if (polynomial === 'answered') return polynomial;
  yield* outer().accept();
  const initial = yield* word('initial value');
  if (initial === 'answered') return initial;
  yield* outer().accept();
  return { address, words, polynomial, initial };
}
