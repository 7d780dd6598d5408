import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { has } from '../../test/host-tool.ts';
import { loadImage } from './load-images.ts';

const TOOLS = ['arm-none-eabi-as', 'arm-none-eabi-ld', 'arm-none-eabi-objcopy'] as const;

/** Assembles and links, then compares what is loaded with what objcopy makes of the same file. */
async function sameAsObjcopy(
  source: string,
  script: string,
  options: readonly string[],
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-elf-'));
  try {
    const at = (name: string): string => path.join(folder, name);
    fs.writeFileSync(at('a.s'), source);
    fs.writeFileSync(at('a.ld'), script);
    // They warn of empty sections, and of segments that may be written and run.
    const quiet = { stdio: 'ignore' } as const;
    execFileSync(TOOLS[0], ['-mcpu=cortex-m4', '-o', at('a.o'), at('a.s')], quiet);
    execFileSync(TOOLS[1], [...options, '-T', at('a.ld'), '-o', at('a.elf'), at('a.o')], quiet);
    execFileSync(TOOLS[2], ['-O', 'ihex', at('a.elf'), at('a.hex')]);
    expect(await loadImage(at('a.elf'), 0)).toEqual(await loadImage(at('a.hex'), 0));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const PAGES = [
  [],
  ['-z', 'max-page-size=65536'],
  ['-z', 'max-page-size=4'],
  ['-n'],
  ['-N'],
] as const;

/** Firmware in the shape that vendors' linker scripts give it. */
function firmware(
  start: number,
  gap: number,
  sizes: readonly number[],
): [source: string, script: string] {
  const [text, rodata, data, bss, late] = sizes as [number, number, number, number, number];
  const section = (name: string, kind: string, size: number): string =>
    `.section ${name},${kind}\n${kind.includes('nobits') ? `.space ${size}` : `.fill ${size},1,${size & 0xff}`}\n`;
  const source = [
    '.global _start\n_start:',
    section('.text', '"ax",%progbits', text),
    section('.rodata', '"a",%progbits', rodata),
    section('.data', '"aw",%progbits', data),
    section('.bss', '"aw",%nobits', bss),
    section('.late', '"a",%progbits', late),
    section('.notes', '"",%progbits', 8),
  ].join('\n');
  const script = `ENTRY(_start)
    MEMORY { FLASH (rx): ORIGIN = ${start}, LENGTH = 1M  RAM (rwx): ORIGIN = 0x20000000, LENGTH = 128K }
    SECTIONS {
      .text : { *(.text) } > FLASH
      .rodata : { . = ALIGN(8); *(.rodata) } > FLASH
      .data : { *(.data) } > RAM AT> FLASH
      .bss (NOLOAD) : { *(.bss) } > RAM
      .late ${start} + 0x4000 + ${gap} : { *(.late) } > FLASH
      .notes 0 : { *(.notes) }
    }`;
  return [source, script];
}

describe.skipIf(!TOOLS.every((tool) => has(tool)))(
  'an ELF file loads as arm-none-eabi-objcopy copies it',
  () => {
    test.each([
      ['at +0x100 with the page size of ld', 0x0800_0100, []],
      ['at +0x2000 with pages of 64 KiB', 0x0800_2000, ['-z', 'max-page-size=65536']],
    ])('%s', async (_where, start, options) => {
      await sameAsObjcopy(...firmware(start, 0, [512, 100, 20, 64, 16]), options);
    });

    test('wherever it lies, whatever its sections hold', async () => {
      const size = fc.integer({ min: 0, max: 300 });
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 0x400 }).map((words) => 0x0800_0000 + 16 * words),
          fc.integer({ min: 0, max: 64 }),
          fc.tuple(fc.integer({ min: 1, max: 300 }), size, size, size, size),
          fc.constantFrom(...PAGES),
          async (start, gap, sizes, options) => {
            await sameAsObjcopy(...firmware(start, 4 * gap, sizes), options);
          },
        ),
        { numRuns: 100, seed: 1 },
      );
    });
  },
);
