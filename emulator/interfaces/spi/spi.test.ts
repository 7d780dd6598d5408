import { describe, expect, test } from 'vitest';
import type { BoardOptions } from '../../board/board-options.ts';
import { EmulatorError } from '../../errors.ts';
import { boardOf } from '../../test/boards.ts';
import { be16, be32, I2cHost, sealed } from '../../test/hosts/i2c-host.ts';
import { ACK, NACK, PLAIN, SpiHost } from '../../test/hosts/spi-host.ts';
import type { SpiManner } from '../../test/hosts/spi-host.ts';
import { UsartHost } from '../../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;
const PART = 'STM32F446RE'; // SPI 1.1

function synced(part: string = PART, options: BoardOptions = {}, manner?: SpiManner): SpiHost {
  const host = new SpiHost(boardOf(part, options), undefined, manner);
  expect(host.sync()).toBe(ACK);
  return host;
}

describe('connection (AN4286 §1)', () => {
  test('0x5A is answered with the busy byte, then ACK until the host acknowledges it', () => {
    const host = new SpiHost(boardOf(PART));
    host.exchange(0x5a);
    expect(host.exchange(0, 0, 0, 0, 0x79, 0, 0)).toEqual([
      0xa5, 0x79, 0x79, 0x79, 0x79, 0xa5, 0xa5,
    ]);
    expect(host.ask(0x01, 1)).toEqual([0x11]);
  });

  test('other bytes do not select the port', () => {
    const board = boardOf(PART);
    const host = new SpiHost(board);
    expect(host.exchange(0x00, 0x7f, 0xff, 0xa5)).toEqual([0xff, 0xff, 0xff, 0xff]);
    expect(new UsartHost(board).sync()).toEqual([ACK]);
    expect(host.exchange(0x5a, 0, 0, 0)).toEqual([0xff, 0xff, 0xff, 0xff]);
  });

  test('selects the port alone until reset, before its ACK is fetched', () => {
    const board = boardOf(PART);
    const [first, second] = [new SpiHost(board, 'SPI1'), new SpiHost(board, 'SPI4')];
    second.exchange(0x5a);
    expect(new UsartHost(board).sync()).toEqual([]);
    expect(new I2cHost(board).write([])).toBe('nack');
    expect(first.sync()).toBeUndefined();
    expect(second.answer()).toBe(ACK);
    board.reset();
    board.run();
    expect(first.sync()).toBe(ACK);
  });

  test('a second 0x5A begins a frame, of which two polls make a malformed command', () => {
    const host = synced();
    host.exchange(0x5a);
    expect(host.exchange(0, 0)).toEqual([0xa5, 0xa5]);
    expect(host.answer()).toBe(NACK);
    expect(host.ask(0x01, 1)).toEqual([0x11]);
  });

  test('bytes count only while NSS is low', () => {
    const host = new SpiHost(boardOf(PART));
    host.pins.select(1);
    for (const byte of [0x5a, 0, 0, 0]) expect(host.pins.exchange(byte)).toBe(0xff);
    expect(host.sync()).toBe(ACK);
    host.exchange(0x5a, 0x01);
    host.pins.select(1);
    host.pins.exchange(0x55);
    expect(host.step(0xfe)).toBe(ACK);
    expect(host.read(1)).toEqual([0x11]);
  });

  test('an application, a chip in reset and one without power leave MISO alone', () => {
    const host = synced();
    host.board.drive('NRST', 0);
    expect(host.exchange(0x5a, 0, 0)).toEqual([0xff, 0xff, 0xff]);
    host.board.drive('NRST', 1);
    host.board.run();
    expect(host.sync()).toBe(ACK);
    host.board.power(false);
    expect(host.exchange(0x5a, 0, 0)).toEqual([0xff, 0xff, 0xff]);
  });

  test('is asked for by name, and a line without SPI says what it has', () => {
    expect(() => boardOf('STM32F103C8').spi()).toThrow(EmulatorError);
    expect(() => boardOf(PART).spi('SPI9')).toThrow('it listens on SPI1, SPI2, SPI4');
    expect(boardOf(PART).spis).toEqual(['SPI1', 'SPI2', 'SPI4']);
  });
});

/**
 * A host that polls for nothing: it clocks a fixed number of slots for each phase, as programs that are proven
 * on F401, F446 and G4 do, and asks again only where the chip works.
 */
describe.each(['STM32F401CE', 'STM32F446RE', 'STM32G474RE'])('%s, slot by slot', (part) => {
  const ANY = -1;
  const xxIn = (slots: readonly number[], seen: readonly number[]): number[] =>
    slots.map((slot, index) => (slot === ANY ? ANY : seen[index]!));

  function transcript(rows: readonly (readonly [string, readonly number[], readonly number[]])[]) {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const host = new SpiHost(boardOf(part, { load: [{ address: FLASH, bytes }] }));
    for (const [phase, mosi, miso] of rows) {
      expect(xxIn(miso, host.exchange(...mosi)), phase).toEqual(miso);
    }
    return host;
  }

  const SYNC = ['sync', [0x5a, 0, 0, 0x79], [ANY, 0xa5, 0x79, ANY]] as const;
  const command = (opcode: number) =>
    [
      `command ${opcode.toString(16)}`,
      [0x5a, opcode, opcode ^ 0xff, 0, 0, 0x79],
      [0xa5, 0xa5, 0xa5, ANY, 0x79, ANY],
    ] as const;
  const ack = (of: string) => [`ACK of ${of}`, [0, 0, 0x79], [ANY, 0x79, ANY]] as const;
  const nack = (of: string) => [`NACK of ${of}`, [0, 0, 0x79], [ANY, 0x1f, ANY]] as const;
  const frame = (of: string, ...bytes: number[]) => [of, bytes, bytes.map(() => ANY)] as const;
  const at = (address: number) => frame('address', ...sealed(be32(address)));
  const busy = (of: string) => [`${of}: at work`, [0, 0, 0x79], [0xa5, 0xa5, 0xa5]] as const;

  test('sync, Get, Get Version and Get ID', () => {
    const version = boardOf(part).bootloader.protocols.SPI === '1.1' ? 0x11 : 0x12;
    const pid = boardOf(part).device.productId;
    transcript([
      SYNC,
      command(0x01),
      ['version', [0, 0], [ANY, version]],
      ack('the version'),
      command(0x02),
      ['ID', [0, 0, 0, 0], [ANY, 1, pid >> 8, pid & 0xff]],
      ack('the ID'),
      command(0x00),
      ['count', [0, 0], [ANY, 11]],
      ['list', [0, 0], [version, 0x00]],
    ]);
  });

  test('a second sync is a frame whose answer is not there in the third slot', () => {
    transcript([SYNC, ['again', [0x5a, 0, 0, 0x79], [0xa5, 0xa5, 0xa5, ANY]]]);
  });

  test('Read Memory, and its refusals', () => {
    transcript([
      SYNC,
      command(0x11),
      at(FLASH),
      ack('the address'),
      frame('length', 3, 0xfc),
      ack('the length'),
      ['data', [0, 0, 0, 0, 0], [ANY, 1, 2, 3, 4]],
      command(0x11),
      frame('address', 1, 2, 3, 4, 5),
      nack('the address'),
      ['no command', [0x5a, 0x11, 0x11, 0, 0, 0x79], [0xa5, 0xa5, 0xa5, ANY, 0x1f, ANY]],
      command(0x02),
    ]);
  });

  test('Write Memory: what is sent while the chip works counts for nothing, the 0x79 of a host that asked too early included', () => {
    const host = transcript([
      SYNC,
      command(0x31),
      at(FLASH + 0x100),
      ack('the address'),
      frame('data', ...sealed([7, 1, 2, 3, 4, 5, 6, 7, 8])),
      busy('write'),
      busy('write'),
    ]);
    host.board.run();
    expect(host.exchange(0, 0, 0x79)[1]).toBe(ACK);
    expect(host.readMemory(FLASH + 0x100, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('Erase: the count has an answer of its own, the pages have theirs when they are erased', () => {
    const host = transcript([
      SYNC,
      command(0x44),
      frame('one page', 0, 0, 0),
      ack('the count'),
      frame('page 0', 0, 0, 0),
      busy('erase'),
    ]);
    host.board.run();
    expect(host.exchange(0, 0, 0x79)[1]).toBe(ACK);
    expect(host.readMemory(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
  });
});

describe('the handshake behind every step (AN4286 §1)', () => {
  test.each([
    ['ACK', [0x5a, 0x01, 0xfe], ACK],
    ['NACK', [0x5a, 0x01, 0xff], NACK],
  ])('%s comes behind a dummy and is repeated until the host sends 0x79', (_, frame, answer) => {
    const host = synced();
    host.exchange(...frame);
    expect(host.exchange(0, 0, 0, 0)).toEqual([0, answer, answer, answer]);
    // without 0x79 whatever the host sends counts for nothing
    expect(host.exchange(0x5a, 0x02, 0xfd, 0)).toEqual([answer, answer, answer, answer]);
    expect(host.exchange(0x79)).toEqual([answer]);
    if (answer === NACK) expect(host.ask(0x01, 1)).toEqual([0x11]);
    else expect(host.read(1)).toEqual([0x11]);
  });

  test('is not hurried: no pause between the bytes is too long', () => {
    const host = synced();
    const { clock } = host.board;
    for (const byte of [0x5a, 0x01, 0xfe]) {
      host.exchange(byte);
      clock.advanceTo(clock.now + 60_000_000);
    }
    expect(host.answer()).toBe(ACK);
    expect(host.read(1)).toEqual([0x11]);
  });

  test('while the chip works MISO carries the busy byte, and the ACK when it is done', () => {
    const host = synced();
    host.command(0x44);
    host.packet(0, 0);
    host.exchange(0, 0, 0); // sector 0 and its checksum
    expect(host.exchange(0, 0, 0, 0)).toEqual([0xa5, 0xa5, 0xa5, 0xa5]);
    host.board.clock.advanceTo(host.board.clock.now + 10_000);
    expect(host.exchange(0, 0)).toEqual([0xa5, 0xa5]);
    host.board.run();
    expect(host.exchange(0, 0)).toEqual([0x00, ACK]);
  });
});

describe('Get, Get Version and Get ID (AN4286 §2.2 to §2.4)', () => {
  const base = [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92];
  test.each([
    ['1.1', base],
    ['1.2', base],
    ['1.3', [...base, 0xa1]],
    ['2.0', [...base.slice(0, 7), 0x50, 0x51, ...base.slice(7)]],
  ])('protocol %s lists its commands behind their number', (protocol, opcodes) => {
    const host = synced(PART, { protocols: { SPI: protocol } });
    const [major, minor] = protocol.split('.').map(Number);
    const version = major! * 16 + minor!;
    expect(host.ask(0x00, opcodes.length + 2)).toEqual([opcodes.length, version, ...opcodes]);
    expect(host.ask(0x01, 1)).toEqual([version]);
    expect(host.ask(0x02, 3)).toEqual([1, 0x04, 0x21]);
  });

  test('H5 lists ten', () => {
    const list = [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x50, 0x63, 0x73];
    expect(synced('STM32H563ZI').ask(0x00, 12)).toEqual([10, 0x20, ...list]);
  });

  test('commands that are not in the list are refused', () => {
    const host = synced();
    for (const opcode of [0x32, 0x43, 0x45, 0xa1, 0xff]) expect(host.command(opcode)).toBe(NACK);
    expect(host.ask(0x01, 1)).toEqual([0x11]);
  });
});

describe('Read Memory (AN4286 §2.5)', () => {
  test('answers a dummy and the data, without a trailing ACK', () => {
    const host = synced(PART, { load: [{ address: FLASH, bytes: Uint8Array.of(1, 2, 3) }] });
    host.command(0x11);
    host.packet(...be32(FLASH));
    host.step(3, 0xfc);
    expect(host.exchange(0, 0, 0, 0, 0).slice(1)).toEqual([1, 2, 3, 0xff]);
    expect(host.ask(0x01, 1)).toEqual([0x11]);
    expect(host.readMemory(FLASH, 256)).toHaveLength(256);
  });

  test('what the host sends while it reads counts for nothing', () => {
    const host = synced();
    host.command(0x11);
    host.packet(...be32(FLASH));
    host.step(3, 0xfc);
    expect(host.exchange(0, 0x5a, 0x02, 0xfd, 0x79).slice(1)).toEqual([0xff, 0xff, 0xff, 0xff]);
    expect(host.ask(0x01, 1)).toEqual([0x11]);
  });

  test('refuses a wrong checksum, a wrong complement and an address without memory', () => {
    const host = synced();
    host.command(0x11);
    expect(host.step(...be32(FLASH), 0xff)).toBe(NACK);
    host.command(0x11);
    expect(host.packet(...be32(FLASH))).toBe(ACK);
    expect(host.step(3, 3)).toBe(NACK);
    expect(host.readMemory(0x6000_0000, 4)).toMatch('refused');
    expect(host.readMemory(FLASH, 1)).toEqual([0xff]);
  });
});

describe('Go (AN4286 §2.6)', () => {
  const vector = Uint8Array.of(0x00, 0x10, 0x00, 0x20, 0x01, 0x01, 0x00, 0x08);

  test('starts the application when the host has acknowledged the second ACK', () => {
    const host = synced(PART, { load: [{ address: FLASH, bytes: vector }] });
    host.command(0x21);
    host.exchange(...sealed(be32(FLASH)));
    expect(host.exchange(0, 0, 0)).toEqual([0, ACK, ACK]);
    expect(host.board.state).toBe('bootloader');
    host.exchange(ACK);
    expect(host.board.state).toBe('application');
    expect(host.exchange(0x5a, 0)).toEqual([0xff, 0xff]);
  });

  test('refuses an address without memory and a wrong checksum', () => {
    const host = synced();
    expect(host.go(0x6000_0000)).toBe(NACK);
    host.command(0x21);
    expect(host.step(...be32(FLASH), 0)).toBe(NACK);
    expect(host.board.state).toBe('bootloader');
  });
});

describe('Write Memory (AN4286 §2.7)', () => {
  test('programs one block and acknowledges it', () => {
    const host = synced();
    const data = Array.from({ length: 256 }, (_, index) => index);
    expect(host.writeMemory(FLASH + 256, data)).toBe('ack');
    expect(host.readMemory(FLASH + 256, 256)).toEqual(data);
    expect(host.writeMemory(0x2000_4000, [1, 2, 3, 4])).toBe('ack');
    expect(host.readMemory(0x2000_4000, 4)).toEqual([1, 2, 3, 4]);
  });

  test.each([
    ['a checksum that counts the pad', 0xff],
    ['one that does not', 0],
  ])('takes an odd number of bytes that a host completes with 0xFF, with %s', (_, counted) => {
    const host = synced('STM32F401CE');
    const data = [0x11, 0x22, 0x33];
    const sum = sealed([data.length - 1, ...data]).at(-1)!;
    expect(host.command(0x31)).toBe(ACK);
    expect(host.packet(...be32(0x0800_4000))).toBe(ACK);
    expect(host.step(data.length - 1, ...data, 0xff, sum ^ counted)).toBe(ACK);
    expect(host.readMemory(0x0800_4000, 4)).toEqual([...data, 0xff]);
    host.command(0x31);
    host.packet(...be32(0x0800_4000));
    expect(host.step(data.length - 1, ...data, 0xff, sum ^ 0x55)).toBe(NACK);
  });

  test('refuses a wrong checksum and an address without memory, and changes nothing', () => {
    const host = synced();
    host.command(0x31);
    host.packet(...be32(FLASH));
    expect(host.step(3, 1, 2, 3, 4, 0)).toBe(NACK);
    expect(host.writeMemory(0x6000_0000, [1, 2, 3, 4])).toMatch('refused');
    expect(host.readMemory(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
  });

  test('of option bytes resets the chip behind its ACK', () => {
    const host = synced();
    expect(host.writeMemory(0x1fff_c000, [0xec, 0xaa, 0xff, 0xff])).toBe('ack');
    host.board.run();
    expect(host.exchange(0x5a, 0, 0)).toEqual([0xff, 0xa5, ACK]);
  });
});

describe('Erase Memory (AN4286 §2.8)', () => {
  const used = { load: [{ address: FLASH, bytes: new Uint8Array(0x8_0000) }] };

  test('erases the pages of a list in two frames', () => {
    const host = synced(PART, used);
    expect(host.erase([1, 3])).toBe('ack');
    const first = [0, 0x4000, 0x8000, 0xc000].map((at) => host.readMemory(FLASH + at, 1));
    expect(first).toEqual([[0], [0xff], [0], [0xff]]);
  });

  test('takes the first poll as the checksum of a page count that has none', () => {
    const host = synced(PART, used);
    host.command(0x44);
    host.exchange(0, 0); // one page; panda sends no checksum
    expect(host.answer()).toBe(ACK);
    expect(host.packet(0, 2)).toBe(ACK);
    expect(host.readMemory(FLASH + 0x8000, 1)).toEqual([0xff]);
  });

  test('sums the pages alone, not their number', () => {
    const host = synced(PART, used);
    host.command(0x44);
    expect(host.packet(...be16(1))).toBe(ACK);
    expect(host.step(0, 1, 0, 2, 1 ^ 2 ^ 1)).toBe(NACK);
    expect(host.readMemory(FLASH + 0x4000, 1)).toEqual([0]);
  });

  test('erases everything, and refuses codes that the chip does not have', () => {
    const host = synced(PART, used);
    expect(host.massErase(0xfffe)).toBe(NACK); // one bank
    expect(host.massErase(0xfff3)).toBe(NACK);
    host.command(0x44);
    expect(host.step(0xff, 0xff, 0x01)).toBe(NACK);
    expect(host.readMemory(FLASH, 1)).toEqual([0]);
    expect(host.massErase()).toBe(ACK);
    expect(host.readMemory(FLASH, 1)).toEqual([0xff]);
  });
});

describe('protection commands (AN4286 §2.9 to §2.12)', () => {
  test('Write Protect and Write Unprotect reset the chip behind their last ACK', () => {
    const host = synced();
    expect(host.command(0x63)).toBe(ACK);
    expect(host.step(1, 0xfe)).toBe(ACK);
    expect(host.step(0, 2, 2)).toBe(ACK);
    host.board.run();
    expect(host.board.chip.options!.field('nWRP')! & 0x7).toBe(0b010);
    expect(host.sync()).toBe(ACK);
    expect(host.command(0x73)).toBe(ACK);
    expect(host.answer()).toBe(ACK);
    host.board.run();
    expect(host.board.chip.options!.field('nWRP')! & 0x7).toBe(0b111);
    expect(host.sync()).toBe(ACK);
  });

  test('Write Protect refuses a wrong complement and a wrong checksum', () => {
    const host = synced();
    host.command(0x63);
    expect(host.step(1, 1)).toBe(NACK);
    host.command(0x63);
    expect(host.step(0, 0xff)).toBe(ACK);
    expect(host.step(5, 6)).toBe(NACK);
    expect(host.board.chip.options!.field('nWRP')! & 0xff).toBe(0xff);
  });

  test('Readout Protect leaves four commands, Readout Unprotect erases and gives all back', () => {
    const host = synced(PART, { load: [{ address: FLASH, bytes: Uint8Array.of(1, 2, 3, 4) }] });
    expect(host.command(0x82)).toBe(ACK);
    expect(host.answer()).toBe(ACK);
    host.board.run();
    expect(host.board.chip.level).toBe(1);
    expect(host.sync()).toBe(ACK);
    for (const opcode of [0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82]) {
      expect(host.command(opcode)).toBe(NACK);
    }
    expect(host.ask(0x00, 13)).toHaveLength(13);
    expect(host.ask(0x02, 3)).toEqual([1, 0x04, 0x21]);
    expect(host.command(0x92)).toBe(ACK);
    expect(host.answer()).toBe(ACK);
    host.board.run();
    expect(host.board.chip.level).toBe(0);
    expect(host.sync()).toBe(ACK);
    expect(host.readMemory(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
  });
});

describe('Get Checksum (AN4286 §2.13)', () => {
  const options = {
    protocols: { SPI: '1.3' },
    load: [{ address: FLASH, bytes: Uint8Array.of(0x78, 0x56, 0x34, 0x12) }],
  };

  test('takes address, words, polynomial and initial value, each acknowledged', () => {
    const host = synced(PART, options);
    expect(host.command(0xa1)).toBe(ACK);
    const steps = [FLASH, 1, 0x04c1_1db7, 0xffff_ffff].map((word) => host.packet(...be32(word)));
    expect(steps).toEqual([ACK, ACK, ACK, ACK]);
    expect(host.answer()).toBe(ACK);
    expect(host.read(5)).toEqual(sealed(be32(0xdf8a_8a2b))); // the CRC unit's result for 0x12345678
    expect(host.ask(0x01, 1)).toEqual([0x13]);
  });

  test('refuses wrong checksums, no words and a range that ends behind the memory', () => {
    const host = synced(PART, options);
    host.command(0xa1);
    expect(host.step(...be32(FLASH), 0)).toBe(NACK);
    for (const words of [0, 0x2_0001]) {
      host.command(0xa1);
      host.packet(...be32(FLASH));
      expect(host.packet(...be32(words))).toBe(NACK);
    }
    host.command(0xa1);
    host.packet(...be32(FLASH));
    host.packet(...be32(1));
    expect(host.step(1, 2, 3, 4, 0)).toBe(NACK);
  });
});

test('Special answers data, status and an ACK (AN2606, H5)', () => {
  const host = synced('STM32H563ZI');
  expect(host.command(0x50)).toBe(ACK);
  expect(host.packet(0x00, 0x83)).toBe(ACK);
  expect(host.packet(0, 4, 1, 2, 3, 4)).toBe(ACK);
  expect(host.read(2)).toEqual([0, 0]);
  expect(host.read(3)).toEqual([0, 1, 0]);
  expect(host.answer()).toBe(ACK);
  expect(host.ask(0x01, 1)).toEqual([0x20]);
});

describe('every manner of the hosts that are known to work', () => {
  const manners: readonly SpiManner[] = [true, false].flatMap((dummyFirst) =>
    (['never', 'runs', 'bytes'] as const).flatMap((releases) =>
      [0, 1].flatMap((tooMany) =>
        [0, 26].map((pauseMs) => ({ dummyFirst, releases, tooMany, pauseMs })),
      ),
    ),
  );

  test.each(manners)(
    'dummy first $dummyFirst, NSS released $releases, $tooMany too many, $pauseMs ms of pause',
    (manner) => {
      for (const part of ['STM32F446RE', 'STM32L476RG', 'STM32H743ZI']) {
        const host = synced(part, { quirks: { 'spi-write-leaves-blanks': false } }, manner);
        expect(host.ask(0x00, 13)).toHaveLength(13);
        expect(host.ask(0x01, 1)).toHaveLength(1);
        expect(host.ask(0x02, 3)).toHaveLength(3);
        expect(host.erase([0])).toBe('ack');
        const data = Array.from({ length: 256 }, (_, index) => 255 - index);
        expect(host.writeMemory(FLASH, data)).toBe('ack');
        expect(host.readMemory(FLASH, 256)).toEqual(data);
      }
    },
  );

  test('the plain one is one of them', () => {
    expect(manners).toContainEqual(PLAIN);
  });
});
