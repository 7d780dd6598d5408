import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BoardSpec } from '../../targets/spec.ts';
import { imageFile, imageFolder, readImage, writeImage } from './saved-image.ts';
import type { SavedImage } from './saved-image.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstm32-image-'));
});
afterEach(() => rm(folder, { recursive: true }));

const spec: BoardSpec = {
  kind: 'serial',
  path: '/dev/ttyUSB0',
  part: { device: 'STM32F103C8' },
  reset: { by: 'wiring', wire: 'dtr=nrst' },
  allow: 'page',
};

const image: SavedImage = {
  spec,
  savedAt: '2026-11-20T16:00:00.000Z',
  uid: '112233445566778899aabbcc',
  flash: [{ address: 0x0800_0000, bytes: Uint8Array.of(1, 2, 255) }],
  options: [{ address: 0x1fff_f800, bytes: Uint8Array.of(0xa5, 0x5a) }],
};

test('an image is read as it was written, by nobody but its owner', async () => {
  const file = join(folder, 'sub', 'image.json');
  await writeImage(file, image);
  expect(await readImage(file)).toEqual(image);
  expect((await stat(file)).mode & 0o077).toBe(0); // it may hold somebody's firmware
});

test('each address has a file of its own in the folder of the user', () => {
  expect(imageFile(spec, imageFolder({ XDG_STATE_HOME: '/var/state' }))).toBe(
    '/var/state/vstm32/serial-dev-ttyUSB0.json',
  );
});

test('a damaged image, and a file that is none, are refused', async () => {
  const file = join(folder, 'image.json');
  await writeImage(file, image);
  const content = await readFile(file, 'utf8');
  await writeFile(file, content.replace('AQL/', 'AQL+'));
  await expect(readImage(file)).rejects.toThrow(/is damaged/);
  await writeFile(file, content.slice(0, 100));
  await expect(readImage(file)).rejects.toThrow(/is not a saved image/);
  await expect(readImage(join(folder, 'no'))).rejects.toMatchObject({ exitCode: 3 });
});

test.skipIf(process.platform !== 'linux')(
  'a folder that cannot be made is refused, not waited for',
  async () => {
    await expect(writeImage('/proc/no/such/image.json', image)).rejects.toThrow(
      /cannot be written/,
    );
  },
);
