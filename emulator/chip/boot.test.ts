import { describe, expect, test } from 'vitest';
import { Board } from '../board/board.ts';
import type { BoardOptions } from '../board/board-options.ts';
import { largest, LineHost, runnable } from '../test/lines/all-lines.ts';

/*
 * What AN2606 table 2 says for each pattern, written down by hand: the inputs, then one row for each
 * combination, `x` for both values. EMPTY: main flash is blank at power-on; B1, B2: the bank starts
 * with a stack pointer in RAM. The last word is the area, or the bank of main flash.
 */
interface Pattern {
  readonly lines: readonly string[];
  readonly inputs: string;
  readonly rows: readonly string[];
}

// prettier-ignore
const patterns: Readonly<Record<string, Pattern>> = {
  '1: both pins': {
    lines: [
      'STM32F10x_LD', 'STM32F10x_MD', 'STM32F10x_HD', 'STM32F100_VL_LD_MD', 'STM32F100_VL_HD',
      'STM32F105_107_CL', 'STM32F103x8_128K', 'GD32F103x8_B', 'GD32F303xC_E', 'GD32F130x8',
      'CKS32F103x8_B', 'STM32F2xx', 'STM32F405_407_415_417', 'STM32F401xB_C', 'STM32F401xD_E',
      'STM32F410', 'STM32F411', 'STM32F412', 'STM32F413_423', 'STM32F446', 'STM32L1xxx6_8_B',
      'STM32L1xxx6A_8A_BA', 'STM32L1xxxC',
    ],
    inputs: 'BOOT0 BOOT1',
    rows: ['0 x main-flash', '1 0 system-memory', '1 1 sram'],
  },
  '2: BOOT0 and nBOOT1': {
    // L05x is printed as pattern 1 and has nBOOT1 (RM0367)
    lines: [
      'STM32F03xx4_6', 'STM32F05x_F030x8', 'STM32F070xB', 'STM32F071_072', 'STM32F373', 'STM32F378',
      'STM32F302_303xB_C', 'STM32F358', 'STM32F301_302x6_8', 'STM32F318', 'STM32F303x6_8_334_328',
      'STM32F302_303xD_E', 'STM32F398', 'STM32L031_041', 'STM32L05_06',
    ],
    inputs: 'BOOT0 nBOOT1',
    rows: ['0 x main-flash', '1 1 system-memory', '1 0 sram'],
  },
  '2 with an empty check (RM0360 for F030xC and F070x6)': {
    lines: ['STM32F030xC', 'STM32F070x6'],
    inputs: 'BOOT0 nBOOT1 EMPTY',
    rows: ['0 x 0 main-flash', '0 x 1 system-memory', '1 1 x system-memory', '1 0 x sram'],
  },
  '3: BFB2 = 0 looks at the banks even when the pins ask for the bootloader': {
    lines: ['STM32F10x_XL'],
    inputs: 'BOOT0 BOOT1 BFB2 B1 B2',
    rows: [
      '1 0 1 x x system-memory',
      '0 x 0 0 0 system-memory',
      '0 x 0 1 0 bank-1',
      '0 x 0 x 1 bank-2',
      '1 0 0 0 0 system-memory',
      '1 0 0 1 0 bank-1',
      '1 0 0 x 1 bank-2',
      '0 x 1 x x main-flash',
      '1 1 x x x sram',
    ],
  },
  '4: BFB2 = 0 looks at the banks': {
    lines: ['STM32L1xxxD', 'STM32L1xxxE'],
    inputs: 'BOOT0 BOOT1 BFB2 B1 B2',
    rows: [
      '1 0 x x x system-memory',
      '0 x 0 0 0 system-memory',
      '0 x 0 1 0 bank-1',
      '0 x 0 x 1 bank-2',
      '0 x 1 x x main-flash',
      '1 1 x x x sram',
    ],
  },
  '5: BFB2 = 1 looks at the banks': {
    lines: ['STM32F427_429_437_439', 'STM32F469_479'],
    inputs: 'BOOT0 BOOT1 BFB2 B1 B2',
    rows: [
      '1 0 x x x system-memory',
      '0 x 1 0 0 system-memory',
      '0 x 1 1 0 bank-1',
      '0 x 1 x 1 bank-2',
      '0 x 0 x x main-flash',
      '1 1 x x x sram',
    ],
  },
  '6: the selector is called BOOT_SEL (RM0091)': {
    lines: ['STM32F04x', 'STM32F09x'],
    inputs: 'BOOT_SEL BOOT0 nBOOT0 nBOOT1 EMPTY',
    rows: [
      '1 1 x 1 x system-memory',
      '0 x 0 1 x system-memory',
      '1 0 x x 1 system-memory',
      '0 x 1 x 1 system-memory',
      '1 0 x x 0 main-flash',
      '0 x 1 x 0 main-flash',
      '1 1 x 0 x sram',
      '0 x 0 0 x sram',
    ],
  },
  '6: nSWBOOT0, with an empty check both ways': {
    lines: ['STM32WB1x'],
    inputs: 'nSWBOOT0 BOOT0 nBOOT0 nBOOT1 EMPTY',
    rows: [
      '1 1 x 1 x system-memory',
      '0 x 0 1 x system-memory',
      '1 0 x x 1 system-memory',
      '0 x 1 x 1 system-memory',
      '1 0 x x 0 main-flash',
      '0 x 1 x 0 main-flash',
      '1 1 x 0 x sram',
      '0 x 0 0 x sram',
    ],
  },
  '6: the selector is called nBOOT_SEL (L01x)': {
    lines: ['STM32L01_02'],
    inputs: 'nBOOT_SEL BOOT0 nBOOT0 nBOOT1 EMPTY',
    rows: [
      '0 1 x 1 x system-memory',
      '1 x 0 1 x system-memory',
      '0 0 x x 1 system-memory',
      '1 x 1 x 1 system-memory',
      '0 0 x x 0 main-flash',
      '1 x 1 x 0 main-flash',
      '0 1 x 0 x sram',
      '1 x 0 0 x sram',
    ],
  },
  '6 with BFB2: a flash whose first bank is blank starts the bootloader': {
    lines: ['STM32L496_4A6', 'STM32L4R_4S'],
    inputs: 'nSWBOOT0 BOOT0 nBOOT0 nBOOT1 BFB2 B1 B2',
    rows: [
      '1 1 x 1 x x x system-memory',
      '0 x 0 1 x x x system-memory',
      '1 0 x x 1 0 0 system-memory',
      '0 x 1 x 1 0 0 system-memory',
      '1 0 x x 1 1 0 bank-1',
      '0 x 1 x 1 1 0 bank-1',
      '1 0 x x 1 x 1 bank-2',
      '0 x 1 x 1 x 1 bank-2',
      '1 0 x x 0 0 x system-memory',
      '0 x 1 x 0 0 x system-memory',
      '1 0 x x 0 1 x main-flash',
      '0 x 1 x 0 1 x main-flash',
      '1 1 x 0 x x x sram',
      '0 x 0 0 x x x sram',
    ],
  },
  '7: BOOT0, nBOOT1 and BFB2': {
    lines: ['STM32L07_08_V4', 'STM32L07_08_V11', 'STM32L47_48'],
    inputs: 'BOOT0 nBOOT1 BFB2 B1 B2',
    rows: [
      '1 1 x x x system-memory',
      '0 x 1 0 0 system-memory',
      '0 x 1 1 0 bank-1',
      '0 x 1 x 1 bank-2',
      '0 x 0 x x main-flash',
      '1 0 x x x sram',
    ],
  },
  '7 with nSWBOOT0': {
    lines: ['STM32L4P_4Q'],
    inputs: 'nSWBOOT0 BOOT0 nBOOT0 nBOOT1 BFB2 B1 B2',
    rows: [
      '1 1 x 1 x x x system-memory',
      '0 x 0 1 x x x system-memory',
      '1 0 x x 1 0 0 system-memory',
      '0 x 1 x 1 0 0 system-memory',
      '1 0 x x 1 1 0 bank-1',
      '0 x 1 x 1 1 0 bank-1',
      '1 0 x x 1 x 1 bank-2',
      '0 x 1 x 1 x 1 bank-2',
      '1 0 x x 0 x x main-flash',
      '0 x 1 x 0 x x main-flash',
      '1 1 x 0 x x x sram',
      '0 x 0 0 x x x sram',
    ],
  },
  '11: BOOT_LOCK and nBOOT_SEL': {
    lines: [
      'STM32G03_04', 'STM32G05_061', 'STM32G07_08', 'STM32G0B1_0C1', 'STM32C011', 'STM32C031',
      'STM32C051', 'STM32C071', 'STM32C091_092', 'STM32U031', 'STM32U073_083',
    ],
    inputs: 'BOOT_LOCK nBOOT_SEL BOOT0 nBOOT0 nBOOT1 EMPTY',
    rows: [
      '0 1 x 0 1 x system-memory',
      '0 0 1 x 1 x system-memory',
      '0 1 x 1 x 1 system-memory',
      '0 0 0 x x 1 system-memory',
      '0 1 x 1 x 0 main-flash',
      '0 0 0 x x 0 main-flash',
      '1 x x x x x main-flash',
      '0 1 x 0 0 x sram',
      '0 0 1 x 0 x sram',
    ],
  },
  '11 without BOOT_LOCK (value lines)': {
    lines: ['STM32G030', 'STM32G050', 'STM32G070', 'STM32G0B0'],
    inputs: 'nBOOT_SEL BOOT0 nBOOT0 nBOOT1 EMPTY',
    rows: [
      '1 x 0 1 x system-memory',
      '0 1 x 1 x system-memory',
      '1 x 1 x 1 system-memory',
      '0 0 x x 1 system-memory',
      '1 x 1 x 0 main-flash',
      '0 0 x x 0 main-flash',
      '1 x 0 0 x sram',
      '0 1 x 0 x sram',
    ],
  },
  '13: nSWBOOT0, and nBOOT1 = 0 switches the empty check off': {
    lines: ['STM32WL5_WLE'],
    inputs: 'BOOT_LOCK nSWBOOT0 BOOT0 nBOOT0 nBOOT1 EMPTY',
    rows: [
      '0 0 x 0 1 x system-memory',
      '0 0 x 1 1 1 system-memory',
      '0 1 1 x 1 x system-memory',
      '0 1 0 x 1 1 system-memory',
      '0 0 x 1 1 0 main-flash',
      '0 1 0 x 1 0 main-flash',
      '0 0 x 1 0 x main-flash',
      '0 1 0 x 0 x main-flash',
      '1 x x x x x main-flash',
      '0 0 x 0 0 x sram',
      '0 1 1 x 0 x sram',
    ],
  },
  '14: BOOT_LOCK, nSWBOOT0 and BFB2': {
    lines: ['STM32G47_48'],
    inputs: 'BOOT_LOCK BFB2 nSWBOOT0 BOOT0 nBOOT0 nBOOT1 B1 B2',
    rows: [
      '0 x 1 1 x 1 x x system-memory',
      '0 x 0 x 0 1 x x system-memory',
      '0 1 1 0 x x 0 0 system-memory',
      '0 1 0 x 1 x 0 0 system-memory',
      '0 1 1 0 x x 1 0 bank-1',
      '0 1 0 x 1 x 1 0 bank-1',
      '0 1 1 0 x x x 1 bank-2',
      '0 1 0 x 1 x x 1 bank-2',
      '0 0 1 0 x x x x main-flash',
      '0 0 0 x 1 x x x main-flash',
      '1 x x x x x x x main-flash',
      '0 x 1 1 x 0 x x sram',
      '0 x 0 x 0 0 x x sram',
    ],
  },
  '15: BOOT_LOCK and nSWBOOT0': {
    lines: ['STM32G431_441', 'STM32G491_4A1'],
    inputs: 'BOOT_LOCK nSWBOOT0 BOOT0 nBOOT0 nBOOT1',
    rows: [
      '0 1 1 x 1 system-memory',
      '0 0 x 0 1 system-memory',
      '0 1 0 x x main-flash',
      '0 0 x 1 x main-flash',
      '1 x x x x main-flash',
      '0 1 1 x 0 sram',
      '0 0 x 0 0 sram',
    ],
  },
  '16: nSWBOOT0, with an empty check for the pin only': {
    lines: ['STM32L412_422', 'STM32L43_44', 'STM32L45_46', 'STM32WB3_5'],
    inputs: 'nSWBOOT0 BOOT0 nBOOT0 nBOOT1 EMPTY',
    rows: [
      '1 1 x 1 x system-memory',
      '0 x 0 1 x system-memory',
      '1 0 x x 1 system-memory',
      '1 0 x x 0 main-flash',
      '0 x 1 x x main-flash',
      '1 1 x 0 x sram',
      '0 x 0 0 x sram',
    ],
  },
};

/** Patterns that boot from an address or a product state: fields, then the area. */
// prettier-ignore
const addressed: Readonly<Record<string, { lines: string[]; rows: [Record<string, number>, string][] }>> = {
  '8: BOOT_ADD0 and BOOT_ADD1 in steps of 16 KiB': {
    lines: ['STM32F72_73', 'STM32F74_75'],
    rows: [
      [{ BOOT0: 0, BOOT_ADD0: 0x0040, BOOT_ADD1: 0x2000 }, 'system-memory'], // ITCM 0x0010_0000
      [{ BOOT0: 1, BOOT_ADD0: 0x0040, BOOT_ADD1: 0x2000 }, 'main-flash'], // 0x0800_0000
      [{ BOOT0: 0, BOOT_ADD0: 0x0080, BOOT_ADD1: 0x0040 }, 'main-flash'], // ITCM 0x0020_0000
      [{ BOOT0: 1, BOOT_ADD0: 0x0080, BOOT_ADD1: 0x0040 }, 'system-memory'],
      [{ BOOT0: 1, BOOT_ADD0: 0x0080, BOOT_ADD1: 0x7fc0 }, 'system-memory'], // 0x1FF0_0000
      [{ BOOT0: 0, BOOT_ADD0: 0x8004, BOOT_ADD1: 0x0040 }, 'sram'], // 0x2001_0000
    ],
  },
  '9: dual boot looks at the banks when the address lies in flash': {
    lines: ['STM32F76_77'],
    rows: [
      [{ nDBANK: 1, BOOT0: 0, BOOT_ADD0: 0x0040 }, 'system-memory'],
      [{ nDBANK: 1, BOOT0: 0, BOOT_ADD0: 0x0080 }, 'main-flash'],
      [{ nDBANK: 1, nDBOOT: 0, BOOT0: 0, BOOT_ADD0: 0x0080, B2: 1 }, 'main-flash'],
      [{ nDBANK: 0, nDBOOT: 1, BOOT0: 1, BOOT_ADD1: 0x0040 }, 'system-memory'],
      [{ nDBANK: 0, nDBOOT: 1, BOOT0: 1, BOOT_ADD1: 0x2000, B2: 1 }, 'main-flash'],
      [{ nDBANK: 0, nDBOOT: 0, BOOT0: 0, BOOT_ADD0: 0x0040, B1: 1 }, 'system-memory'],
      [{ nDBANK: 0, nDBOOT: 0, BOOT0: 0, BOOT_ADD0: 0x8010, B1: 1 }, 'system-memory'],
      [{ nDBANK: 0, nDBOOT: 0, BOOT0: 0, BOOT_ADD0: 0x2000 }, 'system-memory'],
      [{ nDBANK: 0, nDBOOT: 0, BOOT0: 0, BOOT_ADD0: 0x2000, B1: 1 }, 'bank-1'],
      [{ nDBANK: 0, nDBOOT: 0, BOOT0: 1, BOOT_ADD1: 0x2000, B1: 1, B2: 1 }, 'bank-2'],
      [{ nDBANK: 0, nDBOOT: 0, BOOT0: 1, BOOT_ADD1: 0x2000 }, 'system-memory'],
    ],
  },
  '10: BOOT_CM7_ADD0 and BOOT_CM7_ADD1 in steps of 64 KiB': {
    lines: ['STM32H72_73', 'STM32H74_75', 'STM32H7A3_7B3_7B0'],
    rows: [
      [{ BOOT0: 0, BOOT_CM7_ADD0: 0x0800, BOOT_CM7_ADD1: 0x1ff0 }, 'main-flash'],
      [{ BOOT0: 1, BOOT_CM7_ADD0: 0x0800, BOOT_CM7_ADD1: 0x1ff0 }, 'system-memory'],
      [{ BOOT0: 0, BOOT_CM7_ADD0: 0x1ff0, BOOT_CM7_ADD1: 0x0800 }, 'system-memory'],
      [{ BOOT0: 1, BOOT_CM7_ADD0: 0x1ff0, BOOT_CM7_ADD1: 0x2400 }, 'sram'],
    ],
  },
  '12: NSBOOTADD, and the secure ROM under TZEN': {
    lines: ['STM32L552_562', 'STM32U535_545', 'STM32U575_585', 'STM32U59_5A', 'STM32U5F_5G'],
    rows: [
      [{ TZEN: 0, nSWBOOT0: 1, BOOT0: 0, NSBOOTADD0: 0x17f200, NSBOOTADD1: 0x100000 }, 'system-memory'],
      [{ TZEN: 0, nSWBOOT0: 1, BOOT0: 1, NSBOOTADD0: 0x17f200, NSBOOTADD1: 0x100000 }, 'main-flash'],
      [{ TZEN: 0, nSWBOOT0: 1, BOOT0: 1, NSBOOTADD1: 0x17f200 }, 'system-memory'],
      [{ TZEN: 0, nSWBOOT0: 1, BOOT0: 0, NSBOOTADD0: 0x100000 }, 'main-flash'],
      [{ TZEN: 0, nSWBOOT0: 0, nBOOT0: 0, BOOT0: 0, NSBOOTADD1: 0x17f200 }, 'system-memory'],
      [{ TZEN: 0, nSWBOOT0: 0, nBOOT0: 1, BOOT0: 1, NSBOOTADD0: 0x17f200 }, 'system-memory'],
      [{ TZEN: 0, nSWBOOT0: 0, nBOOT0: 1, BOOT0: 1, NSBOOTADD0: 0x100000 }, 'main-flash'],
      [{ TZEN: 0, nSWBOOT0: 1, BOOT0: 0, NSBOOTADD0: 0x400080 }, 'sram'], // 0x2000_4000
      [{ TZEN: 1, nSWBOOT0: 1, BOOT0: 0, SECBOOTADD0: 0x17f200 }, 'system-memory'],
      [{ TZEN: 1, nSWBOOT0: 1, BOOT0: 0, SECBOOTADD0: 0x180000 }, 'main-flash'], // 0x0C00_0000
      [{ TZEN: 1, nSWBOOT0: 1, BOOT0: 1, BOOT_LOCK: 0 }, 'rss'],
      [{ TZEN: 1, nSWBOOT0: 1, BOOT0: 1, BOOT_LOCK: 1, SECBOOTADD0: 0x180000 }, 'main-flash'],
      [{ TZEN: 1, nSWBOOT0: 1, BOOT0: 1, BOOT_LOCK: 1, SECBOOTADD0: 0x17f200 }, 'system-memory'],
      [{ TZEN: 1, nSWBOOT0: 0, nBOOT0: 1, BOOT0: 1, SECBOOTADD0: 0x17f200 }, 'system-memory'],
      [{ TZEN: 1, nSWBOOT0: 0, nBOOT0: 0, BOOT0: 0, BOOT_LOCK: 0 }, 'rss'],
    ],
  },
  '17: the product state': {
    lines: ['STM32H503', 'STM32H523_533', 'STM32H562_563_573'],
    rows: [
      [{ PRODUCT_STATE: 0xed, BOOT0: 1 }, 'system-memory'],
      [{ PRODUCT_STATE: 0xed, BOOT0: 0 }, 'main-flash'],
      [{ PRODUCT_STATE: 0x17, BOOT0: 0 }, 'system-memory'],
      [{ PRODUCT_STATE: 0x17, BOOT0: 1 }, 'system-memory'],
      [{ PRODUCT_STATE: 0x5c, BOOT0: 1 }, 'main-flash'],
    ],
  },
};

/** A stack pointer at the end of 2 KiB of RAM, and a reset handler. */
const VECTOR = Uint8Array.from([0x00, 0x08, 0x00, 0x20, 0x01, 0x01, 0x00, 0x08]);

/** The board that comes up with these inputs. */
function powered(
  id: string,
  inputs: Readonly<Record<string, number>>,
  more: BoardOptions = {},
): Board {
  const device = runnable.find((each) => each.id === id)!;
  const flashKiB = largest(device);
  const { BOOT0 = 0, BOOT1 = 0, EMPTY = 1, B1 = 1 - EMPTY, B2 = 0, ...options } = inputs;
  const { alternative, layouts } = device.flash;
  const other = alternative !== undefined && options[alternative.field] === alternative.value;
  const banks = (other ? alternative.layouts : layouts)[flashKiB]!;
  const load = banks
    .filter((_, bank) => (bank === 0 ? B1 : B2) === 1)
    .map(({ start }) => ({ address: start, bytes: VECTOR }));
  return new Board(device, flashKiB, {
    boot0: BOOT0 === 1 ? 1 : 0,
    boot1: BOOT1 === 1 ? 1 : 0,
    options,
    load,
    // the two that move the choice are tests of their own
    quirks: { 'bank-2-boot-broken': false, 'boot-add1-ignored': false },
    ...more,
  });
}

/** The area, or the bank where the vector table of a bank was chosen. */
function booted(board: Board): string {
  const { area, address } = board.boot!;
  if (area !== 'main-flash' || !/bank [12] is valid/.test(board.boot!.why)) return area;
  return address === board.chip.flash.units[0]!.address ? 'bank-1' : 'bank-2';
}

/** A row without `x`: each combination it stands for. */
function combinations(row: string): string[] {
  return row.includes('x ')
    ? ['0', '1'].flatMap((value) => combinations(row.replace('x ', `${value} `)))
    : [row];
}

describe.each(Object.entries(patterns))('pattern %s', (_, { lines, inputs, rows }) => {
  const names = inputs.split(' ');
  const all = rows.flatMap(combinations).map((row) => row.split(' '));

  test('lists each combination of its inputs once', () => {
    expect(new Set(all.map((row) => row.slice(0, -1).join())).size).toBe(2 ** names.length);
    expect(all).toHaveLength(2 ** names.length);
  });

  test.each(lines)('%s boots as printed', (id) => {
    for (const row of all) {
      const set = Object.fromEntries(names.map((name, at) => [name, Number(row[at])]));
      expect([set, booted(powered(id, set))]).toEqual([set, row.at(-1)]);
    }
  });
});

describe.each(Object.entries(addressed))('pattern %s', (_, { lines, rows }) => {
  test.each(lines)('%s boots as printed', (id) => {
    for (const [set, area] of rows) expect([set, booted(powered(id, set))]).toEqual([set, area]);
  });
});

test('each line is in one pattern', () => {
  const listed = [...Object.values(patterns), ...Object.values(addressed)].flatMap(
    (each) => each.lines,
  );
  expect([...listed].sort()).toEqual(runnable.map(({ id }) => id).sort());
});

describe('a boot address that names main flash by its second address', () => {
  test.each([
    ['STM32F72_73', { BOOT_ADD0: 0x0080 }], // ITCM bus, 0x0020_0000
    ['STM32F76_77', { BOOT_ADD0: 0x0080 }],
    ['STM32L552_562', { TZEN: 1, SECBOOTADD0: 0x18_0000 }], // secure, 0x0C00_0000
    ['STM32U575_585', { TZEN: 1, SECBOOTADD0: 0x18_0000 }],
  ])('starts the application of %s', (id, options) => {
    const board = powered(id, { BOOT0: 0, EMPTY: 0, ...options });
    board.run();
    expect([board.boot!.area, board.state]).toEqual(['main-flash', 'application']);
  });
});

describe('readout protection level 2', () => {
  const lines = runnable.filter(({ options }) => options?.rdp?.level2 !== undefined);
  test.each(lines.map(({ id }) => id))('%s boots main flash whatever the pins say', (id) => {
    for (const BOOT0 of [0, 1]) {
      const board = powered(id, { BOOT0, EMPTY: 0 }, { rdp: 2 });
      const open = id === 'STM32F74_75' && BOOT0 === 1; // the one exception AN2606 prints
      expect([BOOT0, booted(board)]).toEqual([BOOT0, open ? 'system-memory' : 'main-flash']);
      expect(board.boot!.limited ?? false).toBe(open);
    }
  });
});

describe('the empty check', () => {
  const blank = (id: string, more: BoardOptions = {}): LineHost => {
    const device = runnable.find((each) => each.id === id)!;
    const quirks = { 'empty-flag-cleared': false };
    const host = new LineHost(device, largest(device), { boot0: 0, quirks, ...more });
    expect(host.connect()).toBe(true);
    return host;
  };
  const program = (host: LineHost): void => {
    const { address } = host.board.chip.flash.units[0]!;
    expect(host.write(address, [...VECTOR])).toBe('ack');
  };
  const cycle = ({ board }: LineHost): string => {
    board.power(false);
    board.power(true);
    board.run();
    return board.state;
  };

  test.each(['STM32L43_44', 'STM32L412_422', 'STM32WB3_5', 'STM32L496_4A6', 'STM32L01_02'])(
    '%s keeps its flag until power-on',
    (id) => {
      const host = blank(id);
      program(host);
      expect(host.reconnect()).toBe(true); // a programmed part stays in the bootloader
      const { field } = host.device.options!.rdp!;
      expect(host.changeOption(field, 0xaa)).toBe(true); // and an option load does not help
      expect(host.board.state).toBe('bootloader');
      expect(cycle(host)).toBe('application');
    },
  );

  test.each(['STM32G03_04', 'STM32C011', 'STM32F04x', 'STM32F09x', 'STM32U031'])(
    '%s takes its flag when option bytes are loaded, not at a reset',
    (id) => {
      const host = blank(id);
      program(host);
      expect(host.reconnect()).toBe(true);
      expect(host.changeOption('nRST_STOP', 0)).toBe(true);
      expect(host.board.state).toBe('application');
    },
  );

  test.each([
    ['STM32F04x', 'the first word alone', 'system-memory'],
    ['STM32C011', 'two words', 'main-flash'],
  ])('%s looks at %s', (id, _, area) => {
    const device = runnable.find((each) => each.id === id)!;
    const load = [{ address: 0x0800_0004, bytes: Uint8Array.of(1, 1, 0, 8) }];
    expect(new Board(device, largest(device), { boot0: 0, load }).boot!.area).toBe(area);
  });

  test('a bootloader that clears the flag boots the empty flash at the next reset', () => {
    const host = blank('STM32C071', { quirks: {} });
    host.board.reset();
    host.board.run();
    expect(host.board.boot!.area).toBe('main-flash');
    expect(cycle(host)).toBe('bootloader');
  });
});
