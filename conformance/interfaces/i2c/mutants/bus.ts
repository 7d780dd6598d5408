import type { Kind, Mutant } from '../../../mutants/kit.ts';
import { ACK_BYTE, NACK_BYTE } from '../../usart/host.ts';
import type { WrongPins } from '../../wrong-pins.ts';
import { BUSY_BYTE, OPCODES } from '../host.ts';

type Pins = Parameters<NonNullable<WrongPins['i2c']>>[0];
type Board = Parameters<NonNullable<WrongPins['i2c']>>[1];

/** A mutant of the bus: `change` gets the right pins. */
function pinsMutant(
  name: string,
  wrong: string,
  change: (pins: Pins, board: Board) => Partial<Pins>,
): Mutant {
  return {
    name,
    wrong,
    i2c: (pins, board) => ({
      address: pins.address,
      start: (address, read) => pins.start(address, read),
      write: (byte) => pins.write(byte),
      read: (last) => pins.read(last),
      stop: () => pins.stop(),
      onRetry: (listener) => pins.onRetry(listener),
      ...change(pins, board),
    }),
  };
}

const HOLD = { hold: true } as const;

const isCommand = ([opcode, other, ...more]: readonly number[]): boolean =>
  more.length === 0 && opcode !== undefined && other === (opcode ^ 0xff);

/** A frame of the host, and the first byte of the answer that it fetched. */
interface Said {
  readonly frame: readonly number[];
  answer?: number;
}

/** A device that waits for ever where the right one is reset by its time-out: behind the frames that `stuck` names. */
function waitsForEver(
  name: string,
  wrong: string,
  stuck: (said: Said, before: Said | undefined) => boolean,
): Mutant {
  return pinsMutant(name, wrong, (pins) => {
    let waits = false;
    let before: Said | undefined;
    let frame: number[] = [];
    return {
      start(address, read) {
        if (waits && address === pins.address) return HOLD;
        const answer = pins.start(address, read);
        frame = [];
        return answer;
      },
      write(byte) {
        const answer = pins.write(byte);
        if (answer === 'ack') frame.push(byte);
        return answer;
      },
      read(last) {
        const byte = pins.read(last);
        if (typeof byte === 'number' && before !== undefined) before.answer ??= byte;
        return byte;
      },
      stop() {
        if (frame.length > 0) {
          const said: Said = { frame };
          waits ||= stuck(said, before);
          before = said;
          frame = [];
        }
        pins.stop();
      },
    };
  });
}

/** A device that keeps one of the two lines of the bus low, or acknowledges its address alone, behind what `until` says of each answer. */
function holds(
  name: string,
  wrong: string,
  line: 'SCL' | 'SDA' | 'neither',
  until: (frame: readonly number[], answer: number) => boolean,
): Mutant {
  return pinsMutant(name, wrong, (pins) => {
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

/** What the host has said of which a byte is the answer. */
interface Asked {
  /** The command under way. */
  readonly command: number | undefined;
  /** Bytes read since the host wrote last, and since this transfer began. */
  readonly since: number;
  readonly nth: number;
  /** The host does not acknowledge the byte. */
  readonly last: boolean;
}

/** A device that answers another byte; `start` is asked once for each board. */
function answers(
  name: string,
  wrong: string,
  start: () => (byte: number, asked: Asked) => number,
): Mutant {
  return pinsMutant(name, wrong, (pins) => {
    const change = start();
    let command: number | undefined;
    let frame: number[] = [];
    let [since, nth] = [0, 0];
    return {
      start(address, read) {
        nth = 0;
        if (!read) [frame, since] = [[], 0];
        return pins.start(address, read);
      },
      write(byte) {
        frame.push(byte);
        if (isCommand(frame)) [command] = frame;
        return pins.write(byte);
      },
      read(last) {
        const byte = pins.read(last);
        if (typeof byte !== 'number') return byte;
        return change(byte, { command, since: since++, nth: nth++, last });
      },
    };
  });
}

const isAddressOfGo = (() => {
  let go = false;
  return (frame: readonly number[], answer: number): boolean => {
    if (frame.length === 2) go = frame[0] === 0x21 && frame[1] === 0xde && answer === ACK_BYTE;
    const over = go && frame.length === 5 && answer === ACK_BYTE;
    if (frame.length === 5) go = false;
    return over;
  };
})();

/** Devices that are wrong on the bus. */
export const i2cBus: readonly Kind[] = [
  pinsMutant('first-address-missed', 'the first address is not acknowledged', (pins) => {
    let asked = false;
    return {
      start(address, read) {
        if (asked) return pins.start(address, read);
        asked = true;
        return 'nack';
      },
    };
  }),
  pinsMutant('any-address', 'every address is acknowledged', (pins) => {
    let own = true;
    return {
      start(address, read) {
        own = address === pins.address;
        return own ? pins.start(address, read) : 'ack';
      },
      write: (byte) => (own ? pins.write(byte) : 'ack'),
      stop() {
        if (own) pins.stop();
      },
    };
  }),
  pinsMutant('two-addresses', 'the lowest bit of the address does not matter', (pins) => ({
    start: (address, read) =>
      pins.start((address ^ 0x01) === pins.address ? pins.address : address, read),
  })),
  pinsMutant('general-call', 'the general call is taken for its address', (pins) => ({
    start: (address, read) => pins.start(address === 0 ? pins.address : address, read),
  })),
  pinsMutant('probe-kills', 'behind a probe no address is acknowledged', (pins) => {
    let [bytes, dead] = [1, false];
    return {
      start(address, read) {
        if (dead) return 'nack';
        bytes = address === pins.address && !read ? 0 : 1;
        return pins.start(address, read);
      },
      write(byte) {
        bytes++;
        return pins.write(byte);
      },
      stop() {
        dead ||= bytes === 0;
        pins.stop();
      },
    };
  }),
  waitsForEver(
    'half-a-command-waits-for-ever',
    'a complement that does not come is waited for without a time-out',
    ({ frame }) => frame.length === 1,
  ),
  waitsForEver(
    'answers-wait-for-ever',
    'an answer to a command that nobody fetches is kept without a time-out',
    ({ frame }, before) =>
      isCommand(frame) &&
      before !== undefined &&
      isCommand(before.frame) &&
      before.answer === undefined,
  ),
  waitsForEver(
    'read-waits-for-ever',
    'the address of Read Memory is waited for without a time-out',
    ({ frame }, before) =>
      isCommand(frame) && before?.frame[0] === OPCODES['read-memory'] && before.answer === ACK_BYTE,
  ),
  answers('answers-swapped', 'ACK and NACK are swapped', () => (byte, { nth, last }) => {
    const swapped = { [ACK_BYTE]: NACK_BYTE, [NACK_BYTE]: ACK_BYTE }[byte];
    return nth === 0 && last && swapped !== undefined ? swapped : byte;
  }),
  ...(['no-stretch-write-memory', 'no-stretch-erase'] as const).map((name) =>
    answers(
      `${name}-refused-while-busy`,
      `${name} is refused to who asks too early`,
      () =>
        (byte, { command }) =>
          byte === BUSY_BYTE && command === OPCODES[name] ? NACK_BYTE : byte,
    ),
  ),
  answers('busy-only-once', 'busy is said once; then SCL is held', () => {
    let said = false;
    return (byte) => {
      const again = said && byte === BUSY_BYTE;
      said = byte === BUSY_BYTE;
      return again ? 0xff : byte;
    };
  }),
  answers(
    'busy-cut-short',
    'the first question whether the work is done is answered with an ACK',
    () =>
      (byte, { since }) =>
        since === 0 && byte === BUSY_BYTE ? ACK_BYTE : byte,
  ),
  ...(['SCL', 'SDA'] as const).flatMap((line) => [
    holds(
      `${line.toLowerCase()}-held-after-nack`,
      `behind a refusal ${line} is held low for ever`,
      line,
      (_, answer) => answer === NACK_BYTE,
    ),
    holds(
      `${line.toLowerCase()}-held-after-go`,
      `behind the ACK of Go ${line} is held low for ever, and nothing is jumped to`,
      line,
      isAddressOfGo,
    ),
  ]),
  holds(
    'stays-deaf-after-go',
    'behind the ACK of Go the address is still acknowledged, and every byte refused',
    'neither',
    isAddressOfGo,
  ),
  pinsMutant(
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
