import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Device, OptionArea, OptionField } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import { largest, LineHost, pinDecides, titles } from './all-lines.ts';
import { optionBanks } from './option-banks.ts';

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

  test.each(titles)('%s serves the banks that STM32CubeProgrammer reads', (_, device) => {
    const host = new LineHost(device);
    host.connect();
    const banks = optionBanks(device.productId);
    expect(banks).not.toEqual([]);
    for (const [address, length] of banks) {
      expect([address, host.readAll(address, length)?.length]).toEqual([address, length]);
    }
  });

  test.each(titles)('%s takes each of these banks back to its base', (_, device) => {
    for (const [address, length] of optionBanks(device.productId)) {
      const host = new LineHost(device);
      host.connect();
      const before = fieldsOf(host.board, device);
      const bytes = host.readAll(address, Math.min(256, length))!;
      expect([address, host.write(address, bytes)]).toEqual([address, 'ack']);
      expect([address, fieldsOf(host.board, device)]).toEqual([address, before]);
    }
  });

  test.each(titles)('%s: a write changes no field that it does not reach', (_, device) => {
    fc.assert(
      fc.property(settings(device), partialWrites(device), (options, { address, data }) => {
        const host = new LineHost(device, largest(device), { options });
        host.connect();
        const before = fieldsOf(host.board, device);
        expect(host.write(address, data)).toBe('ack');
        const after = fieldsOf(host.board, device);
        for (const field of device.options!.fields) {
          if (reached(device, field, address, data.length)) continue;
          const kept =
            device.options!.access === 'flash'
              ? (field.erased ?? 2 ** field.width - 1)
              : before[field.name];
          expect([field.name, after[field.name]]).toEqual([field.name, kept]);
        }
      }),
      { numRuns: 20 },
    );
  });
});

/** Stored values of the fields by name. */
function fieldsOf({ chip }: Board, device: Device): Record<string, number> {
  const { fields } = device.options!;
  return Object.fromEntries(fields.map(({ name }) => [name, chip.options!.storedField(name)!]));
}

/** Any values of the fields that neither protect nor say what a chip boots from, nor which flash it has. */
function settings(device: Device): fc.Arbitrary<Record<string, number>> {
  const { fields, rdp } = device.options!;
  const boots = device.boot.table.flatMap(({ when, boots }) => [
    ...Object.keys(when),
    ...(typeof boots === 'string' ? [] : [boots.address]),
  ]);
  const fixed = new Set([...boots, rdp?.field, device.flash.alternative?.field, 'nBOOT_SEL']);
  const free = fields.filter(({ name }) => !fixed.has(name));
  return fc.record(
    Object.fromEntries(free.map(({ name, width }) => [name, fc.nat(2 ** width - 1)])),
  );
}

/** Aligned writes that begin where one may and end within their area. */
function partialWrites(device: Device): fc.Arbitrary<{ address: number; data: number[] }> {
  const { access, areas } = device.options!;
  const starts = areas.flatMap(({ start, length, bases = [] }) => {
    const offsets =
      access === 'registers'
        ? Array.from({ length: length / 4 }, (_, word) => 4 * word)
        : [0, ...bases];
    return offsets.map((offset) => ({
      address: start + offset,
      most: Math.min(256, length - offset),
    }));
  });
  return fc.constantFrom(...starts).chain(({ address, most }) =>
    fc.integer({ min: 1, max: Math.floor(most / 4) }).chain((words) =>
      fc.record({
        address: fc.constant(address),
        data: fc.array(fc.nat(255), { minLength: 4 * words, maxLength: 4 * words }),
      }),
    ),
  );
}

/** A write of so many bytes at `address` reaches the word that holds the field. */
function reached(device: Device, { word }: OptionField, address: number, length: number): boolean {
  const area = device.options!.areas.find(({ words }) => words.some(({ name }) => name === word))!;
  const { offset, width } = area.words.find(({ name }) => name === word)!;
  const at = area.start + offset + (area.writtenAt ?? 0);
  return (
    address < at + (area.complement === 'bytes' ? 2 : 1) * (width / 8) && at < address + length
  );
}

/** The setting of a chip as it leaves the factory, whose empty flash starts the bootloader. */
function factorySelection(device: Device): Record<string, number> {
  if (!('nBOOT_SEL' in pinDecides(device))) return {};
  const { areas, fields } = device.options!;
  const { word: name, bit } = fields.find((field) => field.name === 'nBOOT_SEL')!;
  const word = areas.flatMap(({ words }) => words).find((each) => each.name === name)!;
  return { nBOOT_SEL: ((word.factory ?? 0xffff_ffff) >>> bit) & 1 };
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
