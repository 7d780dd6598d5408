import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Cells } from '../../chip/cells.ts';
import { loadImage } from './load-images.ts';
import { saveImage } from './save-image.ts';

const START = 0x0800_0000;
let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-images-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const full = path.join(root, name);
  fs.writeFileSync(full, content);
  return full;
}

test('a saved .hex holds what is not erased and loads back; a .bin holds all', async () => {
  const cells = new Cells('flash', START, 64 * 1024, 0xff);
  cells.set(0x12345 % 0x10000, Uint8Array.of(0, 1, 2));
  const image = (): Uint8Array => cells.read(0, cells.length);
  const hex = path.join(root, 'out.hex');
  await saveImage(hex, image, [cells]);
  const loaded = await loadImage(hex, START);
  expect(loaded.map(({ bytes }) => bytes.length)).toEqual([16]);
  const again = new Cells('flash', START, 64 * 1024, 0xff);
  for (const { address, bytes } of loaded) again.set(address - START, bytes);
  expect(again.read(0, again.length)).toEqual(image());

  const bin = path.join(root, 'out.bin');
  await saveImage(bin, image, [cells]);
  expect(new Uint8Array(fs.readFileSync(bin))).toEqual(image());
});

test('a save replaces the file whole, through a symbolic link, and leaves nothing beside it', async () => {
  const target = file('target.bin', 'old');
  const link = path.join(root, 'link.bin');
  fs.symlinkSync(target, link);
  await saveImage(link, () => Uint8Array.of(7), []);
  expect(fs.readFileSync(target)).toEqual(Buffer.from([7]));
  expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
  expect(fs.readdirSync(root).sort()).toEqual(['link.bin', 'target.bin']);
  await expect(saveImage(path.join(root, 'x.srec'), () => new Uint8Array(), [])).rejects.toThrow(
    /\.bin or \.hex/,
  );
  await expect(
    saveImage(path.join(root, 'none', 'x.bin'), () => new Uint8Array(), []),
  ).rejects.toThrow(/there is no folder .*: make it first/);
});
