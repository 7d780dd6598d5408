import { describe, expect, test } from 'vitest';
import { devices } from '../../families/index.ts';
import type { Device, OptionArea } from '../../families/index.ts';
import { Board } from '../board.ts';
import type { EraseUnit } from '../chip/erase-units.ts';
import { EmulatorError } from '../errors.ts';
import { bankLength, largest, LineHost, parts, pinDecides, runnable } from './all-lines.ts';
import { ACK, be32, NACK } from './usart-host.ts';

const USED = 0x5a;
const pattern = Array.from({ length: 256 }, (_, index) => (index * 31 + 7) & 0xff);

const titles = runnable.map((device) => [device.id, device] as const);
const withRdp = titles.filter(([, { options }]) => options?.rdp !== undefined);

/** Main flash full of something, so that an erase shows. */
function used(device: Device, flashKiB: number): { address: number; bytes: Uint8Array }[] {
  return device.flash.layouts[flashKiB]!.map((bank) => ({
    address: bank.start,
    bytes: new Uint8Array(bankLength(bank)).fill(USED),
  }));
}

function filled(length: number, value: number): number[] {
  return Array.from({ length }, () => value);
}

/** Every byte of main flash is `value`. */
function holdsOnly({ board }: LineHost, value: number): boolean {
  const { cells } = board.chip.flash;
  const all = cells.read(0, cells.length);
  return Buffer.compare(all, new Uint8Array(all.length).fill(value)) === 0;
}

function ends(host: LineHost): { first: EraseUnit; last: EraseUnit; middle?: EraseUnit } {
  const { units } = host.board.chip.flash;
  const middle = units[Math.floor(units.length / 2)]!;
  const [first, last] = [units[0]!, units.at(-1)!];
  return middle === first || middle === last ? { first, last } : { first, last, middle };
}

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

describe('readout protection', () => {
  test('exists on every line but H5', () => {
    const without = titles.filter(([, { options }]) => options?.rdp === undefined);
    expect(without.map(([id]) => id)).toEqual(['STM32H503', 'STM32H523_533', 'STM32H562_563_573']);
  });

  test.each(withRdp)('%s goes from level 0 to 1 and back, with a mass erase', (_, device) => {
    const flashKiB = largest(device);
    const host = new LineHost(device, flashKiB, { load: used(device, flashKiB) });
    host.connect();
    expect(host.command(0x82)).toEqual([ACK, ACK]);
    expect(host.connect()).toBe(true);
    expect(host.board.chip.level).toBe(1);
    for (const opcode of [0x21, host.oldErase ? 0x43 : 0x44, 0x63, 0x73, 0x82]) {
      expect(host.command(opcode)).toEqual([NACK]);
    }
    expect(host.command(0x11)).toContain(NACK);
    expect(host.command(0x31)).toContain(NACK);
    expect(host.command(0x02)[0]).toBe(ACK);
    expect(host.command(0x92)).toEqual([ACK, ACK]);
    if (host.board.quirks.has('readout-unprotect-without-option-load')) {
      host.board.power(false);
      host.board.power(true);
      host.board.run();
    }
    expect(host.connect()).toBe(true);
    expect(host.board.chip.level).toBe(0);
    expect(holdsOnly(host, device.flash.eraseValue)).toBe(true);
  });

  const withLevel2 = withRdp.filter(([, { options }]) => options!.rdp!.level2 !== undefined);

  test('F1 and its clones have no level 2', () => {
    const without = withRdp.filter(([, { options }]) => options!.rdp!.level2 === undefined);
    for (const [id, device] of without) {
      expect(id).toMatch(/^(STM32F10|GD32F|CKS32F)/);
      expect(() => new Board(device, largest(device), { rdp: 2 })).toThrow('level 2');
    }
  });

  test.each(withLevel2)('%s at level 2 closes its bootloader for good', (_, device) => {
    const host = new LineHost(device);
    host.connect();
    const { field, level2 } = device.options!.rdp!;
    expect(host.changeOption(field, level2!)).toBe(true);
    expect(host.board.chip.level).toBe(2);
    host.board.power(false);
    host.board.power(true);
    host.board.run();
    if (device.boot.rdpLevel2 === 'system-memory-limited') {
      expect(host.connect()).toBe(true);
      expect(host.command(0x00)).toEqual([ACK, 3, 0x31, 0x00, 0x01, 0x02, ACK]);
      expect(host.command(0x92)).toEqual([NACK]);
    } else {
      expect(host.board.boot?.area).toBe('main-flash');
      expect(host.connect()).toBe(false);
    }
  });

  const withLevel05 = withRdp.filter(([, { options }]) => options!.rdp!.level05 !== undefined);
  test.each(withLevel05)(
    '%s leaves level 1 for 0.5, and TrustZone, by command 0x50',
    (_, device) => {
      const special = (host: LineHost, data: number): number[] => {
        expect(host.command(0x50)).toEqual([ACK]);
        expect(host.packet(0x00, 0x82)).toEqual([ACK]);
        return host.packet(0, 4, 0, 0, 0, data);
      };
      const options = { TZEN: 1, [device.options!.rdp!.field]: 0x11 };
      for (const [data, level, trustZone] of [
        [0, 0, 0],
        [1, 0.5, 1],
      ] as const) {
        const host = new LineHost(device, largest(device), { options });
        expect(host.connect()).toBe(true);
        expect(host.board.chip.level).toBe(1);
        expect(special(host, data)).toEqual([0, 0, 0, 1, 0, ACK]);
        expect(host.connect()).toBe(true);
        expect(host.board.chip.level).toBe(level);
        expect(host.board.chip.options!.field('TZEN')).toBe(trustZone);
      }
      const open = new LineHost(device);
      open.connect();
      expect(special(open, 1)).toEqual([NACK]);
    },
  );
});

describe('the special commands of H5', () => {
  const h5 = titles.filter(([id]) => id.startsWith('STM32H5'));
  test.each(h5)('%s sets its product state and resets itself', (_, device) => {
    const host = new LineHost(device);
    host.connect();
    const opcodes = [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x50, 0x63, 0x73];
    expect(host.command(0x00)).toEqual([ACK, 10, 0x40, ...opcodes, ACK]);
    host.command(0x50);
    expect(host.packet(0x00, 0x01)).toEqual([ACK]);
    expect(host.packet(0, 4, 0, 0, 0, 0x17)).toEqual([0, 0, 0, 1, 0, ACK]);
    expect(host.board.chip.options!.field('PRODUCT_STATE')).not.toBe(0x17);
    host.command(0x50);
    expect(host.packet(0x00, 0x02)).toEqual([ACK]);
    expect(host.packet(0, 0)).toEqual([0, 0, 0, 1, 0, ACK]);
    expect(host.board.chip.options!.field('PRODUCT_STATE')).toBe(0x17);
    expect(host.connect()).toBe(true);
    host.command(0x50);
    expect(host.packet(0x00, 0x83)).toEqual([device.id === 'STM32H503' ? NACK : ACK]);
  });
});

describe('write protection', () => {
  const unknown = titles.filter(([, { options }]) => options?.writeProtection === undefined);

  test('is refused where the encoding is not in the data', () => {
    expect(unknown.map(([id]) => id)).toEqual([
      'STM32H503',
      'STM32H523_533',
      'STM32H562_563_573',
      'STM32U031',
      'STM32U073_083',
      'STM32WB1x',
      'STM32WB3_5',
      'STM32WL5_WLE',
    ]);
    for (const [, device] of unknown) {
      const host = new LineHost(device);
      host.connect();
      expect(host.protect([0])).toBe(false);
      expect(host.command(0x73)).toEqual([ACK, NACK]);
    }
  });

  test.each(parts.filter(([, , { options }]) => options?.writeProtection !== undefined))(
    '%s with %i KiB: a protected sector ignores program and erase, the others do not',
    (_, flashKiB, device) => {
      for (const { codes, first, count } of protectable(device, flashKiB)) {
        const host = new LineHost(device, flashKiB);
        host.connect();
        expect(host.protect(codes)).toBe(true);
        expect(host.connect()).toBe(true);
        const { units } = host.board.chip.flash;
        const of = (number: number): EraseUnit => units.find((unit) => unit.number === number)!;
        const closed = [of(first), of(first + count - 1)];
        const open = [units.find(({ number }) => number < first || number >= first + count)];
        for (const { address } of closed) {
          expect(host.write(address, filled(32, 1))).toBe('ack');
          expect(host.read(address, 1)).toEqual([device.flash.eraseValue]);
        }
        for (const unit of open) {
          if (unit === undefined) continue; // one sector only
          expect(host.write(unit.address, filled(32, 1))).toBe('ack');
          expect(host.read(unit.address, 1)).toEqual([1]);
          expect(host.erasePages(unit.number)).toBe(true);
          expect(host.read(unit.address, 1)).toEqual([device.flash.eraseValue]);
        }
        const before = host.board.chip.flash.cells;
        before.set(closed[0]!.offset, Uint8Array.of(USED));
        expect(host.erasePages(first)).toBe(true);
        expect(host.read(closed[0]!.address, 1)).toEqual([USED]);
        if (device.massErase) host.eraseAll();
        expect(host.read(closed[0]!.address, 1)).toEqual([USED]);
        expect(host.command(0x73)).toEqual([ACK, ACK]);
        expect(host.connect()).toBe(true);
        expect(host.erasePages(first)).toBe(true);
        expect(host.read(closed[0]!.address, 1)).toEqual([device.flash.eraseValue]);
      }
    },
  );
});

/** Sector codes of one Write Protect command each, and the units they close: one in every bank. */
function protectable(
  device: Device,
  flashKiB: number,
): { codes: number[]; first: number; count: number }[] {
  const rule = device.options!.writeProtection!;
  const banks = device.flash.layouts[flashKiB]!;
  const { units } = new Board(device, flashKiB).chip.flash;
  const inBank = (bank: number): EraseUnit[] => units.filter((unit) => unit.bank === bank);
  if (rule.kind === 'areas') {
    // pairs of first and last page in the order of the areas; 1 to 0 is none
    // of G0B0 and G0B1 the words of bank 2 are not known
    const known = banks
      .map((_, bank) => bank)
      .filter((bank) => rule.areas.some((area) => area.bank === bank));
    return known.map((bank) => {
      const before = rule.areas.findIndex((area) => area.bank === bank);
      const codes = [...Array.from({ length: before }, () => [1, 0]).flat(), 1, 2];
      return { codes, first: inBank(bank)[1]!.number, count: 2 };
    });
  }
  const width = (name: string): number =>
    device.options!.fields.find((field) => field.name === name)!.width;
  return banks.map((bank, index) => {
    const counted = rule.perBank === true && index > 0;
    const code = counted ? width(rule.fields[0]!) : Math.floor(bank.first / rule.pagesPerBit);
    const last = rule.fields.reduce((sum, name) => sum + width(name), 0) - 1;
    const rest = code >= last && rule.lastCoversRest === true;
    const total = inBank(index).length;
    const count = rest ? total : Math.min(rule.pagesPerBit, total);
    if (!rest) return { codes: [code], first: bank.first, count };
    const from = last * rule.pagesPerBit;
    return { codes: [last], first: from, count: units.at(-1)!.number - from + 1 };
  });
}

describe('option bytes', () => {
  test.each(titles)('%s shows its factory values', (_, device) => {
    const host = new LineHost(device, largest(device), { options: factorySelection(device) });
    host.connect();
    for (const area of device.options!.areas) {
      const bytes = host.readAll(area.start, area.length);
      for (const [at, value] of factoryBytes(area)) expect([at, bytes![at]]).toEqual([at, value]);
    }
  });

  test.each(titles)('%s: a host changes each field, and the chip loads it', (_, device) => {
    const flashKiB = largest(device);
    const { fields, rdp } = device.options!;
    const pin = pinDecides(device);
    const plain = new Board(device, flashKiB, { options: pin });
    for (const { name, width } of fields) {
      if (name === rdp?.field) continue;
      const host = new LineHost(device, flashKiB);
      host.connect();
      const old = host.board.chip.options!.field(name)!;
      const value = width > 1 ? 2 ** width - 1 - old : 1 - old;
      expect([name, host.changeOption(name, value)]).toEqual([name, true]);
      const changed = host.board.chip.options!;
      expect([name, changed.field(name)]).toEqual([name, value]);
      for (const other of fields) {
        if (other.name === name || other.name === rdp?.field) continue;
        const kept = plain.chip.options!.field(other.name);
        expect([other.name, changed.field(other.name)]).toEqual([other.name, kept]);
      }
      host.board.power(false); // a cleared flash-empty flag comes back
      host.board.power(true);
      const preset = new Board(device, flashKiB, { options: { ...pin, [name]: value } });
      expect(host.board.boot?.area).toBe(preset.boot?.area);
      expect(host.board.boot?.address).toBe(preset.boot?.address);
    }
  });

  test('a partial write erases what it does not reach, registers keep it', () => {
    const f103 = new LineHost(device('STM32F10x_MD'), 128, { options: { WRP0: 0, Data0: 0x12 } });
    f103.connect();
    expect(f103.write(0x1fff_f800, [0xa5, 0x5a, 0xff, 0x00])).toBe('ack');
    expect(f103.board.chip.options!.field('WRP0')).toBe(0xff);
    expect(f103.board.chip.options!.field('Data0')).toBe(0xff);
    const h743 = new LineHost(device('STM32H74_75'), 2048, { options: { WPSN1: 0xfe } });
    h743.connect();
    expect(h743.write(0x5200_201c, [0xf0, 0xaa, 0xc6, 0x1b])).toBe('ack');
    expect(h743.board.chip.options!.field('WPSN1')).toBe(0xfe);
  });
});

/** The setting of a chip as it leaves the factory, whose empty flash starts the bootloader. */
function factorySelection(device: Device): Record<string, number> {
  return 'nBOOT_SEL' in pinDecides(device) ? { nBOOT_SEL: 1 } : {};
}

function device(id: string): Device {
  return runnable.find((each) => each.id === id)!;
}

/** Bytes of the words whose factory value is known, with their complements. */
function factoryBytes(area: OptionArea): [at: number, value: number][] {
  return area.words.flatMap(({ offset, width, factory }) => {
    if (factory === undefined) return [];
    return Array.from({ length: width / 8 }, (_, byte): [number, number][] => {
      const value = (factory >>> (8 * byte)) & 0xff;
      const at = offset + (area.complement === 'bytes' ? 2 * byte : byte);
      const behind = { none: 0, bytes: 1, 'half-words': 2, words: 4 }[area.complement];
      return behind === 0
        ? [[at, value]]
        : [
            [at, value],
            [at + behind, value ^ 0xff],
          ];
    }).flat();
  });
}
