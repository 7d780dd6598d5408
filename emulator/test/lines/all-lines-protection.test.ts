import { describe, expect, test } from 'vitest';
import type { Device } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import type { EraseUnit } from '../../chip/erase-units.ts';
import { filled, holdsOnly, largest, LineHost, parts, titles, USED, used } from './all-lines.ts';
import { ACK, NACK } from '../hosts/usart-host.ts';

const withRdp = titles.filter(([, { options }]) => options?.rdp !== undefined);

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
        expect(special(host, data)).toEqual([ACK, 0, 0, 0, 1, 0, ACK]);
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
    expect(host.packet(0, 4, 0, 0, 0, 0x17)).toEqual([ACK, 0, 0, 0, 1, 0, ACK]);
    expect(host.board.chip.options!.field('PRODUCT_STATE')).not.toBe(0x17);
    host.command(0x50);
    expect(host.packet(0x00, 0x02)).toEqual([ACK]);
    expect(host.packet(0, 0)).toEqual([ACK, 0, 0, 0, 1, 0, ACK]);
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
      for (const { codes, closed } of protectable(device, flashKiB)) {
        const host = new LineHost(device, flashKiB);
        host.connect();
        expect(host.protect(codes)).toBe(true);
        expect(host.connect()).toBe(true);
        const { units, cells } = host.board.chip.flash;
        const { eraseValue } = device.flash;
        const [first] = closed;
        const last = closed.at(-1)!;
        for (const { address } of [first!, last]) {
          expect(host.write(address, filled(32, 1))).toBe('ack');
          expect(host.read(address, 1)).toEqual([eraseValue]);
        }
        // its neighbours are open, where it has any
        const numbers = closed.map(({ number }) => number);
        const beside = [first!.number - 1, last.number + 1];
        const open = units.filter(
          ({ number }) => beside.includes(number) && !numbers.includes(number),
        );
        expect(open.length).toBeGreaterThan(closed.length < units.length ? 0 : -1);
        for (const unit of open) {
          expect(host.write(unit.address, filled(32, 1))).toBe('ack');
          expect(host.read(unit.address, 1)).toEqual([1]);
          expect(host.erasePages(unit.number)).toBe(true);
          expect(host.read(unit.address, 1)).toEqual([eraseValue]);
        }
        cells.set(first!.offset, Uint8Array.of(USED));
        expect(host.erasePages(first!.number)).toBe(true);
        expect(host.read(first!.address, 1)).toEqual([USED]);
        if (device.massErase) host.eraseAll();
        expect(host.read(first!.address, 1)).toEqual([USED]);
        expect(host.command(0x73)).toEqual([ACK, ACK]);
        expect(host.connect()).toBe(true);
        expect(host.erasePages(first!.number)).toBe(true);
        expect(host.read(first!.address, 1)).toEqual([eraseValue]);
      }
    },
  );
});

/** Sector codes of one Write Protect command each, and the units they close: one in every bank. */
function protectable(
  device: Device,
  flashKiB: number,
): { codes: number[]; closed: readonly EraseUnit[] }[] {
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
      return { codes, closed: inBank(bank).slice(1, 3) };
    });
  }
  const width = (name: string): number =>
    device.options!.fields.find((field) => field.name === name)!.width;
  const total = rule.fields.reduce((sum, name) => sum + width(name), 0);
  const codeOf = ({ bank, index, number }: EraseUnit): number => {
    const skipped = rule.perBank === true && bank > 0 ? width(rule.fields[0]!) : 0;
    const code = skipped + Math.floor((rule.perBank === true ? index : number) / rule.pagesPerBit);
    return rule.lastCoversRest === true ? Math.min(code, total - 1) : code;
  };
  const codes = new Set([...banks.map((_, bank) => inBank(bank)[0]!), units.at(-1)!].map(codeOf));
  return [...codes].map((code) => ({
    codes: [code],
    closed: units.filter((unit) => codeOf(unit) === code),
  }));
}
