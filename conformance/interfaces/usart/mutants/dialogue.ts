import {
  accepts,
  acknowledges,
  ignores,
  isMalformed,
  isUnknown,
  unknownAcknowledged,
} from '../../../mutants/dialogue/acknowledged.ts';
import { inverted, refusesAnd } from '../../../mutants/dialogue/answers.ts';
import { compares } from '../../../mutants/dialogue/compared-in-part.ts';
import { alsoOffered } from '../../../mutants/dialogue/listed.ts';
import { opened } from '../../../mutants/dialogue/protected.ts';
import { madeOf, wireMutant } from '../../../mutants/kit.ts';
import type { Kind } from '../../../mutants/kit.ts';

/** Devices whose dialogue is wrong as it can be here alone. */
export const dialogueOnUsart: readonly Kind[] = [
  acknowledges('never-nack', 'whatever should be refused is acknowledged', () => true),
  acknowledges(
    'second-sync-acked',
    'a further pair of 0x7F is acknowledged',
    ({ detail }) => detail === '7f 7f',
  ),
  ignores(
    'wrong-complement-ignored',
    'an opcode with a wrong complement is not answered',
    isMalformed,
  ),
  unknownAcknowledged('unknown-command-acked'),
  ignores('unknown-command-ignored', 'an opcode that is not offered is not answered', isUnknown),
  acknowledges(
    'memory-commands-without-complement',
    'the complement of the memory commands is not verified',
    (why, at) => isMalformed(why, at) && /^(11|21|31|43|44|63|73) /.test(why.detail ?? ''),
  ),
  accepts('extended-erase-checksum-ignored', 'extended-erase', 'a wrong checksum of a list'),
  ignores(
    'read-nowhere-ignored',
    'a refused read is not answered',
    (why, at) => why.refused === 'no-memory' && at.command === 'read-memory',
  ),
  accepts('write-anywhere-acked', 'write-memory', 'addresses without memory'),
  ...madeOf('erase', [accepts('erase-checksum-ignored', 'erase', 'a wrong checksum of a list')]),
  ...madeOf('checksum', [
    accepts('checksum-size-zero-acked', 'get-checksum', 'a size of zero'),
    accepts('checksum-anywhere-acked', 'get-checksum', 'addresses without memory'),
  ]),
  ...madeOf('special', [accepts('special-checksums-not-verified', 'special', 'wrong checksums')]),
  wireMutant('command-ack-missing', 'commands are not acknowledged when received', () => ({
    *acceptCommand() {},
  })),
  wireMutant('sync-acked-twice', 'the first 0x7F is acknowledged twice', (wire) => ({
    *select() {
      yield* wire.select();
      yield* wire.accept();
    },
  })),
  refusesAnd(
    'protected-leaks-a-byte',
    'the refusal of a protected Read Memory carries a byte more',
    function* leaks(wire, why, at) {
      if (why.refused === 'protected' && at.command === 'read-memory')
        yield* wire.reply(Uint8Array.of(0x2b));
    },
  ),
  refusesAnd(
    'read-length-with-a-nack',
    'a refused length of Read Memory is refused twice',
    function* again(wire, why, at) {
      if (at.command === 'read-memory' && at.step === 'length') yield* wire.refuse(why, at);
    },
  ),
  wireMutant(
    'refused-address-takes-the-length',
    'behind a refused address two bytes more are taken and not answered',
    (wire) => {
      let eats = false;
      return {
        *command() {
          if (eats) {
            eats = false;
            yield* wire.command();
          }
          return yield* wire.command();
        },
        *refuse(why, at) {
          eats = at.step === 'address';
          yield* wire.refuse(why, at);
        },
      };
    },
  ),
  ...madeOf('checksum', [inverted('checksum-result-wrong', 'get-checksum')]),
  ...madeOf('erase', [
    wireMutant('unfinished-global-erase-erases', 'FF and not 00 erases all pages too', (wire) => ({
      *eraseRequest() {
        const request = yield* wire.eraseRequest();
        return request === 'nothing' ? { mass: true } : request;
      },
    })),
  ]),
  ...madeOf('erase', [compares('erase-v2-list-checksum-misses-a-bit', 'erase', 'block', 0xf7)]),
  ...madeOf('checksum', [
    compares('checksum-parameters-checksum-misses-a-bit', 'get-checksum', 'length', 0x7f),
  ]),
  ...madeOf('erase', [
    alsoOffered('both-erases-v2', 'Extended Erase is carried out next to Erase', [
      { opcode: 0x44, as: 'erase', name: 'extended-erase' },
    ]),
  ]),
  ...madeOf('erase', [opened('erase', 'erase-v2-under-rdp')]),
];
