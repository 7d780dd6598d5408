import { changed, commandsMutant } from './kit.ts';
import type { Command, Commands, Mutant } from './kit.ts';

type Environment = Parameters<Command['run']>[0];

/** A device on which one command runs in changed surroundings. */
function surrounded(
  name: string,
  wrong: string,
  command: Command['name'],
  change: (environment: Environment) => Environment,
  part?: Mutant['part'],
): Mutant {
  return commandsMutant(
    name,
    wrong,
    (commands) =>
      changed(commands, command, (each) => ({
        ...each,
        run: (environment) => each.run(change(environment)),
      })),
    part,
  );
}

/** The same surroundings with every ACK but that of the opcode left out. */
const withoutAck = (environment: Environment): Environment => ({
  ...environment,
  wire: { ...environment.wire, *accept() {} },
});

/** A device on which a command is answered under readout protection. */
function open(name: string, command: Command['name']): Mutant {
  return commandsMutant(name, `${command} is answered under readout protection`, (commands) =>
    changed(commands, command, (each) => ({ ...each, unprotected: true })),
  );
}

/** A device on which a command is refused under readout protection. */
function closed(name: string, command: Command['name']): Mutant {
  return commandsMutant(name, `${command} is refused under readout protection`, (commands) =>
    changed(commands, command, (each) => ({ ...each, unprotected: false })),
  );
}

/** A device that does what a command asks, acknowledges it, and forgets the reset. */
function unreset(
  name: string,
  command: Command['name'],
  act: (memory: Environment['memory']) => ReturnType<Environment['memory']['writeUnprotect']>,
): Mutant {
  return commandsMutant(name, `no reset follows ${command}`, (commands) =>
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
}

const relisted = (name: string, wrong: string, change: (all: Commands) => Commands): Mutant =>
  surrounded(name, wrong, 'get', (environment) => ({
    ...environment,
    wire: {
      ...environment.wire,
      *replyCounted(bytes) {
        const listed = [...bytes.subarray(1)].map((opcode) => ({ opcode })) as unknown as Commands;
        const opcodes = change(listed).map(({ opcode }) => opcode);
        yield* environment.wire.replyCounted(Uint8Array.of(bytes[0]!, ...opcodes));
      },
    },
  }));

/** Devices with a wrong set of commands, or commands that end wrongly. */
export const commanding: readonly Mutant[] = [
  relisted('list-in-wrong-order', 'Get lists the commands in another order', (all) => [
    ...all.slice(0, 3),
    ...all.slice(3).reverse(),
  ]),
  relisted('list-one-short', 'Get leaves the last command out', (all) => all.slice(0, -1)),
  relisted('list-with-both-erases', 'Get lists Erase next to Extended Erase', (all) =>
    all.flatMap((each) => (each.opcode === 0x44 ? [{ ...each, opcode: 0x43 }, each] : [each])),
  ),
  surrounded('get-closing-ack-missing', 'Get does not end in an ACK', 'get', withoutAck),
  surrounded(
    'get-version-closing-ack-missing',
    'Get Version does not end in an ACK',
    'get-version',
    withoutAck,
  ),
  surrounded('get-id-closing-ack-missing', 'Get ID does not end in an ACK', 'get-id', withoutAck),
  surrounded(
    'get-version-bytes-not-zero',
    'the bytes behind the version are not zero',
    'get-version',
    (environment) => ({
      ...environment,
      wire: {
        ...environment.wire,
        *replyVersion(version) {
          yield* environment.wire.reply(Uint8Array.of(version, 1, 2));
        },
      },
    }),
  ),
  surrounded(
    'get-version-differs',
    'Get Version reports another version than Get',
    'get-version',
    (environment) => ({
      ...environment,
      wire: {
        ...environment.wire,
        *replyVersion(version) {
          yield* environment.wire.reply(Uint8Array.of(version - 1, 0, 0));
        },
      },
    }),
  ),
  commandsMutant(
    'list-shrinks-under-rdp',
    'Get lists only what is allowed under readout protection',
    (commands) =>
      changed(commands, 'get', (each) => ({
        ...each,
        run: (environment) =>
          environment.memory.level === 0
            ? each.run(environment)
            : each.run({
                ...environment,
                wire: {
                  ...environment.wire,
                  *replyCounted(bytes) {
                    yield* environment.wire.replyCounted(bytes.slice(0, 4));
                  },
                },
              }),
      })),
  ),
  commandsMutant('both-erases', 'Erase is carried out next to Extended Erase', (commands) => [
    ...commands,
    { ...commands.find((each) => each.name === 'extended-erase')!, name: 'erase', opcode: 0x43 },
  ]),
  commandsMutant(
    'both-erases-v2',
    'Extended Erase is carried out next to Erase',
    (commands) => [
      ...commands,
      { ...commands.find((each) => each.name === 'erase')!, name: 'extended-erase', opcode: 0x44 },
    ],
    'erase',
  ),
  commandsMutant('read-ends-in-ack', 'an ACK follows the data of Read Memory', (commands) =>
    changed(commands, 'read-memory', (each) => ({
      ...each,
      *run(environment) {
        yield* each.run(environment);
        yield* environment.wire.accept();
      },
    })),
  ),
  commandsMutant('erase-acked-twice', 'Extended Erase is acknowledged twice', (commands) =>
    changed(commands, 'extended-erase', (each) => ({
      ...each,
      *run(environment) {
        yield* each.run(environment);
        yield* environment.wire.accept();
      },
    })),
  ),
  surrounded(
    'write-not-acked',
    'Write Memory is not acknowledged at its end',
    'write-memory',
    (environment) => {
      let seen = 0;
      return {
        ...environment,
        wire: {
          ...environment.wire,
          *accept() {
            if (seen++ > 0) yield* environment.wire.accept();
          },
        },
      };
    },
  ),
  commandsMutant('go-stays', 'Go is acknowledged and the bootloader stays', (commands) =>
    changed(commands, 'go', (each) => ({
      ...each,
      *run({ wire, memory }) {
        yield* wire.goRequest((address) => memory.check('go', address));
      },
    })),
  ),
  open('read-under-rdp', 'read-memory'),
  open('write-under-rdp', 'write-memory'),
  open('go-under-rdp', 'go'),
  open('erase-under-rdp', 'extended-erase'),
  open('write-protect-under-rdp', 'write-protect'),
  open('write-unprotect-under-rdp', 'write-unprotect'),
  open('readout-protect-under-rdp', 'readout-protect'),
  closed('get-refused-under-rdp', 'get'),
  closed('get-version-refused-under-rdp', 'get-version'),
  closed('readout-unprotect-refused-under-rdp', 'readout-unprotect'),
  surrounded(
    'write-unprotect-acked-once',
    'Write Unprotect is acknowledged once',
    'write-unprotect',
    withoutAck,
  ),
  surrounded(
    'readout-protect-acked-once',
    'Readout Protect is acknowledged once',
    'readout-protect',
    withoutAck,
  ),
  surrounded(
    'readout-unprotect-acked-once',
    'Readout Unprotect is acknowledged once',
    'readout-unprotect',
    withoutAck,
  ),
  unreset('write-unprotect-without-reset', 'write-unprotect', (memory) => memory.writeUnprotect()),
  unreset('readout-protect-without-reset', 'readout-protect', (memory) => memory.readoutProtect()),
  commandsMutant('write-protect-without-reset', 'no reset follows write-protect', (commands) =>
    changed(commands, 'write-protect', (each) => ({
      ...each,
      *run({ wire, memory }) {
        const request = yield* wire.writeProtectRequest();
        if (request === 'answered') return;
        const operation = memory.writeProtect(request.codes);
        if ('refused' in operation) return;
        yield* wire.busy(operation);
        yield* wire.accept();
      },
    })),
  ),
  surrounded(
    'special-status-wrong',
    'Special reports a failure where there was none',
    'special',
    (environment) => ({
      ...environment,
      wire: {
        ...environment.wire,
        *reply(bytes) {
          yield* environment.wire.reply(bytes.length === 3 ? Uint8Array.of(0, 1, 1) : bytes);
        },
      },
    }),
    'special',
  ),
  commandsMutant('get-version-erases', 'Get Version erases a page', (commands) =>
    changed(commands, 'get-version', (each) => ({
      ...each,
      *run(environment) {
        const operation = environment.memory.erase({ pages: [1] });
        if (!('refused' in operation)) yield* environment.wire.busy(operation);
        yield* each.run(environment);
      },
    })),
  ),
  commandsMutant(
    'checksum-under-rdp',
    'Get Checksum is answered under readout protection',
    (commands) => changed(commands, 'get-checksum', (each) => ({ ...each, unprotected: true })),
    'checksum',
  ),
  commandsMutant(
    'erase-v2-under-rdp',
    'Erase is answered under readout protection',
    (commands) => changed(commands, 'erase', (each) => ({ ...each, unprotected: true })),
    'erase',
  ),
];
