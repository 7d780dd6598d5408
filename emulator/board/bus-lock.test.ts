import { expect, test } from 'vitest';
import type { Board } from './board.ts';
import { boardOf } from '../test/boards.ts';
import { CanHost, FdcanHost } from '../test/hosts/can-host.ts';
import { DfuHost } from '../test/hosts/dfu-host.ts';
import { I2cHost } from '../test/hosts/i2c-host.ts';
import { I3cHost } from '../test/hosts/i3c-host.ts';
import { SpiHost } from '../test/hosts/spi-host.ts';
import { UsartHost } from '../test/hosts/usart-host.ts';

/** How a host selects the bootloader on a bus, and what it sees of one that is off. */
interface Bus {
  /** True where the chip answers. */
  select(board: Board): boolean;
  /** The bus's face of silence. */
  silent(board: Board): boolean;
}

const BUSES: Readonly<Record<string, Bus>> = {
  USART: {
    select: (board) => new UsartHost(board).sync().length === 1,
    silent: (board) => new UsartHost(board).sync().length === 0,
  },
  I2C: {
    select: (board) => new I2cHost(board).command(0x02) === 0x79,
    silent: (board) => new I2cHost(board).write([0x02, 0xfd]) === 'nack',
  },
  I3C: {
    select: (board) => new I3cHost(board).connect() === 0x79,
    silent: (board) => new I3cHost(board).connect() === 'nack',
  },
  SPI: {
    select(board) {
      const host = new SpiHost(board);
      host.exchange(0x5a);
      return host.answer() === 0x79;
    },
    silent: (board) => new SpiHost(board).exchange(0x5a, 0, 0, 0).every((byte) => byte === 0xff),
  },
  CAN: {
    select: (board) => new CanHost(board).connect().length === 1,
    silent(board) {
      const host = new CanHost(board);
      return host.offer(0x79) === 'nobody' && host.offer(0x79) === 'nobody';
    },
  },
  FDCAN: {
    select: (board) => new FdcanHost(board).send(0x02).length === 3,
    silent: (board) => new FdcanHost(board).offer(0x02) === 'nobody',
  },
  USB: {
    select(board) {
      new DfuHost(board).enumerate();
      return board.usb().attached;
    },
    silent: (board) => !board.usb().attached,
  },
};

const pairsOf = (part: string, buses: readonly string[]): [string, string, string][] =>
  buses.flatMap((first) =>
    buses
      .filter((other) => other !== first)
      .map((other): [string, string, string] => [part, first, other]),
  );

test.each([
  ...pairsOf('STM32F405RG', ['USART', 'I2C', 'SPI', 'CAN', 'USB']),
  ...pairsOf('STM32H723ZG', ['USART', 'I2C', 'SPI', 'FDCAN', 'USB']),
  ...pairsOf('STM32H503CB', ['USART', 'I2C', 'SPI', 'FDCAN', 'USB', 'I3C']),
])('%s: a host on %s silences %s until a reset', (part, first, other) => {
  const board = boardOf(part);
  board.run();
  expect(BUSES[first]!.select(board)).toBe(true);
  expect(BUSES[other]!.silent(board)).toBe(true);
  board.reset();
  board.run();
  expect(BUSES[other]!.select(board)).toBe(true);
  expect(BUSES[first]!.silent(board)).toBe(true);
});
