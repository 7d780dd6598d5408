import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainBoot } from './boot-explanation.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vstm32-boot-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Explained {
  readonly area: string;
  readonly address?: string;
  readonly state: string;
  readonly rows: readonly { readonly boots: string; readonly decides: boolean }[];
}

async function json(argv: Omit<Parameters<typeof explainBoot>[0], 'json'>): Promise<Explained> {
  return JSON.parse(await explainBoot({ ...argv, json: true })) as Explained;
}

describe('vstm32 boot', () => {
  test('says which row decided, and of the others what does not hold', async () => {
    const text = await explainBoot({ device: 'STM32F405RG', boot0: '1', boot1: '0' });
    expect(text.split('\n')).toEqual([
      'STM32F405_407_415_417 with 1024 KiB boots system memory (the bootloader): BOOT0=1, BOOT1=0.',
      '',
      '    BOOTS                           WHEN',
      '    main flash                      BOOT0=0 (is 1)',
      '->  system memory (the bootloader)  BOOT0=1, BOOT1=0         decides',
      '    SRAM                            BOOT0=1, BOOT1=1 (is 0)',
      '',
      'An application gets into the bootloader by the vector table at 0x1FFF0000.',
    ]);
  });

  test('tells what becomes of a blank flash, and of a loaded one', async () => {
    const blank = await explainBoot({ device: 'STM32F405RG', boot0: '0' });
    expect(blank).toContain('boots main flash: BOOT0=0; the core is locked up');
    const file = path.join(folder, 'app.bin');
    writeFileSync(file, Uint8Array.of(0, 0, 2, 0x20, 1, 1, 0, 8));
    const loaded = await json({ device: 'STM32F405RG', boot0: '0', load: [file] });
    expect(loaded.state).toBe('application');
  });

  test('an empty flash starts the bootloader where there is an empty check', async () => {
    const text = await explainBoot({ device: 'STM32G071CB', boot0: '0', option: ['nBOOT_SEL=0'] });
    expect(text).toContain('boots system memory (the bootloader)');
    expect(text).toContain('FLASH_EMPTY is taken at power-on and when option bytes are loaded');
  });

  test('follows boot addresses', async () => {
    const option = ['BOOT_ADD0=0x0040'];
    const { area, address, rows } = await json({ device: 'STM32F722RE', boot0: '0', option });
    expect([area, address]).toEqual(['system-memory', '0x00100000']);
    expect(rows.find(({ decides }) => decides)!.boots).toBe('as BOOT_ADD0 says');
  });

  test('a boot address in system memory where there is no vector table locks the core up', async () => {
    const text = await explainBoot({ device: 'STM32H743ZI', option: ['BOOT_CM7_ADD1=0x1FF1'] });
    expect(text).toContain('no vector table at 0x1ff10000');
    expect(text).toContain('by the vector table at 0x1FF00000 or 0x1FF09800.');
  });

  test('names the limitations of the ROM version that have their part in it', async () => {
    const option = ['nDBANK=0', 'nDBOOT=0'];
    const text = await explainBoot({ device: 'STM32F767ZI', option });
    expect(text).toContain(
      'Limitations of bootloader 9.3:\n  boot-add1-ignored: BOOT_ADD1 is ignored',
    );
    const quirk = ['boot-add1-ignored=off'];
    expect(await explainBoot({ device: 'STM32F767ZI', option, quirk })).not.toContain(
      'Limitations',
    );
  });

  test('level 2 leaves no row to decide', async () => {
    const { area, rows } = await json({ device: 'STM32F405RG', rdp: '2' });
    expect(area).toBe('main-flash');
    expect(rows.filter(({ decides }) => decides)).toEqual([]);
  });

  test('a wrong option is named with those there are', async () => {
    await expect(explainBoot({ device: 'STM32F405RG', option: ['BFB2=1'] })).rejects.toThrow(
      'has no option BFB2; it has BOR_LEV',
    );
  });
});
