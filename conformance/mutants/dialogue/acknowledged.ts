import { OPCODES } from '../../interfaces/i2c/host.ts';
import type { I2cCommandName } from '../../../families/index.ts';
import { isOperation, madeOf, wireMutant } from '../kit.ts';
import type { At, Kinds, Memory, Mutant, Why, Wire } from '../kit.ts';

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
export function accepts(name: string, command: I2cCommandName, unfit: keyof typeof UNFIT): Mutant {
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

export const isUnknown = refused('unknown-command');

export const isMalformed: Which = (why, at) =>
  why.refused === 'complement' && at.step === 'command';

export const unknownAcknowledged = (name: string): Mutant =>
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
export const acknowledging: Kinds = {
  commands: [alwaysAck, alwaysNack],
  oneForm: [
    acknowledges(
      'protected-acked',
      'protected commands are acknowledged and not carried out',
      refused('protected'),
    ),
    ...madeOf('special', [specialUnknown]),
    ...madeOf('extended-special', [extendedUnknown]),
  ],
  bytes: [
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
    accepts('read-length-complement-ignored', 'read-memory', 'a wrong complement'),
    accepts('go-address-checksum-ignored', 'go', 'a wrong checksum of an address'),
    accepts('read-anywhere', 'read-memory', 'addresses without memory'),
    accepts('go-anywhere', 'go', 'addresses without memory'),
    ...madeOf('special', [accepts('special-anything', 'special', 'any sub-operation')]),
    ...madeOf('extended-special', [
      accepts('extended-special-anything', 'extended-special', 'any sub-operation'),
    ]),
  ],
  bytesInOneForm: [
    writesRefused(),
    accepts('write-address-checksum-ignored', 'write-memory', 'a wrong checksum of an address'),
    accepts('write-block-checksum-ignored', 'write-memory', 'a wrong checksum of a block'),
    accepts('write-protect-checksum-ignored', 'write-protect', 'a wrong checksum of a list'),
    accepts('reserved-erase-codes-acked', 'extended-erase', 'reserved codes'),
    ...madeOf('checksum', [
      accepts('checksum-packets-not-verified', 'get-checksum', 'wrong checksums'),
    ]),
    ...madeOf('extended-special', [
      accepts('extended-special-checksums-not-verified', 'extended-special', 'wrong checksums'),
    ]),
  ],
};
