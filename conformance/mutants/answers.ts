import { isOperation, wireMutant } from './kit.ts';
import type { Memory, Mutant, Wire } from './kit.ts';

type Why = Parameters<Wire['refuse']>[0];
type At = Parameters<Wire['refuse']>[1];

/** A device that acknowledges some of what it should refuse, and goes on as if it had refused. */
function acknowledges(
  name: string,
  wrong: string,
  which: (why: Why, at: At) => boolean,
  part?: Mutant['part'],
): Mutant {
  return wireMutant(
    name,
    wrong,
    (wire) => ({
      *refuse(why, at) {
        if (which(why, at)) yield* wire.accept();
        else yield* wire.refuse(why, at);
      },
    }),
    part,
  );
}

/** A device that does not answer what it should refuse. */
function silent(name: string, wrong: string, which: (why: Why, at: At) => boolean): Mutant {
  return wireMutant(name, wrong, (wire) => ({
    *refuse(why, at) {
      if (!which(why, at)) yield* wire.refuse(why, at);
    },
  }));
}

const checksumOf =
  (command: At['command'], step: At['step']) =>
  (why: Why, at: At): boolean =>
    why.refused === 'checksum' && at.command === command && at.step === step;

/** Devices that answer wrongly. */
export const answering: readonly Mutant[] = [
  {
    name: 'always-ack',
    wrong: 'every pair of bytes is acknowledged and nothing is done',
    replace: {
      commands: () => [],
      wire: (wire) => ({
        ...wire,
        *refuse() {
          yield* wire.accept();
        },
      }),
    },
  },
  acknowledges('never-nack', 'whatever should be refused is acknowledged', () => true),
  wireMutant('answers-swapped', 'ACK and NACK are swapped', (wire) => ({
    *accept() {
      yield* wire.reply(Uint8Array.of(0x1f));
    },
    *acceptCommand() {
      yield* wire.reply(Uint8Array.of(0x1f));
    },
    *refuse() {
      yield* wire.reply(Uint8Array.of(0x79));
    },
  })),
  wireMutant('nack-twice', 'every refusal is sent twice', (wire) => ({
    *refuse(why, at) {
      yield* wire.refuse(why, at);
      yield* wire.refuse(why, at);
    },
  })),
  wireMutant('nack-is-zero', 'a refusal is the byte 0x00', (wire) => ({
    *refuse() {
      yield* wire.reply(Uint8Array.of(0x00));
    },
  })),
  wireMutant('command-ack-twice', 'the ACK of a command is sent twice', (wire) => ({
    *acceptCommand() {
      yield* wire.acceptCommand();
      yield* wire.accept();
    },
  })),
  wireMutant(
    'command-ack-missing',
    'commands are not acknowledged before they are carried out',
    () => ({
      *acceptCommand() {},
    }),
  ),
  wireMutant('sync-acked-twice', 'the first 0x7F is acknowledged twice', (wire) => ({
    *select() {
      yield* wire.select();
      yield* wire.accept();
    },
  })),
  acknowledges(
    'second-sync-acked',
    'a further pair of 0x7F is acknowledged',
    (why) => why.detail === '7f 7f',
  ),
  acknowledges(
    'wrong-complement-acked',
    'an opcode with a wrong complement is acknowledged',
    (why, at) => why.refused === 'complement' && at.step === 'command',
  ),
  silent(
    'wrong-complement-ignored',
    'an opcode with a wrong complement is not answered',
    (why, at) => why.refused === 'complement' && at.step === 'command',
  ),
  acknowledges(
    'unknown-command-acked',
    'an opcode that is not offered is acknowledged',
    (why) => why.refused === 'unknown-command',
  ),
  acknowledges(
    'memory-commands-without-complement',
    'the complement of the memory commands is not verified',
    (why, at) =>
      why.refused === 'complement' &&
      at.step === 'command' &&
      /^(11|21|31|43|44|63|73) /.test(why.detail ?? ''),
  ),
  acknowledges(
    'foreign-opcodes-acked',
    'opcodes that no note knows are acknowledged',
    (why) => why.refused === 'unknown-command' && !/0x(43|44|50|51|a1|ff)/.test(why.detail ?? ''),
  ),
  silent(
    'unknown-command-ignored',
    'an opcode that is not offered is not answered',
    (why) => why.refused === 'unknown-command',
  ),
  acknowledges(
    'read-address-checksum-ignored',
    'Read Memory acknowledges an address with a wrong checksum',
    checksumOf('read-memory', 'address'),
  ),
  acknowledges(
    'read-length-complement-ignored',
    'Read Memory acknowledges a length with a wrong complement',
    (why, at) => why.refused === 'complement' && at.command === 'read-memory',
  ),
  acknowledges(
    'go-address-checksum-ignored',
    'Go acknowledges an address with a wrong checksum',
    checksumOf('go', 'address'),
  ),
  acknowledges(
    'write-address-checksum-ignored',
    'Write Memory acknowledges an address with a wrong checksum',
    checksumOf('write-memory', 'address'),
  ),
  acknowledges(
    'write-block-checksum-ignored',
    'Write Memory acknowledges a block with a wrong checksum',
    checksumOf('write-memory', 'block'),
  ),
  acknowledges(
    'extended-erase-checksum-ignored',
    'Extended Erase acknowledges a list with a wrong checksum',
    checksumOf('extended-erase', 'block'),
  ),
  acknowledges(
    'erase-checksum-ignored',
    'Erase acknowledges a list with a wrong checksum',
    checksumOf('erase', 'block'),
    'erase',
  ),
  acknowledges(
    'write-protect-checksum-ignored',
    'Write Protect acknowledges a list with a wrong checksum',
    checksumOf('write-protect', 'block'),
  ),
  acknowledges(
    'reserved-erase-codes-acked',
    'the reserved codes of Extended Erase are acknowledged',
    (why, at) => why.refused === 'unsupported' && at.command === 'extended-erase',
  ),
  acknowledges(
    'read-anywhere-acked',
    'Read Memory acknowledges addresses without memory',
    (why, at) => why.refused === 'no-memory' && at.command === 'read-memory',
  ),
  silent(
    'read-nowhere-ignored',
    'Read Memory does not answer a refused address or length',
    (why, at) => why.refused === 'no-memory' && at.command === 'read-memory',
  ),
  acknowledges(
    'go-anywhere-acked',
    'Go acknowledges addresses without memory and stays',
    (why, at) => why.refused === 'no-memory' && at.command === 'go',
  ),
  acknowledges(
    'write-anywhere-acked',
    'Write Memory acknowledges addresses without memory',
    (why, at) => why.refused === 'no-memory' && at.command === 'write-memory',
  ),
  acknowledges(
    'protected-acked',
    'protected commands are acknowledged and not carried out',
    (why) => why.refused === 'protected',
  ),
  wireMutant(
    'protected-leaks-a-byte',
    'the refusal of a protected Read Memory carries a byte more',
    (wire) => ({
      *refuse(why, at) {
        yield* wire.refuse(why, at);
        if (why.refused === 'protected' && at.command === 'read-memory') {
          yield* wire.reply(Uint8Array.of(0x2b));
        }
      },
    }),
  ),
  acknowledges(
    'checksum-size-zero-acked',
    'Get Checksum acknowledges a size of zero',
    (why, at) => why.refused === 'length' && at.command === 'get-checksum',
    'checksum',
  ),
  acknowledges(
    'checksum-packets-not-verified',
    'Get Checksum acknowledges packets with wrong checksums',
    (why, at) => why.refused === 'checksum' && at.command === 'get-checksum',
    'checksum',
  ),
  acknowledges(
    'checksum-anywhere-acked',
    'Get Checksum acknowledges addresses and sizes without memory',
    (why, at) => why.refused === 'no-memory' && at.command === 'get-checksum',
    'checksum',
  ),
  wireMutant(
    'checksum-result-wrong',
    'the CRC is inverted at the end',
    (wire) => ({
      *replyChecksum(value) {
        yield* wire.replyChecksum(~value >>> 0);
      },
    }),
    'checksum',
  ),
  acknowledges(
    'special-unknown-acked',
    'Special acknowledges sub-operations that it does not have',
    (why, at) => why.refused === 'unsupported' && at.command === 'special',
    'special',
  ),
  acknowledges(
    'special-checksums-not-verified',
    'Special acknowledges packets with wrong checksums',
    (why, at) => why.refused === 'checksum' && at.command === 'special',
    'special',
  ),
];

/** Devices that take a request for another one. */
export const misunderstanding: readonly Mutant[] = [
  wireMutant(
    'unfinished-global-erase-erases',
    'FF and not 00 erases all pages too',
    (wire) => ({
      *eraseRequest() {
        const request = yield* wire.eraseRequest();
        return request === 'nothing' ? { mass: true } : request;
      },
    }),
    'erase',
  ),
  wireMutant('read-one-too-many', 'Read Memory answers one byte more', (wire) => ({
    *readRequest(check) {
      const request = yield* wire.readRequest(check);
      return request === 'answered' ? request : { ...request, length: request.length + 1 };
    },
  })),
  wireMutant('read-one-too-few', 'Read Memory answers N bytes instead of N + 1', (wire) => ({
    *readRequest(check) {
      const request = yield* wire.readRequest(check);
      return request === 'answered' ? request : { ...request, length: request.length - 1 };
    },
  })),
  {
    name: 'nack-that-still-writes',
    wrong: 'a block with a wrong checksum is refused and something is written all the same',
    get replace() {
      let kept: Memory | undefined;
      let last = 0;
      return {
        memory: (memory: Memory) => (kept = memory),
        wire: (wire: Wire): Wire => ({
          ...wire,
          *writeRequest(check) {
            return yield* wire.writeRequest((address, length) => {
              last = address;
              return check(address, length);
            });
          },
          *refuse(why, at) {
            if (
              why.refused === 'checksum' &&
              at.command === 'write-memory' &&
              at.step === 'block'
            ) {
              const operation = kept!.write(last, new Uint8Array(16).fill(0x5a));
              if (isOperation(operation)) operation.commit();
            }
            yield* wire.refuse(why, at);
          },
        }),
      };
    },
  },
  acknowledges(
    'extended-special-unknown-acked',
    'Extended Special acknowledges sub-operations that it does not have',
    (why, at) => why.refused === 'unsupported' && at.command === 'extended-special',
    'extended-special',
  ),
  acknowledges(
    'extended-special-checksums-not-verified',
    'Extended Special acknowledges packets with wrong checksums',
    (why, at) => why.refused === 'checksum' && at.command === 'extended-special',
    'extended-special',
  ),
];

/** Devices that say wrong things of themselves. */
export const describing: readonly Mutant[] = [
  wireMutant('get-count-off-by-one', 'Get counts the bytes themselves, not one less', (wire) => ({
    *replyCounted(bytes) {
      if (bytes.length <= 2) yield* wire.replyCounted(bytes);
      else yield* wire.reply(Uint8Array.of(bytes.length, ...bytes));
    },
  })),
  wireMutant('get-version-wrong', 'Get reports a version one higher', (wire) => ({
    *replyCounted(bytes) {
      const wrong = bytes.length <= 2 ? bytes : Uint8Array.of(bytes[0]! + 1, ...bytes.slice(1));
      yield* wire.replyCounted(wrong);
    },
  })),
  wireMutant('id-swapped', 'Get ID sends the low byte first', (wire) => ({
    *replyCounted(bytes) {
      yield* wire.replyCounted(bytes.length === 2 ? bytes.slice().reverse() : bytes);
    },
  })),
  wireMutant('id-of-another-line', 'Get ID answers the ID of another line', (wire) => ({
    *replyCounted(bytes) {
      yield* wire.replyCounted(bytes.length === 2 ? Uint8Array.of(0x04, 0xff) : bytes);
    },
  })),
  wireMutant('id-count-wrong', 'Get ID counts two bytes instead of two less one', (wire) => ({
    *replyCounted(bytes) {
      if (bytes.length !== 2) yield* wire.replyCounted(bytes);
      else yield* wire.reply(Uint8Array.of(2, ...bytes));
    },
  })),
];
