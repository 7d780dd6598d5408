import { describe, expect, test } from 'vitest';
import type { BoardOptions } from '../../board/board-options.ts';
import { EmulatorError } from '../../errors.ts';
import { boardOf } from '../../test/boards.ts';
import { ACK, be16, be32, BUSY, I2cHost, isHold, NACK, sealed } from '../../test/hosts/i2c-host.ts';
import { UsartHost } from '../../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;
const PART = 'STM32F446RE'; // I2C 1.2, address 0x3C

function hostOn(part: string = PART, options: BoardOptions = {}): I2cHost {
  return new I2cHost(boardOf(part, options));
}

/** CRC-32 as the unit computes it from little-endian words, written from the polynomial. */
function crc(bytes: readonly number[]): number {
  let sum = 0xffff_ffff;
  for (let at = 0; at < bytes.length; at += 4) {
    const word = [3, 2, 1, 0].map((index) => bytes[at + index]!);
    for (const byte of word) {
      for (let bit = 7; bit >= 0; bit--) {
        const feeds = (sum >>> 31) ^ ((byte >> bit) & 1);
        sum = (sum << 1) ^ (feeds === 1 ? 0x04c1_1db7 : 0);
      }
    }
  }
  return sum >>> 0;
}

describe('the address (AN2606)', () => {
  test('is acknowledged by the bootloader, and no other is', () => {
    const host = hostOn();
    expect(host.address).toBe(0x3c);
    for (let address = 0; address < 0x80; address++) {
      expect(host.write([], address)).toBe(address === 0x3c ? 'ack' : 'nack');
    }
  });

  test('is that of the port, where ports have different ones', () => {
    const board = boardOf('STM32F723IE');
    expect(new I2cHost(board, 'I2C2').write([], 0x49)).toBe('nack');
    expect(new I2cHost(board, 'I2C2').ask(0x02, 3)).toEqual([1, 0x04, 0x52]);
  });

  test('is not acknowledged by an application, in reset, or without power', () => {
    const host = hostOn(PART, { boot0: 0, load: [{ address: FLASH, bytes: vector() }] });
    expect(host.board.state).toBe('application');
    expect(host.write([0x00, 0xff])).toBe('nack');
    const other = hostOn();
    other.board.drive('NRST', 0);
    expect(other.write([0x00, 0xff])).toBe('nack');
    other.board.drive('NRST', 1);
    other.board.run();
    expect(other.ask(0x01, 1)).toEqual([0x12]);
    other.board.power(false);
    expect(other.write([0x00, 0xff])).toBe('nack');
  });

  test('is asked for by name, and a line without I2C says what it has', () => {
    expect(() => boardOf('STM32F103C8').i2c()).toThrow(EmulatorError);
    expect(() => boardOf(PART).i2c('I2C9')).toThrow('it listens on I2C1, I2C2, I2C3');
    expect(boardOf(PART).i2cs).toEqual(['I2C1', 'I2C2', 'I2C3']);
    expect(boardOf('STM32H7A3ZI').i2cs).toEqual([]); // AN2606 misprints it
  });
});

describe('selection', () => {
  test('by a command silences the other interfaces until reset', () => {
    const board = boardOf(PART);
    const [first, second] = [new I2cHost(board, 'I2C1'), new I2cHost(board, 'I2C2')];
    const usart = new UsartHost(board);
    expect(second.ask(0x01, 1)).toEqual([0x12]);
    expect(first.write([0x01, 0xfe])).toBe('nack');
    expect(usart.sync()).toEqual([]);
    expect(board.usb().attached).toBe(false);
    const sync = { id: 0x79, extended: false, fd: false, brs: false, data: new Uint8Array() };
    expect(board.can().receive(sync, { nominal: 125_000 })).toBe('nobody');
    board.reset();
    board.run();
    expect(usart.sync()).toEqual([ACK]);
    expect(first.write([0x01, 0xfe])).toBe('nack');
    expect(second.write([0x01, 0xfe])).toBe('nack');
  });

  test('is not made by a probe, of either kind', () => {
    const board = boardOf(PART);
    const host = new I2cHost(board);
    expect(host.write([])).toBe('ack');
    expect(host.read(1)).toEqual([0xff]);
    expect(new UsartHost(board).sync()).toEqual([ACK]);
  });
});

describe('Get, Get Version and Get ID (AN4221 §3.1 to §3.3)', () => {
  const base = [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92];
  const noStretch = [0x32, 0x45, 0x64, 0x74, 0x83, 0x93];
  test.each([
    ['1.0', base],
    ['1.1', [...base, ...noStretch]],
    ['1.2', [...base, ...noStretch, 0xa1]],
    ['2.0', [...base.slice(0, 7), 0x50, 0x51, ...base.slice(7), ...noStretch, 0xa1]],
  ])('protocol %s lists its commands behind their number', (protocol, opcodes) => {
    const host = hostOn(PART, { protocols: { I2C: protocol } });
    const [major, minor] = protocol.split('.').map(Number);
    const version = major! * 16 + minor!;
    expect(host.ask(0x00, opcodes.length + 2)).toEqual([opcodes.length, version, ...opcodes]);
    expect(host.ask(0x01, 1)).toEqual([version]);
    expect(host.ask(0x02, 3)).toEqual([1, 0x04, 0x21]);
  });

  test('H5 lists fifteen', () => {
    const opcodes = [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x50, 0x63, 0x73];
    const list = [...opcodes, 0x32, 0x45, 0x64, 0x74, 0xa1];
    expect(hostOn('STM32H563ZI').ask(0x00, 17)).toEqual([15, 0x20, ...list]);
  });

  test('a command that is not in the list is refused', () => {
    const host = hostOn('STM32F303K8'); // 1.0
    expect(host.command(0x32)).toBe(NACK);
    expect(host.command(0xa1)).toBe(NACK);
    expect(host.command(0x43)).toBe(NACK);
    expect(host.ask(0x01, 1)).toEqual([0x10]);
  });

  test('a wrong complement is refused and the next command is heard', () => {
    const host = hostOn();
    expect(host.step(0x00, 0xfe)).toBe(NACK);
    expect(host.ask(0x01, 1)).toEqual([0x12]);
  });

  test('a host that reads more than is offered gets filler, and the ACK after it', () => {
    const host = hostOn();
    expect(host.command(0x02)).toBe(ACK);
    expect(host.read(6)).toEqual([1, 0x04, 0x21, 0xff, 0xff, 0xff]);
    expect(host.answer()).toBe(ACK);
    expect(host.read(2)).toEqual([0xff, 0xff]);
    expect(host.ask(0x01, 1)).toEqual([0x12]);
  });
});

describe('Read Memory (AN4221 §3.4)', () => {
  test('answers the data without a trailing ACK', () => {
    const host = hostOn(PART, { load: [{ address: FLASH, bytes: Uint8Array.of(1, 2, 3) }] });
    expect(host.readMemory(FLASH, 4)).toEqual([1, 2, 3, 0xff]);
    expect(host.readMemory(FLASH, 256)).toHaveLength(256);
    expect(host.ask(0x01, 1)).toEqual([0x12]);
  });

  test('refuses a wrong checksum, a wrong complement and an address without memory', () => {
    const host = hostOn();
    host.command(0x11);
    expect(host.step(...be32(FLASH), 0xff)).toBe(NACK);
    host.command(0x11);
    expect(host.packet(...be32(FLASH))).toBe(ACK);
    expect(host.step(3, 3)).toBe(NACK);
    expect(host.readMemory(0x6000_0000, 4)).toMatch('refused');
    expect(host.readMemory(FLASH, 1)).toEqual([0xff]);
  });
});

describe('Go (AN4221 §3.5)', () => {
  test('starts the application when its second ACK is fetched', () => {
    const host = hostOn(PART, { load: [{ address: FLASH, bytes: vector() }] });
    expect(host.command(0x21)).toBe(ACK);
    host.write(sealed(be32(FLASH)));
    expect(host.board.state).toBe('bootloader');
    expect(host.answer()).toBe(ACK);
    expect(host.board.state).toBe('application');
    expect(host.write([])).toBe('nack');
  });

  test('refuses an address without memory and a wrong checksum', () => {
    const host = hostOn();
    expect(host.go(0x6000_0000)).toBe(NACK);
    host.command(0x21);
    expect(host.step(...be32(FLASH), 0)).toBe(NACK);
    expect(host.board.state).toBe('bootloader');
  });
});

describe.each([
  ['stretching', 0x31],
  ['no-stretch', 0x32],
])('%s Write Memory (AN4221 §3.6, §3.12)', (_, opcode) => {
  test('programs one block and acknowledges it', () => {
    const host = hostOn();
    const data = Array.from({ length: 256 }, (_none, index) => index);
    expect(host.writeMemory(FLASH + 256, data, opcode)).toBe('ack');
    expect(host.readMemory(FLASH + 256, 256)).toEqual(data);
    expect(host.writeMemory(0x2000_4000, [1, 2, 3, 4], opcode)).toBe('ack');
    expect(host.readMemory(0x2000_4000, 4)).toEqual([1, 2, 3, 4]);
  });

  test('refuses a wrong checksum and an address without memory, and changes nothing', () => {
    const host = hostOn();
    host.command(opcode);
    host.packet(...be32(FLASH));
    expect(host.step(3, 1, 2, 3, 4, 0)).toBe(NACK);
    expect(host.writeMemory(0x6000_0000, [1, 2, 3, 4], opcode)).toMatch('refused');
    expect(host.readMemory(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
  });

  test('of option bytes resets the chip behind its ACK', () => {
    const host = hostOn();
    expect(host.writeMemory(0x1fff_c000, [0xec, 0xaa, 0xff, 0xff], opcode)).toBe('ack');
    host.board.run();
    expect(host.board.chip.options!.field('nWRP')).toBeDefined();
    expect(host.ask(0x01, 1)).toEqual([0x12]);
  });
});

describe.each([
  ['stretching', 0x44],
  ['no-stretch', 0x45],
])('%s Erase Memory (AN4221 §3.7, §3.13)', (_, opcode) => {
  const used = { load: [{ address: FLASH, bytes: new Uint8Array(0x8_0000) }] };

  test('erases the pages of a list in two messages', () => {
    const host = hostOn(PART, used);
    expect(host.erase([1, 3], opcode)).toBe('ack');
    const first = [0, 0x4000, 0x8000, 0xc000].map((at) => host.readMemory(FLASH + at, 1));
    expect(first).toEqual([[0], [0xff], [0], [0xff]]);
  });

  test('sums the pages alone, not their number', () => {
    const host = hostOn(PART, used);
    host.command(opcode);
    expect(host.packet(...be16(1))).toBe(ACK);
    expect(host.step(0, 1, 0, 2, 0 ^ 1 ^ 0 ^ 2 ^ 1)).toBe(NACK);
    expect(host.readMemory(FLASH + 0x4000, 1)).toEqual([0]);
  });

  test('erases everything, and refuses codes that the chip does not have', () => {
    const host = hostOn(PART, used);
    expect(host.massErase(0xfffe, opcode)).toBe(NACK); // one bank
    expect(host.massErase(0xfff3, opcode)).toBe(NACK);
    host.command(opcode);
    expect(host.step(0xff, 0xff, 0x01)).toBe(NACK);
    host.command(opcode);
    expect(host.packet(...be16(512))).toBe(NACK); // 513 pages
    expect(host.readMemory(FLASH, 1)).toEqual([0]);
    expect(host.massErase(0xffff, opcode)).toBe(ACK);
    expect(host.readMemory(FLASH, 1)).toEqual([0xff]);
  });
});

describe.each([
  ['stretching', 0],
  ['no-stretch', 1],
])('%s protection commands (AN4221 §3.8 to §3.11, §3.14 to §3.17)', (_, form) => {
  test('Write Protect and Write Unprotect reset the chip behind their last ACK', () => {
    const host = hostOn();
    expect(host.command(0x63 + form)).toBe(ACK);
    expect(host.step(1, 0xfe)).toBe(ACK);
    expect(host.step(0, 2, 0 ^ 2)).toBe(ACK);
    host.board.run();
    expect(host.board.chip.options!.field('nWRP')! & 0x7).toBe(0b010);
    expect(host.command(0x73 + form)).toBe(ACK);
    expect(host.answer()).toBe(ACK);
    expect(host.board.chip.options!.field('nWRP')! & 0x7).toBe(0b111);
    expect(host.ask(0x01, 1)).toEqual([0x12]);
  });

  test('Write Protect refuses a wrong complement and a wrong checksum', () => {
    const host = hostOn();
    host.command(0x63 + form);
    expect(host.step(1, 1)).toBe(NACK);
    host.command(0x63 + form);
    expect(host.step(0, 0xff)).toBe(ACK);
    expect(host.step(5, 6)).toBe(NACK);
    expect(host.board.chip.options!.field('nWRP')! & 0xff).toBe(0xff);
  });

  test('Readout Protect leaves four commands, Readout Unprotect erases and gives all back', () => {
    const host = hostOn(PART, { load: [{ address: FLASH, bytes: Uint8Array.of(1, 2, 3, 4) }] });
    expect(host.command(0x82 + form)).toBe(ACK);
    expect(host.answer()).toBe(ACK);
    expect(host.board.chip.level).toBe(1);
    for (const opcode of [0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x32, 0x45, 0x64, 0x74, 0xa1]) {
      expect(host.command(opcode)).toBe(NACK);
    }
    expect(host.ask(0x02, 3)).toEqual([1, 0x04, 0x21]);
    expect(host.command(0x92 + form)).toBe(ACK);
    expect(host.answer()).toBe(ACK);
    expect(host.board.chip.level).toBe(0);
    expect(host.readMemory(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
  });
});

describe('No-Stretch Get Checksum (AN4221 §3.18)', () => {
  const content = Array.from({ length: 64 }, (_, index) => (index * 37 + 11) & 0xff);
  const options = { load: [{ address: FLASH, bytes: Uint8Array.from(content) }] };

  test('answers two ACKs, then the checksum of a range given in bytes', () => {
    const host = hostOn(PART, options);
    expect(host.command(0xa1)).toBe(ACK);
    expect(host.packet(...be32(FLASH + 4))).toBe(ACK);
    expect(host.packet(...be32(40))).toBe(ACK);
    expect(host.answer()).toBe(ACK);
    expect(host.read(5)).toEqual(sealed(be32(crc(content.slice(4, 44)))));
    expect(host.ask(0x01, 1)).toEqual([0x12]);
  });

  test.each([
    ['an address between words', FLASH + 2, 4, 'address'],
    ['an address outside main flash', 0x2000_4000, 4, 'address'],
    ['no bytes', FLASH, 0, 'size'],
    ['a size between words', FLASH, 6, 'size'],
    ['a range that ends behind main flash', FLASH + 0x7_fff0, 0x20, 'size'],
  ])('refuses %s', (_, address, size, step) => {
    const host = hostOn(PART, options);
    host.command(0xa1);
    const first = host.packet(...be32(address));
    if (step === 'address') return expect(first).toBe(NACK);
    expect(first).toBe(ACK);
    expect(host.packet(...be32(size))).toBe(NACK);
    expect(host.ask(0x01, 1)).toEqual([0x12]);
  });

  test('refuses wrong checksums', () => {
    const host = hostOn(PART, options);
    host.command(0xa1);
    expect(host.step(...be32(FLASH), 0)).toBe(NACK);
    host.command(0xa1);
    host.packet(...be32(FLASH));
    expect(host.step(...be32(4), 0)).toBe(NACK);
  });
});

describe('Special (AN2606, H5)', () => {
  test('takes each packet as a message, and answers data, status and an ACK', () => {
    const host = hostOn('STM32H563ZI');
    expect(host.command(0x50)).toBe(ACK);
    expect(host.packet(0x00, 0x83)).toBe(ACK);
    expect(host.packet(0, 4, 1, 2, 3, 4)).toBe(ACK);
    expect(host.read(2)).toEqual([0, 0]);
    expect(host.read(3)).toEqual([0, 1, 0]);
    expect(host.answer()).toBe(ACK);
    expect(host.ask(0x01, 1)).toEqual([0x20]);
  });

  test('refuses unknown codes, wrong checksums and too much data', () => {
    const host = hostOn('STM32H563ZI');
    host.command(0x50);
    expect(host.packet(0x12, 0x34)).toBe(NACK);
    host.command(0x50);
    expect(host.step(0x00, 0x83, 0x00)).toBe(NACK);
    host.command(0x50);
    host.packet(0x00, 0x83);
    expect(host.step(0, 1, 7, 0)).toBe(NACK);
    host.command(0x50);
    host.packet(0x00, 0x83);
    expect(host.packet(0, 129, ...Array.from({ length: 129 }, () => 0))).toBe(NACK);
  });
});

describe('while the chip works', () => {
  /** Erase of sector 0 is under way. */
  function erasing(opcode: number, options: BoardOptions = {}): I2cHost {
    const host = hostOn(PART, options);
    host.command(opcode);
    host.packet(0, 0);
    host.pins.start(host.address, false);
    passStretch(host);
    for (const byte of [0, 0, 0]) expect(host.pins.write(byte)).toBe('ack');
    host.pins.stop();
    return host;
  }

  /** Lets the time after the address pass, and no more. */
  function passStretch(host: I2cHost): void {
    const { clock } = host.board;
    clock.advanceTo(clock.now + 10);
    expect(host.pins.start(host.address, false)).toBe('ack');
  }

  test('a stretching command holds SCL until it is done, and says when', () => {
    const host = erasing(0x44);
    let retries = 0;
    host.pins.onRetry(() => retries++);
    expect(isHold(host.pins.start(host.address, true))).toBe(true);
    host.board.clock.advanceTo(host.board.clock.now + 10_000);
    expect(isHold(host.pins.start(host.address, true))).toBe(true);
    expect(retries).toBe(0);
    host.board.run();
    expect(retries).toBeGreaterThan(0);
    expect(host.answer()).toBe(ACK);
  });

  test('a no-stretch command answers BUSY at once, and its ACK when it is done', () => {
    const host = erasing(0x45);
    for (let poll = 0; poll < 3; poll++) {
      expect(host.pins.start(host.address, true)).toBe('ack');
      expect(host.pins.read(true)).toBe(BUSY);
      host.pins.stop();
      host.board.clock.advanceTo(host.board.clock.now + 10_000);
    }
    expect(isHold(host.pins.start(host.address, false))).toBe(true);
    host.pins.stop();
    host.board.run();
    expect(host.read(1)).toEqual([ACK]);
  });

  test('a chip that is busy longer than the time-out does not reset itself', () => {
    const host = hostOn('STM32F745ZG', { bootloader: '9.0' }); // 500 ms; a sector takes longer
    expect(host.massErase(0xffff, 0x45)).toBe(ACK);
    expect(host.board.clock.now).toBeGreaterThan(1_000_000);
    expect(host.readMemory(FLASH, 1)).toEqual([0xff]);
  });

  test('SCL is held after the address for the time that AN2606 prints', () => {
    const host = hostOn('STM32H743ZI'); // 50 µs
    const { clock } = host.board;
    const before = clock.now;
    expect(isHold(host.pins.start(host.address, false))).toBe(true);
    clock.advanceTo(before + 49);
    expect(isHold(host.pins.start(host.address, false))).toBe(true);
    clock.advanceTo(before + 50);
    expect(host.pins.start(host.address, false)).toBe('ack');
    host.pins.stop();
  });
});

describe('the time-out (AN2606, bootloader timing)', () => {
  function resets(host: I2cHost, ms: number): boolean {
    const { clock, trace } = host.board;
    let reset = false;
    trace.listen((event) => (reset ||= event.kind === 'reset'));
    clock.advanceTo(clock.now + 1000 * ms);
    host.board.run();
    return reset;
  }

  test.each([
    ['STM32F446RE', undefined, 1000],
    ['STM32F745ZG', undefined, 500],
    ['STM32C031F6', undefined, 2000],
    ['STM32C051F8', undefined, 2200],
    ['STM32F358CC', undefined, 10],
  ])('of %s resets a chip whose host is silent within a command', (part, bootloader, ms) => {
    const host = hostOn(part, bootloader === undefined ? {} : { bootloader });
    expect(host.command(0x11)).toBe(ACK);
    expect(resets(host, ms - 1)).toBe(false);
    expect(resets(host, 2)).toBe(true);
  });

  test('counts from the last thing that happened on the bus', () => {
    const host = hostOn();
    expect(host.command(0x11)).toBe(ACK);
    expect(resets(host, 900)).toBe(false);
    expect(host.packet(...be32(FLASH))).toBe(ACK);
    expect(resets(host, 900)).toBe(false);
    expect(host.step(0, 0xff)).toBe(ACK);
    expect(host.read(1)).toEqual([0xff]);
  });

  test('strikes a host that does not fetch its answer, and one that sends half a message', () => {
    const host = hostOn();
    host.write([0x00, 0xff]);
    expect(resets(host, 1001)).toBe(true);
    host.write([0x00]);
    expect(resets(host, 1001)).toBe(true);
  });

  test('does not run between commands', () => {
    const host = hostOn();
    expect(host.ask(0x01, 1)).toEqual([0x12]);
    expect(resets(host, 60_000)).toBe(false);
    expect(host.command(0x43)).toBe(NACK);
    expect(resets(host, 60_000)).toBe(false);
  });

  test('ends what nobody else can: each leaves SCL held until the chip resets', () => {
    const mistakes: ((host: I2cHost) => unknown)[] = [
      // writes where an answer is due
      (host) => [host.write([0x00, 0xff]), host.write([0x02, 0xfd])],
      // goes on after half a message
      (host) => [host.write([0x00]), host.write([0xff])],
      // reads part of a reply
      (host) => [host.command(0x02), host.read(2), host.read(1)],
    ];
    for (const mistake of mistakes) {
      const host = hostOn();
      const before = host.board.clock.now;
      expect(mistake(host)).toContain('nack');
      expect(host.board.clock.now - before).toBeGreaterThan(1_000_000);
      expect(host.ask(0x01, 1)).toEqual([0x12]);
    }
  });

  test('ends a repeated START, for the ROM waits for the STOP', () => {
    const host = hostOn();
    const { clock } = host.board;
    host.pins.start(host.address, false);
    clock.advanceTo(clock.now + 10);
    expect(host.pins.start(host.address, false)).toBe('ack');
    host.pins.write(0x02);
    host.pins.write(0xfd);
    expect(isHold(host.pins.start(host.address, true))).toBe(true);
    clock.advanceTo(clock.now + 1_000_001);
    host.board.run();
    expect(host.ask(0x01, 1)).toEqual([0x12]);
  });
});

test('a byte too many stays in the data register and is the first of the next message', () => {
  const host = hostOn();
  expect(host.step(0x01, 0xfe, 0x02)).toBe(ACK);
  expect(host.read(1)).toEqual([0x12]);
  expect(host.answer()).toBe(ACK);
  expect(host.step(0xfd)).toBe(ACK);
  expect(host.read(3)).toEqual([1, 0x04, 0x21]);
});

test('level 2 of F74x leaves Get, Get Version and Get ID', () => {
  const host = hostOn('STM32F745ZG', { rdp: 2 });
  expect(host.ask(0x00, 5)).toEqual([3, 0x12, 0, 1, 2]);
  expect(host.command(0x92)).toBe(NACK);
});

/** A vector table that runs. */
function vector(): Uint8Array {
  return Uint8Array.of(0x00, 0x10, 0x00, 0x20, 0x01, 0x01, 0x00, 0x08);
}
