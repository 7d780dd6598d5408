import { surrounded } from './command-kit.ts';
import type { Environment } from './command-kit.ts';
import {
  changed,
  commandsMutant,
  instead,
  isOperation,
  memoryMutant,
  mutantsOn,
  overlay,
  wireMutant,
} from './kit.ts';
import type { Command, Memory, Mutant, Wire } from './kit.ts';

/** A device on which a command runs otherwise than the right one, `run`. */
function runs(
  name: string,
  wrong: string,
  command: Command['name'],
  change: (run: Command['run']) => Command['run'],
  part?: Mutant['part'],
): Mutant {
  return commandsMutant(
    name,
    wrong,
    (all) => changed(all, command, (each) => ({ ...each, run: change(each.run) })),
    part,
  );
}

/** The same surroundings, whose resets do not happen. */
const withoutReset = (environment: Environment): Environment => ({
  ...environment,
  host: { ...environment.host, systemReset() {} },
  wire: {
    ...environment.wire,
    silence: (what) => {
      if (what !== 'reset') return environment.wire.silence(what);
      throw new GoesOn();
    },
  },
});

/** The command is over, and no reset was made. */
class GoesOn extends Error {}

const unreset = (name: string, command: Command['name']): Mutant =>
  runs(
    name,
    `no reset follows ${command}`,
    command,
    (run) =>
      function* stays(environment) {
        try {
          yield* run(withoutReset(environment));
        } catch (error) {
          if (!(error instanceof GoesOn)) throw error;
        }
      },
  );

/** Wrong whatever the bus. */
const everywhere: readonly Mutant[] = [
  wireMutant('loses-a-command-after-nack', 'the command behind a refusal is not heard', (wire) => {
    let refused = false;
    return {
      *command() {
        let opcode = yield* wire.command();
        if (refused && opcode !== 'malformed') opcode = yield* wire.command();
        refused = false;
        return opcode;
      },
      *refuse(why, at) {
        refused = true;
        yield* wire.refuse(why, at);
      },
    };
  }),
  wireMutant('refuses-all-after-nack', 'behind a refusal every command is refused', (wire) => {
    let refused = false;
    return {
      *command() {
        const opcode = yield* wire.command();
        return refused && opcode !== 'malformed' ? 0xff : opcode;
      },
      *refuse(why, at) {
        refused = true;
        yield* wire.refuse(why, at);
      },
    };
  }),
  wireMutant(
    'serves-twelve-commands',
    'the thirteenth command and all behind it are refused',
    (wire) => {
      let served = 0;
      return {
        *command() {
          const opcode = yield* wire.command();
          return ++served > 12 ? 0xff : opcode;
        },
      };
    },
  ),
  repeatsUnderRdp(),
  memoryMutant(
    'reads-remember',
    'what was read once is answered again, whatever was written since',
    (memory) => {
      const known = new Map<string, Uint8Array>();
      return {
        read(address, length) {
          const key = `${address} ${length}`;
          const bytes = known.get(key) ?? memory.read(address, length);
          known.set(key, bytes);
          return bytes;
        },
      };
    },
  ),
  memoryMutant('reads-go-on', 'a second read answers from where the first ended', (memory) => {
    let next: number | undefined;
    return {
      read(address, length) {
        const flash = memory.regionAt(address)?.kind === 'main-flash';
        const from =
          flash && next !== undefined && memory.check('read', next, length) === undefined
            ? next
            : address;
        if (flash) next = address + length;
        return memory.read(from, length);
      },
    };
  }),
  memoryMutant('write-erases-first', 'a write erases its sector before it programs', (memory) => ({
    write(address, data) {
      const result = memory.write(address, data);
      const page = (address - 0x0800_0000) >> 14;
      if (memory.regionAt(address)?.kind !== 'main-flash' || page > 3 || !isOperation(result))
        return result;
      const erase = memory.erase({ pages: [page] });
      return instead(result, () => {
        if (isOperation(erase)) erase.commit();
        result.commit();
      });
    },
  })),
  memoryMutant('protected-write-refused', 'a write to a protected sector is refused', (memory) => ({
    write(address, data) {
      const page = (address - 0x0800_0000) >> 14;
      const closed =
        memory.regionAt(address)?.kind === 'main-flash' &&
        page < 4 &&
        (memory.option('nWRP')! & (1 << page)) === 0;
      return closed ? { refused: 'protected' } : memory.write(address, data);
    },
  })),
  memoryMutant('protected-page-refused', 'a list with a protected page is refused', (memory) => ({
    erase: (what) =>
      'pages' in what &&
      what.pages.some((page) => page < 5 && (memory.option('nWRP')! & (1 << page)) === 0)
        ? { refused: 'protected' }
        : memory.erase(what),
  })),
  memoryMutant(
    'go-to-flash-start-only',
    'Go refuses every address of flash but its start',
    (memory) => ({
      check: (access, address, length) =>
        access === 'go' && address > 0x0800_0000 && memory.regionAt(address)?.kind === 'main-flash'
          ? { refused: 'no-memory' }
          : memory.check(access, address, length),
    }),
  ),
  commandsMutant('get-id-refused-under-rdp', 'Get ID is refused under readout protection', (all) =>
    changed(all, 'get-id', (each) => ({ ...each, unprotected: false })),
  ),
  surrounded(
    'id-hidden-under-rdp',
    'under readout protection the product ID is 0',
    'get-id',
    (environment) => ({
      ...environment,
      wire: {
        ...environment.wire,
        replyId: (bytes) =>
          environment.wire.replyId(environment.memory.level === 0 ? bytes : bytes.map(() => 0)),
      },
    }),
  ),
  commandsMutant('ram-under-rdp', 'RAM can be read under readout protection', (all) =>
    changed(all, 'read-memory', (each) => ({
      ...each,
      unprotected: true,
      run: (environment) =>
        each.run({
          ...environment,
          memory: Object.create(environment.memory, {
            check: {
              value: (...[access, address, length]: Parameters<Memory['check']>) =>
                environment.memory.level > 0 &&
                environment.memory.regionAt(address)?.kind !== 'sram'
                  ? { refused: 'protected' }
                  : environment.memory.check(access, address, length),
            },
          }) as Memory,
        }),
    })),
  ),
  memoryMutant(
    'regression-at-level-0-refused',
    'Readout Unprotect is refused while nothing is protected',
    (memory) => ({
      readoutUnprotect: (...how) =>
        memory.level === 0 ? { refused: 'protected' } : memory.readoutUnprotect(...how),
    }),
  ),
  memoryMutant(
    'regression-at-level-0-erases-nothing',
    'Readout Unprotect erases nothing while nothing is protected',
    (memory) => ({
      readoutUnprotect(...how) {
        const result = memory.readoutUnprotect(...how);
        const only = memory.changeOptions({ RDP: 0xaa });
        return memory.level === 0 && isOperation(result) && isOperation(only)
          ? instead(result, () => only.commit())
          : result;
      },
    }),
  ),
  surrounded(
    'second-get-shorter',
    'a second Get leaves the last command out',
    'get',
    counted((times, bytes) => (times > 1 ? bytes.subarray(0, -1) : bytes)),
  ),
  unreset('option-write-without-reset', 'write-memory'),
  unreset('regression-without-reset', 'readout-unprotect'),
  wireMutant('opcode-ff-acked', '0xFF and its complement are taken for a command', (wire) => ({
    *refuse(why, at) {
      if (why.refused === 'unknown-command' && why.detail?.includes('0xff') === true)
        yield* wire.accept();
      else yield* wire.refuse(why, at);
    },
  })),
];

/** What Get answers, changed by how often it was asked. */
function counted(
  change: (times: number, bytes: Uint8Array) => Uint8Array,
): (environment: Environment) => Environment {
  let times = 0;
  let last: Wire | undefined;
  return (environment) => {
    // a wire for each session
    if (last !== environment.wire) times = 0;
    last = environment.wire;
    times++;
    return {
      ...environment,
      wire: {
        ...environment.wire,
        replyCounted: (bytes) => environment.wire.replyCounted(change(times, bytes)),
      },
    };
  };
}

/** A device that carries a protected command out when it is asked the second time. */
function repeatsUnderRdp(): Mutant {
  let last: number | 'malformed' | undefined;
  let again = false;
  return {
    name: 'repeat-served-under-rdp',
    wrong: 'a command that readout protection refused is carried out when it comes again',
    replace: {
      wire: (wire): Wire => ({
        ...wire,
        *command() {
          const opcode = yield* wire.command();
          again = opcode === last;
          last = opcode;
          return opcode;
        },
      }),
      memory: (memory) =>
        overlay(memory, {
          get level() {
            return again ? 0 : memory.level;
          },
        }),
    },
  };
}

/** Devices that keep what must be lost, and lose what must be kept. */
export const keeping: readonly Mutant[] = [
  ...everywhere,
  ...mutantsOn('i2c', everywhere),
  ...mutantsOn('spi', everywhere),
];
