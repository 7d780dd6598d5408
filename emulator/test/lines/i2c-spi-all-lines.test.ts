import { describe, expect, test } from 'vitest';
import { Board } from '../../board/board.ts';
import type { Bootloader, Device } from '../../../families/index.ts';
import { ends, largest, pattern, pinDecides, runnable, used } from './all-lines.ts';
import { ACK, be32, I2cHost } from '../hosts/i2c-host.ts';
import { SpiHost } from '../hosts/spi-host.ts';

/** What both hosts can do; the steps on the bus differ. */
interface Host {
  readonly board: Board;
  ask(opcode: number, count: number): unknown;
  erase(pages: readonly number[]): unknown;
  writeMemory(address: number, data: readonly number[]): unknown;
  readMemory(address: number, length: number): unknown;
  go(address: number): unknown;
}

const versions = runnable.flatMap((device) =>
  device.bootloaders.map(
    (bootloader) => [device.id, bootloader.version, device, bootloader] as const,
  ),
);

function offering(protocol: 'I2C' | 'SPI'): typeof versions {
  return versions.filter(([, , device, { interfaces }]) =>
    device.interfaces.some((each) => each.protocol === protocol && interfaces.includes(each.name)),
  );
}

function boardOf(device: Device, { version }: Bootloader): Board {
  const flashKiB = largest(device);
  const board = new Board(device, flashKiB, {
    bootloader: version,
    load: used(device, flashKiB),
    options: pinDecides(device),
  });
  board.run();
  if (board.quirks.has('extra-reset-needed')) board.reset();
  return board;
}

/** Identifies, erases the first and the last unit, writes and reads back a block in each, and starts it. */
function roundTrip(host: Host, protocol: 'I2C' | 'SPI'): void {
  const { board } = host;
  const { device, bootloader, quirks } = board;
  const [major, minor] = bootloader.protocols[protocol]!.split('.').map(Number);
  const version = major! * 16 + minor!;
  expect(host.ask(0x01, 1)).toEqual([version]);
  expect(host.ask(0x02, 3)).toEqual([1, device.productId >> 8, device.productId & 0xff]);
  const { first, last } = ends(host);
  for (const unit of [first, last]) {
    expect(host.erase([unit.number])).toBe('ack');
    const block = vectored(pattern, first.address).slice(0, Math.min(128, unit.length));
    expect(host.writeMemory(unit.address, block)).toBe('ack');
    expect(host.readMemory(unit.address, block.length)).toEqual(block);
  }
  if (quirks.has('go-first-ack-missing') && protocol === 'SPI') return;
  expect(host.go(first.address)).toBe(ACK);
  expect(board.state).toBe(quirks.has('go-broken') ? 'bootloader' : 'application');
}

/** A block that begins with a vector table which runs. */
function vectored(block: readonly number[], address: number): number[] {
  const words = [0x2000_0800, address + 0x101].flatMap((word) => be32(word).reverse());
  return [...words, ...block.slice(8)];
}

describe('I2C', () => {
  test.each(offering('I2C'))('%s V%s makes the round trip', (_, version, device, bootloader) => {
    const board = boardOf(device, bootloader);
    if (board.i2cs.length === 0) {
      expect(device.interfaces.filter(({ protocol }) => protocol === 'I2C')).toContainEqual(
        expect.objectContaining({ address: undefined }),
      );
      return;
    }
    const host = new I2cHost(board);
    expect(listed(host)).toEqual(
      expect.arrayContaining([0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44]),
    );
    roundTrip(host, 'I2C');
    expect(version).toBe(board.bootloader.version);
  });
});

/** The opcodes of Get's list; its length is not known in advance, and what is read beyond it is filler. */
function listed(host: I2cHost): number[] {
  const long = host.ask(0x00, 40) as number[];
  return long.slice(2, long[0]! + 2);
}

describe('SPI', () => {
  test.each(offering('SPI'))('%s V%s makes the round trip', (_, version, device, bootloader) => {
    const board = boardOf(device, bootloader);
    const works = board.spis.find((name) => name !== 'SPI1' || !board.quirks.has('spi1-broken'));
    const host = new PatientHost(board, works);
    host.pins.select(1);
    expect(host.sync()).toBe(ACK);
    roundTrip(host, 'SPI');
    expect(version).toBe(board.bootloader.version);
  });
});

/** A host that lets a write end before it polls, as L4 wants it (AN2606, limitations of L47x V9.2). */
class PatientHost extends SpiHost {
  override answer(): number | undefined {
    this.board.run();
    return super.answer();
  }
}

test('most versions of the lines offer I2C and SPI', () => {
  expect(offering('I2C').length).toBeGreaterThan(80);
  expect(offering('SPI').length).toBeGreaterThan(60);
});
