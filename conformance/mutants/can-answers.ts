import { changed, commandsMutant, mutantsOn, wireMutant } from './kit.ts';
import type { Command, Commands, Mutant, Wire } from './kit.ts';

type Environment = Parameters<Command['run']>[0];
type Why = Parameters<Wire['refuse']>[0];
type At = Parameters<Wire['refuse']>[1];

/** A device on which one command speaks through a changed wire. */
function speaks(
  name: string,
  wrong: string,
  command: Command['name'],
  change: (wire: Wire, environment: Environment) => Partial<Wire>,
): Mutant {
  return commandsMutant(name, wrong, (commands) =>
    changed(commands, command, (each) => ({
      ...each,
      run: (environment) => {
        const { wire } = environment;
        return each.run({ ...environment, wire: { ...wire, ...change(wire, environment) } });
      },
    })),
  );
}

/** A device that leaves the closing ACK of a command out. */
const unfinished = (name: string, command: Command['name']): Mutant =>
  speaks(name, `${command} does not end in an ACK`, command, () => ({ *accept() {} }));

/** A device that does not acknowledge a command before it is carried out. */
const unacknowledged = (name: string, opcode: number): Mutant => ({
  name,
  wrong: `command 0x${opcode.toString(16)} is not acknowledged when it is received`,
  replace: {
    wire: (wire) => {
      let last: number | 'malformed' = 0;
      return {
        ...wire,
        *command() {
          last = yield* wire.command();
          return last;
        },
        *acceptCommand() {
          if (last !== opcode) yield* wire.acceptCommand();
        },
      };
    },
  },
});

/** A device that acknowledges, or leaves unanswered, some of what it should refuse. */
function refuses(
  name: string,
  wrong: string,
  which: (why: Why, at: At) => boolean,
  by: 'ack' | 'silence',
): Mutant {
  return wireMutant(name, wrong, (wire) => ({
    *refuse(why, at) {
      if (!which(why, at)) yield* wire.refuse(why, at);
      else if (by === 'ack') yield* wire.accept();
    },
  }));
}

/** A device on which a command is executed under readout protection, or refused there. */
function opened(command: Command['name'], unprotected: boolean): Mutant {
  const name = `${command}-${unprotected ? 'under' : 'refused-under'}-rdp`;
  const wrong = `${command} is ${unprotected ? 'executed' : 'refused'} under readout protection`;
  return commandsMutant(name, wrong, (commands) =>
    changed(commands, command, (each) => ({ ...each, unprotected })),
  );
}

/** A device that does what changes the protection, and is not reset behind it. */
function unreset(
  command: 'write-unprotect' | 'readout-protect' | 'readout-unprotect',
  act: (memory: Environment['memory']) => ReturnType<Environment['memory']['writeUnprotect']>,
): Mutant {
  return commandsMutant(`${command}-without-reset`, `no reset follows ${command}`, (commands) =>
    changed(commands, command, (each) => ({
      ...each,
      *run({ wire, memory }) {
        const operation = act(memory);
        if ('refused' in operation) return;
        yield* wire.busy(operation);
        yield* wire.accept();
      },
    })),
  );
}

const relisted = (
  name: string,
  wrong: string,
  change: (opcodes: readonly number[]) => readonly number[],
): Mutant =>
  speaks(name, wrong, 'get', (wire) => ({
    *replyCounted(bytes) {
      yield* wire.replyCounted(Uint8Array.of(bytes[0]!, ...change([...bytes.subarray(1)])));
    },
  }));

const withoutCommand = (name: Command['name']): Mutant =>
  commandsMutant(`${name}-missing`, `there is no ${name}`, (commands: Commands) =>
    commands.filter((each) => each.name !== name),
  );

/** Devices that answer wrongly. */
export const answeringOnCan: readonly Mutant[] = mutantsOn('can', [
  {
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
  },
  {
    name: 'always-nack',
    wrong: 'every command is refused',
    replace: { commands: () => [] },
  },
  refuses('never-refuses', 'what should be refused is not answered', () => true, 'silence'),
  refuses(
    'no-command-acked',
    'an identifier that is no command is acknowledged',
    ({ refused }) => refused === 'unknown-command',
    'ack',
  ),
  refuses(
    'low-identifiers-ignored',
    'an identifier below 0x90 that is no command is not answered',
    ({ refused, detail }) => refused === 'unknown-command' && Number(detail?.split(' ')[1]) < 0x90,
    'silence',
  ),
  wireMutant('nack-twice', 'every refusal is sent twice', (wire) => ({
    *refuse(why, at) {
      yield* wire.refuse(why, at);
      yield* wire.refuse(why, at);
    },
  })),
  wireMutant('command-ack-twice', 'the ACK of a command is sent twice', (wire) => ({
    *acceptCommand() {
      yield* wire.acceptCommand();
      yield* wire.accept();
    },
  })),
  relisted('list-one-short', 'Get leaves the last command out', (all) => all.slice(0, -1)),
  relisted('list-with-extended-erase', 'Get lists Extended Erase', (all) =>
    all.map((opcode) => (opcode === 0x43 ? 0x44 : opcode)),
  ),
  speaks('list-in-one-frame', 'Get sends its opcodes in whole frames', 'get', (wire) => ({
    *replyCounted(bytes) {
      const all = Uint8Array.of(bytes.length - 1, ...bytes);
      for (let at = 0; at < all.length; at += 8) yield* wire.reply(all.slice(at, at + 8));
    },
  })),
  unfinished('get-unfinished', 'get'),
  unfinished('get-id-unfinished', 'get-id'),
  unacknowledged('get-version-not-acked', 0x01),
  unacknowledged('erase-not-acked', 0x43),
  unacknowledged('write-protect-not-acked', 0x63),
  unacknowledged('readout-unprotect-not-acked', 0x92),
  speaks('version-bytes-apart', 'the two bytes come in two frames', 'get-version', (wire) => ({
    *replyVersion(version) {
      for (const byte of [version, 0, 0]) yield* wire.reply(Uint8Array.of(byte));
    },
  })),
  speaks('version-bytes-not-zero', 'the two bytes are not 0', 'get-version', (wire) => ({
    *replyVersion(version) {
      yield* wire.reply(Uint8Array.of(version));
      yield* wire.reply(Uint8Array.of(1, 2));
    },
  })),
  speaks('product-id-swapped', 'the product ID comes low byte first', 'get-id', (wire) => ({
    *replyId(bytes) {
      yield* wire.replyId(bytes.toReversed());
    },
  })),
  speaks('speed-acked-once', 'Speed is acknowledged at the old rate alone', 'speed', (wire) => {
    let count = 0;
    return {
      *accept() {
        if (count++ === 0) yield* wire.accept();
      },
    };
  }),
  speaks('speed-acked-twice-before', 'both ACKs of Speed are at the old rate', 'speed', (wire) => {
    let count = 0;
    return {
      *accept() {
        if (count++ > 0) return;
        yield* wire.accept();
        yield* wire.accept();
      },
    };
  }),
  commandsMutant('speed-stays', 'Speed is acknowledged twice and changes nothing', (commands) =>
    changed(commands, 'speed', (each) => ({
      ...each,
      *run({ wire }) {
        yield* wire.accept();
        yield* wire.accept();
      },
    })),
  ),
  withoutCommand('speed'),
  refuses(
    'speed-silent-under-rdp',
    'Speed is not answered under readout protection',
    ({ refused }, { command }) => refused === 'protected' && command === 'speed',
    'silence',
  ),
  speaks('read-unfinished', 'no ACK follows the data of Read Memory', 'read-memory', (wire) => ({
    *replyMemory(bytes) {
      for (let at = 0; at < bytes.length; at += 8) yield* wire.reply(bytes.slice(at, at + 8));
    },
  })),
  speaks('read-empty-frame', 'an empty frame follows whole ones', 'read-memory', (wire) => ({
    *replyMemory(bytes) {
      if (bytes.length % 8 !== 0 || bytes.length < 40 || bytes.length === 256) {
        return yield* wire.replyMemory(bytes);
      }
      for (let at = 0; at <= bytes.length; at += 8) yield* wire.reply(bytes.slice(at, at + 8));
      yield* wire.accept();
    },
  })),
  speaks('go-acked-twice', 'Go is acknowledged twice', 'go', (wire) => ({
    *goRequest(check) {
      const request = yield* wire.goRequest(check);
      if (request !== 'answered') yield* wire.accept();
      return request;
    },
  })),
  commandsMutant('go-stays', 'Go is acknowledged and the bootloader stays', (commands) =>
    changed(commands, 'go', (each) => ({
      ...each,
      *run({ wire, memory }) {
        yield* wire.goRequest((address) => memory.check('go', address));
      },
    })),
  ),
  unfinished('write-unfinished', 'write-memory'),
  wireMutant('write-frames-not-acked', 'frames of data are not acknowledged', (wire) => {
    let inData = false;
    return {
      *writeRequest(check) {
        let header = true;
        inData = false;
        const request = yield* wire.writeRequest((at, length) => {
          const refused = check(at, length);
          if (header) inData = refused === undefined;
          header = false;
          return refused;
        });
        inData = false;
        return request;
      },
      *accept() {
        if (!inData) yield* wire.accept();
      },
    };
  }),
  unfinished('erase-unfinished', 'erase'),
  speaks('erase-acked-once-more', 'Erase has an ACK more at its end', 'erase', (wire) => ({
    *accept() {
      yield* wire.accept();
      yield* wire.accept();
    },
  })),
  commandsMutant('erase-at-once', 'Erase begins with page 1 before one is named', (commands) =>
    changed(commands, 'erase', (each) => ({
      ...each,
      *run(environment) {
        const operation = environment.memory.erase({ pages: [1] });
        if (!('refused' in operation)) yield* environment.wire.busy(operation);
        yield* each.run(environment);
      },
    })),
  ),
  speaks('erase-per-page', 'each page is acknowledged twice', 'erase', (wire) => ({
    *eraseRequest() {
      const request = yield* wire.eraseRequest();
      if (typeof request === 'object' && 'pages' in request) {
        for (const _ of request.pages) yield* wire.accept();
      }
      return request;
    },
  })),
  unfinished('write-protect-unfinished', 'write-protect'),
  unfinished('write-unprotect-unfinished', 'write-unprotect'),
  unfinished('readout-protect-unfinished', 'readout-protect'),
  unfinished('readout-unprotect-unfinished', 'readout-unprotect'),
  unreset('write-unprotect', (memory) => memory.writeUnprotect()),
  unreset('readout-protect', (memory) => memory.readoutProtect()),
  unreset('readout-unprotect', (memory) => memory.readoutUnprotect(true, true)),
  opened('read-memory', true),
  opened('write-memory', true),
  opened('go', true),
  opened('erase', true),
  opened('speed', true),
  opened('write-protect', true),
  opened('write-unprotect', true),
  opened('readout-protect', true),
  opened('get', false),
  opened('get-version', false),
  opened('get-id', false),
  opened('readout-unprotect', false),
]);
