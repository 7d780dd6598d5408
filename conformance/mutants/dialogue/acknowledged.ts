import { OPCODES } from '../../interfaces/i2c/host.ts';
import type { I2cCommandName } from '../../../families/index.ts';
import { BYTES, isOperation, on, wireMutant } from '../kit.ts';
import type { At, Memory, Mutant, Why, Wire } from '../kit.ts';

type Which = (why: Why, at: At) => boolean;

/** A device that acknowledges some of what it should refuse, and goes on as if it had refused. */
export function acknowledges(name: string, wrong: string, which: Which): Mutant {
  return wireMutant(name, wrong, (wire) => ({
    *refuse(why, at) {
      if (which(why, at)) yield* wire.accept();
      else yield* wire.refuse(why, at);
    },
  }));
}

/** A device that does not answer some of what it should refuse. */
export function ignores(name: string, wrong: string, which: Which = () => true): Mutant {
  return wireMutant(name, wrong, (wire) => ({
    *refuse(why, at) {
      if (!which(why, at)) yield* wire.refuse(why, at);
    },
  }));
}

const checksum =
  (step: At['step']): Which =>
  (why, at) =>
    why.refused === 'checksum' && at.step === step;

const refused =
  (...reasons: readonly Why['refused'][]): Which =>
  (why) =>
    reasons.includes(why.refused);

/** What a command should refuse. */
const UNFIT = {
  'a wrong checksum of an address': checksum('address'),
  'a wrong checksum of a block': checksum('block'),
  'a wrong checksum of a list': checksum('block'),
  'a wrong checksum of a count': checksum('length'),
  'wrong checksums': refused('checksum'),
  'a wrong complement': refused('complement'),
  'addresses without memory': refused('no-memory'),
  'unfit addresses': (why: Why, at: At) => why.refused !== 'protected' && at.step === 'address',
  'reserved codes': refused('unsupported'),
  'a size of zero': refused('length'),
  'misaligned addresses': refused('misaligned'),
  'any sub-operation': refused('unsupported', 'checksum'),
} as const satisfies Record<string, Which>;

/** A device that acknowledges, while one command is under way, what it should refuse. */
function accepts(name: string, command: I2cCommandName, unfit: keyof typeof UNFIT): Mutant {
  return wireMutant(name, `${command} acknowledges ${unfit}`, (wire) => {
    let current: number | 'malformed' = 'malformed';
    return {
      *command() {
        current = 'malformed';
        current = yield* wire.command();
        return current;
      },
      *refuse(why, at) {
        if (current === OPCODES[command] && UNFIT[unfit](why, at)) yield* wire.accept();
        else yield* wire.refuse(why, at);
      },
    };
  });
}

const isUnknown = refused('unknown-command');

const isMalformed: Which = (why, at) => why.refused === 'complement' && at.step === 'command';

const unknownAcknowledged = (name: string): Mutant =>
  acknowledges(name, 'what is no command is acknowledged', isUnknown);

const alwaysAck: Mutant = {
  name: 'always-ack',
  wrong: 'whatever comes is acknowledged and nothing is done',
  replace: {
    commands: () => [],
    wire: (wire) => ({
      ...wire,
      *refuse() {
        yield* wire.accept();
      },
    }),
  },
};

const alwaysNack: Mutant = {
  name: 'always-nack',
  wrong: 'every command is refused',
  replace: { commands: () => [] },
};

/** A device that writes what a wrong checksum refuses. */
function writesRefused(): Mutant {
  let kept: Memory | undefined;
  let last = 0;
  return {
    name: 'nack-that-still-writes',
    wrong: 'a block with a wrong checksum is refused and something is written all the same',
    replace: {
      memory: (memory) => (kept = memory),
      wire: (wire): Wire => ({
        ...wire,
        *writeRequest(check) {
          return yield* wire.writeRequest((address, length) => {
            last = address;
            return check(address, length);
          });
        },
        *refuse(why, at) {
          if (at.command === 'write-memory' && checksum('block')(why, at)) {
            const operation = kept!.write(last, new Uint8Array(16).fill(0x5a));
            if (isOperation(operation)) operation.commit();
          }
          yield* wire.refuse(why, at);
        },
      }),
    },
  };
}

const specialUnknown = accepts('special-unknown-acked', 'special', 'reserved codes');
const extendedUnknown = accepts(
  'extended-special-unknown-acked',
  'extended-special',
  'reserved codes',
);

/** Devices that acknowledge, or leave unanswered, what they should refuse. */
export const acknowledging: readonly Mutant[] = [
  ...on({ over: ['usart', 'i2c', 'can', 'fdcan', 'i3c'] }, [alwaysAck]),
  ...on({ over: ['can', 'i2c', 'i3c'] }, [alwaysNack]),
  ...on(BYTES, [
    acknowledges(
      'wrong-complement-acked',
      'wrong complements are acknowledged',
      (why, at) => isMalformed(why, at) && why.detail !== '00 00',
    ),
    acknowledges(
      'foreign-opcodes-acked',
      'opcodes of no note are acknowledged',
      (why, at) => isUnknown(why, at) && !/0x(43|44|50|51|a1|ff)/.test(why.detail ?? ''),
    ),
    acknowledges(
      'opcode-ff-acked',
      '0xFF and its complement are taken for a command',
      (why, at) => isUnknown(why, at) && why.detail?.includes('0xff') === true,
    ),
    accepts('read-address-checksum-ignored', 'read-memory', 'a wrong checksum of an address'),
    accepts('go-address-checksum-ignored', 'go', 'a wrong checksum of an address'),
  ]),
  ...on({ over: ['usart', 'i2c', 'spi'] }, [
    accepts('read-length-complement-ignored', 'read-memory', 'a wrong complement'),
  ]),
  ...on('i3c', [
    accepts('read-size-checksum-ignored', 'read-memory', 'a wrong checksum of a count'),
    accepts('write-size-checksum-ignored', 'write-memory', 'a wrong checksum of a count'),
    accepts('write-anywhere', 'write-memory', 'addresses without memory'),
    accepts('erase-count-checksum-ignored', 'extended-erase', 'a wrong checksum of a count'),
    accepts('erase-list-checksum-ignored', 'extended-erase', 'a wrong checksum of a list'),
    accepts('write-protect-count-ignored', 'write-protect', 'a wrong checksum of a count'),
  ]),
  ...on({ over: ['usart', 'spi', 'i3c'] }, [
    writesRefused(),
    accepts('write-address-checksum-ignored', 'write-memory', 'a wrong checksum of an address'),
    accepts('write-block-checksum-ignored', 'write-memory', 'a wrong checksum of a block'),
    accepts('write-protect-checksum-ignored', 'write-protect', 'a wrong checksum of a list'),
    accepts('reserved-erase-codes-acked', 'extended-erase', 'reserved codes'),
  ]),
  ...on({ over: ['usart', 'spi'], part: 'checksum' }, [
    accepts('checksum-packets-not-verified', 'get-checksum', 'wrong checksums'),
  ]),
  ...on({ over: ['usart', 'fdcan', 'i3c'] }, [
    acknowledges(
      'protected-acked',
      'protected commands are acknowledged and not carried out',
      refused('protected'),
    ),
  ]),
  ...on({ over: ['usart', 'fdcan', 'i3c'], part: 'special' }, [specialUnknown]),
  ...on({ over: ['usart', 'fdcan', 'spi'], part: 'extended-special' }, [extendedUnknown]),
  ...on({ over: ['usart', 'spi'], part: 'extended-special' }, [
    accepts('extended-special-checksums-not-verified', 'extended-special', 'wrong checksums'),
  ]),
  ...on({ over: ['i2c', 'spi', 'i3c'] }, [
    accepts('read-anywhere', 'read-memory', 'addresses without memory'),
    accepts('go-anywhere', 'go', 'addresses without memory'),
  ]),
  ...(['special', 'extended-special'] as const).flatMap((name) =>
    on({ over: name === 'special' ? ['i2c', 'spi', 'i3c'] : ['i2c', 'spi'], part: name }, [
      accepts(`${name}-anything`, name, 'any sub-operation'),
    ]),
  ),
  ...on('usart', [
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
    accepts('read-anywhere-acked', 'read-memory', 'addresses without memory'),
    ignores(
      'read-nowhere-ignored',
      'a refused read is not answered',
      (why, at) => why.refused === 'no-memory' && at.command === 'read-memory',
    ),
    accepts('go-anywhere-acked', 'go', 'addresses without memory'),
    accepts('write-anywhere-acked', 'write-memory', 'addresses without memory'),
  ]),
  ...on({ over: 'usart', part: 'erase' }, [
    accepts('erase-checksum-ignored', 'erase', 'a wrong checksum of a list'),
  ]),
  ...on({ over: 'usart', part: 'checksum' }, [
    accepts('checksum-size-zero-acked', 'get-checksum', 'a size of zero'),
    accepts('checksum-anywhere-acked', 'get-checksum', 'addresses without memory'),
  ]),
  ...on({ over: ['usart', 'i3c'], part: 'special' }, [
    accepts('special-checksums-not-verified', 'special', 'wrong checksums'),
  ]),
  ...on('i2c', [
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
  ]),
  ...on('spi', [
    accepts('write-anywhere', 'write-memory', 'addresses without memory'),
    accepts('erase-count-checksum-ignored', 'extended-erase', 'a wrong checksum of a count'),
    accepts('erase-list-checksum-ignored', 'extended-erase', 'a wrong checksum of a list'),
    accepts('write-protect-count-ignored', 'write-protect', 'a wrong complement'),
    acknowledges(
      'second-sync-acked',
      'a second 0x5A that polls follow is acknowledged',
      (why) => why.refused === 'complement' && why.detail === '00 00',
    ),
  ]),
  ...on({ over: 'spi', part: 'checksum' }, [
    accepts('checksum-size-zero', 'get-checksum', 'a size of zero'),
    accepts('checksum-anywhere', 'get-checksum', 'addresses without memory'),
  ]),
  ...on('can', [
    ignores('never-refuses', 'what should be refused is not answered'),
    unknownAcknowledged('no-command-acked'),
    ignores(
      'low-identifiers-ignored',
      'an identifier below 0x90 that is no command is not answered',
      (why, at) => isUnknown(why, at) && Number(why.detail?.split(' ')[1]) < 0x90,
    ),
    ignores(
      'speed-silent-under-rdp',
      'Speed is not answered under readout protection',
      (why, { command }) => why.refused === 'protected' && command === 'speed',
    ),
  ]),
  ...on('fdcan', [
    unknownAcknowledged('unknown-acked'),
    acknowledges(
      'other-commands-acked',
      'commands of other buses are acknowledged',
      (why, at) => isUnknown(why, at) && /0x(03|43|50|51|a1)/.test(why.detail ?? ''),
    ),
    accepts('read-nowhere-acked', 'read-memory', 'unfit addresses'),
    accepts('write-nowhere-acked', 'write-memory', 'unfit addresses'),
    accepts('go-nowhere-acked', 'go', 'unfit addresses'),
    accepts('reserved-codes-acked', 'extended-erase', 'reserved codes'),
  ]),
  ...on({ over: 'fdcan', part: 'two-banks' }, [
    accepts('write-nowhere-acked-2', 'write-memory', 'unfit addresses'),
  ]),
];
