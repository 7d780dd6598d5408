import { BYTES, COMMANDS, FRAMES, commandMutant, on, speaks, wireMutant } from '../kit.ts';
import type { At, Command, Mutant, Why, Wire } from '../kit.ts';
import { ACK_BYTE, NACK_BYTE } from '../../interfaces/usart/host.ts';

/** A command ends without its closing ACK. */
const unfinished = (name: string, command: Command['name']): Mutant =>
  speaks(name, `${command} does not end in an ACK`, command, () => ({ *accept() {} }));

/** A command has an ACK more at its end. */
const finishedTwice = (name: string, command: Command['name']): Mutant =>
  commandMutant(name, `an ACK more follows what ${command} does`, command, ({ run }) => ({
    *run(environment) {
      yield* run(environment);
      yield* environment.wire.accept();
    },
  }));

/** A command is not acknowledged before it is carried out. */
const unacknowledged = (name: string, opcode: number): Mutant =>
  wireMutant(name, `command 0x${opcode.toString(16)} is not acknowledged when received`, (wire) => {
    let last: number | 'malformed' = 0;
    return {
      *command() {
        last = yield* wire.command();
        return last;
      },
      *acceptCommand() {
        if (last !== opcode) yield* wire.acceptCommand();
      },
    };
  });

/** Page 1 is erased before a command does what it should. */
const erasesFirst = (name: string, command: Command['name']): Mutant =>
  commandMutant(name, `${command} begins with an erase of page 1`, command, ({ run }) => ({
    *run(environment) {
      const operation = environment.memory.erase({ pages: [1] });
      if (!('refused' in operation)) yield* environment.wire.busy(operation);
      yield* run(environment);
    },
  }));

const goTwice = (name: string): Mutant =>
  speaks(name, 'Go is acknowledged twice', 'go', (wire) => ({
    *goRequest(check) {
      const request = yield* wire.goRequest(check);
      if (request !== 'answered') yield* wire.accept();
      return request;
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
const refusesAnd = (
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

const inverted = (name: string, command: Command['name']): Mutant =>
  speaks(name, 'the CRC is inverted at the end', command, (wire) => ({
    *replyChecksum(value) {
      yield* wire.replyChecksum(~value >>> 0);
    },
  }));

/** Devices whose answers are other bytes, or too many or too few. */
export const misanswering: readonly Mutant[] = [
  ...on(COMMANDS, [
    commandMutant('go-stays', 'Go is acknowledged and the bootloader stays', 'go', () => ({
      *run({ wire, memory }) {
        yield* wire.goRequest((address) => memory.check('go', address));
      },
    })),
  ]),
  ...on({ over: ['usart', 'fdcan'] }, [
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
  ]),
  ...on({ over: ['usart', 'can', 'fdcan'] }, [
    refusesAnd('nack-twice', 'every refusal is sent twice', (wire, why, at) =>
      wire.refuse(why, at),
    ),
  ]),
  ...on({ over: ['usart', 'can'] }, [
    wireMutant('command-ack-twice', 'the ACK of a command is sent twice', (wire) => ({
      *acceptCommand() {
        yield* wire.acceptCommand();
        yield* wire.accept();
      },
    })),
  ]),
  ...on({ over: ['usart', 'i2c'] }, [
    wireMutant('nack-is-zero', 'a refusal is the byte 0x00', (wire) => ({
      *refuse() {
        yield* wire.reply(Uint8Array.of(0x00));
      },
    })),
  ]),
  ...on(BYTES, [
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
  ]),
  ...on(FRAMES, [deafBehindNack('deaf-after-nack')]),
  ...on({ over: ['usart', 'i2c', 'fdcan', 'i3c'] }, [
    erasesFirst('get-version-erases', 'get-version'),
  ]),
  ...on({ over: ['usart', 'spi', 'i2c', 'fdcan', 'i3c'] }, [
    unfinished('get-closing-ack-missing', 'get'),
    unfinished('readout-protect-acked-once', 'readout-protect'),
    unfinished('readout-unprotect-acked-once', 'readout-unprotect'),
    unfinished('write-unprotect-acked-once', 'write-unprotect'),
  ]),
  ...on({ over: ['usart', 'spi', 'fdcan', 'i3c'] }, [
    unfinished('get-version-closing-ack-missing', 'get-version'),
    unfinished('get-id-closing-ack-missing', 'get-id'),
    unfinished('write-not-acked', 'write-memory'),
  ]),
  ...on({ over: ['usart', 'spi', 'i3c'] }, [finishedTwice('erase-acked-twice', 'extended-erase')]),
  ...on({ over: BYTES, part: 'special' }, [
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
  ...on('usart', [
    wireMutant('command-ack-missing', 'commands are not acknowledged when received', () => ({
      *acceptCommand() {},
    })),
    wireMutant('sync-acked-twice', 'the first 0x7F is acknowledged twice', (wire) => ({
      *select() {
        yield* wire.select();
        yield* wire.accept();
      },
    })),
    refusesAnd(
      'protected-leaks-a-byte',
      'the refusal of a protected Read Memory carries a byte more',
      function* leaks(wire, why, at) {
        if (why.refused === 'protected' && at.command === 'read-memory')
          yield* wire.reply(Uint8Array.of(0x2b));
      },
    ),
    refusesAnd(
      'read-length-with-a-nack',
      'a refused length of Read Memory is refused twice',
      function* again(wire, why, at) {
        if (at.command === 'read-memory' && at.step === 'length') yield* wire.refuse(why, at);
      },
    ),
    wireMutant(
      'refused-address-takes-the-length',
      'behind a refused address two bytes more are taken and not answered',
      (wire) => {
        let eats = false;
        return {
          *command() {
            if (eats) {
              eats = false;
              yield* wire.command();
            }
            return yield* wire.command();
          },
          *refuse(why, at) {
            eats = at.step === 'address';
            yield* wire.refuse(why, at);
          },
        };
      },
    ),
  ]),
  ...on({ over: 'usart', part: 'checksum' }, [inverted('checksum-result-wrong', 'get-checksum')]),
  ...on({ over: 'spi', part: 'checksum' }, [inverted('checksum-inverted', 'get-checksum')]),
  ...on({ over: ['usart', 'spi', 'i3c'] }, [
    readsMore('read-one-too-many', 'Read Memory answers one byte more', 1),
    readsMore('read-one-too-few', 'Read Memory answers N bytes instead of N + 1', -1),
  ]),
  ...on({ over: 'usart', part: 'erase' }, [
    wireMutant('unfinished-global-erase-erases', 'FF and not 00 erases all pages too', (wire) => ({
      *eraseRequest() {
        const request = yield* wire.eraseRequest();
        return request === 'nothing' ? { mass: true } : request;
      },
    })),
  ]),
  ...on('i2c', [
    unfinished('version-closing-ack-missing', 'get-version'),
    inverted('checksum-inverted', 'no-stretch-get-checksum'),
    unfinished('checksum-second-ack-missing', 'no-stretch-get-checksum'),
    ...(['write-protect', 'no-stretch-write-protect'] as const).map((name) =>
      unfinished(`${name}-not-acked`, name),
    ),
    ...(
      [
        'no-stretch-write-unprotect',
        'no-stretch-readout-protect',
        'no-stretch-readout-unprotect',
      ] as const
    ).map((name) => unfinished(`${name}-acked-once`, name)),
  ]),
  ...on('spi', [
    // over SPI the answer is fetched while the device still works, so this erases at once
    commandMutant('get-version-wipes', 'Get Version erases a page', 'get-version', ({ run }) => ({
      *run(environment) {
        const operation = environment.memory.erase({ pages: [1] });
        if (!('refused' in operation)) operation.commit();
        yield* run(environment);
      },
    })),
    commandMutant(
      'erase-done-too-early',
      'Erase is acknowledged and done a moment later',
      'extended-erase',
      ({ run }) => ({
        *run(environment) {
          const { wire } = environment;
          let late: Parameters<typeof wire.busy>[0] | undefined;
          yield* run({
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
      }),
    ),
  ]),
  ...on('can', [
    ...(
      [
        'get',
        'get-id',
        'erase',
        'write-protect',
        'write-unprotect',
        'readout-protect',
        'readout-unprotect',
      ] as const
    ).map((name) => unfinished(`${name}-unfinished`, name)),
    unfinished('write-unfinished', 'write-memory'),
    unacknowledged('get-version-not-acked', 0x01),
    unacknowledged('erase-not-acked', 0x43),
    unacknowledged('write-protect-not-acked', 0x63),
    unacknowledged('readout-unprotect-not-acked', 0x92),
    goTwice('go-acked-twice'),
    finishedTwice('erase-acked-once-more', 'erase'),
    erasesFirst('erase-at-once', 'erase'),
  ]),
  ...on('fdcan', [
    unfinished('erase-not-acked', 'extended-erase'),
    unfinished('write-protect-acked-once', 'write-protect'),
    goTwice('go-twice'),
  ]),
];
