import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { clones } from '../devices.ts';
import {
  devices,
  dfuGenerations,
  families,
  findDevice,
  flashSizes,
  pagesOf,
  quirks,
  sources,
} from '../index.ts';
import type { Bank, Device, OptionWord, Quirk, Range, Time } from '../index.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const runnable = devices.filter((device) => device.incomplete === undefined);
const isClone = (device: Device): boolean => clones.devices.some(({ id }) => id === device.id);

const hex = (value: number): string => `0x${value.toString(16)}`;

/** Every layout of a line, the alternative ones too, with its flash size in KiB. */
function layoutsOf(device: Device): { KiB: number; banks: readonly Bank[] }[] {
  const all = [device.flash.layouts, device.flash.alternative?.layouts ?? {}];
  return all.flatMap((layouts) =>
    Object.entries(layouts).map(([size, banks]) => ({ KiB: Number(size), banks })),
  );
}

function bankRange(bank: Bank): Range {
  const length = pagesOf(bank).reduce((sum, page) => sum + page, 0);
  return { start: bank.start, end: bank.start + length };
}

function overlaps(ranges: readonly Range[]): string[] {
  const sorted = ranges.toSorted((a, b) => a.start - b.start);
  return sorted.slice(1).flatMap((range, index) => {
    const before = sorted[index]!;
    return range.start < before.end ? [`${hex(range.start)} lies before ${hex(before.end)}`] : [];
  });
}

function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function widthOf(device: Device, name: string): number {
  return device.options!.fields.find((field) => field.name === name)!.width;
}

/** Factory value of an option field; ones where the word has none. */
function factory(device: Device, name: string): number {
  const { word: home, bit, width } = device.options!.fields.find((field) => field.name === name)!;
  const word = device
    .options!.areas.flatMap((area): readonly OptionWord[] => area.words)
    .find((candidate) => candidate.name === home)!;
  return Math.floor((word.factory ?? 2 ** word.width - 1) / 2 ** bit) % 2 ** width;
}

/** Everything that has an address, for the largest part of the line. */
function mapOf(device: Device): Range[] {
  const sized = (start: number, length: number): Range => ({ start, end: start + length });
  const largest = flashSizes(device).at(-1);
  const { otp, eeprom } = device;
  return [
    ...(largest === undefined ? [] : device.flash.layouts[largest]!.map(bankRange)),
    ...device.ram.map(({ start, length }) => sized(start, length)),
    ...device.ram.flatMap(({ alias, length }) =>
      alias === undefined ? [] : [sized(alias, length)],
    ),
    ...device.systemMemory,
    ...(device.options?.areas ?? []).map(({ start, length }) => sized(start, length)),
    ...(otp ? [sized(otp.start, otp.length + (otp.lockBytes ?? 0))] : []),
    ...(eeprom ? [sized(eeprom.start, Math.max(...Object.values(eeprom.length)))] : []),
    ...(device.supplyRegister === undefined ? [] : [sized(device.supplyRegister, 4)]),
  ];
}

describe('the table as a whole', () => {
  test('holds at least 80 runnable lines over 18 series', () => {
    const genuine = runnable.filter((device) => !isClone(device));
    const series = families.filter((family) =>
      family.devices.some((device) => genuine.includes(device)),
    );
    expect(genuine.length).toBeGreaterThanOrEqual(80);
    expect(series.length).toBeGreaterThanOrEqual(18);
  });

  test('has each line id once', () => {
    const ids = devices.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test('has no part pattern in two lines', () => {
    const patterns = devices.flatMap(({ parts }) => parts);
    expect(patterns).toEqual([...new Set(patterns)]);
  });

  test('uses every quirk it names', () => {
    const used = new Set<string>(
      devices.flatMap((device) => [
        ...device.bootloaders.flatMap((bootloader) => bootloader.quirks),
        ...(device.optionalQuirks ?? []),
      ]),
    );
    for (const { quirks: shared } of Object.values(dfuGenerations)) {
      for (const name of shared) used.add(name);
    }
    const listed: [string, Quirk][] = Object.entries(quirks);
    const attached = listed.filter(([, quirk]) => quirk.onDemand !== true).map(([name]) => name);
    expect(attached.filter((name) => !used.has(name))).toEqual([]);
  });

  test('cites only documents that sources.ts lists', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(ts|md)$/.test(name),
    );
    const cited = files.flatMap((file) => {
      const text = readFileSync(`${folder}${file}`, 'utf8');
      return [...text.matchAll(/\b(?:AN|RM)\d{4}\b/g)].map(([document]) => ({ document, file }));
    });
    expect(cited.filter(({ document }) => !(document in sources))).toEqual([]);
    const firsts = Object.values(quirks).map(({ source }) => source.split(/[ ,;]/)[0]!);
    expect(firsts.filter((first) => !(first in sources))).toEqual([]);
  });
});

/** What must hold for every line; each returns what is wrong, and nothing when all is well. */
const invariants: Readonly<Record<string, (device: Device) => string[]>> = {
  'has a source for everything it states': (device) => {
    const stated = ['productId', 'bootloaders', 'flash', 'ram', 'boot', 'timing'];
    if (device.options !== undefined) stated.push('options');
    if (device.usbStrings !== undefined) stated.push('usbStrings');
    const rows = Object.entries(device.sources);
    return [
      ...(isClone(device) ? [] : stated.filter((row) => !(row in device.sources))),
      ...rows.flatMap(([row, named]) => (named.length === 0 ? [`${row} has no source`] : [])),
      ...rows.flatMap(([, named]) => named.filter((source) => !(source in sources))),
    ];
  },

  'has banks whose pages add up to the flash size and whose numbers do not collide': (device) =>
    layoutsOf(device).flatMap(({ KiB, banks }) => {
      const ranges = banks.map(bankRange);
      const total = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
      const collides = banks.slice(1).some((bank, index) => {
        const before = banks[index]!;
        return bank.first < before.first + pagesOf(before).length;
      });
      return [
        ...overlaps(ranges),
        ...(total === KiB * 1024 ? [] : [`${KiB} KiB: pages add up to ${total / 1024}`]),
        ...(collides || banks[0]!.first !== 0 ? [`${KiB} KiB: page numbers`] : []),
        ...ranges.flatMap(({ start }) => (start < 0x0800_0000 ? [hex(start)] : [])),
      ];
    }),

  'has areas that do not overlap': (device) => overlaps(mapOf(device)),

  'has pages made of program units and aligned writes': ({ flash, ...device }) =>
    layoutsOf({ flash, ...device }).flatMap(({ KiB, banks }) =>
      banks
        .flatMap(pagesOf)
        .filter((page) => page % flash.programUnit !== 0 || page % flash.writeAlign !== 0)
        .map((page) => `${KiB} KiB: ${page}`),
    ),

  'keeps its bootloader ID in system memory': (device) => {
    const address = device.bootloaderIdAddress;
    if (address === undefined || device.incomplete !== undefined) return [];
    const within = device.systemMemory.some(({ start, end }) => address >= start && address < end);
    return within ? [] : [hex(address)];
  },

  'has bootloader versions that name only what the line has': (device) => {
    const names = device.interfaces.map(({ name }) => name);
    return [
      ...twice(names),
      ...twice(device.bootloaders.map(({ version }) => version)),
      ...device.bootloaders.flatMap((bootloader) => {
        const spoken = device.interfaces
          .filter(({ name }) => bootloader.interfaces.includes(name))
          .map(({ protocol }): string => protocol);
        return [
          ...bootloader.interfaces.filter((name) => !names.includes(name)),
          ...bootloader.quirks.filter((name) => !(name in quirks)),
          ...Object.keys(bootloader.protocols).filter(
            (protocol) => device.incomplete === undefined && !spoken.includes(protocol),
          ),
        ].map((name) => `${bootloader.version}: ${name}`);
      }),
    ];
  },

  'has pins where ports have pins': (device) =>
    device.interfaces.flatMap(({ name, protocol, ...pins }) =>
      Object.entries(pins)
        .filter(([role]) => !['autobaud', 'address', 'identity'].includes(role))
        .filter(([, pin]) => !/^P[A-P]\d{1,2}$/.test(String(pin)))
        .map(([role]) => `${name} ${protocol} ${role}`),
    ),

  'gives the bootloader RAM that exists': (device) => {
    if (device.incomplete !== undefined) return [];
    const rams = device.ram
      .flatMap(({ start, length, alias }) => [start, alias ?? start].map((at) => ({ at, length })))
      .toSorted((one, other) => one.at - other.at);
    const exists = ({ start, end }: Range): boolean => {
      // SRAMs that follow each other count as one
      let reached = start;
      for (const { at, length } of rams) {
        if (at <= reached && reached < at + length) reached = at + length;
      }
      return reached >= end && end > start;
    };
    return device.bootloaders.flatMap(({ version, ramUsed, ramAccessible = [] }) => [
      ...overlaps([...ramUsed, ...ramAccessible]),
      ...[...ramUsed, ...ramAccessible]
        .filter((range) => !exists(range))
        .map(({ start, end }) => `${version}: ${hex(start)} to ${hex(end)}`),
    ]);
  },

  'has option words that fit their area': (device) =>
    (device.options?.areas ?? []).flatMap((area) => {
      const places = area.words.map(({ offset, width }) => {
        const bytes = (width / 8) * (area.complement === 'none' ? 1 : 2);
        return { start: offset, end: offset + bytes };
      });
      return [
        ...overlaps(places),
        ...places.flatMap(({ end }) => (end > area.length ? [`ends at ${end}`] : [])),
        ...area.words
          .filter(({ factory, width }) => factory !== undefined && factory >= 2 ** width)
          .map(({ name }) => `${name}: factory value`),
        ...area.words
          .filter(({ factory, chosen }) => factory === undefined && chosen !== undefined)
          .map(({ name }) => `${name}: nothing chosen`),
      ];
    }),

  'has option fields that fit their words and do not overlap': ({ options }) => {
    if (options === undefined) return [];
    const words = options.areas.flatMap((area): readonly OptionWord[] => area.words);
    const known = words.map(({ name }) => name);
    return [
      ...twice(known),
      ...twice(options.fields.map(({ name }) => name)),
      ...options.fields.filter(({ word }) => !known.includes(word)).map(({ word }) => word),
      ...words.flatMap(({ name, width }) => {
        const bits = options.fields
          .filter((field) => field.word === name)
          .map((field) => ({ start: field.bit, end: field.bit + field.width }));
        const outside = bits.filter(({ end }) => end > width);
        return [...overlaps(bits), ...outside.map(({ end }) => `${name} bit ${end}`)];
      }),
    ];
  },

  'leaves the factory unprotected and in its first layout': (device) => {
    const { options } = device;
    if (options === undefined) return [];
    const { rdp, writeProtection } = options;
    const wrong: string[] = [];
    if (rdp && factory(device, rdp.field) !== rdp.level0) wrong.push('RDP');
    if (writeProtection?.kind === 'bits') {
      const open = writeProtection.protects === 0 ? 1 : 0;
      for (const name of writeProtection.fields) {
        if (factory(device, name) !== open * (2 ** widthOf(device, name) - 1)) wrong.push(name);
      }
      const { pcropField } = writeProtection;
      if (pcropField !== undefined && factory(device, pcropField) !== 0) wrong.push(pcropField);
    }
    if (writeProtection?.kind === 'areas') {
      for (const { start, end } of writeProtection.areas) {
        if (factory(device, start) <= factory(device, end)) wrong.push(start);
      }
    }
    const { alternative } = device.flash;
    if (alternative && factory(device, alternative.field) === alternative.value) {
      wrong.push(alternative.field);
    }
    return wrong;
  },

  'covers all of its flash with write protection bits': (device) => {
    const protection = device.options?.writeProtection;
    if (protection?.kind !== 'bits' || protection.lastCoversRest === true) return [];
    const units = protection.fields.map((name) => widthOf(device, name) * protection.pagesPerBit);
    const all = units.reduce((sum, width) => sum + width, 0);
    return Object.entries(device.flash.layouts).flatMap(([KiB, banks]) =>
      banks
        .filter((bank, index) => {
          const pages = pagesOf(bank).length;
          return protection.perBank === true ? units[index]! < pages : all < bank.first + pages;
        })
        .map((bank) => `${KiB} KiB: bank at ${hex(bank.start)}`),
    );
  },

  'names in its boot table only pins, option fields and FLASH_EMPTY': (device) => {
    const { boot, options } = device;
    const fields = (options?.fields ?? []).map(({ name }) => name);
    const known: string[] = [...boot.pins, ...fields];
    if (boot.emptyCheck !== undefined) known.push('FLASH_EMPTY');
    const named = boot.table.flatMap(({ when, boots }) => [
      ...Object.keys(when),
      ...(typeof boots === 'object' ? [boots.address] : []),
    ]);
    return named.filter((name) => !known.includes(name));
  },

  'decides every combination of its boot inputs, and can boot the bootloader': (device) => {
    const { table } = device.boot;
    if (device.incomplete !== undefined) return [];
    const values = new Map<string, Set<number>>();
    for (const [name, value] of table.flatMap(({ when }) => Object.entries(when))) {
      values.set(name, (values.get(name) ?? new Set([0, 1])).add(value));
    }
    let combinations: Record<string, number>[] = [{}];
    for (const [name, set] of values) {
      combinations = combinations.flatMap((one) =>
        [...set].map((value) => ({ ...one, [name]: value })),
      );
    }
    const open = combinations.filter(
      (inputs) =>
        !table.some(({ when }) =>
          Object.entries(when).every(([name, value]) => inputs[name] === value),
        ),
    );
    const reaches = table.some(
      ({ boots }) => boots === 'system-memory' || typeof boots === 'object',
    );
    return [...open.map((inputs) => JSON.stringify(inputs)), ...(reaches ? [] : ['no bootloader'])];
  },

  'has a time for every size of erase unit': (device) => {
    const timed = device.timing.operations.erase.map(({ KiB }) => KiB * 1024);
    const pages = new Set(layoutsOf(device).flatMap(({ banks }) => banks.flatMap(pagesOf)));
    return [...pages].filter((page) => !timed.includes(page)).map((page) => `${page} bytes`);
  },

  'has typical times within their limits': ({ timing }) => {
    const all = [timing.operations, ...Object.values(timing.byParallelism ?? {})];
    const times = all.flatMap(({ program, erase, massErase }): Time[] => [
      program.us,
      ...erase.map(({ ms }) => ms),
      ...(massErase === 'sum' ? [] : Object.values(massErase)),
    ]);
    return times
      .filter(({ typ, min = 0, max = Infinity }) => typ <= 0 || typ < min || typ > max)
      .map((time) => JSON.stringify(time));
  },

  'can be run, or says why not': (device) => {
    if (device.incomplete !== undefined) return [];
    const missing: string[] = [];
    if (flashSizes(device).length === 0) missing.push('flash');
    if (device.ram.length === 0) missing.push('RAM');
    if (device.systemMemory.length === 0) missing.push('system memory');
    if (device.bootloaders.some(({ protocols }) => protocols.USART === undefined)) {
      missing.push('USART protocol version');
    }
    return missing;
  },
};

describe.each(Object.entries(invariants))('every line %s', (_, wrong) => {
  test.each(devices.map((device) => [device.id, device] as const))('%s', (_id, device) => {
    expect(wrong(device)).toEqual([]);
  });
});

describe('conflicts between sources', () => {
  // Each of these was found once; a note that is lost would have to be found again.
  test.each([
    ['STM32F030xC', 'RM0360'],
    ['STM32F04x', 'stlink'],
    ['STM32F070x6', 'RM0360'],
    ['STM32F070xB', '0xA3'],
    ['STM32F071_072', 'OpenOCD'],
    ['STM32F09x', 'stm32flash'],
    ['STM32F10x_XL', 'BFB2'],
    ['STM32F2xx', '0x1FF0_0000'],
    ['STM32F405_407_415_417', 'stm32loader'],
    ['STM32F401xB_C', 'V13.0'],
    ['STM32F410', '12 KiB'],
    ['STM32F412', '0x90'],
    ['STM32F413_423', '0x1FF0_0000'],
    ['STM32F427_429_437_439', '0x1FFE_C000'],
    ['STM32F446', '5500'],
    ['STM32F469_479', 'swapped'],
    ['STM32F72_73', '0x4D'],
    ['STM32G03_04', '0x1FFF_1D00'],
    ['STM32G05_061', 'stlink'],
    ['STM32G07_08', '0x2000_2700'],
    ['STM32G0B1_0C1', 'stm32-data'],
    ['STM32G47_48', 'stlink'],
    ['STM32H503', '0xE1'],
    ['STM32H523_533', '0x0BF8_FFFE'],
    ['STM32H562_563_573', '0x0BF8_0000'],
    ['STM32H72_73', 'SPI2'],
    ['STM32H74_75', '1.1'],
    ['STM32H7A3_7B3_7B0', '0x2403_4000'],
    ['STM32L01_02', 'nBOOT1'],
    ['STM32L031_041', 'RAM is not supported'],
    ['STM32L05_06', 'nBOOT1'],
    ['STM32L07_08_V11', 'stm32loader'],
    ['STM32L1xxx6_8_B', '0x1FF0_1FFF'],
    ['STM32L412_422', '0x2000_2100'],
    ['STM32L43_44', '0x1FFF_6FF2'],
    ['STM32L47_48', '0x1FFF_F80F'],
    ['STM32L496_4A6', 'CMSIS'],
    ['STM32L4R_4S', 'V9.0'],
    ['STM32L4P_4Q', '640'],
    ['STM32L552_562', 'PB9'],
    ['STM32U535_545', '0x2023_FFFF'],
    ['STM32U575_585', '0x93'],
    ['STM32WB1x', '0x00'],
    ['STM32WB3_5', '0x2D8F_71AA'],
    ['STM32WL5_WLE', '3.3'],
    ['STM32C011', '0x2000_2FFF'],
    ['STM32C031', 'inverted'],
    ['STM32C071', '28 KiB'],
    ['STM32U031', 'Black Magic'],
  ])('%s still says so: %s', (id, word) => {
    const device = devices.find((candidate) => candidate.id === id)!;
    expect(device.notes.join(' ')).toContain(word);
  });
});

describe('findDevice', () => {
  const ids = (name: string): string[] => findDevice(name).devices.map(({ id }) => id);

  test('finds each line by its id', () => {
    for (const { id } of devices) expect(ids(id.toLowerCase())).toEqual([id]);
  });

  test('finds a part with or without STM32, in any case, with the flash size in it', () => {
    expect(ids('STM32F405')).toEqual(['STM32F405_407_415_417']);
    expect(findDevice('f405rg')).toMatchObject({ flashKiB: 1024 });
    expect(ids('stm32f103c8t6')).toEqual(['STM32F10x_MD']);
    expect(findDevice('STM32F103C8T6').flashKiB).toBe(64);
    expect(ids('L151C8T6')).toEqual(['STM32L1xxx6_8_B']);
    expect(ids('L151C8T6A')).toEqual(['STM32L1xxx6A_8A_BA']);
    expect(findDevice('WBA52CG').flashKiB).toBe(1024);
    for (const part of ['STM32WB10CC', 'WB15CCU6']) {
      expect(findDevice(part)).toMatchObject({ devices: [{ id: 'STM32WB1x' }], flashKiB: 320 });
    }
  });

  test.each([
    [
      'STM32L1xxx6A_8A_BA',
      ['STM32L100R8-A', 'L151C6-A', 'STM32L151CB-A', 'STM32L152VB-A', 'L152RBT6A'],
    ],
    ['STM32L1xxx6_8_B', ['STM32L100R8', 'STM32L151CB', 'STM32L152RBT6']],
    // parts with C and A have the product ID of those with D
    ['STM32L1xxxD', ['STM32L151RC-A', 'STM32L152VC-A', 'L162RC-A', 'STM32L162VCT6A']],
    ['STM32L1xxxC', ['STM32L151RC', 'STM32L152VC', 'STM32L162RCT6']],
    ['STM32L1xxxE', ['STM32L151VD-X', 'STM32L152VD-X', 'L162VD-X', 'STM32L151VDY6X']],
    ['STM32L1xxxD', ['STM32L151VD', 'STM32L152QD']],
  ])('%s: the suffix behind a dash is that of the full part number', (line, names) => {
    for (const name of names) expect([name, ids(name)]).toEqual([name, [line]]);
  });

  test('finds all genuine lines of a product id', () => {
    expect(ids('0x413')).toEqual(['STM32F405_407_415_417']);
    expect(ids('410')).toEqual(['STM32F10x_MD']);
    expect(ids('0x447')).toEqual(['STM32L07_08_V4', 'STM32L07_08_V11']);
  });

  test('gives several lines for a name that is not clear, and none for an unknown one', () => {
    expect(ids('STM32F401')).toEqual(['STM32F401xB_C', 'STM32F401xD_E']);
    expect(ids('STM32F999')).toEqual([]);
    expect(ids('STM32F4')).toEqual([]);
  });

  test('gives the near lines for a flash size that is not made', () => {
    const found = findDevice('STM32F405RC');
    expect(found.devices).toEqual([]);
    expect(found.near.map(({ id }) => id)).toEqual(['STM32F405_407_415_417']);
  });
});
