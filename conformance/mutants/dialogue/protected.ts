import { BYTES, COMMANDS, FRAMES, commandMutant, commandsMutant, on, overlay } from '../kit.ts';
import type { Command, Environment, Mutant, Wire } from '../kit.ts';

/** A command is carried out under readout protection. */
const opened = (command: Command['name'], name = `${command}-under-rdp`): Mutant =>
  commandMutant(name, `${command} is carried out under readout protection`, command, () => ({
    unprotected: true,
  }));

/** A command is refused under readout protection. */
const closed = (command: Command['name'], name = `${command}-refused-under-rdp`): Mutant =>
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
const unreset = (command: Command['name'], name = `${command}-without-reset`): Mutant =>
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
export const protecting: readonly Mutant[] = [
  ...on(COMMANDS, [
    opened('write-protect'),
    opened('write-unprotect'),
    opened('readout-protect'),
    unreset('write-unprotect'),
  ]),
  ...on({ over: ['usart', 'can', 'fdcan', 'spi', 'i3c'] }, [
    opened('go'),
    closed('get'),
    closed('get-version'),
    unreset('write-protect'),
    unreset('readout-protect'),
  ]),
  ...on({ over: ['usart', 'fdcan', 'spi', 'i3c'] }, [
    opened('read-memory', 'read-under-rdp'),
    opened('write-memory', 'write-under-rdp'),
    opened('extended-erase', 'erase-under-rdp'),
  ]),
  ...on({ over: ['usart', 'can', 'spi', 'i3c'] }, [closed('readout-unprotect')]),
  ...on({ over: ['usart', 'can', 'i2c', 'spi', 'i3c'] }, [closed('get-id')]),
  ...on(BYTES, [
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
  ]),
  ...on(FRAMES, [
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
  ]),
  ...on({ over: ['usart', 'spi'], part: 'checksum' }, [
    opened('get-checksum', 'checksum-under-rdp'),
  ]),
  ...on({ over: 'usart', part: 'erase' }, [opened('erase', 'erase-v2-under-rdp')]),
  ...on('i2c', [
    ...(
      [
        'no-stretch-write-memory',
        'no-stretch-erase',
        'no-stretch-write-protect',
        'no-stretch-write-unprotect',
        'no-stretch-readout-protect',
      ] as const
    ).map((command) => opened(command)),
    unreset('no-stretch-readout-protect'),
  ]),
  ...on('can', [opened('read-memory'), opened('write-memory'), opened('erase'), opened('speed')]),
  ...on('fdcan', [closed('readout-unprotect', 'unprotect-refused-under-rdp')]),
];
