import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDevice } from '../../families/index.ts';
import { Cells } from '../chip/cells.ts';
import { checkInside, flashRanges, loadImage, saveImage } from './images.ts';

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

/** An ELF file with the given program headers: type, load address, bytes. */
function elf(segments: readonly { type: number; address: number; bytes: Uint8Array }[]): Buffer {
  const header = Buffer.alloc(52 + 32 * segments.length);
  header.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  header.writeUInt32LE(52, 28);
  header.writeUInt16LE(32, 42);
  header.writeUInt16LE(segments.length, 44);
  let offset = header.length;
  segments.forEach(({ type, address, bytes }, index) => {
    const at = 52 + 32 * index;
    header.writeUInt32LE(type, at);
    header.writeUInt32LE(offset, at + 4);
    header.writeUInt32LE(0x2000_0000, at + 8); // p_vaddr: where it runs, not where it is kept
    header.writeUInt32LE(address, at + 12);
    header.writeUInt32LE(bytes.length, at + 16);
    offset += bytes.length;
  });
  return Buffer.concat([header, ...segments.map(({ bytes }) => bytes)]);
}

test('a .bin goes to the start of flash, or to the address behind the @', async () => {
  const name = file('a.bin', Uint8Array.of(1, 2, 3));
  const bytes = Buffer.from([1, 2, 3]);
  expect(await loadImage(name, START)).toEqual([{ address: START, bytes }]);
  expect(await loadImage(`${name}@0x08004000`, START)).toEqual([{ address: 0x0800_4000, bytes }]);
});

test('a .hex is read in any of the line ends that tools write', async () => {
  const records = [':020000040800F2', ':0400100001020304E2', ':00000001FF'];
  const expected = [{ address: 0x0800_0010, bytes: Uint8Array.of(1, 2, 3, 4) }];
  for (const end of ['\n', '\r\n', '\n\n']) {
    expect(await loadImage(file('a.hex', records.join(end) + end), START)).toEqual(expected);
  }
});

test('an .elf gives its PT_LOAD segments by load address, whatever it is called', async () => {
  const code = Uint8Array.of(9, 8, 7);
  const content = elf([
    { type: 1, address: START, bytes: code },
    { type: 1, address: 0x2000_0000, bytes: new Uint8Array() }, // .bss
    { type: 6, address: START, bytes: Uint8Array.of(1) },
    { type: 1, address: 0x0800_0100, bytes: Uint8Array.of(5) },
  ]);
  const expected = [
    { address: START, bytes: Buffer.from(code) },
    { address: 0x0800_0100, bytes: Buffer.from([5]) },
  ];
  expect(await loadImage(file('firmware.elf', content), START)).toEqual(expected);
  expect(await loadImage(file('firmware', content), START)).toEqual(expected);
});

test('files that are not what they seem are refused in one line', async () => {
  await expect(loadImage(path.join(root, 'no.bin'), START)).rejects.toThrow(
    /no\.bin: cannot be read: ENOENT/,
  );
  await expect(loadImage(file('a.hex', ':00'), START)).rejects.toThrow(/a\.hex: Malformed/);
  await expect(loadImage(file('a.elf', 'text'), START)).rejects.toThrow(/a\.elf: not an ELF file/);
  await expect(loadImage(file('a.txt', 'text'), START)).rejects.toThrow(
    /must end in \.bin, \.hex or \.elf/,
  );
  await expect(loadImage(`${file('b.hex', '')}@0x10`, START)).rejects.toThrow(
    /only a \.bin takes an address/,
  );
  const cut = elf([{ type: 1, address: START, bytes: Uint8Array.of(1, 2) }]).subarray(0, -1);
  await expect(loadImage(file('cut.elf', cut), START)).rejects.toThrow(/ends behind the file/);
  const wide = elf([]);
  wide[4] = 2;
  await expect(loadImage(file('wide.elf', wide), START)).rejects.toThrow(
    /not an ELF file for a 32-bit Arm/,
  );
});

test('content outside main flash is refused with its range', () => {
  const flash = flashRanges(findDevice('STM32F405RE').devices[0]!, 512);
  const bytes = new Uint8Array(16);
  checkInside('a.hex', [{ address: START + 512 * 1024 - 16, bytes }], flash);
  expect(() => checkInside('a.hex', [{ address: START + 512 * 1024 - 8, bytes }], flash)).toThrow(
    'content at 0x0807FFF8 to 0x08080007 is outside main flash (0x08000000 to 0x0807FFFF)',
  );
  expect(() => checkInside('a.hex', [{ address: 0x2000_0000, bytes }], flash)).toThrow(
    /0x20000000/,
  );
});

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
  ).rejects.toThrow(/ENOENT/);
});
