import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import { createBoard, EmulatorError } from '../../index.ts';
import { BusPirate } from './buspirate.ts';
import { boardOf } from '../../test/boards.ts';

const FLASH = 0x0800_0000;

/** A host's end of a Bus Pirate in memory. */
class Terminal {
  readonly board: Board;
  readonly #pirate: BusPirate;
  #heard: number[] = [];

  constructor(bus: 'i2c' | 'spi', options: BoardOptions = {}) {
    this.board = boardOf('STM32F446RE', options);
    const note = (text: string): void => this.board.trace.emit({ kind: 'surprise', text });
    this.#pirate = new BusPirate({ [bus]: this.board[bus]() } as never, note);
    this.#pirate.onTransmit((bytes) => bytes.forEach((byte) => this.#heard.push(byte)));
    this.board.run();
  }

  send(...bytes: readonly number[]): number[] {
    this.#pirate.receive(Uint8Array.from(bytes));
    this.board.run();
    return this.#heard.splice(0);
  }

  text(...bytes: readonly number[]): string {
    return Buffer.from(this.send(...bytes)).toString('latin1');
  }

  /** Into BBIO1, and on into the mode of that command. */
  enter(mode: number): string {
    const bitBang = this.text(...Array.from({ length: 20 }, () => 0));
    return `${bitBang} ${this.text(mode)}`;
  }

  /** SPI: a run of bytes with CS low. */
  exchange(...bytes: readonly number[]): number[] {
    return this.send(0x10 | (bytes.length - 1), ...bytes).slice(1);
  }

  /** I2C: a message with START and STOP: how each byte was answered. */
  message(...bytes: readonly number[]): number[] {
    this.send(0x02);
    const answers = this.send(0x10 | (bytes.length - 1), ...bytes).slice(1);
    this.send(0x03);
    return answers;
  }

  /** I2C: one byte from the address. */
  fetch(address: number): number {
    this.send(0x02, 0x10, (address << 1) | 1);
    const [byte] = this.send(0x04);
    this.send(0x07, 0x03);
    return byte!;
  }
}

describe('the way into the binary modes', () => {
  test('is twenty zeros, and each mode says its name', () => {
    const terminal = new Terminal('spi');
    expect(terminal.send(...Array.from({ length: 19 }, () => 0))).toEqual([]);
    expect(terminal.text(0)).toBe('BBIO1');
    expect(terminal.text(0)).toBe('BBIO1');
    expect(terminal.text(0x01)).toBe('SPI1');
    expect(terminal.text(0x01)).toBe('SPI1');
    expect(terminal.text(0x00)).toBe('BBIO1');
  });

  test('a mode whose bus does not hang on it is refused', () => {
    const terminal = new Terminal('spi');
    terminal.enter(0x00);
    expect(terminal.send(0x02)).toEqual([0x00]);
    expect(terminal.send(0x03)).toEqual([0x00]);
    expect(new Terminal('i2c').enter(0x02)).toBe('BBIO1 I2C1');
  });

  test('leads back to the terminal, which tells its version', () => {
    const terminal = new Terminal('spi');
    terminal.enter(0x00);
    expect(terminal.text(0x0f)).toMatch(/^.Bus Pirate v3[^]*Firmware v[^]*HiZ>$/s);
    expect(terminal.text(0x0a)).toBe('\r\nHiZ>');
    expect(terminal.enter(0x01)).toBe('BBIO1 SPI1');
  });
});

describe('SPI1', () => {
  test('clocks bytes while CS is low, and none count while it is high', () => {
    const terminal = new Terminal('spi');
    terminal.enter(0x01);
    expect(terminal.exchange(0x5a)).toEqual([0xff]);
    expect(terminal.exchange(0, 0, 0)).toEqual([0xff, 0xff, 0xff]);
    expect(terminal.send(0x02)).toEqual([0x01]);
    expect(terminal.exchange(0x5a, 0, 0, 0x79)).toEqual([0xff, 0xa5, 0x79, 0x79]);
    expect(terminal.exchange(0x5a, 0x01, 0xfe, 0, 0, 0x79)).toEqual([
      0xa5, 0xa5, 0xa5, 0x00, 0x79, 0x79,
    ]);
    expect(terminal.send(0x03)).toEqual([0x01]);
    // write-then-read: CS low, nothing to write, two bytes to read
    expect(terminal.send(0x04, 0, 0, 0, 2)).toEqual([0x01, 0xa5, 0x11]);
  });

  test('answers settings with 1, and what makes no sense with 0', () => {
    const terminal = new Terminal('spi');
    terminal.enter(0x01);
    for (const setting of [0x40, 0x4f, 0x60, 0x67, 0x8a]) {
      expect(terminal.send(setting)).toEqual([0x01]);
    }
    for (const nonsense of [0x06, 0x0f, 0x20, 0x50, 0xff]) {
      expect(terminal.send(nonsense)).toEqual([0x00]);
    }
    expect(terminal.send(0x04, 0x10, 0x01, 0, 0)).toEqual([0x00]); // 4097 bytes
  });

  test('in another clock mode than 0 the chip hears other bytes', () => {
    const surprises: string[] = [];
    const terminal = new Terminal('spi', {
      onTrace: (event) => event.kind === 'surprise' && surprises.push(event.text),
    });
    terminal.enter(0x01);
    terminal.send(0x88, 0x02); // CKE 0: mode 1
    expect(terminal.exchange(0x5a, 0, 0, 0, 0)).not.toContain(0x79);
    expect(surprises).toHaveLength(1);
    expect(surprises[0]).toContain('SPI mode 1');
    terminal.send(0x8a);
    expect(terminal.exchange(0x5a, 0, 0)).toEqual([0xff, 0xa5, 0x79]);
  });
});

describe('I2C1', () => {
  test('carries messages and tells who acknowledges', () => {
    const terminal = new Terminal('i2c');
    terminal.enter(0x02);
    expect(terminal.message(0x20 << 1)).toEqual([1]);
    expect(terminal.message(0x3c << 1, 0x01, 0xfe)).toEqual([0, 0, 0]);
    expect(terminal.fetch(0x3c)).toBe(0x79);
    expect(terminal.fetch(0x3c)).toBe(0x12);
    expect(terminal.fetch(0x3c)).toBe(0x79);
  });

  test('writes and reads in one command', () => {
    const terminal = new Terminal('i2c');
    terminal.enter(0x02);
    expect(terminal.send(0x08, 0, 3, 0, 0, 0x78, 0x02, 0xfd)).toEqual([0x01]);
    expect(terminal.send(0x08, 0, 1, 0, 1, 0x79)).toEqual([0x01, 0x79]);
    expect(terminal.send(0x08, 0, 1, 0, 3, 0x79)).toEqual([0x01, 1, 0x04, 0x21]);
    expect(terminal.send(0x08, 0, 1, 0, 1, 0x41)).toEqual([0x00]); // nobody
  });

  test('waits while SCL is held, and keeps what the host sends meanwhile', () => {
    const terminal = new Terminal('i2c', {
      protocols: { I2C: '1.0' },
      load: [{ address: FLASH, bytes: Uint8Array.of(0) }],
    });
    terminal.enter(0x02);
    for (const frame of [
      [0x44, 0xbb],
      [0, 0, 0],
    ]) {
      terminal.message(0x78, ...frame);
      expect(terminal.fetch(0x3c)).toBe(0x79);
    }
    terminal.message(0x78, 0, 0, 0);
    expect(terminal.fetch(0x3c)).toBe(0x79); // held until sector 0 is erased
    expect(terminal.board.flashImage()[0]).toBe(0xff);
  });
});

describe('a board with a Bus Pirate', () => {
  test('says where it is, and refuses what is none', async () => {
    await using board = await createBoard('STM32F446RE', {
      i2c: 'buspirate',
      spi: ['SPI4=buspirate'],
    });
    expect(board.ports['i2c']).toMatchObject({ kind: 'buspirate' });
    expect(board.ports['SPI4']!.path).toMatch(/^\/dev\/pts\//);
    await expect(createBoard('STM32F446RE', { spi: 'bus' })).rejects.toThrow(EmulatorError);
    await expect(createBoard('STM32F446RE', { spi: 'SPI3=buspirate' })).rejects.toThrow('SPI3');
    await expect(createBoard('STM32F103C8', { i2c: 'buspirate' })).rejects.toThrow('has no I2C');
    const twice = ['buspirate', 'I2C1=buspirate'];
    await expect(createBoard('STM32F446RE', { i2c: twice })).rejects.toThrow('two links');
  });
});

describe('any bytes of a host', () => {
  const piece = fc.oneof(
    fc.constant(Array.from({ length: 20 }, () => 0)),
    fc.constantFrom([0x01], [0x02], [0x03], [0x04], [0x07], [0x0f], [0x8a]),
    fc.constantFrom(
      [0x13, 0x78, 0x44, 0xbb, 0],
      [0x12, 0x5a, 0x11, 0xee],
      [0x14, 0, 0, 0, 0, 0x79],
    ),
    fc.constantFrom([0x08, 0, 1, 0, 4, 0x79], [0x04, 0, 3, 0, 9, 0x5a, 0x02, 0xfd]),
    fc.array(fc.nat(0xff), { minLength: 1, maxLength: 8 }),
  );
  const streams = fc.array(piece, { maxLength: 60 });

  test.each(['i2c', 'spi'] as const)('on %s are answered the same each time', (bus) => {
    fc.assert(
      fc.property(streams, fc.constantFrom(0, 1), (stream, rdp) => {
        const run = (): number[] => {
          const terminal = new Terminal(bus, { rdp: rdp as 0 | 1 });
          return [terminal.enter(bus === 'spi' ? 0x01 : 0x02), ...stream]
            .slice(1)
            .flatMap((bytes) => terminal.send(...(bytes as number[])));
        };
        expect(run()).toEqual(run());
      }),
      { numRuns: 60 },
    );
  });

  test('are lost when a target holds SCL for ever, and the Bus Pirate goes on after a reset', () => {
    const terminal = new Terminal('i2c');
    terminal.enter(0x02);
    terminal.message(0x78, 0x02, 0xfd);
    terminal.send(0x02);
    expect(terminal.send(0x12, 0x78, 1, 2)).toEqual([0x01, 0, 0]); // an answer is due: the second byte is held
    for (let round = 0; round < 40; round++) terminal.send(...new Uint8Array(4096).fill(0x01));
    terminal.board.reset();
    expect(terminal.send().length).toBeGreaterThan(0);
    expect(terminal.text(0x01)).toContain('I2C1');
  });
});
