import { expect, test } from 'vitest';
import { createBoard } from '../../emulator/index.ts';
import { imageBytes } from '../image.ts';
import { CubeProgrammer, Gone } from './cube-programmer.ts';

const FLASH = 0x0800_0000;
const image = imageBytes({ length: 5001 }, FLASH);

/** Start of the option bytes and what the tool reads of them, by line. */
const OPTION_BANKS = [
  ['STM32F405RG', 0x1fff_c000, 16],
  ['STM32F103CB', 0x1fff_f800, 16],
  ['STM32L431RC', 0x1fff_7800, 36],
  ['STM32G071CB', 0x1fff_7800, 52],
] as const;

test.each(OPTION_BANKS)(
  '%s carries it through connect, option bytes, erase, write, verify and go',
  async (name, bank, length) => {
    await using board = await createBoard(name);
    const tool = new CubeProgrammer(board);
    expect(tool.connect()).toBe(board.device.productId);
    expect(tool.read(bank, length)).toHaveLength(length);
    tool.erase([0, 1, 2, 3, 4]);
    tool.download(FLASH, image);
    expect(board.flashImage().subarray(0, image.length)).toEqual(image);
    tool.go(FLASH);
    expect(board.state).toBe('application');
  },
);

test('a chip that is synchronised already is silent at first and answers its second 0x7F', async () => {
  await using board = await createBoard('STM32F405RG');
  const first = new CubeProgrammer(board);
  first.connect();
  expect(new CubeProgrammer(board).connect()).toBe(0x413);
});

test('an application that does not answer ends in KO after two sync bytes', async () => {
  await using board = await createBoard('STM32F405RG', { boot0: 0 });
  expect(() => new CubeProgrammer(board).connect()).toThrow(/Activating device: KO/);
});

test('513 Get ID in a row are answered, across changes of the rate without a byte', async () => {
  await using board = await createBoard('STM32F405RG');
  const tool = new CubeProgrammer(board);
  tool.connect();
  expect(new Set(tool.openProgrammingTab())).toEqual(new Set([0x413]));
  tool.eraseAll();
});

test('2.3.0 asks an F405 for the flash size where it is not, is refused at the length, and gives up', async () => {
  await using board = await createBoard('STM32F405RG');
  expect(() => new CubeProgrammer(board, '2.3.0').connect()).toThrow(new Gone('Read length'));
  expect(new CubeProgrammer(board, '2.5.0').connect()).toBe(0x413); // nothing is out of step
});

const full = { address: FLASH, bytes: new Uint8Array(128 * 1024) };

test('2.13.0 erases one page too many on an F103: the one it names by accident', async () => {
  await using board = await createBoard('STM32F103CB', { load: [full] });
  const tool = new CubeProgrammer(board, '2.13.0');
  tool.connect();
  expect(tool.erase([8])).toEqual([0x01, 0x08, 0x00, 0x09]);
  expect(erasedKiB(board.flashImage())).toEqual([0, 8]);
});

test('2.9.0 drops the last sector of a list', async () => {
  await using board = await createBoard('STM32L431RC', { flashKiB: 256, load: [full] });
  const tool = new CubeProgrammer(board, '2.9.0');
  tool.connect();
  const list = [0x00, 0x02, 0x00, 0x0f, 0x00, 0x10, 0x00, 0x11, 0x0c];
  expect(tool.erase([15, 16, 17, 18])).toEqual(list);
  expect(erasedKiB(board.flashImage()).filter((kib) => kib < 128)).toEqual([
    30, 31, 32, 33, 34, 35,
  ]);
});

test('2.9.0 turns one sector into a mass erase', async () => {
  await using board = await createBoard('STM32F405RG', { load: [full] });
  const tool = new CubeProgrammer(board, '2.9.0');
  tool.connect();
  expect(tool.erase([3])).toEqual([0xff, 0xff, 0x00]);
  expect(board.flashImage().every((byte) => byte === 0xff)).toBe(true);
});

test('a read-protected chip is recognised, and -rdu goes on in the same session', async () => {
  await using board = await createBoard('STM32F103CB', { rdp: 1 });
  const tool = new CubeProgrammer(board);
  expect(() => tool.connect()).toThrow(/RDP is set to level 1/);
  tool.readUnprotect();
  tool.download(FLASH, image);
  expect(board.flashImage().subarray(0, image.length)).toEqual(image);
});

/** Numbers of the KiB that are blank. */
function erasedKiB(flash: Uint8Array): number[] {
  return Array.from({ length: flash.length / 1024 }, (_, kib) => kib).filter((kib) =>
    flash.subarray(kib * 1024, (kib + 1) * 1024).every((byte) => byte === 0xff),
  );
}
