import type { Replace, UsartPins } from '../../emulator/index.ts';
import { spiMutant, wireMutant } from './kit.ts';
import type { Mutant, Wire } from './kit.ts';
import type { WrongPins } from '../targets/emulated-channel.ts';

type I2c = Parameters<NonNullable<WrongPins['i2c']>>[0];
type Board = Parameters<NonNullable<WrongPins['i2c']>>[1];

const ACK = 0x79;
const NACK = 0x1f;
const HOLD = { hold: true } as const;

function usartPins(pins: UsartPins, change: Partial<UsartPins>): UsartPins {
  return {
    receive: (bytes, how) => pins.receive(bytes, how),
    setLine: (how) => pins.setLine(how),
    breakLine: (on) => pins.breakLine(on),
    onTransmit: (listener) => pins.onTransmit(listener),
    ...change,
  };
}

/** A device that a reset of its own leaves open for commands. */
function needsNoSync(): Mutant {
  const reset = new WeakSet<object>();
  let board: object = {};
  return {
    name: 'no-sync-after-reset',
    wrong: 'behind a reset of its own commands are answered without 0x7F',
    replace: {
      commands: (all, rom) => {
        board = rom;
        return all.map((each) => ({
          ...each,
          run: (environment) =>
            each.run({
              ...environment,
              host: {
                ...environment.host,
                systemReset(...how) {
                  reset.add(rom);
                  environment.host.systemReset(...how);
                },
              },
            }),
        }));
      },
    },
    pins: (pins) => {
      let swallows = false;
      return usartPins(pins, {
        receive(bytes, how) {
          const first = reset.delete(board);
          if (first && bytes[0] !== 0x7f) {
            swallows = true;
            pins.receive(Uint8Array.of(0x7f), how);
          }
          pins.receive(bytes, how);
        },
        onTransmit(listener) {
          pins.onTransmit((bytes) => {
            const heard = swallows ? bytes.subarray(1) : bytes;
            swallows = false;
            if (heard.length > 0) listener(heard);
          });
        },
      });
    },
  };
}

/** A device that does not hear, within the request of Write Memory, the byte that opens a session. */
function dataByteLost(over: 'usart' | 'spi'): Mutant {
  let within = false;
  const replace: Replace = {
    wire: (wire): Wire => {
      within = false;
      return {
        ...wire,
        *writeRequest(check) {
          within = true;
          const request = yield* wire.writeRequest(check);
          within = false;
          return request;
        },
      };
    },
  };
  if (over === 'spi') {
    return spiMutant(
      'data-5a-lost',
      'a byte 0x5A of a block is not heard',
      (pins) => ({ exchange: (mosi) => (within && mosi === 0x5a ? 0xa5 : pins.exchange(mosi)) }),
      { replace },
    );
  }
  return {
    name: 'data-7f-lost',
    wrong: 'a byte 0x7F of a block is not heard',
    replace,
    pins: (pins) =>
      usartPins(pins, {
        receive: (bytes, how) =>
          pins.receive(within ? bytes.filter((byte) => byte !== 0x7f) : bytes, how),
      }),
  };
}

/** Devices that are wrong in what bytes mean on a USART. */
const usart: readonly Mutant[] = [
  needsNoSync(),
  dataByteLost('usart'),
  wireMutant(
    'refused-address-takes-the-length',
    'behind a refused address two bytes more are taken and not answered',
    (wire) => {
      let eats = false;
      return {
        *command() {
          if (eats) {
            eats = false;
            yield* silently(wire);
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
  wireMutant(
    'read-length-with-a-nack',
    'a refused length of Read Memory is refused twice',
    (wire) => ({
      *refuse(why, at) {
        yield* wire.refuse(why, at);
        if (at.command === 'read-memory' && at.step === 'length') yield* wire.refuse(why, at);
      },
    }),
  ),
];

/** Takes a pair of bytes whatever it is. */
function* silently(wire: Wire): ReturnType<Wire['command']> {
  return yield* { ...wire }.command();
}

function i2cPins(pins: I2c, change: Partial<I2c>): I2c {
  return {
    address: pins.address,
    start: (address, read) => pins.start(address, read),
    write: (byte) => pins.write(byte),
    read: (last) => pins.read(last),
    stop: () => pins.stop(),
    onRetry: (listener) => pins.onRetry(listener),
    ...change,
  };
}

function i2cMutant(
  name: string,
  wrong: string,
  change: (pins: I2c, board: Board) => Partial<I2c>,
): Mutant {
  return {
    name: `i2c-${name}`,
    wrong,
    interface: 'i2c',
    i2c: (pins, board) => i2cPins(pins, change(pins, board)),
  };
}

/** A device that keeps one of the two lines of the bus low, or acknowledges its address alone, behind what `until` says of each answer. */
function holds(
  name: string,
  wrong: string,
  line: 'SCL' | 'SDA' | 'neither',
  until: (frame: readonly number[], answer: number) => boolean,
): Mutant {
  return i2cMutant(name, wrong, (pins) => {
    let held = false;
    let frame: number[] = [];
    return {
      start(address, read) {
        // whoever pulls SDA low acknowledges every address and answers zeros
        if (held && line === 'neither') return address === pins.address ? 'ack' : 'nack';
        if (held) return line === 'SCL' ? HOLD : 'ack';
        if (!read) frame = [];
        return pins.start(address, read);
      },
      write(byte) {
        if (held && line === 'neither') return 'nack';
        if (held) return line === 'SCL' ? HOLD : 'ack';
        frame.push(byte);
        return pins.write(byte);
      },
      read(last) {
        if (held) return line === 'SCL' ? HOLD : 0x00;
        const byte = pins.read(last);
        if (typeof byte === 'number' && until(frame, byte)) held = true;
        return byte;
      },
      stop() {
        if (!held) pins.stop();
      },
    };
  });
}

const isAddressOfGo = (() => {
  let go = false;
  return (frame: readonly number[], answer: number): boolean => {
    if (frame.length === 2) go = frame[0] === 0x21 && frame[1] === 0xde && answer === ACK;
    const over = go && frame.length === 5 && answer === ACK;
    if (frame.length === 5) go = false;
    return over;
  };
})();

/** Devices that are wrong in what they make of the I2C bus. */
const i2c: readonly Mutant[] = [
  holds(
    'scl-held-after-nack',
    'behind a refusal SCL is held low for ever',
    'SCL',
    (_, answer) => answer === NACK,
  ),
  holds(
    'sda-held-after-nack',
    'behind a refusal SDA is held low for ever',
    'SDA',
    (_, answer) => answer === NACK,
  ),
  holds(
    'scl-held-after-go',
    'behind the ACK of Go SCL is held low for ever, and nothing is jumped to',
    'SCL',
    isAddressOfGo,
  ),
  holds(
    'sda-held-after-go',
    'behind the ACK of Go SDA is held low for ever, and nothing is jumped to',
    'SDA',
    isAddressOfGo,
  ),
  holds(
    'stays-deaf-after-go',
    'behind the ACK of Go the address is still acknowledged, and every byte refused',
    'neither',
    isAddressOfGo,
  ),
  i2cMutant(
    'busy-cut-short',
    'the first question whether the work is done is answered with an ACK',
    (pins) => {
      let said = false;
      return {
        start(address, read) {
          if (!read) said = false;
          return pins.start(address, read);
        },
        read(last) {
          const byte = pins.read(last);
          if (byte !== 0x76 || said) return byte;
          said = true;
          return ACK;
        },
      };
    },
  ),
  i2cMutant(
    'times-out-too-early',
    'a host that is silent for 100 ms within a command finds the chip reset',
    (pins, board) => {
      let commandAt: number | undefined;
      return {
        start(address, read) {
          const late = commandAt !== undefined && board.clock.now - commandAt > 100_000;
          if (late) {
            commandAt = undefined;
            board.reset();
            board.run();
          }
          return pins.start(address, read);
        },
        write(byte) {
          commandAt = board.clock.now;
          return pins.write(byte);
        },
        read(last) {
          commandAt = undefined;
          return pins.read(last);
        },
      };
    },
  ),
];

/** Devices that are wrong in what bytes mean on SPI. */
const spi: readonly Mutant[] = [
  dataByteLost('spi'),
  spiMutant(
    'nss-loses-a-byte-of-data',
    'a byte of data is lost where NSS rises within a block',
    (pins) => {
      let since = 0;
      let rose = false;
      return {
        select(nss) {
          rose ||= nss === 1 && since > 20;
          since = 0;
          pins.select(nss);
        },
        exchange(mosi) {
          since++;
          if (!rose || mosi === 0x00 || mosi === ACK || mosi === 0x5a) return pins.exchange(mosi);
          rose = false;
          return 0xa5;
        },
      };
    },
  ),
  spiMutant('second-sync-acked', 'a second 0x5A that polls follow is acknowledged', () => ({}), {
    replace: {
      wire: (wire): Wire => ({
        ...wire,
        *refuse(why, at) {
          if (why.refused === 'complement' && why.detail === '00 00') yield* wire.accept();
          else yield* wire.refuse(why, at);
        },
      }),
    },
  }),
];

/** Devices that are wrong in what they make of the bytes on their line. */
export const misreading: readonly Mutant[] = [...usart, ...i2c, ...spi];
