import { describe, expect, test } from 'vitest';
import { devices } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import { EmulatorError } from '../../errors.ts';
import {
  ends,
  filled,
  holdsOnly,
  largest,
  LineHost,
  parts,
  pattern,
  runnable,
  titles,
  USED,
  used,
} from './all-lines.ts';
import { ACK, be32, NACK } from '../hosts/usart-host.ts';

test('eighty lines of eighteen series can be run', () => {
  expect(runnable.length).toBeGreaterThanOrEqual(80);
  expect(new Set(runnable.map(({ id }) => /^STM32([A-Z]+\d)/.exec(id)?.[1])).size).toBeGreaterThan(
    18,
  );
});

test('lines without enough data say what is missing', () => {
  const refused = devices.filter((each) => each.incomplete !== undefined);
  expect(refused.map(({ id }) => id)).toEqual([
    'STM32H5E_5F',
    'STM32H7R_7S',
    'STM32U375_385',
    'STM32U3B5_3C5',
    'STM32WBA5x',
    'STM32WBA6x',
  ]);
  for (const device of refused) {
    expect(() => new Board(device, 512)).toThrow(EmulatorError);
    expect(() => new Board(device, 512)).toThrow(device.incomplete);
  }
});

describe.each(parts)('%s with %i KiB', (_, flashKiB, device) => {
  test('identifies itself as the table says', () => {
    const host = new LineHost(device, flashKiB);
    expect(host.connect()).toBe(true);
    const { bootloader } = host.board;
    const [major, minor] = bootloader.protocols.USART!.split('.').map(Number);
    const version = major! * 16 + minor!;
    const [, count, said, ...opcodes] = host.command(0x00);
    expect(said).toBe(version);
    expect(opcodes).toHaveLength(count! + 1);
    expect(opcodes[6]).toBe(host.oldErase ? 0x43 : 0x44);
    expect(host.command(0x01)).toEqual([ACK, version, 0, 0, ACK]);
    const { productId, bootloaderIdAddress } = device;
    expect(host.command(0x02)).toEqual([ACK, 1, productId >> 8, productId & 0xff, ACK]);
    if (bootloaderIdAddress !== undefined) {
      expect(host.read(bootloaderIdAddress, 1)).toEqual([bootloader.id]);
    }
  });

  test('says its flash size and unique ID', () => {
    const uid = Uint8Array.from({ length: 12 }, (_none, index) => 0x40 + index);
    const host = new LineHost(device, flashKiB, { uid });
    host.connect();
    const register = device.flashSizeRegister!;
    const said = register.says?.[flashKiB] ?? register.codes?.[flashKiB] ?? flashKiB;
    expect(host.read(register.address, 2)).toEqual([said & 0xff, said >> 8]);
    const words = device.uid!.map((address) => host.read(address, 4));
    expect(words.flat()).toEqual([...uid]);
  });

  test('erases, writes, verifies and reads back its first and its last block', () => {
    const host = new LineHost(device, flashKiB, { load: used(device, flashKiB) });
    host.connect();
    const { first, last, middle } = ends(host);
    const { eraseValue } = device.flash;
    expect(host.erasePages(first.number, last.number)).toBe(true);
    expect(host.read(first.address, 128)).toEqual(filled(128, eraseValue));
    if (middle !== undefined) expect(host.read(middle.address, 4)).toEqual(filled(4, USED));
    const block = pattern.slice(0, Math.min(256, first.length));
    const end = last.address + last.length;
    for (const address of new Set([first.address, end - block.length])) {
      expect(host.read(address, block.length)).toEqual(filled(block.length, eraseValue));
      expect(host.write(address, block)).toBe('ack');
      expect(host.read(address, block.length)).toEqual(block);
    }
    if (device.eeprom?.start === end) return; // the data EEPROM follows at once
    expect(host.read(end, 4)).not.toHaveLength(4);
    expect(host.write(end, [0, 0, 0, 0])).not.toBe('ack');
  });

  test('erases all at once, or refuses to where the line cannot', () => {
    const host = new LineHost(device, flashKiB, { load: used(device, flashKiB) });
    host.connect();
    expect(host.eraseAll()).toBe(device.massErase);
    expect(holdsOnly(host, device.massErase ? device.flash.eraseValue : USED)).toBe(true);
  });
});

describe('every bootloader version', () => {
  const versions = runnable.flatMap((device) =>
    device.bootloaders.map((bootloader) => [device.id, bootloader.version, device] as const),
  );

  test.each(versions)('%s V%s synchronises and tells its versions', (_, version, device) => {
    const host = new LineHost(device, largest(device), { bootloader: version });
    const { bootloader, quirks } = host.board;
    const twice = quirks.has('usart1-mirrored') ? 2 : 1;
    if (quirks.has('extra-reset-needed')) {
      expect(host.sync()).toEqual([]);
      host.board.reset();
      host.board.run();
    }
    const answers = Array.from({ length: twice }, () => host.sync()).flat();
    expect(answers).toEqual(quirks.has('two-acks-at-connect') ? [ACK, ACK] : [ACK]);
    const [major, minor] = bootloader.protocols.USART!.split('.').map(Number);
    expect(host.command(0x00)[2]).toBe(major! * 16 + minor!);
    const id = device.bootloaderIdAddress;
    if (id !== undefined && bootloader.id !== undefined) {
      expect(host.read(id, 1)).toEqual([bootloader.id]);
    }
    // AN3155 §4: one byte of the product ID before protocol 2.1
    const bytes = version === '2.0' && bootloader.protocols.USART === '2.0' ? 1 : 2;
    expect(host.command(0x02)).toHaveLength(3 + bytes);
  });
});

describe('layouts that an option field chooses', () => {
  const choices = parts.filter(
    ([, flashKiB, device]) => device.flash.alternative?.layouts[flashKiB] !== undefined,
  );

  test.each(choices)('%s with %i KiB', (_, flashKiB, device) => {
    const { field, value, layouts } = device.flash.alternative!;
    const host = new LineHost(device, flashKiB);
    host.connect();
    expect(host.changeOption(field, value)).toBe(true);
    expect(host.connect()).toBe(true);
    const { units, banks, cells } = host.board.chip.flash;
    expect(banks).toBe(layouts[flashKiB]!.length);
    for (const unit of [units[0]!, units.at(-1)!]) {
      cells.set(0, new Uint8Array(cells.length).fill(USED));
      expect(host.erasePages(unit.number)).toBe(true);
      const all = cells.read(0, cells.length);
      expect(all.filter((byte) => byte !== USED)).toHaveLength(unit.length);
      expect(all[unit.offset]).toBe(device.flash.eraseValue);
      expect(host.write(unit.address, pattern)).toBe('ack');
      expect(host.read(unit.address, 256)).toEqual(pattern);
    }
    const [answer] = host.massErase(0xfffd);
    expect(answer).toBe(banks === 2 && !host.board.quirks.has('bank-erase-refused') ? ACK : NACK);
  });
});

describe('Go', () => {
  test.each(titles)(
    '%s starts what was written into its flash, and nothing elsewhere',
    (_, device) => {
      const host = new LineHost(device);
      host.connect();
      const { address } = ends(host).first;
      const stack = be32(0x2000_0800).reverse();
      expect(host.write(address, [...stack, ...be32(address + 0x101).reverse()])).toBe('ack');
      expect(host.command(0x21)).toEqual([ACK]);
      expect(host.address(device.systemMemory[0]!.start)).toEqual([NACK]);
      host.command(0x21);
      expect(host.address(address)).toEqual([ACK]);
      expect(host.board.state).toBe('application');
    },
  );
});
