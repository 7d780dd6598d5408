import { describe, expect, test } from 'vitest';
import { clones } from '../devices.ts';
import { KiB } from '../sizes.ts';
import { devices, flashSizes, pagesOf } from '../index.ts';
import type { Device, Range } from '../index.ts';

/*
 * A second opinion: what stm32flash 0.7 (Debian 12) knows of the parts, as facts. Rows: product id,
 * RAM start and end, flash end, page sizes (the last repeats), pages per protection bit, option bytes
 * start and end, system memory start and end, mass erase. Where we differ the reason stands below.
 */
const F2_F4 = [16, 16, 16, 16, 64, 128].map((size) => size * KiB);
const F4_DUAL = [16, 16, 16, 16, 64, 128, 128, 128, 16, 16, 16, 16, 64, 128].map(
  (size) => size * KiB,
);
const F7 = [32, 32, 32, 32, 128, 256].map((size) => size * KiB);

type Row = [
  productId: number,
  ramStart: number,
  ramEnd: number,
  flashEnd: number,
  pages: number[],
  pagesPerBit: number,
  optionsStart: number,
  optionsEnd: number,
  systemStart: number,
  systemEnd: number,
  massErase: boolean,
];

// prettier-ignore
const stm32flash: readonly Row[] = [
  [0x440, 0x2000_0800, 0x2000_2000, 0x0801_0000, [1 * KiB], 4, 0x1fff_f800, 0x1fff_f810, 0x1fff_ec00, 0x1fff_f800, true],
  [0x444, 0x2000_0800, 0x2000_1000, 0x0800_8000, [1 * KiB], 4, 0x1fff_f800, 0x1fff_f810, 0x1fff_ec00, 0x1fff_f800, true],
  [0x442, 0x2000_1800, 0x2000_8000, 0x0804_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_d800, 0x1fff_f800, true],
  [0x445, 0x2000_1800, 0x2000_1800, 0x0800_8000, [1 * KiB], 4, 0x1fff_f800, 0x1fff_f810, 0x1fff_c400, 0x1fff_f800, true],
  [0x448, 0x2000_1800, 0x2000_4000, 0x0802_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_c800, 0x1fff_f800, true],
  [0x412, 0x2000_0200, 0x2000_2800, 0x0800_8000, [1 * KiB], 4, 0x1fff_f800, 0x1fff_f810, 0x1fff_f000, 0x1fff_f800, true],
  [0x410, 0x2000_0200, 0x2000_5000, 0x0802_0000, [1 * KiB], 4, 0x1fff_f800, 0x1fff_f810, 0x1fff_f000, 0x1fff_f800, true],
  [0x414, 0x2000_0200, 0x2001_0000, 0x0808_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_f000, 0x1fff_f800, true],
  [0x420, 0x2000_0200, 0x2000_2000, 0x0802_0000, [1 * KiB], 4, 0x1fff_f800, 0x1fff_f810, 0x1fff_f000, 0x1fff_f800, true],
  [0x428, 0x2000_0200, 0x2000_8000, 0x0808_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_f000, 0x1fff_f800, true],
  [0x418, 0x2000_1000, 0x2001_0000, 0x0804_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_b000, 0x1fff_f800, true],
  [0x430, 0x2000_0800, 0x2001_8000, 0x0810_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_e000, 0x1fff_f800, true],
  [0x411, 0x2000_2000, 0x2002_0000, 0x0810_0000, F2_F4, 1, 0x1fff_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x432, 0x2000_1400, 0x2000_8000, 0x0804_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_d800, 0x1fff_f800, true],
  [0x422, 0x2000_1400, 0x2000_a000, 0x0804_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_d800, 0x1fff_f800, true],
  [0x439, 0x2000_1800, 0x2000_4000, 0x0801_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_d800, 0x1fff_f800, true],
  [0x438, 0x2000_1800, 0x2000_3000, 0x0801_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_d800, 0x1fff_f800, true],
  [0x446, 0x2000_1800, 0x2001_0000, 0x0808_0000, [2 * KiB], 2, 0x1fff_f800, 0x1fff_f810, 0x1fff_d800, 0x1fff_f800, true],
  [0x413, 0x2000_3000, 0x2002_0000, 0x0810_0000, F2_F4, 1, 0x1fff_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x419, 0x2000_3000, 0x2003_0000, 0x0820_0000, F4_DUAL, 1, 0x1ffe_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x423, 0x2000_3000, 0x2001_0000, 0x0804_0000, F2_F4, 1, 0x1fff_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x433, 0x2000_3000, 0x2001_8000, 0x0808_0000, F2_F4, 1, 0x1fff_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x458, 0x2000_3000, 0x2000_8000, 0x0802_0000, F2_F4, 1, 0x1fff_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x431, 0x2000_3000, 0x2002_0000, 0x0808_0000, F2_F4, 1, 0x1fff_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x441, 0x2000_3000, 0x2004_0000, 0x0810_0000, F2_F4, 1, 0x1fff_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x421, 0x2000_3000, 0x2002_0000, 0x0808_0000, F2_F4, 1, 0x1fff_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x434, 0x2000_3000, 0x2006_0000, 0x0820_0000, F4_DUAL, 1, 0x1ffe_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x463, 0x2000_3000, 0x2005_0000, 0x0818_0000, F2_F4, 1, 0x1fff_c000, 0x1fff_c010, 0x1fff_0000, 0x1fff_7800, true],
  [0x452, 0x2000_4000, 0x2004_0000, 0x0808_0000, F2_F4, 1, 0x1fff_0000, 0x1fff_0020, 0x1ff0_0000, 0x1ff0_edc0, true],
  [0x449, 0x2000_4000, 0x2005_0000, 0x0810_0000, F7, 1, 0x1fff_0000, 0x1fff_0020, 0x1ff0_0000, 0x1ff0_edc0, true],
  [0x451, 0x2000_4000, 0x2008_0000, 0x0820_0000, F7, 1, 0x1fff_0000, 0x1fff_0020, 0x1ff0_0000, 0x1ff0_edc0, true],
  [0x466, 0x2000_1000, 0x2000_2000, 0x0801_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_7880, 0x1fff_0000, 0x1fff_2000, true],
  [0x460, 0x2000_2700, 0x2000_9000, 0x0802_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_7880, 0x1fff_0000, 0x1fff_7000, true],
  [0x467, 0x2000_4000, 0x2002_0000, 0x0808_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_7880, 0x1fff_0000, 0x1fff_7000, true],
  [0x456, 0x2000_1000, 0x2000_4800, 0x0801_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_7880, 0x1fff_0000, 0x1fff_2000, true],
  [0x468, 0x2000_4000, 0x2000_5800, 0x0802_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_7830, 0x1fff_0000, 0x1fff_7000, true],
  [0x469, 0x2000_4000, 0x2001_8000, 0x0808_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_7830, 0x1fff_0000, 0x1fff_7000, true],
  [0x479, 0x2000_4000, 0x2001_c000, 0x0808_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_7830, 0x1fff_0000, 0x1fff_7000, true],
  [0x450, 0x2000_4100, 0x2002_0000, 0x0820_0000, [128 * KiB], 1, 0, 0, 0x1ff0_0000, 0x1ff1_e800, true],
  [0x457, 0x2000_0800, 0x2000_0800, 0x0800_4000, [128], 32, 0x1ff8_0000, 0x1ff8_0020, 0x1ff0_0000, 0x1ff0_1000, false],
  [0x425, 0x2000_1000, 0x2000_2000, 0x0800_8000, [128], 32, 0x1ff8_0000, 0x1ff8_0020, 0x1ff0_0000, 0x1ff0_1000, false],
  [0x417, 0x2000_1000, 0x2000_2000, 0x0801_0000, [128], 32, 0x1ff8_0000, 0x1ff8_0020, 0x1ff0_0000, 0x1ff0_1000, false],
  [0x447, 0x2000_2000, 0x2000_5000, 0x0803_0000, [128], 32, 0x1ff8_0000, 0x1ff8_0020, 0x1ff0_0000, 0x1ff0_2000, false],
  [0x416, 0x2000_0800, 0x2000_4000, 0x0802_0000, [256], 16, 0x1ff8_0000, 0x1ff8_0020, 0x1ff0_0000, 0x1ff0_1000, false],
  [0x429, 0x2000_1000, 0x2000_8000, 0x0802_0000, [256], 16, 0x1ff8_0000, 0x1ff8_0020, 0x1ff0_0000, 0x1ff0_1000, false],
  [0x427, 0x2000_1000, 0x2000_8000, 0x0804_0000, [256], 16, 0x1ff8_0000, 0x1ff8_0020, 0x1ff0_0000, 0x1ff0_2000, false],
  [0x436, 0x2000_1000, 0x2000_c000, 0x0806_0000, [256], 16, 0x1ff8_0000, 0x1ff8_00a0, 0x1ff0_0000, 0x1ff0_2000, false],
  [0x437, 0x2000_1000, 0x2001_4000, 0x0808_0000, [256], 16, 0x1ff8_0000, 0x1ff8_00a0, 0x1ff0_0000, 0x1ff0_2000, false],
  [0x464, 0x2000_3100, 0x2000_8000, 0x0802_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_7810, 0x1fff_0000, 0x1fff_7000, true],
  [0x435, 0x2000_3100, 0x2000_c000, 0x0804_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_7810, 0x1fff_0000, 0x1fff_7000, true],
  [0x462, 0x2000_3100, 0x2002_0000, 0x0808_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_7810, 0x1fff_0000, 0x1fff_7000, true],
  [0x415, 0x2000_3100, 0x2001_8000, 0x0810_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_f810, 0x1fff_0000, 0x1fff_7000, true],
  [0x461, 0x2000_3100, 0x2004_0000, 0x0810_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_f810, 0x1fff_0000, 0x1fff_7000, true],
  [0x470, 0x2000_3200, 0x200a_0000, 0x0810_0000, [2 * KiB], 1, 0x1fff_7800, 0x1fff_f810, 0x1fff_0000, 0x1fff_7000, true],
  [0x641, 0x2000_0200, 0x2000_5000, 0x0802_0000, [1 * KiB], 4, 0x1fff_f800, 0x1fff_f810, 0x1fff_f000, 0x1fff_f800, true],
  [0x9a8, 0x2000_0200, 0x2000_2000, 0x0802_0000, [1 * KiB], 4, 0x0804_0800, 0x0804_0810, 0x0804_0000, 0x0804_0800, true],
  [0x9b0, 0x2000_0200, 0x2000_4000, 0x0804_0000, [2 * KiB], 4, 0x0804_0800, 0x0804_0810, 0x0804_0000, 0x0804_0800, true],
];

/** Parts it knows and this table does not. */
const unknownHere: Readonly<Record<number, string>> = {
  0x641: 'medium density "PL": an ST part never described in a document read',
  0x9a8: 'STM32W: another kind of chip with a bootloader of its own',
  0x9b0: 'STM32W: another kind of chip with a bootloader of its own',
};

/** Each difference, with its reason. */
const differences: Readonly<Record<string, string>> = {
  'STM32F070xB: RAM start': 'AN2606 prints NA for F070xB; stm32flash has one row with F071/F072',
  'STM32F070xB: RAM end': 'as above',
  'STM32F09x: RAM start': 'AN2606 prints NA for F09x; stm32flash has one row with F030xC',
  'STM32F09x: RAM end': 'as above',
  'STM32F378: RAM start': 'AN2606 gives 4 KiB to the bootloader of F378 and 5 to that of F373',
  'STM32F412: RAM start':
    'AN2606 says 16 KiB are used and opens RAM after 12; the larger is refused here',
  'STM32F413_423: RAM start': 'as STM32F412',
  'STM32F469_479: RAM end': 'it counts the 64 KiB of CCM, which lie elsewhere, as SRAM',
  'STM32F72_73: option bytes end': 'the DFU string of the part says 48 bytes',
  'STM32F74_75: option bytes end': 'STM32CubeProgrammer reads 44 bytes',
  'STM32F76_77: option bytes end': 'as STM32F74_75',
  'STM32G050: RAM end': 'AN2606 prints an end of 0x2000_2000; it goes by the 18 KiB of the part',
  'STM32G05_061: RAM end': 'as STM32G050',
  'STM32G070: RAM start': 'AN2606 says 12 KiB are used and opens RAM from 0x2000_2700 on',
  'STM32G07_08: RAM start': 'as STM32G070',
  'STM32G0B0: system memory end': 'it leaves out the second range, where the bootloader ID is',
  'STM32G0B1_0C1: system memory end': 'as STM32G0B0',
  'STM32G47_48: option bytes end': 'it leaves out the area of bank 2',
  'STM32H74_75: option bytes start': 'it has none for this line',
  'STM32H74_75: option bytes end': 'as above',
  'STM32L07_08_V4: RAM start': 'AN2606 opens RAM from 0x2000_1000 on for V4.x',
  'STM32L07_08_V11: RAM start': 'AN2606 opens RAM from 0x2000_1400 on for V11.x',
  'STM32L1xxxD: option bytes end': 'CMSIS ends them at 0x1F; the last words are on L1xxxE only',
  'STM32L412_422: RAM start': 'AN2606 says 12 KiB are used and opens RAM from 0x2000_2100 on',
  'STM32L412_422: option bytes end': 'it says 16 bytes; the DFU strings of L43x and L45x say 40',
  'STM32L43_44: option bytes end': 'as STM32L412_422',
  'STM32L45_46: option bytes end': 'as STM32L412_422',
  'STM32L47_48: option bytes end': 'it says 16 bytes of the area of bank 2',
  'STM32L496_4A6: option bytes end': 'as STM32L47_48',
  'STM32L4R_4S: flash end': 'it knows the 1 MiB part only',
  'STM32L4R_4S: pages': 'it says 2 KiB; the DFU string of the part says 4',
  'STM32L4R_4S: option bytes start': 'it gives those of L4; the DFU string says 0x1FF0_0000',
  'STM32L4R_4S: option bytes end': 'as above',
  'STM32F427_429_437_439: pages': 'it has the sectors of a 1 MiB part with DB1M = 1 for 2 MiB',
  'STM32F469_479: pages': 'as STM32F427_429_437_439',
};

/** RAM that the newest bootloader of a line opens, in the SRAM region at 0x2000_0000. */
function openRam(device: Device): Range | undefined {
  const { ramUsed, ramAccessible } = device.bootloaders.at(-1)!;
  if (ramAccessible !== undefined) return ramAccessible.find(({ start }) => start >>> 24 === 0x20);
  const start = ramUsed[0]!.end;
  let end = start;
  for (const ram of device.ram.toSorted((one, other) => one.start - other.start)) {
    if (ram.start <= end && end < ram.start + ram.length) end = ram.start + ram.length;
  }
  return { start, end };
}

/** What of a row the line says otherwise. */
function differing(device: Device, row: Row): string[] {
  const [, ramStart, ramEnd, flashEnd, pages, pagesPerBit, ...rest] = row;
  const [optionsStart, optionsEnd, systemStart, systemEnd, massErase] = rest;
  const banks = device.flash.layouts[flashSizes(device).at(-1)!]!;
  const ours = banks.flatMap((bank) => [...pagesOf(bank)]);
  const last = banks.at(-1)!;
  const theirs = ours.map((_, index) => pages[Math.min(index, pages.length - 1)]!);
  const ram = openRam(device);
  const areas = (device.options?.areas ?? []).map(({ start, length }) => [start, start + length]);
  const protection = device.options?.writeProtection;
  const system = device.systemMemory;
  const says: Record<string, boolean> = {
    'RAM start': (ram?.start ?? ramEnd) === ramStart || (ram === undefined && ramStart === ramEnd),
    'RAM end': ram === undefined ? ramStart === ramEnd : ram.end === ramEnd,
    'flash end': last.start + pagesOf(last).reduce((sum, page) => sum + page, 0) === flashEnd,
    pages: ours.every((page, index) => page === theirs[index]),
    'pages per bit': protection?.kind !== 'bits' || protection.pagesPerBit === pagesPerBit,
    'option bytes start': Math.min(...areas.map(([start]) => start!)) === optionsStart,
    'option bytes end': Math.max(...areas.map(([, end]) => end!)) === optionsEnd,
    'system memory start': system[0]?.start === systemStart,
    'system memory end': system.at(-1)?.end === systemEnd,
    'mass erase': device.massErase === massErase,
  };
  return Object.entries(says).flatMap(([what, same]) => (same ? [] : [`${device.id}: ${what}`]));
}

describe('compared with stm32flash 0.7', () => {
  const genuine = devices.filter(({ id }) => !clones.devices.some((clone) => clone.id === id));

  test('every part it knows is here, but for those that have a reason', () => {
    const missing = stm32flash.filter(
      ([productId]) => !genuine.some((device) => device.productId === productId),
    );
    expect(missing.map(([productId]) => String(productId))).toEqual(Object.keys(unknownHere));
  });

  test('every difference has a reason, and every reason a difference', () => {
    const found = stm32flash.flatMap((row) =>
      genuine
        .filter((device) => device.productId === row[0] && device.incomplete === undefined)
        .flatMap((device) => differing(device, row)),
    );
    expect(found.toSorted()).toEqual(Object.keys(differences).toSorted());
  });
});
