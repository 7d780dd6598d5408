import { acknowledges, surrounded } from './command-kit.ts';
import type { At, Environment, Why } from './command-kit.ts';
import { commandsMutant, mutantsOn, wireMutant } from './kit.ts';
import type { Command, Mutant, Wire } from './kit.ts';

const checksum =
  (step: At['step']) =>
  (why: Why, at: At): boolean =>
    why.refused === 'checksum' && at.step === step;

const refusedFor =
  (...reasons: readonly Why['refused'][]) =>
  (why: Why): boolean =>
    reasons.includes(why.refused);

/** A device that reports something else in answer to one command. */
function reports(
  name: string,
  wrong: string,
  command: Command['name'],
  change: (bytes: Uint8Array) => Uint8Array,
): Mutant {
  return surrounded(name, wrong, command, ({ wire, ...rest }) => ({
    ...rest,
    wire: {
      ...wire,
      *reply(bytes) {
        yield* wire.reply(change(bytes));
      },
      *replyCounted(bytes) {
        yield* wire.reply(change(Uint8Array.of(bytes.length - 1, ...bytes)));
      },
      *replyVersion(version) {
        yield* wire.reply(change(Uint8Array.of(version)));
      },
      *replyId(bytes) {
        yield* wire.reply(change(Uint8Array.of(bytes.length - 1, ...bytes)));
      },
    },
  }));
}

/** The same surroundings with every ACK but that of the opcode left out. */
const withoutAck = (environment: Environment): Environment => ({
  ...environment,
  wire: { ...environment.wire, *accept() {} },
});

/** Both forms of Write Memory acknowledge what they should refuse. */
const writing = (['write-memory', 'no-stretch-write-memory'] as const).flatMap((name) => [
  acknowledges(
    `${name}-address-checksum-ignored`,
    `${name} acknowledges an address with a wrong checksum`,
    name,
    checksum('address'),
  ),
  acknowledges(
    `${name}-block-checksum-ignored`,
    `${name} acknowledges a block with a wrong checksum`,
    name,
    checksum('block'),
  ),
  acknowledges(
    `${name}-anywhere`,
    `${name} acknowledges addresses without memory`,
    name,
    refusedFor('no-memory'),
  ),
]);

/** Both forms of Erase Memory acknowledge what they should refuse. */
const erasing = (['extended-erase', 'no-stretch-erase'] as const).flatMap((name) => [
  acknowledges(
    `${name}-count-checksum-ignored`,
    `${name} acknowledges a number of pages with a wrong checksum`,
    name,
    checksum('length'),
  ),
  acknowledges(
    `${name}-list-checksum-ignored`,
    `${name} acknowledges a list with a wrong checksum`,
    name,
    checksum('block'),
  ),
  acknowledges(
    `${name}-reserved-codes-acked`,
    `${name} acknowledges the reserved codes`,
    name,
    refusedFor('unsupported'),
  ),
]);

/** Both forms of Write Protect acknowledge what they should refuse. */
const protecting = (['write-protect', 'no-stretch-write-protect'] as const).flatMap((name) => [
  acknowledges(
    `${name}-checksum-ignored`,
    `${name} acknowledges a list with a wrong checksum`,
    name,
    checksum('block'),
  ),
  acknowledges(
    `${name}-count-ignored`,
    `${name} acknowledges a number without its complement`,
    name,
    refusedFor('complement'),
  ),
]);

const summing = 'no-stretch-get-checksum';

/** Devices that answer wrongly over I2C. */
export const i2cAnswering: readonly Mutant[] = mutantsOn('i2c', [
  {
    name: 'always-ack',
    wrong: 'every pair of bytes is acknowledged and nothing is done',
    replace: {
      commands: () => [],
      wire: (wire): Wire => ({
        ...wire,
        *refuse() {
          yield* wire.accept();
        },
      }),
    },
  },
  {
    name: 'always-nack',
    wrong: 'every command is refused',
    replace: { commands: () => [] },
  },
  wireMutant('nack-is-zero', 'a refusal is the byte 0x00', (wire) => ({
    *refuse() {
      yield* wire.reply(Uint8Array.of(0x00));
    },
  })),
  wireMutant(
    'wrong-complement-acked',
    'an opcode with a wrong complement is acknowledged',
    (wire) => ({
      *refuse(why, at) {
        const malformed = why.refused === 'complement' && at.step === 'command';
        if (malformed && why.detail !== '00 00') yield* wire.accept();
        else yield* wire.refuse(why, at);
      },
    }),
  ),
  wireMutant('foreign-opcodes-acked', 'opcodes that no note knows are acknowledged', (wire) => ({
    *refuse(why, at) {
      const known = /0x(43|50|51|a1)/.test(why.detail ?? '');
      if (why.refused === 'unknown-command' && !known) yield* wire.accept();
      else yield* wire.refuse(why, at);
    },
  })),
  reports('get-count-wrong', 'Get counts one command too few', 'get', (bytes) =>
    bytes.length > 1 ? bytes.with(0, bytes[0]! - 1) : bytes,
  ),
  reports('get-version-in-list-wrong', 'Get reports another version', 'get', (bytes) =>
    bytes.length > 1 ? bytes.with(1, bytes[1]! + 1) : bytes,
  ),
  reports('list-in-wrong-order', 'Get lists the no-stretch commands first', 'get', (bytes) =>
    bytes.length > 1
      ? Uint8Array.of(...bytes.subarray(0, 2), ...bytes.subarray(2).reverse())
      : bytes,
  ),
  reports('list-shrinks', 'Get leaves the last command out and fills up', 'get', (bytes) =>
    bytes.length > 1 ? bytes.with(bytes.length - 1, 0) : bytes,
  ),
  surrounded('get-closing-ack-missing', 'Get does not end in an ACK', 'get', withoutAck),
  reports('version-wrong', 'Get Version reports another version', 'get-version', (bytes) =>
    bytes.with(0, bytes[0]! - 1),
  ),
  surrounded(
    'version-closing-ack-missing',
    'Get Version does not end in an ACK',
    'get-version',
    withoutAck,
  ),
  reports('id-swapped', 'Get ID answers the low byte first', 'get-id', (bytes) =>
    Uint8Array.of(bytes[0]!, bytes[2]!, bytes[1]!),
  ),
  reports('id-counted-wrong', 'Get ID counts all bytes of the ID', 'get-id', (bytes) =>
    bytes.with(0, 2),
  ),
  commandsMutant('both-erases', 'Erase 0x43 is carried out too', (all) => [
    ...all,
    { ...all.find(({ name }) => name === 'extended-erase')!, name: 'erase', opcode: 0x43 },
  ]),
  commandsMutant(
    'no-stretch-too-early',
    'a bootloader of protocol 1.0 takes No-Stretch Erase',
    (all) => [
      ...all,
      {
        ...all.find(({ name }) => name === 'extended-erase')!,
        name: 'no-stretch-erase',
        opcode: 0x45,
      },
      {
        ...all.find(({ name }) => name === 'write-memory')!,
        name: 'no-stretch-write-memory',
        opcode: 0x32,
      },
      ...[0x64, 0x74, 0x83, 0x93].map((opcode) => ({
        ...all.find(({ name }) => name === 'get-version')!,
        opcode,
      })),
    ],
    'stretch-only',
  ),
  commandsMutant(
    'checksum-too-early',
    'a bootloader of protocol 1.0 takes 0xA1',
    (all) => [...all, { ...all.find(({ name }) => name === 'get-version')!, opcode: 0xa1 }],
    'stretch-only',
  ),
  acknowledges(
    'read-address-checksum-ignored',
    'Read Memory acknowledges an address with a wrong checksum',
    'read-memory',
    checksum('address'),
  ),
  acknowledges(
    'read-length-complement-ignored',
    'Read Memory acknowledges a length with a wrong complement',
    'read-memory',
    refusedFor('complement'),
  ),
  acknowledges(
    'read-anywhere',
    'Read Memory acknowledges addresses without memory',
    'read-memory',
    refusedFor('no-memory'),
  ),
  acknowledges(
    'go-address-checksum-ignored',
    'Go acknowledges an address with a wrong checksum',
    'go',
    checksum('address'),
  ),
  acknowledges(
    'go-anywhere',
    'Go acknowledges addresses without memory and stays',
    'go',
    refusedFor('no-memory'),
  ),
  ...writing,
  ...erasing,
  ...protecting,
  acknowledges(
    'checksum-of-nothing',
    'a checksum over no bytes, or half a word, is acknowledged',
    summing,
    refusedFor('length'),
  ),
  acknowledges(
    'checksum-misaligned',
    'a checksum from the middle of a word on is acknowledged',
    summing,
    refusedFor('misaligned'),
  ),
  acknowledges(
    'checksum-anywhere',
    'a checksum is acknowledged where there is no flash',
    summing,
    refusedFor('no-memory'),
  ),
  acknowledges(
    'checksum-frames-unchecked',
    'the frames of a checksum are acknowledged whatever their checksums are',
    summing,
    refusedFor('checksum'),
  ),
  surrounded('checksum-inverted', 'the checksum is inverted', summing, ({ wire, ...rest }) => ({
    ...rest,
    wire: {
      ...wire,
      *replyChecksum(value) {
        yield* wire.replyChecksum(~value >>> 0);
      },
    },
  })),
  surrounded(
    'checksum-second-ack-missing',
    'no second ACK comes before the checksum',
    summing,
    withoutAck,
  ),
  ...(['special', 'extended-special'] as const).map((name) =>
    acknowledges(
      `${name}-anything`,
      `${name} acknowledges any sub-operation, whatever its checksum is`,
      name,
      refusedFor('unsupported', 'checksum'),
      name,
    ),
  ),
  surrounded(
    'special-status-wrong',
    'Special reports a failure where there was none',
    'special',
    ({ wire, ...rest }) => ({
      ...rest,
      wire: {
        ...wire,
        *reply(bytes) {
          yield* wire.reply(bytes.length === 3 ? Uint8Array.of(0, 1, 1) : bytes);
        },
      },
    }),
    'special',
  ),
]);
