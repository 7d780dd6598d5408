import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import { EmulatorError } from '../../errors.ts';
import { boardOf } from '../../test/boards.ts';
import { I2cHost } from '../../test/hosts/i2c-host.ts';
import { ACK, be16, be32, I3cHost, NACK, sealed } from '../../test/hosts/i3c-host.ts';
import { UsartHost } from '../../test/hosts/usart-host.ts';
import { largest, runnable } from '../../test/lines/all-lines.ts';

const FLASH = 0x0800_0000;
const RAM = 0x2000_4000;
const PART = 'STM32H503CB';
const OPCODES = [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x50, 0x63, 0x73];
const RSTDAA = 0x06;
const [ENEC, DISEC] = [0x00, 0x01];

/** A controller that has given the chip no address yet. */
function hostOn(part: string = PART, options: BoardOptions = {}): I3cHost {
  return new I3cHost(boardOf(part, options));
}

function connected(part: string = PART, options: BoardOptions = {}): I3cHost {
  const host = hostOn(part, options);
  expect(host.connect()).toBe(ACK);
  return host;
}

/** The bootloader waits for a command. */
function isAwake(host: I3cHost): boolean {
  const heard = host.ask(0x01, 1);
  return Array.isArray(heard) && JSON.stringify(heard) === '[[16]]';
}

describe('the address (AN5927 §2.1)', () => {
  test('comes from the controller, to whom the chip says what it is', () => {
    const { pins } = hostOn();
    const pid = Uint8Array.of(0x02, 0x08, 0x13, 0x81, 0xb0, 0x00); // measured by BINHO
    expect(pins.assignAddress(0x08)).toEqual({ pid, bcr: 0x2e, dcr: 0x01 });
    expect(hostOn('STM32H563ZI').pins.assignAddress(0x08)).toMatchObject({ dcr: 0x02 });
  });

  test('is acknowledged, and no other is', () => {
    const host = hostOn(PART);
    for (let address = 0; address < 0x80; address++) expect(host.write([], address)).toBe('nack');
    host.pins.assignAddress(0x31);
    for (let address = 0; address < 0x80; address++) {
      expect(host.write([], address)).toBe(address === 0x31 ? 'ack' : 'nack');
      expect(host.read(1, address)).toBe('nack'); // nothing is offered
    }
  });

  test('is given once, and again when it was taken away', () => {
    const host = hostOn();
    expect(host.pins.assignAddress(0x08)).not.toBe('nack');
    expect(host.pins.assignAddress(0x09)).toBe('nack');
    expect(host.step(0x5a)).toBe(ACK);
    expect(host.pins.broadcast(RSTDAA)).toBe('ack');
    expect(host.command(0x01)).toBe('nack');
    expect(host.pins.assignAddress(0x08)).not.toBe('nack');
    expect(isAwake(host)).toBe(true); // the session goes on
  });

  test('is lost in a reset, without power, and where an application runs', () => {
    const host = connected();
    host.board.reset();
    expect(host.write([0x5a])).toBe('nack');
    host.board.run();
    expect(host.write([0x5a])).toBe('nack');
    expect(host.connect()).toBe(ACK);
    host.board.drive('NRST', 0);
    expect(host.pins.broadcast(RSTDAA)).toBe('nack');
    expect(host.pins.assignAddress(0x08)).toBe('nack');
    host.board.drive('NRST', 1);
    host.board.run();
    expect(host.connect()).toBe(ACK);
    host.board.power(false);
    expect(host.pins.assignAddress(0x08)).toBe('nack');
    const other = hostOn(PART, { boot0: 0, load: [{ address: FLASH, bytes: vector() }] });
    expect(other.board.state).toBe('application');
    expect(other.pins.assignAddress(0x08)).toBe('nack');
  });

  test('a line without I3C says what it has', () => {
    expect(() => boardOf('STM32F446RE').i3c()).toThrow(EmulatorError);
    expect(() => boardOf(PART).i3c('I3C2')).toThrow('it listens on I3C1');
    expect(boardOf(PART).i3cs).toEqual(['I3C1']);
    expect(boardOf('STM32F446RE').i3cs).toEqual([]);
  });
});

describe('selection (AN5927 §1)', () => {
  test('is made by 0x5A, answered by an interrupt, and silences the other interfaces until reset', () => {
    const board = boardOf(PART);
    const host = new I3cHost(board);
    const [usart, i2c] = [new UsartHost(board), new I2cHost(board)];
    host.pins.assignAddress(host.address);
    expect(board.usb().attached).toBe(true); // an address selects nothing
    expect(host.step(0x5a)).toBe(ACK);
    expect(usart.sync()).toEqual([]);
    expect(i2c.write([0x01, 0xfe])).toBe('nack');
    expect(board.usb().attached).toBe(false);
    board.reset();
    board.run();
    expect(usart.sync()).toEqual([ACK]);
  });

  test('of another interface takes the address away, and no target answers', () => {
    const board = boardOf(PART);
    const host = new I3cHost(board);
    host.pins.assignAddress(host.address);
    expect(new UsartHost(board).sync()).toEqual([ACK]);
    expect(host.write([0x5a])).toBe('nack');
    expect(host.pins.assignAddress(host.address)).toBe('nack');
    expect(host.pins.broadcast(ENEC, [1])).toBe('nack');
    board.reset();
    board.run();
    expect(host.connect()).toBe(ACK);
  });

  test('passes over what comes before 0x5A', () => {
    const host = hostOn();
    host.pins.assignAddress(host.address);
    expect(host.step(0x00, 0xff)).toBe('silent');
    expect(host.step(0x7f)).toBe('silent');
    expect(host.step(0x5a)).toBe(ACK);
  });
});

describe('interrupts', () => {
  test('carry the address and one byte, and come behind the frame', () => {
    const { board, pins } = hostOn();
    const heard: unknown[] = [];
    pins.onInterrupt((interrupt) => heard.push(interrupt));
    pins.assignAddress(0x22);
    pins.write(0x22, [0x5a]);
    expect(heard).toEqual([]);
    board.run();
    expect(heard).toEqual([{ address: 0x22, byte: ACK }]);
  });

  test('wait for a controller that listens, and the chip with them', () => {
    const board = boardOf(PART);
    board.run();
    const pins = board.i3c();
    pins.assignAddress(0x08);
    pins.write(0x08, [0x5a]);
    board.run();
    pins.write(0x08, [0x01, 0xfe]);
    board.run();
    const heard: number[] = [];
    pins.onInterrupt(({ byte }) => heard.push(byte));
    board.run();
    expect(heard).toEqual([ACK, ACK]);
    expect(pins.read(0x08, 1)).toEqual(Uint8Array.of(0x10));
  });

  test('wait while they are disabled (ENEC, DISEC)', () => {
    const host = connected();
    expect(host.pins.broadcast(DISEC, [0x01])).toBe('ack');
    expect(host.command(0x01)).toBe('silent');
    expect(host.pins.broadcast(ENEC, [0x02])).toBe('ack'); // of other events
    expect(host.answer()).toBe('silent');
    expect(host.pins.broadcast(ENEC, [0x01])).toBe('ack');
    expect(host.answer()).toBe(ACK);
  });

  test('are taken back when the address is', () => {
    const host = connected();
    host.write([0x01, 0xfe]);
    host.pins.broadcast(RSTDAA);
    expect(host.answer()).toBe('silent');
    host.pins.assignAddress(0x0b);
    expect(host.answer()).toBe(ACK);
  });

  test('are taken in a listener that goes on at once', () => {
    const { board, pins, address } = connected();
    const read: unknown[] = [];
    let once = true;
    pins.onInterrupt(() => {
      if (once) read.push(pins.read(address, 1));
      once = false;
    });
    pins.write(address, [0x01, 0xfe]);
    board.run();
    expect(read).toEqual([Uint8Array.of(0x10)]);
  });
});

describe('Get, Get Version and Get ID (AN5927 §3.1 to §3.3)', () => {
  test('answer their numbers, version and list, each in a read of its own', () => {
    const host = connected();
    expect(host.ask(0x00, 1, 1, 10)).toEqual([[10], [0x10], OPCODES]);
    expect(host.ask(0x01, 1)).toEqual([[0x10]]);
    expect(host.ask(0x02, 1, 2)).toEqual([[2], [0x04, 0x74]]);
  });

  test('a read of more ends where the offer does, and what one of less leaves comes next', () => {
    const host = connected();
    expect(host.ask(0x00, 12, 12, 4, 2, 12)).toEqual([
      [10],
      [0x10],
      OPCODES.slice(0, 4),
      OPCODES.slice(4, 6),
      OPCODES.slice(6),
    ]);
    expect(host.read(1)).toBe('nack');
    expect(isAwake(host)).toBe(true);
  });

  test('a command that is not in the list, and a wrong complement, are refused', () => {
    const host = connected();
    for (let opcode = 0; opcode < 256; opcode++) {
      if (!OPCODES.includes(opcode)) expect(host.command(opcode)).toBe(NACK);
      expect(host.step(opcode, opcode)).toBe(NACK);
    }
    expect(isAwake(host)).toBe(true);
  });

  test('another protocol version is what the board was made with', () => {
    const host = connected(PART, { protocols: { I3C: '1.1' } });
    expect(host.ask(0x01, 1)).toEqual([[0x11]]);
  });
});

describe('Read Memory (AN5927 §3.4)', () => {
  const content = Array.from({ length: 8192 }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
  const options = { load: [{ address: FLASH, bytes: Uint8Array.from(content) }] };

  test('answers one chunk, without an ACK behind it', () => {
    const host = connected(PART, options);
    expect(host.readMemory(FLASH, 1)).toEqual([content[0]]);
    expect(host.answer()).toBe('silent');
    expect(host.readMemory(FLASH + 5, 2048)).toEqual(content.slice(5, 2053));
    expect(isAwake(host)).toBe(true);
  });

  test('goes on with the next address while more is announced', () => {
    const host = connected(PART, options);
    expect(host.readMemory(FLASH + 3, 2048, 1, 300, 16)).toEqual(content.slice(3, 3 + 2365));
    expect(isAwake(host)).toBe(true);
  });

  test('a chunk in two frames, and read in pieces, is the same', () => {
    const host = connected(PART, options);
    host.command(0x11);
    host.packet(...be32(FLASH));
    const [msb, lsb, sum] = sealed(be16(20 << 1)) as [number, number, number];
    expect(host.step(msb)).toBe('silent');
    expect(host.step(lsb, sum)).toBe(ACK);
    expect([host.read(7), host.read(0), host.read(13)].flat()).toEqual(content.slice(0, 20));
    expect(isAwake(host)).toBe(true);
  });

  test.each([
    ['no bytes', sealed(be16(0))],
    ['no bytes with more behind them', sealed(be16(1))],
    ['2049 bytes', sealed(be16(2049 << 1))],
    ['a wrong checksum', [0x00, 0x08, 0x00]],
  ])('refuses %s, which ends it', (_, frame) => {
    const host = connected(PART, options);
    host.command(0x11);
    expect(host.packet(...be32(FLASH))).toBe(ACK);
    expect(host.step(...frame)).toBe(NACK);
    expect(isAwake(host)).toBe(true);
  });

  test('refuses addresses without memory, at the start and at the end of a chunk', () => {
    const host = connected(PART, options);
    expect(host.readMemory(0x6000_0000, 4)).toBe('refused address');
    expect(host.readMemory(0x2000_0000, 4)).toBe('refused address'); // the bootloader's own
    host.command(0x11);
    expect(host.step(...be32(FLASH), 0xff)).toBe(NACK);
    const end = FLASH + 128 * 1024;
    expect(host.readMemory(end - 8, 9)).toBe('refused length 0');
    expect(host.readMemory(end - 8, 4, 4)).toEqual(Array.from({ length: 8 }, () => 0xff));
    expect(host.readMemory(end - 8, 4, 4, 1)).toBe('refused length 2');
    expect(isAwake(host)).toBe(true);
  });
});

describe('Write Memory (AN5927 §3.6)', () => {
  test('programs chunk by chunk, and each is acknowledged', () => {
    const host = connected();
    const chunks = [2048, 16, 512].map((length, index) =>
      Array.from({ length }, (_, at) => (at * 3 + index) & 0xff),
    );
    expect(host.writeMemory(FLASH + 4096, ...chunks)).toBe('ack');
    expect(host.readMemory(FLASH + 4096, 2048, 528)).toEqual(chunks.flat());
    expect(host.writeMemory(RAM, [1, 2, 3], [4])).toBe('ack');
    expect(host.readMemory(RAM, 4)).toEqual([1, 2, 3, 4]);
  });

  test.each([
    ['no bytes', sealed(be16(0))],
    ['2049 bytes', sealed(be16(2049 << 1))],
    ['a wrong checksum', [0x00, 0x08, 0x00]],
  ])('refuses a size of %s, which ends it', (_, frame) => {
    const host = connected();
    host.command(0x31);
    expect(host.packet(...be32(FLASH))).toBe(ACK);
    expect(host.step(...frame)).toBe(NACK);
    expect(isAwake(host)).toBe(true);
  });

  test('refuses a wrong checksum of the data, and more that was announced behind it', () => {
    const host = connected();
    host.command(0x31);
    host.packet(...be32(FLASH));
    expect(host.chunk(16, true)).toBe(ACK);
    expect(host.step(...sealed(Array.from({ length: 15 }, () => 1)), 0xff)).toBe(NACK);
    expect(isAwake(host)).toBe(true);
    expect(host.readMemory(FLASH, 2)).toEqual([0xff, 0xff]);
  });

  test('refuses addresses without memory, and a chunk that runs past it', () => {
    const host = connected();
    expect(host.writeMemory(0x6000_0000, [1])).toBe('refused address');
    const end = FLASH + 128 * 1024;
    const block = Array.from({ length: 16 }, () => 5);
    expect(host.writeMemory(end - 16, block, block)).toBe('refused length 1');
    expect(host.writeMemory(end - 8, block)).toBe('refused length 0');
    expect(host.readMemory(end - 16, 16)).toEqual(block);
  });

  test('of option registers resets the chip behind its ACK', () => {
    const host = connected('STM32H563ZI');
    const optsr = host.board.chip.options!.areas[0]!.read(0, 4);
    expect(host.writeMemory(0x4002_2054, [...optsr])).toBe('ack');
    expect(host.write([0x01, 0xfe])).toBe('nack');
    expect(host.connect()).toBe(ACK);
  });
});

describe('Go (AN5927 §3.5)', () => {
  test('starts the application when its second ACK is taken', () => {
    const host = connected(PART, { load: [{ address: FLASH, bytes: vector() }] });
    expect(host.command(0x21)).toBe(ACK);
    host.write(sealed(be32(FLASH)));
    expect(host.board.state).toBe('bootloader');
    expect(host.answer()).toBe(ACK);
    expect(host.board.state).toBe('application');
    expect(host.write([])).toBe('nack');
  });

  test('refuses an address without memory and a wrong checksum', () => {
    const host = connected();
    expect(host.go(0x6000_0000)).toBe(NACK);
    host.command(0x21);
    expect(host.step(...be32(FLASH), 0)).toBe(NACK);
    expect(host.board.state).toBe('bootloader');
  });
});

describe('Erase (AN5927 §3.7)', () => {
  const used = { load: [{ address: FLASH, bytes: new Uint8Array(128 * 1024) }] };
  const sectors = (host: I3cHost): number[] =>
    Array.from({ length: 16 }, (_, sector) => host.board.flashImage()[sector * 8192]!);
  const blank = (...erased: readonly number[]): number[] =>
    Array.from({ length: 16 }, (_, sector) => (erased.includes(sector) ? 0xff : 0));

  test('erases as many sectors as were named', () => {
    const host = connected(PART, used);
    expect(host.erase([1, 3])).toBe('ack');
    expect(sectors(host)).toEqual(blank(1, 3));
    expect(host.erase([15])).toBe('ack');
    expect(sectors(host)).toEqual(blank(1, 3, 15));
  });

  test('takes numbers of 1 to 1023', () => {
    const host = connected(PART, used);
    host.command(0x44);
    expect(host.packet(...be16(0))).toBe(NACK);
    host.command(0x44);
    expect(host.packet(...be16(1024))).toBe(NACK);
    expect(sectors(host)).toEqual(blank());
    expect(host.erase(Array.from({ length: 1023 }, (_, at) => at % 4))).toBe('ack');
    expect(sectors(host)).toEqual(blank(0, 1, 2, 3));
  });

  test('refuses wrong checksums: of the number, of the sectors, and their complements', () => {
    const host = connected(PART, used);
    for (const wrong of [
      [0, 1, 0],
      [0, 1, 0xfe],
      [0xff, 0xff, 0xff],
    ]) {
      host.command(0x44);
      expect(host.step(...wrong)).toBe(NACK);
    }
    for (const wrong of [
      [0, 3, 0],
      [0, 3, 0xfc],
      [0, 3, 3 ^ 1],
    ]) {
      host.command(0x44);
      expect(host.packet(...be16(1))).toBe(ACK);
      expect(host.step(...wrong)).toBe(NACK);
    }
    expect(sectors(host)).toEqual(blank());
  });

  test('erases all, or a bank, and refuses the other codes', () => {
    const host = connected(PART, used);
    for (let code = 0xfff0; code < 0xfffd; code++) expect(host.massErase(code)).toBe(NACK);
    expect(sectors(host)).toEqual(blank());
    expect(host.massErase(0xfffd)).toBe(ACK);
    expect(sectors(host)).toEqual(blank(8, 9, 10, 11, 12, 13, 14, 15));
    expect(host.massErase(0xfffe)).toBe(ACK);
    expect(host.massErase(0xffff)).toBe(ACK);
    expect(sectors(host)).toEqual(Array.from({ length: 16 }, () => 0xff));
  });

  test('is silent while it works, loses what does not fit its receiver, and then goes on', () => {
    const host = connected(PART, used);
    const { board } = host;
    host.command(0x44);
    host.packet(...be16(1));
    const before = board.clock.now;
    host.write(sealed(be16(2)));
    board.clock.advanceTo(before + 1000);
    expect(host.interrupts).toEqual([]);
    expect(host.read(1)).toBe('nack');
    host.write([0x01, 0xfe, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(host.answer()).toBe(ACK);
    expect(board.clock.now - before).toBeGreaterThan(2000);
    expect(host.answer()).toBe(ACK); // of Get Version, the first of eight bytes
    expect(host.read(1)).toEqual([0x10]);
    expect([host.answer(), host.answer(), host.answer()]).toEqual([ACK, NACK, NACK]);
  });
});

describe('write protection (AN5927 §3.8, §3.9)', () => {
  test('is not there on H5, and says so with a NACK', () => {
    const host = connected();
    expect(host.command(0x63)).toBe(ACK);
    expect(host.packet(...be16(2))).toBe(ACK);
    expect(host.packet(0, 1, 0, 2)).toBe(NACK);
    expect(host.command(0x73)).toBe(ACK);
    expect(host.answer()).toBe(NACK);
    expect(isAwake(host)).toBe(true);
  });

  test('Write Protect refuses wrong checksums and more than 1024 sectors', () => {
    const host = connected();
    host.command(0x63);
    expect(host.step(0, 1, 0)).toBe(NACK);
    host.command(0x63);
    expect(host.packet(...be16(1))).toBe(ACK);
    expect(host.step(0, 1, 0)).toBe(NACK);
    host.command(0x63);
    expect(host.packet(...be16(1025))).toBe(ACK);
    expect(host.answer()).toBe(NACK);
    expect(isAwake(host)).toBe(true);
  });

  test('a chip that can is asked for each sector, and resets', () => {
    const host = hostOn(PART, {
      replace: {
        memory: (memory) => ({
          ...memory,
          writeProtect: (codes) => {
            expect(codes).toEqual([0x0102, 3]);
            return memory.changeOptions({ IWDG_SW: 0 });
          },
        }),
      },
    });
    host.connect();
    host.command(0x63);
    host.packet(...be16(2));
    expect(host.packet(1, 2, 0, 3)).toBe(ACK);
    expect(host.write([0x01, 0xfe])).toBe('nack');
  });
});

describe('Special (AN5927 §3.12, AN2606)', () => {
  test('sets the product state of an H5, which the next reset makes effective', () => {
    const host = connected();
    expect(host.command(0x50)).toBe(ACK);
    expect(host.packet(...be16(0x0001))).toBe(ACK);
    expect(host.packet(0, 4, 0, 0, 0, 0x17)).toBe(ACK);
    expect(host.read(2)).toEqual([0, 0]);
    expect(host.read(3)).toEqual([0, 1, 0]);
    expect(host.answer()).toBe(ACK);
    expect(isAwake(host)).toBe(true);
    host.board.reset();
    host.board.run();
    expect(host.board.chip.options!.field('PRODUCT_STATE')).toBe(0x17);
    expect(host.connect()).toBe(ACK);
  });

  test('resets the chip behind its last ACK', () => {
    const host = connected();
    host.command(0x50);
    host.packet(...be16(0x0002));
    expect(host.packet(0, 0)).toBe(ACK);
    host.read(2);
    host.read(3);
    expect(host.answer()).toBe(ACK);
    expect(host.write([0x01, 0xfe])).toBe('nack');
  });

  test('refuses unknown codes, wrong checksums and, before they come, too much data', () => {
    const host = connected();
    host.command(0x50);
    expect(host.packet(...be16(0x0083))).toBe(NACK); // H503 lacks it
    host.command(0x50);
    expect(host.step(0, 1, 0)).toBe(NACK);
    host.command(0x50);
    host.packet(...be16(0x0001));
    expect(host.step(0, 1, 7, 0)).toBe(NACK);
    host.command(0x50);
    host.packet(...be16(0x0001));
    expect(host.step(0, 129)).toBe(NACK);
    expect(isAwake(host)).toBe(true);
  });
});

test('a product state that closes the chip leaves no bootloader to talk to', () => {
  for (const state of [0x2e, 0xc6, 0x72, 0x5c]) {
    const host = hostOn(PART, { options: { PRODUCT_STATE: state } });
    expect(host.pins.assignAddress(0x08)).toBe('nack');
  }
});

test('a protected chip answers Get, Get Version, Get ID and Special alone', () => {
  const host = connected(PART, {
    replace: {
      memory: (memory) => ({ ...memory, level: 1 }),
    },
  });
  for (const opcode of OPCODES) {
    const answered = [0x00, 0x01, 0x02, 0x50].includes(opcode);
    expect(host.command(opcode)).toBe(answered ? ACK : NACK);
    if (answered) {
      host.board.reset();
      host.board.run();
      expect(host.connect()).toBe(ACK);
    }
  }
});

test('the trace tells what came over the bus, and why an answer is no', () => {
  const told: object[] = [];
  const host = hostOn(PART, {
    onTrace: (event) => 'port' in event && event.port === 'I3C1' && told.push(event),
  });
  host.write([1]);
  host.connect();
  host.pins.broadcast(ENEC, [0x01]);
  host.command(0x99);
  const message = (acknowledged: boolean): object => ({
    message: { address: 0x08, acknowledged },
  });
  const port = 'I3C1';
  expect(told).toMatchObject([
    { kind: 'rx', port, bytes: new Uint8Array(), ...message(false) },
    { kind: 'assigned', port, address: 0x08 },
    { kind: 'rx', port, bytes: Uint8Array.of(0x5a), ...message(true) },
    { kind: 'select', port },
    { kind: 'interrupt', port, address: 0x08, bytes: Uint8Array.of(ACK) },
    { kind: 'broadcast', port, code: ENEC, bytes: Uint8Array.of(1), acknowledged: true },
    { kind: 'rx', port, bytes: Uint8Array.of(0x99, 0x66), ...message(true) },
    { kind: 'nack', port, reason: 'unknown-command: opcode 0x99' },
    { kind: 'interrupt', port, address: 0x08, bytes: Uint8Array.of(NACK) },
  ]);
});

describe('every line and version with I3C', () => {
  const rows = runnable.flatMap((device) =>
    device.bootloaders
      .filter(({ protocols }) => protocols.I3C !== undefined)
      .map(({ version }) => ({ name: `${device.id} V${version}`, device, version })),
  );

  test('there are some', () => {
    expect([...new Set(rows.map(({ device }) => device.id))]).toEqual([
      'STM32H503',
      'STM32H523_533',
      'STM32H562_563_573',
    ]);
  });

  test.each(rows)('$name tells what it is, and stores what it is sent', ({ device, version }) => {
    const host = new I3cHost(new Board(device, largest(device), { bootloader: version }));
    expect(host.connect()).toBe(ACK);
    expect(host.ask(0x00, 1, 1, 10)).toEqual([[10], [0x10], OPCODES]);
    expect(host.ask(0x02, 1, 2)).toEqual([[2], be16(device.productId)]);
    const data = Array.from({ length: 64 }, (_, at) => at ^ 0x3c);
    expect(host.erase([0])).toBe('ack');
    expect(host.writeMemory(FLASH, data, data)).toBe('ack');
    expect(host.readMemory(FLASH, 100, 28)).toEqual([...data, ...data]);
  });
});

describe('properties', () => {
  const byte = fc.nat(0xff);
  const address = fc.constantFrom(
    FLASH,
    FLASH + 0x4000,
    RAM,
    0x2000_0000,
    0x4002_2054,
    0x6000_0000,
  );
  /** Frames of sessions, most of them well formed, so that a sequence of them gets deep into commands. */
  const frame = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(...OPCODES).map((opcode) => [opcode, opcode ^ 0xff]),
    },
    { weight: 3, arbitrary: address.map((at) => sealed(be32(at))) },
    fc
      .constantFrom(0, 1, 2, 3, 32, 33, 4096, 4098, 0xffff, 0xfffe)
      .map((code) => sealed(be16(code))),
    fc.array(byte, { minLength: 1, maxLength: 24 }).map(sealed),
    fc.array(byte, { maxLength: 20 }),
  );
  const call = fc.oneof(
    { weight: 6, arbitrary: fc.record({ write: frame, own: fc.constant(true) }) },
    { weight: 6, arbitrary: fc.record({ run: fc.constant(true) }) },
    {
      weight: 3,
      arbitrary: fc.record({ read: fc.integer({ min: -1, max: 3000 }), own: fc.constant(true) }),
    },
    fc.record({ write: frame, own: fc.constant(false) }),
    fc.record({ read: fc.nat(4), own: fc.constant(false) }),
    fc.record({
      broadcast: fc.oneof(fc.constantFrom(ENEC, DISEC, RSTDAA), byte),
      data: fc.array(byte, { maxLength: 3 }),
    }),
    fc.record({ assign: fc.nat(0x7f) }),
  );
  type Call = typeof call extends fc.Arbitrary<infer Each> ? Each : never;

  /** All that a controller meets; an address that is not the chip's gets nothing. */
  function played(host: I3cHost, calls: readonly Call[]): unknown[] {
    const { pins, board, interrupts } = host;
    let own = host.address;
    const met = calls.map((each): unknown => {
      if ('run' in each) return board.run();
      if ('broadcast' in each) return pins.broadcast(each.broadcast, each.data);
      if ('assign' in each) {
        const identity = pins.assignAddress(each.assign);
        if (identity !== 'nack') own = each.assign;
        return identity;
      }
      const at = each.own ? own : own ^ 1;
      const answer = 'write' in each ? pins.write(at, each.write) : pins.read(at, each.read);
      if (!each.own) expect(answer).toBe('nack');
      if ('read' in each && answer !== 'nack') {
        expect(answer.length).toBeLessThanOrEqual(Math.max(0, each.read));
      }
      return answer;
    });
    board.run();
    return [met, [...interrupts], Buffer.from(board.flashImage()).toString('base64')];
  }

  test('no sequence of calls throws, all give the same answers every time, and a reset ends what they left', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), fc.boolean(), (calls, synced) => {
        const host = (): I3cHost => (synced ? connected() : hostOn());
        const first = host();
        expect(played(first, calls)).toEqual(played(host(), calls));
        first.board.reset();
        first.board.run();
        first.interrupts.length = 0;
        if (first.board.state === 'bootloader') expect(first.connect()).toBe(ACK);
      }),
      { numRuns: 30 },
    );
  });

  test('what is written in any chunks is read back in any other', () => {
    const cut = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cut, cut, (written, read) => {
        const host = connected();
        const total = written.reduce((sum, length) => sum + length, 0);
        const data = Array.from({ length: total }, (_, at) => (at * 31 + 7) & 0xff);
        let at = 0;
        const chunks = written.map((length) => data.slice(at, (at += length)));
        expect(host.writeMemory(RAM, ...chunks)).toBe('ack');
        let left = total;
        const lengths = [...read, total].flatMap((length) => {
          const taken = Math.min(length, left);
          left -= taken;
          return taken === 0 ? [] : [taken];
        });
        expect(host.readMemory(RAM, ...lengths)).toEqual(data);
      }),
      { numRuns: 30 },
    );
  });

  test('frames may be cut and joined without changing what is answered', () => {
    const stream = [
      [0x5a],
      [0x01, 0xfe],
      sealed([0x11, 0xee]).slice(0, 2),
      sealed(be32(FLASH)),
      sealed(be16(4 << 1)),
    ];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }), (cuts) => {
        const host = hostOn();
        host.pins.assignAddress(host.address);
        const heard: unknown[] = [];
        for (const frame of stream) {
          let at = 0;
          for (const cut of cuts) {
            if (at + cut >= frame.length) break;
            host.write(frame.slice(at, at + cut));
            host.board.run();
            at += cut;
          }
          host.write(frame.slice(at));
          host.board.run();
          const read = host.read(4);
          host.board.run();
          heard.push([...host.interrupts.splice(0), read]);
        }
        expect(heard).toEqual([
          [ACK, 'nack'],
          [ACK, ACK, [0x10]],
          [ACK, 'nack'],
          [ACK, 'nack'],
          [ACK, [0xff, 0xff, 0xff, 0xff]],
        ]);
      }),
      { numRuns: 30 },
    );
  });
});

/** A vector table that runs. */
function vector(): Uint8Array {
  return Uint8Array.of(0x00, 0x10, 0x00, 0x20, 0x01, 0x01, 0x00, 0x08);
}
