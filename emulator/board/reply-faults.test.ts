import { expect, test } from 'vitest';
import type { ReplyFault } from '../faults.ts';
import { boardOf, connected } from '../test/boards.ts';
import { CanHost, FdcanHost } from '../test/hosts/can-host.ts';
import { DfuHost } from '../test/hosts/dfu-host.ts';
import { I2cHost } from '../test/hosts/i2c-host.ts';
import { SpiHost } from '../test/hosts/spi-host.ts';
import { UsartHost } from '../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;
const BLOCK = Array.from({ length: 16 }, (_, at) => at);
const refuse = (rest: Partial<ReplyFault> = {}): ReplyFault => ({
  at: 'reply',
  do: 'refuse',
  ...rest,
});

/** Writes one block over each interface: whether it was taken. */
const writers = {
  usart: (address: number, host = new UsartHost(boardOf('STM32H563'))) => {
    host.sync();
    return { board: host.board, write: () => host.write(address, BLOCK) === 'ack' };
  },
  i2c: (address: number, host = new I2cHost(boardOf('STM32H563'))) => ({
    board: host.board,
    write: () => host.writeMemory(address, BLOCK) === 'ack',
  }),
  spi: (address: number, host = new SpiHost(boardOf('STM32H563'))) => {
    host.sync();
    return { board: host.board, write: () => host.writeMemory(address, BLOCK) === 'ack' };
  },
  can: (address: number, host = new CanHost(boardOf('STM32F405'))) => {
    host.connect();
    return { board: host.board, write: () => host.write(address, BLOCK) === 'ack' };
  },
  fdcan: (address: number, host = new FdcanHost(boardOf('STM32H563'))) => {
    host.send(0x111);
    return { board: host.board, write: () => host.write(address, BLOCK) === 'ack' };
  },
  usb: (address: number, host = new DfuHost(boardOf('STM32F405'))) => {
    host.enumerate();
    return {
      board: host.board,
      write: () => {
        const report = host.idle().write(address, BLOCK);
        return typeof report === 'object' && report.status === 'OK';
      },
    };
  },
};

test.each(Object.entries(writers))(
  'over %s a write is refused at the address that a fault names, and at no other',
  (_, writer) => {
    const { board, write } = writer(FLASH + 0x100);
    const other = writer(FLASH);
    board.arm(refuse({ command: 'write-memory', address: FLASH + 0x100 }));
    other.board.arm(refuse({ command: 'write-memory', address: FLASH + 0x100 }));
    expect(write()).toBe(false);
    expect(board.chip.read(FLASH + 0x100, 16)).toEqual(new Uint8Array(16).fill(0xff));
    expect(board.faults[0]!.struck).toHaveLength(1);
    expect(other.write()).toBe(true);
    expect(other.board.faults[0]!.struck).toEqual([]);
    board.disarm();
    expect(write()).toBe(true);
  },
);

test.each(Object.entries(writers))(
  'over %s the second write alone is refused when a fault says so',
  (_, writer) => {
    const { board, write } = writer(FLASH + 0x200);
    board.arm(refuse({ command: 'write-memory', nth: 2 }));
    expect([write(), write(), write()]).toEqual([true, false, true]);
  },
);

test('the trace says which fault it was', () => {
  const texts: string[] = [];
  const host = connected('STM32F405', {
    onTrace: (event) => {
      if (event.kind === 'fault') texts.push(event.fault);
      if (event.kind === 'nack') texts.push(event.reason);
    },
  });
  const { id } = host.board.arm(refuse({ command: 'read-memory', address: FLASH }));
  expect(host.read(FLASH, 4)).toBe('address');
  expect(texts).toEqual(['refuse read-memory at 0x8000000', 'fault: a fault was armed for it']);
  expect(host.board.disarm(id)).toBe(true);
  expect(host.board.disarm(id)).toBe(false);
});

test('a fault that is armed while the chip runs counts from then on', () => {
  const host = connected('STM32F405');
  host.write(FLASH, [0, 0, 0, 0]);
  host.board.arm({ at: 'flash', do: 'lie', operation: 1 });
  host.board.arm({ at: 'link', do: 'corrupt', direction: 'to-host', nth: 4, value: 1 });
  expect(host.write(FLASH + 4, [0, 0, 0, 0])).toBe('ack');
  expect(host.read(FLASH, 8)).toBe('command');
  expect(host.board.faults.map(({ struck }) => struck.length)).toEqual([1, 1]);
});
