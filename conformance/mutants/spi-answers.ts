import { acknowledges, surrounded } from './command-kit.ts';
import type { At, Why } from './command-kit.ts';
import { changed, commandsMutant, isOperation, mutantsOn, wireMutant } from './kit.ts';
import type { Mutant } from './kit.ts';
import { commanding } from './commands.ts';
import { describing, misunderstanding } from './answers.ts';
import { remembering } from './memory.ts';

const checksum =
  (step: At['step']) =>
  (why: Why, at: At): boolean =>
    why.refused === 'checksum' && at.step === step;

const refusedFor =
  (...reasons: readonly Why['refused'][]) =>
  (why: Why): boolean =>
    reasons.includes(why.refused);

/** A device whose Get Version answers something else. */
const versioned = (
  name: string,
  wrong: string,
  bytes: (version: number) => readonly number[],
): Mutant =>
  surrounded(name, wrong, 'get-version', ({ wire, ...rest }) => ({
    ...rest,
    wire: {
      ...wire,
      *replyVersion(version) {
        yield* wire.reply(Uint8Array.from(bytes(version)));
      },
    },
  }));

/** Here the answer is fetched while the device still works, which shows more than is meant. */
const FOREIGN = new Set(['get-version-erases']);

/** Those that are wrong in the same way over SPI. */
const shared = (mutants: readonly Mutant[]): readonly Mutant[] =>
  mutants.filter(({ name, part }) => part !== 'erase' && !FOREIGN.has(name));

/** Devices that answer wrongly over SPI, and those that are wrong over any protocol. */
export const spiAnswering: readonly Mutant[] = mutantsOn('spi', [
  ...shared(describing),
  ...shared(misunderstanding),
  ...shared(commanding),
  ...shared(remembering),
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
  acknowledges(
    'write-address-checksum-ignored',
    'Write Memory acknowledges an address with a wrong checksum',
    'write-memory',
    checksum('address'),
  ),
  acknowledges(
    'write-block-checksum-ignored',
    'Write Memory acknowledges a block with a wrong checksum',
    'write-memory',
    checksum('block'),
  ),
  acknowledges(
    'write-anywhere',
    'Write Memory acknowledges addresses without memory',
    'write-memory',
    refusedFor('no-memory'),
  ),
  acknowledges(
    'erase-count-checksum-ignored',
    'Erase acknowledges a number of pages or special code with a wrong checksum',
    'extended-erase',
    checksum('length'),
  ),
  acknowledges(
    'erase-list-checksum-ignored',
    'Erase acknowledges a list with a wrong checksum',
    'extended-erase',
    checksum('block'),
  ),
  acknowledges(
    'reserved-erase-codes-acked',
    'the reserved codes of Erase are acknowledged',
    'extended-erase',
    refusedFor('unsupported'),
  ),
  acknowledges(
    'write-protect-checksum-ignored',
    'Write Protect acknowledges a list with a wrong checksum',
    'write-protect',
    checksum('block'),
  ),
  acknowledges(
    'write-protect-count-ignored',
    'Write Protect acknowledges a number without its complement',
    'write-protect',
    refusedFor('complement'),
  ),
  acknowledges(
    'checksum-size-zero',
    'Get Checksum acknowledges a size of zero',
    'get-checksum',
    refusedFor('length'),
    'checksum',
  ),
  acknowledges(
    'checksum-packets-not-verified',
    'Get Checksum acknowledges packets with wrong checksums',
    'get-checksum',
    refusedFor('checksum'),
    'checksum',
  ),
  acknowledges(
    'checksum-anywhere',
    'Get Checksum acknowledges addresses and sizes without memory',
    'get-checksum',
    refusedFor('no-memory'),
    'checksum',
  ),
  surrounded(
    'checksum-inverted',
    'the CRC is inverted at the end',
    'get-checksum',
    ({ wire, ...rest }) => ({
      ...rest,
      wire: {
        ...wire,
        *replyChecksum(value) {
          yield* wire.replyChecksum(~value >>> 0);
        },
      },
    }),
    'checksum',
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
  commandsMutant('get-version-wipes', 'Get Version erases a page at once', (all) =>
    changed(all, 'get-version', (each) => ({
      ...each,
      *run(environment) {
        const operation = environment.memory.erase({ pages: [1] });
        if (isOperation(operation)) operation.commit();
        yield* each.run(environment);
      },
    })),
  ),
  commandsMutant('checksum-too-early', 'a bootloader of protocol 1.1 takes 0xA1', (all) => [
    ...all,
    { ...all.find(({ name }) => name === 'get-version')!, opcode: 0xa1 },
  ]),
  commandsMutant('erase-done-too-early', 'Erase is acknowledged and done a moment later', (all) =>
    changed(all, 'extended-erase', (each) => ({
      ...each,
      *run(environment) {
        const { wire } = environment;
        let late: Parameters<typeof wire.busy>[0] | undefined;
        yield* each.run({
          ...environment,
          wire: {
            ...wire,
            *busy(operation) {
              late = operation;
            },
          },
        });
        if (late !== undefined) yield* wire.busy(late);
      },
    })),
  ),
  commandsMutant('get-not-ended-under-rdp', 'under readout protection Get lacks its ACK', (all) =>
    changed(all, 'get', (each) => ({
      ...each,
      run: (environment) =>
        each.run(
          environment.memory.level === 0
            ? environment
            : { ...environment, wire: { ...environment.wire, *accept() {} } },
        ),
    })),
  ),
  versioned(
    'get-version-with-option-bytes',
    'two option bytes follow the version, as over USART',
    (version) => [version, 0, 0],
  ),
]);
