import { describe, expect, test } from 'vitest';
import type { Device, OptionArea } from '../../families/index.ts';
import { Board } from '../board.ts';
import { largest, LineHost, lineOf, pinDecides, titles } from './all-lines.ts';

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
    const f103 = new LineHost(lineOf('STM32F10x_MD'), 128, { options: { WRP0: 0, Data0: 0x12 } });
    f103.connect();
    expect(f103.write(0x1fff_f800, [0xa5, 0x5a, 0xff, 0x00])).toBe('ack');
    expect(f103.board.chip.options!.field('WRP0')).toBe(0xff);
    expect(f103.board.chip.options!.field('Data0')).toBe(0xff);
    const h743 = new LineHost(lineOf('STM32H74_75'), 2048, { options: { WPSN1: 0xfe } });
    h743.connect();
    expect(h743.write(0x5200_201c, [0xf0, 0xaa, 0xc6, 0x1b])).toBe('ack');
    expect(h743.board.chip.options!.field('WPSN1')).toBe(0xfe);
  });
});

/** The setting of a chip as it leaves the factory, whose empty flash starts the bootloader. */
function factorySelection(device: Device): Record<string, number> {
  return 'nBOOT_SEL' in pinDecides(device) ? { nBOOT_SEL: 1 } : {};
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
