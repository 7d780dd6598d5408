import { ACK_BYTE, NACK_BYTE } from '../../interfaces/usart/host.ts';
import { commandMutant, madeOf, speaks, wireMutant } from '../kit.ts';
import type { At, Command, Kinds, Mutant, Why, Wire } from '../kit.ts';

/** A command ends without its closing ACK. */
export const unfinished = (name: string, command: Command['name']): Mutant =>
  speaks(name, `${command} does not end in an ACK`, command, () => ({ *accept() {} }));

/** A command has an ACK more at its end. */
export const finishedTwice = (name: string, command: Command['name']): Mutant =>
  commandMutant(name, `an ACK more follows what ${command} does`, command, ({ run }) => ({
    *run(environment) {
      yield* run(environment);
      yield* environment.wire.accept();
    },
  }));

/** Page 1 is erased before a command does what it should. */
export const erasesFirst = (name: string, command: Command['name']): Mutant =>
  commandMutant(name, `${command} begins with an erase of page 1`, command, ({ run }) => ({
    *run(environment) {
      const operation = environment.memory.erase({ pages: [1] });
      if (!('refused' in operation)) yield* environment.wire.busy(operation);
      yield* run(environment);
    },
  }));

/** The command behind a refused one is lost. */
const deafBehindNack = (name: string): Mutant =>
  wireMutant(name, 'the command behind a refusal is not heard', (wire) => {
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
  });

/** Every command is refused from one on. */
const refusesFrom = (
  name: string,
  wrong: string,
  change: (wire: Wire) => { isOver: () => boolean } & Partial<Wire>,
): Mutant =>
  wireMutant(name, wrong, (wire) => {
    const { isOver, ...rest } = change(wire);
    return {
      ...rest,
      *command() {
        const opcode = yield* wire.command();
        return isOver() && opcode !== 'malformed' ? 0xff : opcode;
      },
    };
  });

/** Something follows a refusal. */
export const refusesAnd = (
  name: string,
  wrong: string,
  more: (wire: Wire, why: Why, at: At) => ReturnType<Wire['reply']>,
): Mutant =>
  wireMutant(name, wrong, (wire) => ({
    *refuse(why, at) {
      yield* wire.refuse(why, at);
      yield* more(wire, why, at);
    },
  }));

/** Read Memory answers so many bytes more. */
const readsMore = (name: string, wrong: string, by: number): Mutant =>
  wireMutant(name, wrong, (wire) => ({
    *readRequest(check) {
      const request = yield* wire.readRequest(check);
      return request === 'answered' ? request : { ...request, length: request.length + by };
    },
  }));

export const inverted = (name: string, command: Command['name']): Mutant =>
  speaks(name, 'the CRC is inverted at the end', command, (wire) => ({
    *replyChecksum(value) {
      yield* wire.replyChecksum(~value >>> 0);
    },
  }));

/** Devices whose answers are other bytes, or too many or too few. */
export const misanswering: Kinds = {
  commands: [
    commandMutant('go-stays', 'Go is acknowledged and the bootloader stays', 'go', () => ({
      *run({ wire, memory }) {
        yield* wire.goRequest((address) => memory.check('go', address));
      },
    })),
    erasesFirst('get-version-erases', 'get-version'),
    unfinished('get-closing-ack-missing', 'get'),
    unfinished('readout-protect-acked-once', 'readout-protect'),
    unfinished('readout-unprotect-acked-once', 'readout-unprotect'),
    unfinished('write-unprotect-acked-once', 'write-unprotect'),
  ],
  oneForm: [
    wireMutant('answers-swapped', 'ACK and NACK are swapped', (wire) => ({
      *accept() {
        yield* wire.reply(Uint8Array.of(NACK_BYTE));
      },
      *acceptCommand() {
        yield* wire.reply(Uint8Array.of(NACK_BYTE));
      },
      *refuse() {
        yield* wire.reply(Uint8Array.of(ACK_BYTE));
      },
    })),
    refusesAnd('nack-twice', 'every refusal is sent twice', (wire, why, at) =>
      wire.refuse(why, at),
    ),
    wireMutant('command-ack-twice', 'the ACK of a command is sent twice', (wire) => ({
      *acceptCommand() {
        yield* wire.acceptCommand();
        yield* wire.accept();
      },
    })),
    unfinished('get-version-closing-ack-missing', 'get-version'),
    unfinished('get-id-closing-ack-missing', 'get-id'),
    unfinished('write-not-acked', 'write-memory'),
  ],
  bytes: [
    wireMutant('nack-is-zero', 'a refusal is the byte 0x00', (wire) => ({
      *refuse() {
        yield* wire.reply(Uint8Array.of(0x00));
      },
    })),
    deafBehindNack('loses-a-command-after-nack'),
    refusesFrom('refuses-all-after-nack', 'behind a refusal every command is refused', (wire) => {
      let refused = false;
      return {
        isOver: () => refused,
        *refuse(why, at) {
          refused = true;
          yield* wire.refuse(why, at);
        },
      };
    }),
    refusesFrom('serves-twelve-commands', 'commands behind the twelfth are refused', () => {
      let served = 0;
      return { isOver: () => ++served > 12 };
    }),
    finishedTwice('read-ends-in-ack', 'read-memory'),
    ...madeOf('special', [
      speaks(
        'special-status-wrong',
        'Special reports a failure that was none',
        'special',
        (wire) => ({
          *reply(bytes) {
            yield* wire.reply(bytes.length === 3 ? Uint8Array.of(0, 1, 1) : bytes);
          },
        }),
      ),
    ]),
  ],
  bytesInOneForm: [
    finishedTwice('erase-acked-twice', 'extended-erase'),
    readsMore('read-one-too-many', 'Read Memory answers one byte more', 1),
    readsMore('read-one-too-few', 'Read Memory answers N bytes instead of N + 1', -1),
  ],
  frames: [
    speaks('go-acked-twice', 'Go is acknowledged twice', 'go', (wire) => ({
      *goRequest(check) {
        const request = yield* wire.goRequest(check);
        if (request !== 'answered') yield* wire.accept();
        return request;
      },
    })),
    unfinished('write-protect-unfinished', 'write-protect'),
    deafBehindNack('deaf-after-nack'),
  ],
};
