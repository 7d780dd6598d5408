import { commandMutant, commandsMutant, madeOf, overlay } from '../kit.ts';
import type { Command, Environment, Kinds, Mutant, Wire } from '../kit.ts';

/** A command is carried out under readout protection. */
export const opened = (command: Command['name'], name = `${command}-under-rdp`): Mutant =>
  commandMutant(name, `${command} is carried out under readout protection`, command, () => ({
    unprotected: true,
  }));

/** A command is refused under readout protection. */
export const closed = (command: Command['name'], name = `${command}-refused-under-rdp`): Mutant =>
  commandMutant(name, `${command} is refused under readout protection`, command, () => ({
    unprotected: false,
  }));

/** The command is over, and no reset was made. */
class GoesOn extends Error {}

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

/** A command does all but the reset that should follow it. */
export const unreset = (command: Command['name'], name = `${command}-without-reset`): Mutant =>
  commandMutant(name, `no reset follows ${command}`, command, ({ run }) => ({
    *run(environment) {
      try {
        yield* run(withoutReset(environment));
      } catch (error) {
        if (!(error instanceof GoesOn)) throw error;
      }
    },
  }));

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

/** Devices that ignore readout protection, stretch it, or do not put a change of protection into force. */
export const protecting: Kinds = {
  commands: [
    opened('write-protect'),
    opened('write-unprotect'),
    opened('readout-protect'),
    unreset('write-unprotect'),
    closed('get-id'),
  ],
  oneForm: [
    opened('go'),
    closed('get'),
    closed('get-version'),
    unreset('write-protect'),
    unreset('readout-protect'),
    opened('read-memory', 'read-under-rdp'),
    opened('write-memory', 'write-under-rdp'),
    opened('extended-erase', 'erase-under-rdp'),
    closed('readout-unprotect'),
  ],
  bytes: [
    commandMutant(
      'ram-under-rdp',
      'RAM can be read under protection',
      'read-memory',
      ({ run }) => ({
        unprotected: true,
        run: ({ memory, ...rest }) =>
          run({
            ...rest,
            memory: overlay(memory, {
              check: (access, address, length) =>
                memory.level > 0 && memory.regionAt(address)?.kind !== 'sram'
                  ? { refused: 'protected' }
                  : memory.check(access, address, length),
            }),
          }),
      }),
    ),
    repeatsUnderRdp(),
    unreset('write-memory', 'option-write-without-reset'),
    unreset('readout-unprotect', 'regression-without-reset'),
  ],
  bytesInOneForm: [...madeOf('checksum', [opened('get-checksum', 'checksum-under-rdp')])],
  frames: [
    commandsMutant('protection-wears-off', 'protection refuses the first read alone', (all) => {
      let asked = 0;
      return all.map((each) => ({
        ...each,
        get unprotected() {
          return each.name === 'read-memory' ? ++asked > 1 : each.unprotected;
        },
      }));
    }),
    unreset('write-memory', 'options-without-reset'),
    unreset('readout-unprotect'),
  ],
};
