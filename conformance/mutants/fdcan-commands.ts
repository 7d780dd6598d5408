import { changed, commandsMutant, mutantsOn } from './kit.ts';
import type { Command, Mutant } from './kit.ts';

type Environment = Parameters<Command['run']>[0];
type Protecting = 'write-unprotect' | 'readout-protect' | 'readout-unprotect';

/** A device on which one command runs otherwise. */
function otherwise(
  name: string,
  wrong: string,
  command: Command['name'],
  change: (command: Command) => Partial<Command>,
): Mutant {
  return commandsMutant(name, wrong, (commands) =>
    changed(commands, command, (each) => ({ ...each, ...change(each) })),
  );
}

/** A device that is done with a command without its last ACK. */
function unfinished(name: string, command: Command['name']): Mutant {
  return otherwise(name, `${command} does not end in an ACK`, command, ({ run }) => ({
    run: (environment) => run({ ...environment, wire: { ...environment.wire, *accept() {} } }),
  }));
}

/** A device on which a command is carried out under readout protection. */
function open(name: string, command: Command['name']): Mutant {
  return otherwise(name, `${command} is carried out under readout protection`, command, () => ({
    unprotected: true,
  }));
}

/** A device on which a command is refused under readout protection. */
function closed(name: string, command: Command['name']): Mutant {
  return otherwise(name, `${command} is refused under readout protection`, command, () => ({
    unprotected: false,
  }));
}

/** A device that does what a command asks, acknowledges it, and forgets the reset. */
function unreset(
  name: string,
  command: Protecting,
  act: (memory: Environment['memory']) => ReturnType<Environment['memory']['writeUnprotect']>,
): Mutant {
  return otherwise(name, `no reset follows ${command}`, command, () => ({
    *run({ wire, memory }) {
      const operation = act(memory);
      if ('refused' in operation) {
        return yield* wire.refuse(operation, { command, step: 'operation' });
      }
      yield* wire.busy(operation);
      yield* wire.accept();
    },
  }));
}

/** Devices with a wrong set of commands, or commands that end wrongly. */
export const commandingFrames: readonly Mutant[] = mutantsOn('fdcan', [
  unfinished('get-closing-ack-missing', 'get'),
  unfinished('get-version-closing-ack-missing', 'get-version'),
  unfinished('get-id-closing-ack-missing', 'get-id'),
  commandsMutant('erase-of-other-protocols', 'Erase (0x43) erases as Erase Memory does', (all) => [
    ...all,
    { ...all.find(({ name }) => name === 'extended-erase')!, name: 'erase', opcode: 0x43 },
  ]),
  otherwise('go-stays', 'Go is acknowledged and the bootloader stays', 'go', () => ({
    *run({ wire, memory }) {
      yield* wire.goRequest((address) => memory.check('go', address));
    },
  })),
  otherwise('go-twice', 'Go is acknowledged twice', 'go', ({ run }) => ({
    *run(environment) {
      const { wire } = environment;
      yield* run({
        ...environment,
        wire: {
          ...wire,
          *goRequest(check) {
            const request = yield* wire.goRequest(check);
            if (request !== 'answered') yield* wire.accept();
            return request;
          },
        },
      });
    },
  })),
  otherwise(
    'write-not-acked',
    'a write is not acknowledged at its end',
    'write-memory',
    ({ run }) => ({
      run(environment) {
        let seen = 0;
        const { wire } = environment;
        return run({
          ...environment,
          wire: {
            ...wire,
            *accept() {
              if (seen++ > 0) yield* wire.accept();
            },
          },
        });
      },
    }),
  ),
  otherwise('erase-not-acked', 'an erase is not acknowledged at its end', 'extended-erase', () => ({
    *run({ wire, memory }) {
      const request = yield* wire.extendedEraseRequest();
      if (request === 'answered') return;
      const operation = memory.erase(request);
      if (!('refused' in operation)) yield* wire.busy(operation);
    },
  })),
  open('read-under-rdp', 'read-memory'),
  open('write-under-rdp', 'write-memory'),
  open('go-under-rdp', 'go'),
  open('erase-under-rdp', 'extended-erase'),
  open('write-protect-under-rdp', 'write-protect'),
  open('write-unprotect-under-rdp', 'write-unprotect'),
  open('readout-protect-under-rdp', 'readout-protect'),
  closed('get-refused-under-rdp', 'get'),
  closed('get-version-refused-under-rdp', 'get-version'),
  closed('unprotect-refused-under-rdp', 'readout-unprotect'),
  unfinished('write-protect-acked-once', 'write-protect'),
  unfinished('write-unprotect-acked-once', 'write-unprotect'),
  unfinished('readout-protect-acked-once', 'readout-protect'),
  unfinished('readout-unprotect-acked-once', 'readout-unprotect'),
  unreset('write-unprotect-without-reset', 'write-unprotect', (memory) => memory.writeUnprotect()),
  unreset('readout-protect-without-reset', 'readout-protect', (memory) => memory.readoutProtect()),
  otherwise('get-version-erases', 'Get Version erases a page', 'get-version', ({ run }) => ({
    *run(environment) {
      const operation = environment.memory.erase({ pages: [1] });
      if (!('refused' in operation)) yield* environment.wire.busy(operation);
      yield* run(environment);
    },
  })),
]);
