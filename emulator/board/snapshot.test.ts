import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Board } from './board.ts';
import { boardOf, connected } from '../test/boards.ts';
import { ACK, NACK, UsartHost } from '../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;
const RAM = 0x2000_2000;

/** What a host and a person can find on a board. */
function found(board: Board): unknown {
  return {
    memories: board.memories.map((cells) =>
      Buffer.from(cells.read(0, cells.length)).toString('hex'),
    ),
    ram: board.chip.read(RAM, 256),
    pins: (['NRST', 'BOOT0', 'BOOT1'] as const).map((pin) => board.pinLevel(pin)),
    state: board.state,
    level: board.chip.level,
    faults: board.faults,
  };
}

const bytes = fc.uint8Array({ minLength: 4, maxLength: 64 }).map((data) => [...data]);

/** Something that changes a board; `host` is synchronised where the chip lets it be. */
const change = fc.oneof(
  fc.record({ do: fc.constant('write' as const), at: fc.nat(3000), data: bytes }),
  fc.record({ do: fc.constant('ram' as const), data: bytes }),
  fc.record({ do: fc.constantFrom('erase', 'protect', 'unprotect') }),
  fc.record({ do: fc.constantFrom('off', 'application', 'reset', 'fault') }),
);

function apply(board: Board, what: typeof change extends fc.Arbitrary<infer T> ? T : never): void {
  const host = new UsartHost(board);
  host.sync();
  switch (what.do) {
    case 'write':
      host.write(FLASH + 4 * what.at, what.data);
      break;
    case 'ram':
      host.write(RAM, what.data);
      break;
    case 'erase':
      host.erase(0);
      break;
    case 'protect':
      host.command(0x82);
      break;
    case 'unprotect':
      host.command(0x92);
      break;
    case 'off':
      board.power(false);
      break;
    case 'application':
      board.drive('BOOT0', 0);
      board.reset();
      break;
    case 'reset':
      board.reset();
      break;
    case 'fault':
      board.arm({ at: 'flash', do: 'lie', operation: 1 });
  }
  board.run();
}

test('whatever happened to a board, restoring finds it as it was', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 4 }),
      fc.array(change, { maxLength: 4 }),
      (before, after) => {
        const board = boardOf('STM32F103C8');
        board.run();
        for (const each of before) apply(board, each);
        board.restore(board.snapshot()); // its RAM, levels and state are those of a chip that has started
        board.run();
        const snapshot = board.snapshot();
        const was = found(board);
        for (const each of after) apply(board, each);
        board.restore(snapshot);
        board.run();
        expect(found(board)).toEqual(was);
        for (const each of after) apply(board, each);
        board.restore(snapshot);
        board.run();
        expect(found(board)).toEqual(was);
      },
    ),
    { numRuns: 40 },
  );
});

test('a chip at readout protection level 2 is put back to level 0, as a test bench exchanges it', () => {
  const board = boardOf('STM32F405RG');
  board.run();
  const snapshot = board.snapshot();
  const rdp2 = boardOf('STM32F405RG', { rdp: 2 });
  rdp2.run();
  expect(rdp2.state).not.toBe('bootloader');
  rdp2.restore(snapshot);
  rdp2.run();
  expect(new UsartHost(rdp2).sync()).toEqual([ACK]);
});

test('virtual time goes on, and the dialogue begins anew', () => {
  const host = connected('STM32F405');
  const snapshot = host.board.snapshot();
  host.command(0x31);
  const then = host.board.clock.now;
  host.board.restore(snapshot);
  host.board.run();
  expect(host.board.clock.now).toBeGreaterThanOrEqual(then);
  expect(host.sync()).toEqual([ACK]);
});

test('an armed fault goes on counting from where it was', () => {
  const host = connected('STM32F405', { faults: [{ at: 'flash', do: 'lie', operation: 3 }] });
  expect(host.write(FLASH, [0, 0, 0, 0])).toBe('ack');
  const snapshot = host.board.snapshot();
  for (let round = 0; round < 2; round++) {
    expect(host.write(FLASH + 4, [1, 1, 1, 1])).toBe('ack');
    expect(host.write(FLASH + 8, [2, 2, 2, 2])).toBe('ack');
    expect(host.read(FLASH, 12)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 255, 255, 255, 255]);
    expect(host.board.faults).toMatchObject([{ id: 1, struck: [expect.any(Number)] }]);
    host.board.restore(snapshot);
    host.board.run();
    host.sync();
    expect(host.board.faults).toMatchObject([{ id: 1, struck: [] }]);
  }
});

test('what a reset in the middle of an operation leaves behind follows from the seed again', () => {
  const host = connected('STM32F405');
  const snapshot = host.board.snapshot();
  const left = [1, 2].map(() => {
    host.command(0x31);
    host.address(FLASH);
    const data = Array.from({ length: 64 }, (_, at) => at);
    host.pins.receive(Uint8Array.from([63, ...data, data.reduce((sum, byte) => sum ^ byte, 63)]));
    host.board.clock.advanceTo(host.board.clock.now + 12_500);
    host.board.reset();
    const image = host.board.chip.read(FLASH, 64);
    host.board.restore(snapshot);
    host.board.run();
    host.sync();
    return [...image];
  });
  expect(left[0]).toEqual(left[1]);
});

test('flash words whose ECC was damaged are damaged again', () => {
  const board = boardOf('STM32H743ZI');
  const host = new UsartHost(board);
  host.sync();
  const word = Array.from({ length: 32 }, (_, at) => at + 1);
  host.write(FLASH, word);
  const sound = board.snapshot();
  host.write(
    FLASH,
    word.map((byte) => byte ^ 0x40),
  );
  const broken = board.snapshot();
  const isReadable = (): boolean => {
    board.run();
    host.sync();
    return Array.isArray(host.read(FLASH, 32)) && host.command(0x02)[0] !== undefined;
  };
  board.restore(sound);
  expect(isReadable()).toBe(true);
  board.restore(broken);
  expect(isReadable()).toBe(false);
});

test('those who keep the content elsewhere are told the pages that change, and no other', () => {
  const host = connected('STM32F405');
  const snapshot = host.board.snapshot();
  host.write(FLASH + 0x8000, [1, 2, 3, 4]);
  const changes: number[] = [];
  host.board.memories[0]!.onChange(({ offset }) => changes.push(offset));
  host.board.restore(snapshot);
  expect(changes).toEqual([0x8000]);
  host.board.restore(snapshot);
  expect(changes).toEqual([0x8000]);
});

test('a host that is refused before is refused after', () => {
  const host = connected('STM32F405');
  host.command(0x82);
  host.sync();
  expect(host.command(0x11)).toEqual([NACK]);
  const snapshot = host.board.snapshot();
  host.command(0x92);
  host.sync();
  expect(host.command(0x11)).toEqual([ACK]);
  host.board.restore(snapshot);
  host.board.run();
  host.sync();
  expect(host.command(0x11)).toEqual([NACK]);
});
