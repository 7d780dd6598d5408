import { expect, test } from 'vitest';
import type { Bootloader, Device } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import { ends, filled, largest, pattern, pinDecides, runnable } from './all-lines.ts';
import { ACK, CanHost, FdcanHost } from '../hosts/can-host.ts';
import { be32 } from '../hosts/usart-host.ts';

/** Every bootloader version of a runnable line that listens on CAN or FDCAN. */
function versionsOn(protocol: 'CAN' | 'FDCAN'): [string, string, Device, Bootloader, string[]][] {
  return runnable.flatMap((device) =>
    device.bootloaders.flatMap((bootloader): [string, string, Device, Bootloader, string[]][] => {
      const ports = device.interfaces
        .filter((each) => each.protocol === protocol && bootloader.interfaces.includes(each.name))
        .map(({ name }) => name);
      return ports.length === 0 ? [] : [[device.id, bootloader.version, device, bootloader, ports]];
    }),
  );
}

const onCan = versionsOn('CAN');
const onFdcan = versionsOn('FDCAN');

/** Limitations under which these steps do not work out. */
const OFF = {
  'extra-reset-needed': false,
  'go-broken': false,
  'fdcan-get-counts-13': false,
  'fdcan-version-1.1': false,
  'fdcan-long-write-fails': false,
  'fdcan-erase-pages-low-byte-first': false,
};

function boardOf(device: Device, bootloader: Bootloader): Board {
  const flashKiB = largest(device);
  const { start } = device.flash.layouts[flashKiB]![0]!;
  return new Board(device, flashKiB, {
    bootloader: bootloader.version,
    options: pinDecides(device),
    quirks: OFF,
    load: [{ address: start, bytes: new Uint8Array(4096) }],
  });
}

const versionByte = (text: string): number =>
  (Number(text.replace('.', '')) % 10) + 16 * Math.floor(Number(text));

/** Identifies, erases, writes, reads back and starts: what both protocols do alike. */
function roundTrip(host: CanHost | FdcanHost, device: Device, version: string): void {
  expect(host.get()!.version).toBe(versionByte(version));
  expect(host.productId()).toBe(device.productId);
  const { first, last } = ends({ board: host.board } as Parameters<typeof ends>[0]);
  const { eraseValue } = device.flash;
  expect(host.read(first.address, 64)).toEqual(filled(64, 0));
  expect(host.erase(first.number).every((answer) => answer === ACK)).toBe(true);
  expect(host.read(first.address, 64)).toEqual(filled(64, eraseValue));
  const block = pattern.slice(0, Math.min(256, first.length));
  const end = last.address + last.length;
  for (const address of [first.address + first.length - block.length, end - block.length]) {
    expect(host.write(address, block)).toBe('ack');
    expect(host.read(address, block.length)).toEqual(block);
  }
  const vector = [...be32(0x2000_0800).reverse(), ...be32(first.address + 0x101).reverse()];
  expect(host.write(first.address, [...vector, ...filled(24, eraseValue)])).toBe('ack');
  expect(host.send(0x21, ...be32(first.address))).toEqual([[0x21, ACK]]);
  expect(host.board.state).toBe('application');
}

test('CAN and FDCAN are those of the tables', () => {
  expect([onCan.length, onFdcan.length].every((count) => count > 20)).toBe(true);
});

test.each(onCan)('%s V%s over CAN', (_, __, device, bootloader, ports) => {
  for (const port of ports) {
    const host = new CanHost(boardOf(device, bootloader), port);
    expect(host.connect()).toEqual([[0x79, ACK]]);
    roundTrip(host, device, bootloader.protocols.CAN!);
  }
});

test.each(onFdcan)('%s V%s over FDCAN', (_, __, device, bootloader, ports) => {
  for (const port of ports) {
    const host = new FdcanHost(boardOf(device, bootloader), port);
    expect(host.start()).toEqual([]);
    roundTrip(host, device, bootloader.protocols.FDCAN!);
  }
});
