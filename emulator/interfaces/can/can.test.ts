import { describe, expect, test } from 'vitest';
import type { BoardOptions } from '../../board/board-options.ts';
import type { TraceEvent } from '../../trace/trace.ts';
import { boardOf } from '../../test/boards.ts';
import { ACK, CanHost, NACK } from '../../test/hosts/can-host.ts';
import { be32, UsartHost } from '../../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;
const PART = 'STM32F405RG';
const block = Array.from({ length: 256 }, (_, index) => (index * 7 + 3) & 0xff);

function hostOn(part = PART, options: BoardOptions = {}): CanHost {
  return new CanHost(boardOf(part, options));
}

function connected(part = PART, options: BoardOptions = {}): CanHost {
  const host = hostOn(part, options);
  expect(host.connect()).toEqual([[0x79, ACK]]);
  return host;
}

describe('connection over CAN', () => {
  test('the first frame only wakes the chip; the frame repeated is answered under 0x79', () => {
    const host = hostOn();
    expect(host.offer(0x79)).toBe('nobody');
    expect(host.offer(0x79)).toBe('acknowledged');
    host.board.run();
    expect(host.heard()).toEqual([[0x79, ACK]]);
  });

  test('without a frame 0x79 within 3 ms the chip resets', () => {
    const resets: string[] = [];
    const host = hostOn(PART, {
      onTrace: (event) => {
        if (event.kind === 'reset') resets.push(event.cause);
      },
    });
    const began = host.board.clock.now;
    host.offer(0x79);
    host.offer(0x00); // heard, but not the frame that is waited for
    host.board.clock.advanceTo(began + 2900);
    expect(resets).toEqual(['power-on']);
    host.board.clock.advanceTo(began + 3100);
    expect(resets).toEqual(['power-on', 'CAN clock search']);
    host.board.run();
    expect(host.connect()).toEqual([[0x79, ACK]]);
  });

  test('a host at another rate makes bus errors, and the chip resets', () => {
    const events: TraceEvent[] = [];
    const host = new CanHost(
      boardOf(PART, { onTrace: (event) => events.push(event) }),
      'CAN2',
      500_000,
    );
    host.offer(0x79);
    expect(host.offer(0x79)).toBe('error');
    host.board.run();
    host.board.clock.advanceTo(host.board.clock.now + 5000);
    expect(host.heard()).toEqual([]);
    expect(
      events.some((event) => event.kind === 'reset' && event.cause === 'CAN clock search'),
    ).toBe(true);
    expect(events.map((event) => (event.kind === 'surprise' ? event.text : '')).join()).toMatch(
      /500000 against 125000/,
    );
  });

  test('frames of CAN FD are spoilt by a classic controller', () => {
    const host = connected();
    const frame = { id: 0, extended: false, fd: true, brs: false, data: new Uint8Array() };
    expect(host.pins.receive(frame, host.rate)).toBe('error');
  });

  test('measures a crystal of 4 to 26 whole MHz', () => {
    for (const crystal of [4, 12, 25, 26])
      expect(hostOn(PART, { crystal }).connect()).toHaveLength(1);
    for (const crystal of [0, 3, 14.7456, 27])
      expect(hostOn(PART, { crystal }).connect()).toEqual([]);
  });

  test('an F105 tries 8, 25 and 14.7456 MHz for 1.5 ms each', () => {
    const needed = (crystal: number): number | undefined => {
      const host = hostOn('STM32F105RC', { crystal });
      const began = host.board.clock.now;
      for (let at = 0; at < 5000; at += 500) {
        host.board.clock.advanceTo(began + at);
        if (host.offer(0x79) !== 'acknowledged') continue;
        host.board.run();
        return host.heard().length === 1 ? at : undefined;
      }
      return undefined;
    };
    expect(needed(8)).toBe(500);
    expect(needed(25)).toBe(1500);
    expect(needed(14.7456)).toBe(3000);
    expect(needed(12)).toBeUndefined();
  });

  test('a second 0x79, a stray data frame and an unknown identifier are refused under their own identifier', () => {
    const host = connected();
    expect(host.connect()).toEqual([[0x79, NACK]]);
    expect(host.send(0x04, 1, 2)).toEqual([[0x04, NACK]]);
    expect(host.send(0x44)).toEqual([[0x44, NACK]]);
    expect(host.send(0x7ff)).toEqual([[0x7ff, NACK]]);
  });

  test('extended identifiers are acknowledged on the bus and go no further', () => {
    const host = connected();
    const frame = { id: 0x02, extended: true, fd: false, brs: false, data: new Uint8Array() };
    expect(host.pins.receive(frame, host.rate)).toBe('acknowledged');
    host.board.run();
    expect(host.heard()).toEqual([]);
  });
});

describe('commands over CAN', () => {
  test('Get, Get Version and Get ID answer frame by frame', () => {
    const host = connected();
    const opcodes = [0x00, 0x01, 0x02, 0x03, 0x11, 0x21, 0x31, 0x43, 0x63, 0x73, 0x82, 0x92];
    expect(host.send(0x00)).toEqual([ACK, 12, 0x20, ...opcodes, ACK].map((byte) => [0x00, byte]));
    expect(host.send(0x01)).toEqual([
      [1, ACK],
      [1, 0x20],
      [1, 0, 0],
      [1, ACK],
    ]);
    expect(host.send(0x02)).toEqual([
      [2, ACK],
      [2, 0x04, 0x13],
      [2, ACK],
    ]);
  });

  test('the length of a frame does not matter where nothing is carried', () => {
    expect(connected().send(0x02, 1, 2, 3)).toHaveLength(3);
  });

  test('Speed answers at the old rate, then at the new one', () => {
    for (const [code, rate] of [
      [1, 125_000],
      [2, 250_000],
      [3, 500_000],
      [4, 1_000_000],
    ] as const) {
      const host = connected();
      host.all.length = 0;
      host.send(0x03, code);
      expect(host.all.map(({ frame, rate: at }) => [frame.id, ...frame.data, at.nominal])).toEqual([
        [0x03, ACK, 125_000],
        [0x03, ACK, rate],
      ]);
      host.rate = { nominal: rate };
      expect(host.productId()).toBe(0x413);
    }
  });

  test('a speed without a code is refused and changes nothing', () => {
    const host = connected();
    expect(host.send(0x03, 0)).toEqual([[3, NACK]]);
    expect(host.send(0x03, 5)).toEqual([[3, NACK]]);
    expect(host.productId()).toBe(0x413);
  });

  test('after Speed the old rate makes bus errors', () => {
    const host = connected();
    host.send(0x03, 3);
    expect(host.offer(0x02)).toBe('error');
  });

  test('Read sends eight bytes a frame, a short last frame, and an ACK', () => {
    const host = connected(PART, { load: [{ address: FLASH, bytes: Uint8Array.from(block) }] });
    expect(host.send(0x11, ...be32(FLASH), 10 - 1)).toEqual([
      [0x11, ACK],
      [0x11, ...block.slice(0, 8)],
      [0x11, ...block.slice(8, 10)],
      [0x11, ACK],
    ]);
    expect(host.read(FLASH, 256)).toEqual(block);
    expect(host.send(0x11, ...be32(0x4000_0000), 3)).toEqual([[0x11, NACK]]);
    // what runs out of flash is answered, and the bootloader is dead behind it
    const ff = Array.from({ length: 8 }, () => 0xff);
    const end = FLASH + 0x10_0000;
    const answer = [
      [0x11, ACK],
      [0x11, ...ff],
      [0x11, ...ff],
      [0x11, ACK],
    ];
    expect(host.send(0x11, ...be32(end - 8), 15)).toEqual(answer);
    expect(host.send(0x11, ...be32(FLASH), 3)).toEqual([]);
  });

  test('Write acknowledges each frame under its own opcode, and once more when all is programmed', () => {
    const host = connected();
    expect(host.send(0x31, ...be32(FLASH), 10 - 1)).toEqual([[0x31, ACK]]);
    expect(host.send(0x04, ...block.slice(0, 8))).toEqual([[0x31, ACK]]);
    expect(host.send(0x7f, ...block.slice(8, 10))).toEqual([
      [0x31, ACK],
      [0x31, ACK],
    ]);
    expect(host.read(FLASH, 12)).toEqual([...block.slice(0, 10), 0xff, 0xff]);
  });

  test('Write takes frames of any length until the block is there', () => {
    const host = connected();
    host.send(0x31, ...be32(FLASH), 4 - 1);
    expect([...host.send(0x04), ...host.send(0x04, 1), ...host.send(0x04, 2)]).toHaveLength(3);
    const said: string[] = [];
    host.board.trace.listen((event) => {
      if (event.kind === 'dropped') said.push(`${event.port}: ${event.what}: ${event.why}`);
    });
    expect(host.send(0x04, 3, 4, 5, 6)).toHaveLength(2);
    expect(said).toEqual(['CAN2: 2 bytes of write-memory: more than were announced']);
    expect(host.read(FLASH, 8)).toEqual([1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff]);
  });

  test('Write is refused in its header outside memory, and a bus error ends it', () => {
    const host = connected();
    expect(host.write(0x4000_0000, [1, 2, 3, 4])).toBe('header');
    expect(host.write(0x1fff_0000, [1, 2, 3, 4])).toBe('header');
    host.send(0x31, ...be32(FLASH), 4 - 1);
    host.rate = { nominal: 500_000 };
    expect(host.offer(0x04, 1, 2, 3, 4)).toBe('error');
    host.rate = { nominal: 125_000 };
    host.board.run();
    expect(host.heard()).toEqual([[0x31, NACK]]);
    expect(host.read(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
    expect(host.productId()).toBe(0x413);
  });

  test('Erase of one page has three ACKs, of ten pages five, of all two', () => {
    const host = connected('STM32L476RG', {
      load: [{ address: FLASH, bytes: new Uint8Array(0x1_0000) }],
    });
    expect(host.send(0x43, 0)).toEqual([[0x43, ACK]]);
    expect(host.send(0x43, 1)).toEqual([
      [0x43, ACK],
      [0x43, ACK],
    ]);
    expect([host.read(FLASH, 1), host.read(FLASH + 0x800, 1)]).toEqual([[0], [0xff]]);
    expect(host.erase(2, 3, 4, 5, 6, 7, 8, 9, 10, 11)).toEqual([ACK, ACK, ACK, ACK]);
    expect(host.read(FLASH + 11 * 0x800, 1)).toEqual([0xff]);
    expect(host.read(FLASH + 12 * 0x800, 1)).toEqual([0]);
    expect(host.eraseAll()).toEqual([ACK, ACK]);
    expect(host.read(FLASH + 12 * 0x800, 1)).toEqual([0xff]);
  });

  test('what the first frame of Erase carries behind its count is ignored', () => {
    const host = connected(PART, { load: [{ address: FLASH, bytes: new Uint8Array(4) }] });
    expect(host.send(0x43, 0, 1, 2, 3)).toEqual([[0x43, ACK]]);
    expect(host.send(0x43, 0)).toEqual([
      [0x43, ACK],
      [0x43, ACK],
    ]);
    expect(host.read(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
  });

  test('Go acknowledges once and jumps; elsewhere it is refused', () => {
    const load = [{ address: FLASH, bytes: Uint8Array.of(0, 0x40, 0, 0x20, 0x01, 0x01, 0, 0x08) }];
    const host = connected(PART, { load });
    expect(host.send(0x21, ...be32(0x1fff_0000))).toEqual([[0x21, NACK]]);
    expect(host.send(0x21, ...be32(FLASH))).toEqual([[0x21, ACK]]);
    expect(host.board.state).toBe('application');
    expect(host.offer(0x79)).toBe('nobody');
  });

  test('Write Protect takes its codes in frames of their own, and Write Unprotect opens them', () => {
    const host = connected();
    expect(host.send(0x63, 1)).toEqual([[0x63, ACK]]);
    expect(host.send(0x63, 0, 2)).toEqual([
      [0x63, ACK],
      [0x63, ACK],
    ]);
    host.board.run();
    expect(host.board.chip.options!.field('nWRP')! & 7).toBe(0b010);
    expect(host.connect()).toEqual([[0x79, ACK]]);
    host.write(FLASH, [0, 0, 0, 0]);
    expect(host.read(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
    expect(host.send(0x73)).toEqual([
      [0x73, ACK],
      [0x73, ACK],
    ]);
    host.board.run();
    expect(host.board.chip.options!.field('nWRP')! & 7).toBe(0b111);
  });
});

describe('readout protection over CAN', () => {
  test('Readout Protect and Unprotect have two ACKs and a reset each; the flash is gone', () => {
    const host = connected(PART, { load: [{ address: FLASH, bytes: new Uint8Array(4) }] });
    expect(host.send(0x82, 0)).toEqual([
      [0x82, ACK],
      [0x82, ACK],
    ]);
    host.board.run();
    expect(host.board.chip.level).toBe(1);
    expect(host.offer(0x02)).toBe('nobody'); // reset: the chip sleeps again
    expect(host.offer(0x79)).toBe('acknowledged');
    host.board.run();
    expect(host.heard()).toEqual([[0x79, ACK]]);
    expect(host.send(0x92, 0)).toEqual([
      [0x92, ACK],
      [0x92, ACK],
    ]);
    host.board.run();
    expect(host.board.chip.level).toBe(0);
    host.connect();
    expect(host.read(FLASH, 4)).toEqual([0xff, 0xff, 0xff, 0xff]);
  });

  test('at level 1 only Get, Get Version, Get ID and Readout Unprotect are answered', () => {
    const host = connected(PART, { rdp: 1 });
    for (const opcode of [0x03, 0x11, 0x21, 0x31, 0x43, 0x63, 0x73, 0x82]) {
      expect(host.send(opcode, 1, 0, 0, 0, 0)).toEqual([[opcode, NACK]]);
    }
    for (const opcode of [0x00, 0x01, 0x02]) expect(host.send(opcode)[0]).toEqual([opcode, ACK]);
    expect(host.get()!.opcodes).toHaveLength(12);
  });
});

describe('the first interface selected', () => {
  test('leaves CAN without acknowledgement when it is USART, until a reset', () => {
    const board = boardOf(PART);
    const [usart, can] = [new UsartHost(board), new CanHost(board)];
    expect(usart.sync()).toEqual([ACK]);
    expect([can.offer(0x79), can.offer(0x79)]).toEqual(['nobody', 'nobody']);
    board.reset();
    board.run();
    expect(can.connect()).toEqual([[0x79, ACK]]);
  });

  test('leaves USART silent when it is CAN, from the edge on that starts the search for the clock', () => {
    const board = boardOf(PART);
    const [usart, can] = [new UsartHost(board), new CanHost(board)];
    can.offer(0x79);
    expect(usart.sync()).toEqual([]);
    expect(can.connect()).toEqual([[0x79, ACK]]);
    expect(usart.sync()).toEqual([]);
  });
});

test('frames take their time on the bus', () => {
  const host = connected();
  const began = host.board.clock.now;
  host.read(FLASH, 256);
  const took = host.board.clock.now - began; // 35 frames of up to 127 bits at 125 kbit/s
  expect(took).toBeGreaterThan(30_000);
  expect(took).toBeLessThan(40_000);
});

test('more frames than the FIFO holds while the chip works cost the last of them, and a NACK', () => {
  const host = connected();
  host.send(0x43, 0);
  host.offer(0x43, 0);
  host.board.clock.step(); // the frame is in: the erase runs
  for (let count = 0; count < 5; count++) host.offer(0x02);
  host.board.run();
  const answers = host.heard();
  expect(answers.slice(0, 2)).toEqual([
    [0x43, ACK],
    [0x43, ACK],
  ]);
  expect(answers.filter(([id]) => id === 0x02)).toHaveLength(3 * 3 + 1);
  expect(answers.at(-1)).toEqual([0x02, NACK]);
});
