import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BoardOptions } from '../../board/board-options.ts';
import { CanAdapter } from './adapter.ts';
import { formatSlcanFrame, parseSlcanFrame } from './slcan-frame.ts';
import { Slcan } from './slcan.ts';
import { boardOf } from '../../test/boards.ts';

const CR = '\r';
const BEL = '\u0007';

/** A host that types at an slcan adapter on the bus of a board. */
class SlcanHost {
  readonly board;
  readonly #slcan: Slcan;
  #heard = '';

  constructor(part = 'STM32F405RG', options: BoardOptions = {}) {
    this.board = boardOf(part, options);
    this.board.run();
    this.#slcan = new Slcan(new CanAdapter(this.board.can(), this.board.clock), this.board.clock);
    this.#slcan.onTransmit((bytes) => (this.#heard += Buffer.from(bytes).toString('latin1')));
  }

  /** Sends the text as it is, lets 2 ms pass, and gives all that came back. */
  type(text: string): string {
    this.raw(Buffer.from(text, 'latin1'));
    this.board.clock.advanceTo(this.board.clock.now + 2000);
    this.board.run();
    const heard = this.#heard;
    this.#heard = '';
    return heard;
  }

  raw(bytes: Uint8Array): void {
    this.#slcan.receive(bytes);
  }

  /** A command with its CR. */
  command(text: string): string {
    return this.type(text + CR);
  }

  /** Opens at 125 kbit/s and connects to the bootloader. */
  connect(): string {
    this.command('C');
    this.command('S4');
    this.command('O');
    return this.command('t0790');
  }
}

describe('an slcan adapter', () => {
  test('sends, hears the answer, and repeats a first frame that nobody acknowledges', () => {
    const host = new SlcanHost();
    expect(host.connect()).toBe(`z\rt079179${CR}`);
    expect(host.command('t0020')).toBe(`z\rt002179\rt00220413\rt002179${CR}`);
  });

  test('takes commands in any pieces, several at a time, and digits of either case', () => {
    const host = new SlcanHost();
    expect(host.type('S')).toBe('');
    expect(host.type('4\rO')).toBe(CR);
    expect(host.type('\rt0790\rV\r')).toBe(`${CR}z${CR}V1013${CR}t079179${CR}`);
    expect(host.command('t1ff1aB')).toBe(`z\rt1FF11F${CR}`);
  });

  test('refuses what it cannot do by BEL', () => {
    const host = new SlcanHost();
    for (const line of ['t0790', 'F', 'S10', 'Sx', 's12', 'Y9', 'Z2', 'E', '?']) {
      expect(host.command(line), line).toBe(BEL);
    }
    host.command('O');
    for (const line of [
      'O',
      'L',
      'S4',
      'Y2',
      't0',
      't8000',
      't07990',
      't0792ab',
      'tzz00',
      'r0799',
    ]) {
      expect(host.command(line), line).toBe(BEL);
    }
    expect(host.command('t'.repeat(500))).toBe(BEL);
    expect(host.command('F')).toBe(`F00${CR}`);
    expect(host.command('')).toBe(CR);
  });

  test('closed or at another rate it hears nothing, and a frame kept by the chip comes when the rate fits', () => {
    const host = new SlcanHost();
    host.connect();
    expect(host.command('t003103')).toBe(`z\rt003179${CR}`); // Speed 500 k: the second ACK is at 500 k
    expect(host.command('t0020')).toBe(`z${CR}`); // at 125 k nobody understands it
    expect(host.command('C')).toBe(CR);
    host.command('S6');
    expect(host.command('O')).toBe(`${CR}t003179${CR}`);
    expect(host.command('t0020')).toBe(`z\rt002179\rt00220413\rt002179${CR}`);
  });

  test('understands BTR registers, and says the time of frames where asked', () => {
    const host = new SlcanHost();
    expect(host.command('s031C')).toBe(CR); // 125 k at 16 MHz
    expect(host.command('Z1')).toBe(CR);
    expect(host.command('O')).toBe(CR);
    expect(host.command('t0790')).toMatch(/^z\rt079179[0-9A-F]{4}\r$/);
  });

  test('listens only after L', () => {
    const host = new SlcanHost();
    expect(host.command('L')).toBe(CR);
    expect(host.command('t0790')).toBe(BEL);
  });

  test('carries remote frames nowhere, and extended ones to the bus', () => {
    const host = new SlcanHost();
    host.connect();
    expect(host.command('r0020')).toBe(`z${CR}`);
    expect(host.command('R000000020')).toBe(`Z${CR}`);
    expect(host.command('T000000020')).toBe(`Z${CR}`);
  });

  test('speaks CAN FD with CANable’s letters', () => {
    const host = new SlcanHost('STM32H723ZG');
    expect(host.command('S5')).toBe(CR);
    expect(host.command('Y1')).toBe(CR);
    expect(host.command('O')).toBe(CR);
    expect(host.command('b0020')).toBe(`z\rb002179\rb00220483\rb002179${CR}`);
    const read = host.command('b01150800000003');
    expect(read).toBe(`z\rb011179\rb011F${'F'.repeat(128)}\rb011179${CR}`);
    expect(host.command('d0010')).toBe(`z\rb001179\rb001111\rb00120000\rb001179${CR}`);
  });
});

test('frames and their commands are the same thing', () => {
  const frame = fc
    .record({
      extended: fc.boolean(),
      kind: fc.constantFrom(
        { fd: false, brs: false },
        { fd: true, brs: false },
        { fd: true, brs: true },
      ),
      id: fc.nat(0x1fff_ffff),
      data: fc.uint8Array({ maxLength: 64 }),
    })
    .map(({ extended, kind, id, data }) => {
      const lengths = kind.fd
        ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64]
        : [0, 1, 4, 8];
      const length = lengths.findLast((each) => each <= data.length)!;
      return { extended, ...kind, id: extended ? id : id & 0x7ff, data: data.slice(0, length) };
    });
  fc.assert(
    fc.property(frame, (each) => {
      expect(parseSlcanFrame(formatSlcanFrame(each))).toEqual(each);
    }),
  );
});

test('a hostile slcan host is lived through: every line has one answer, and the board goes on', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 24 }),
    fc.constantFrom('C', 'O', 'L', 'S4', 'S6', 'Y2', 'Z1', 't0790', 't0020', 't0310', 't0110', 'V'),
    fc.constantFrom('t0115080000003F', 't03108', 't04310', 't04310FF', 'b0790', 'B000000790'),
  );
  const garbage = fc.uint8Array({ maxLength: 300 });
  const text = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: line.map((each) => Buffer.from(`${each}\r`)) },
      { weight: 1, arbitrary: garbage },
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(text, (pieces) => {
      const host = new SlcanHost();
      for (const piece of pieces) {
        host.raw(piece);
        host.board.clock.advanceTo(host.board.clock.now + 700);
      }
      host.type('');
      host.command('C');
      host.board.reset();
      host.board.run();
      host.command('C');
      host.command('Z0');
      expect(host.connect()).toBe(`z\rt079179${CR}`);
    }),
    { numRuns: 60 },
  );
});
