import { describe, expect, test } from 'vitest';
import {
  bankLength,
  ends,
  filled,
  largest,
  LineHost,
  lineOf,
  parts,
  pattern,
  titles,
} from './all-lines.ts';
import { ACK } from '../hosts/usart-host.ts';

describe('the time of a bank erase', () => {
  const printed = parts.filter(([, size, { flash, massErase, timing }]) => {
    const [one, two] = flash.layouts[size]!;
    const times = timing.byParallelism?.[8] ?? timing.operations;
    return massErase && two !== undefined && times.bankErase?.[bankLength(one!) / 1024];
  });

  test.each(printed)(
    '%s with %i KiB takes the time that its datasheet prints',
    (_, size, device) => {
      const host = new LineHost(device, size, { quirks: { 'bank-erase-refused': false } });
      host.connect();
      const times = device.timing.byParallelism?.[8] ?? device.timing.operations;
      const { clock } = host.board;
      const from = clock.now;
      expect(host.massErase(0xfffe)).toEqual([ACK]);
      const KiB = bankLength(device.flash.layouts[size]![0]!) / 1024;
      expect(clock.now - from).toBeCloseTo(times.bankErase![KiB]!.typ * 1000);
    },
  );
});

describe('program units', () => {
  test.each(titles)('%s completes a block with blank bytes', (_, device) => {
    const host = new LineHost(device);
    host.connect();
    const { address } = ends(host).first;
    const { eraseValue, programUnit } = device.flash;
    expect(host.write(address, [1, 2, 3, 4])).toBe('ack');
    expect(host.read(address, 36)).toEqual([1, 2, 3, 4, ...filled(32, eraseValue)]);
    expect(host.write(address + 32, pattern.slice(0, 5))).toBe('ack');
    const rest = Math.ceil(5 / programUnit) * programUnit - 5;
    expect(host.read(address + 32, 5 + rest)).toEqual([
      ...pattern.slice(0, 5),
      ...filled(rest, eraseValue),
    ]);
  });

  test('a write that fits the alignment of H74x and not its flash word uses the whole word up', () => {
    const programs: unknown[] = [];
    const host = new LineHost(lineOf('STM32H74_75'), 2048, {
      onTrace: (event) => event.kind === 'program' && programs.push([event.address, event.length]),
    });
    host.connect();
    expect(host.write(0x0800_0028, pattern.slice(0, 8))).toBe('ack');
    expect(programs).toEqual([[0x0800_0020, 32]]);
    expect(host.write(0x0800_0020, pattern.slice(8, 16))).toBe('ack');
    expect(host.read(0x0800_0040, 4)).toEqual(filled(4, 0xff));
    expect(host.read(0x0800_0020, 12)).toEqual([...filled(8, 0xff), ...pattern.slice(0, 4)]);
  });

  const wide = titles.filter(([, { flash }]) => flash.programUnit > flash.writeAlign);

  test.each(wide)(
    '%s: written in halves of a flash word, every second half stays blank',
    (_, device) => {
      const { programUnit, eraseValue } = device.flash;
      const half = programUnit / 2;
      const host = new LineHost(device);
      host.connect();
      const { address } = ends(host).first;
      for (const at of [0, 1, 2, 3]) {
        expect(host.write(address + at * half, filled(half, 0x10 + at))).toBe('ack');
      }
      const word = (value: number): number[] => [
        ...filled(half, value),
        ...filled(half, eraseValue),
      ];
      expect(host.read(address, 2 * programUnit)).toEqual([...word(0x10), ...word(0x12)]);
      expect(host.command(0x02)).toHaveLength(5); // and the bootloader lives
    },
  );

  test.each(titles)('%s loses a misaligned write and all later ones until a reset', (_, device) => {
    const host = new LineHost(device);
    host.connect();
    const { address } = ends(host).first;
    const blank = filled(4, device.flash.eraseValue);
    expect(host.write(address + device.flash.writeAlign / 2, [1, 2, 3, 4])).toBe('ack');
    expect(host.write(address, [1, 2, 3, 4])).toBe('ack');
    expect(host.read(address, 4)).toEqual(blank);
    expect(host.reconnect()).toBe(true);
    expect(host.write(address, [1, 2, 3, 4])).toBe('ack');
    expect(host.read(address, 4)).toEqual([1, 2, 3, 4]);
  });

  test.each(titles)('%s keeps to its overwrite rule', (_, device) => {
    const host = new LineHost(device);
    host.connect();
    const { address, number } = ends(host).first;
    const unit = filled(32, 0x3c);
    const again = filled(32, 0x66);
    host.write(address, unit);
    expect(host.write(address, unit)).toBe('ack');
    expect(host.read(address, 32)).toEqual(unit);
    expect(host.write(address, again)).toBe('ack');
    const after = host.read(address, 32);
    switch (device.flash.overwrite) {
      case 'and':
        expect(after).toEqual(filled(32, 0x24));
        break;
      case 'or':
        expect(after).toEqual(filled(32, 0x7e));
        break;
      case 'ecc': // the ECC is damaged: the read is a bus error, until the sector is erased
        expect(after).toEqual([]);
        expect(host.command(0x02)).toEqual([]);
        host.reconnect();
        expect(host.erasePages(number)).toBe(true);
        expect(host.read(address, 1)).toEqual([0xff]);
        break;
      default:
        expect(after).toEqual(unit);
        host.write(address, filled(32, 0));
        expect(host.read(address, 1)).toEqual([
          device.flash.overwrite === 'all-zero-only' ? 0 : 0x3c,
        ]);
    }
  });
});

describe('memory beside main flash', () => {
  test.each(titles)(
    '%s answers a read that starts in option bytes or OTP and runs past them',
    (_, device) => {
      const host = new LineHost(device);
      host.connect();
      const { otp, options } = device;
      const ends = (options?.areas ?? []).map(({ start, length }) => start + length);
      if (otp !== undefined) ends.push(otp.start + otp.length + (otp.lockBytes ?? 0));
      for (const end of ends) {
        if (host.board.chip.regionAt(end) !== undefined) continue; // another area follows
        expect([end, host.read(end - 4, 16)]).toEqual([end, expect.any(Array)]);
        const bytes = host.read(end - 4, 16) as number[];
        expect(bytes.slice(0, 4)).toEqual(host.read(end - 4, 4));
        expect(bytes.slice(4)).toEqual(filled(12, 0xff));
      }
    },
  );

  test.each(titles)(
    '%s answers a read that starts in flash, RAM or EEPROM and runs past it, and is dead until a reset',
    (_, device) => {
      const KiB = largest(device);
      const host = new LineHost(device);
      const refusing = new LineHost(device, KiB, { quirks: { 'read-past-end-refused': true } });
      refusing.connect();
      const { chip } = host.board;
      const { eeprom } = device;
      const last = chip.flash.units.at(-1)!;
      const ends = [
        last.address + last.length,
        ...device.ram.map(({ start, length }) => start + length),
        ...(eeprom === undefined ? [] : [eeprom.start + eeprom.length[KiB]!]),
      ];
      for (const end of ends) {
        if (chip.regionAt(end) !== undefined) continue; // another memory follows
        host.reconnect();
        const inside = host.read(end - 4, 4);
        if (typeof inside === 'string') continue; // RAM that is kept from hosts
        expect([end, host.read(end - 4, 16)]).toEqual([end, [...inside, ...filled(12, 0xff)]]);
        expect([end, host.command(0x02), host.sync()]).toEqual([end, [], []]);
        expect(host.reconnect()).toBe(true);
        expect([end, refusing.read(end - 4, 16)]).toEqual([end, 'length']);
        expect(refusing.command(0x02)[0]).toBe(ACK);
      }
    },
  );

  const eeproms = titles.filter(([, device]) => device.eeprom !== undefined);
  test.each(eeproms)('%s writes its data EEPROM over and over, zeros erase it', (_, device) => {
    for (const [size, length] of Object.entries(device.eeprom!.length)) {
      const host = new LineHost(device, Number(size));
      host.connect();
      const start = device.eeprom!.startBySize?.[Number(size)] ?? device.eeprom!.start;
      for (const value of [0x11, 0xee, 0x00]) {
        expect(host.write(start, filled(4, value))).toBe('ack');
        expect(host.write(start + length - 4, filled(4, value))).toBe('ack');
        expect(host.read(start + length - 4, 4)).toEqual(filled(4, value));
      }
      expect(host.write(start + length, [0, 0, 0, 0])).not.toBe('ack');
    }
  });

  test.each(titles)('%s keeps its own RAM from hosts and opens the rest', (_, device) => {
    const host = new LineHost(device);
    host.connect();
    const { ramUsed, ramAccessible } = host.board.bootloader;
    for (const { start } of ramUsed) expect(host.write(start, [1, 2, 3, 4])).not.toBe('ack');
    const open = ramAccessible ?? [];
    for (const { start } of open) {
      expect(host.write(start, [1, 2, 3, 4])).toBe('ack');
      expect(host.read(start, 4)).toEqual([1, 2, 3, 4]);
    }
    if (ramAccessible?.length === 0) {
      for (const { start, length } of device.ram) {
        expect(host.write(start + length - 4, [1, 2, 3, 4])).not.toBe('ack');
      }
    }
  });

  const gaps = parts.filter(([, size, device]) => {
    const [one, two] = device.flash.layouts[size]!;
    return two !== undefined && two.start !== one!.start + bankLength(one!);
  });

  test('banks lie apart on the smaller G47x and H7', () => {
    expect(gaps.map(([id, size]) => `${id} ${size}`)).toEqual([
      'STM32G47_48 128',
      'STM32G47_48 256',
      'STM32H74_75 1024',
      'STM32H7A3_7B3_7B0 1024',
    ]);
  });

  test.each(gaps)('%s with %i KiB has nothing between its banks', (_, size, device) => {
    const host = new LineHost(device, size);
    host.connect();
    const [one, two] = device.flash.layouts[size]!;
    const behind = one!.start + bankLength(one!);
    expect(host.write(behind, filled(32, 1))).not.toBe('ack');
    expect(host.write(behind - 32, filled(64, 1))).not.toBe('ack');
    expect(host.write(behind - 32, filled(32, 1))).toBe('ack');
    expect(host.erasePages(two!.first)).toBe(true);
    expect(host.write(two!.start, filled(32, 1))).toBe('ack');
    expect(host.read(two!.start, 1)).toEqual([1]);
  });
});
