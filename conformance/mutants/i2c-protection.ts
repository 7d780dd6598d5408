import { changed, commandsMutant, instead, isOperation, mutantsOn } from './kit.ts';
import type { Command, Memory, Mutant } from './kit.ts';
import { remembers, surrounded } from './command-kit.ts';
import type { Environment } from './command-kit.ts';

type Result = ReturnType<Memory['write']>;

/** The operation, which takes as long and changes nothing. */
export const nothing = (result: Result): Result =>
  isOperation(result) ? instead(result, () => {}) : result;

/** Second page of the F410, whose content a forgetful regression keeps. */
const SECOND_PAGE = 0x0800_4000;

/** An operation that also erases a page. */
function andErases(memory: Memory, result: Result): Result {
  if (!isOperation(result)) return result;
  return instead(result, () => {
    result.commit();
    for (const pages of [[1], [2, 3]]) {
      const more = memory.erase({ pages });
      // the protection in force is that of the last reset: a page may resist
      if (isOperation(more)) more.commit();
    }
  });
}

/** A device on which a command is answered under readout protection. */
export const open = (command: Command['name']): Mutant =>
  commandsMutant(
    `${command}-under-rdp`,
    `${command} is answered under readout protection`,
    (commands) => changed(commands, command, (each) => ({ ...each, unprotected: true })),
  );

/** The same surroundings with every ACK but that of the opcode left out. */
const withoutAck = (environment: Environment): Environment => ({
  ...environment,
  wire: { ...environment.wire, *accept() {} },
});

const ackedOnce = (command: Command['name']): Mutant =>
  surrounded(
    `${command}-acked-once`,
    `${command} is acknowledged when received, and not when done`,
    command,
    withoutAck,
  );

/** Wrong in the one and in the other form of Write Protect. */
const protecting = (['write-protect', 'no-stretch-write-protect'] as const).flatMap((name) => [
  remembers(`${name}-does-nothing`, `${name} protects nothing`, name, (memory) => ({
    writeProtect: (codes) => nothing(memory.writeProtect(codes)),
  })),
  surrounded(`${name}-not-acked`, `${name} is not acknowledged behind its list`, name, withoutAck),
  open(name),
]);

/** Wrong in the one and in the other form of Write Unprotect. */
const unprotecting = (['write-unprotect', 'no-stretch-write-unprotect'] as const).flatMap(
  (name) => [
    remembers(`${name}-does-nothing`, `${name} leaves the sectors protected`, name, (memory) => ({
      writeUnprotect: () => nothing(memory.writeUnprotect()),
    })),
    remembers(`${name}-erases`, `${name} erases flash`, name, (memory) => ({
      writeUnprotect: () => andErases(memory, memory.writeUnprotect()),
    })),
    ackedOnce(name),
    open(name),
  ],
);

/** Wrong in the one and in the other form of Readout Protect. */
const hiding = (['readout-protect', 'no-stretch-readout-protect'] as const).flatMap((name) => [
  remembers(`${name}-does-nothing`, `${name} protects nothing`, name, (memory) => ({
    readoutProtect: () => nothing(memory.readoutProtect()),
  })),
  remembers(`${name}-erases`, `${name} erases pages`, name, (memory) => ({
    readoutProtect: () => andErases(memory, memory.readoutProtect()),
  })),
  ackedOnce(name),
  open(name),
]);

/** Wrong in the one and in the other form of Readout Unprotect. */
const opening = (['readout-unprotect', 'no-stretch-readout-unprotect'] as const).flatMap((name) => [
  remembers(`${name}-forgets-a-page`, `${name} leaves the content of a page`, name, (memory) => ({
    readoutUnprotect: (...how) => {
      const result = memory.readoutUnprotect(...how);
      if (!isOperation(result)) return result;
      return instead(result, () => {
        const kept = memory.read(SECOND_PAGE, 16);
        result.commit();
        const back = memory.write(SECOND_PAGE, kept);
        if (isOperation(back)) back.commit();
      });
    },
  })),
  remembers(`${name}-keeps-the-level`, `${name} leaves the protection on`, name, (memory) => ({
    readoutUnprotect: () => memory.erase({ mass: true }),
  })),
  remembers(`${name}-keeps-ram`, `${name} leaves the RAM as it was`, name, (memory) => ({
    readoutUnprotect: (_, ...rest) => memory.readoutUnprotect(false, ...rest),
  })),
  ackedOnce(name),
]);

/** A device that does what a command asks, acknowledges it, and forgets the reset. */
const unreset = (
  command: Command['name'],
  act: (memory: Memory) => ReturnType<Memory['writeUnprotect']>,
): Mutant =>
  commandsMutant(`${command}-without-reset`, `no reset follows ${command}`, (commands) =>
    changed(commands, command, (each) => ({
      ...each,
      *run({ wire, memory }) {
        const operation = act(memory);
        if ('refused' in operation) {
          return yield* wire.refuse(operation, { command, step: 'operation' });
        }
        yield* wire.busy(operation);
        yield* wire.accept();
      },
    })),
  );

/** Devices whose protection is another than they say over I2C. */
export const i2cProtecting: readonly Mutant[] = mutantsOn('i2c', [
  ...protecting,
  remembers(
    'write-protect-protects-more',
    'Write Protect protects the following sectors too',
    'write-protect',
    (memory) => ({
      writeProtect: (codes) =>
        memory.writeProtect(codes.flatMap((code) => [code, code + 1, code + 2])),
    }),
  ),
  remembers(
    'write-protect-refuses-unknown-codes',
    'Write Protect refuses codes that no sector has',
    'write-protect',
    (memory) => ({
      writeProtect: (codes) =>
        codes.some((code) => code > 7) ? { refused: 'value' } : memory.writeProtect(codes),
    }),
  ),
  ...unprotecting,
  ...hiding,
  ...opening,
  unreset('write-unprotect', (memory) => memory.writeUnprotect()),
  unreset('no-stretch-readout-protect', (memory) => memory.readoutProtect()),
]);
