import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Cells } from '../chip/cells.ts';
import { StateFolder, type Identity } from './state.ts';

const identity: Identity = { device: 'STM32F405_407_415_417', flashKiB: 16, bootloader: '9.1' };
let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-state-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function memories(): readonly Cells[] {
  const options = new Cells('options', 0x1fff_c000, 16, 0xff);
  options.set(0, Uint8Array.of(0xef, 0xaa));
  return [new Cells('flash', 0x0800_0000, 16 * 1024, 0xff), options];
}

function contentOf(cells: readonly Cells[]): string {
  return cells.map((each) => Buffer.from(each.read(0, each.length)).toString('base64')).join();
}

async function contentIn(folder: string): Promise<string> {
  const state = await StateFolder.open(folder);
  state.close();
  const { memories: kept } = state.kept!;
  return ['flash', 'options'].map((name) => Buffer.from(kept[name]!).toString('base64')).join();
}

test('what was kept is there at the next run, erased option bytes too', async () => {
  const first = await StateFolder.open(root);
  expect(first.kept).toBeUndefined();
  const cells = memories();
  first.keep(identity, cells);
  cells[0]!.set(5000, Uint8Array.of(1, 2, 3));
  cells[1]!.erase(0, 16);
  first.close();

  const second = await StateFolder.open(root);
  expect(second.kept!.identity).toEqual(identity);
  second.close();
  expect(await contentIn(root)).toBe(contentOf(cells));
});

test('a journal cut at any byte is the content after one of the operations', async () => {
  const operation = fc.record({
    memory: fc.constantFrom(0, 1),
    offset: fc.nat(15),
    bytes: fc.option(fc.uint8Array({ minLength: 1, maxLength: 16 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(operation, { maxLength: 12 }),
      fc.nat(),
      async (operations, where) => {
        const folder = fs.mkdtempSync(path.join(root, 'whole-'));
        const cells = memories();
        const state = await StateFolder.open(folder);
        state.keep(identity, cells);
        const file = path.join(folder, 'journal');
        const base = fs.statSync(file).size;
        const ends = [{ length: base, content: contentOf(cells) }];
        for (const { memory, offset, bytes } of operations) {
          const target = cells[memory]!;
          if (bytes === undefined) target.erase(0, 16);
          else target.set(offset, bytes.subarray(0, 16 - offset));
          state.flush();
          ends.push({ length: fs.statSync(file).size, content: contentOf(cells) });
        }
        state.close();

        const torn = fs.mkdtempSync(path.join(root, 'torn-'));
        const whole = fs.readFileSync(file);
        const cut = base + (where % (whole.length - base + 1));
        fs.writeFileSync(path.join(torn, 'journal'), whole.subarray(0, cut));
        const expected = ends.findLast(({ length }) => length <= cut)!;
        expect(await contentIn(torn)).toBe(expected.content);
      },
    ),
    { numRuns: 50 },
  );
});

test('after a torn tail the folder is written on as if it had never been there', async () => {
  const first = await StateFolder.open(root);
  const cells = memories();
  first.keep(identity, cells);
  cells[0]!.set(0, Uint8Array.of(1));
  first.close();
  const file = path.join(root, 'journal');
  fs.appendFileSync(file, fs.readFileSync(file).subarray(0, 11));

  const second = await StateFolder.open(root);
  const again = memories();
  again[0]!.set(0, second.kept!.memories['flash']!);
  second.keep(identity, again);
  again[0]!.set(1, Uint8Array.of(2));
  second.close();
  expect(await contentIn(root)).toBe(contentOf(again));
});

test('a journal that is damaged before its end, or is something else, is refused with what to do', async () => {
  const state = await StateFolder.open(root);
  const cells = memories();
  state.keep(identity, cells);
  for (let offset = 0; offset < 10; offset++) {
    cells[0]!.set(offset, Uint8Array.of(offset));
    state.flush();
  }
  state.close();
  const file = path.join(root, 'journal');
  const bytes = fs.readFileSync(file);
  bytes[bytes.length - 100]! ^= 0xff;
  fs.writeFileSync(file, bytes);
  await expect(StateFolder.open(root)).rejects.toThrow(/damaged in the middle: restore a copy/);
  fs.writeFileSync(file, 'hello');
  await expect(StateFolder.open(root)).rejects.toThrow(/is not a vstm32 state: choose another/);
  fs.rmSync(file);
  const free = await StateFolder.open(root);
  free.close();
});

test('the journal does not grow without end', async () => {
  const state = await StateFolder.open(root);
  const cells = memories();
  state.keep(identity, cells);
  const block = new Uint8Array(16 * 1024).fill(0x55);
  for (let round = 0; round < 1200; round++) {
    cells[0]!.set(0, block);
    state.flush();
  }
  state.close();
  expect(fs.statSync(path.join(root, 'journal')).size).toBeLessThan(9 * 1024 * 1024);
  expect(await contentIn(root)).toBe(contentOf(cells));
}, 20_000);

test('a second user of the folder is refused, in this process and in another, until the first is killed', async () => {
  const module = JSON.stringify(new URL('./state.ts', import.meta.url).href);
  const program = `
    const { StateFolder } = await import(${module});
    globalThis.state = await StateFolder.open(${JSON.stringify(root)});
    console.log('open');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const refusal = /another vstm32 is using the state folder .*: end it first/;
  await expect(StateFolder.open(root)).rejects.toThrow(refusal);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const mine = await StateFolder.open(root);
  await expect(StateFolder.open(root)).rejects.toThrow(refusal);
  mine.close();
});

test('a folder that cannot be made or written to is an error of the environment', async () => {
  const file = path.join(root, 'file');
  fs.writeFileSync(file, '');
  await expect(StateFolder.open(path.join(file, 'sub'))).rejects.toMatchObject({
    message: expect.stringMatching(/^the chip cannot be kept in .*: ENOTDIR/) as string,
    exitCode: 3,
  });
});

test.skipIf(!fs.existsSync('/dev/full'))(
  'a full disk is an error, not a chip that forgets',
  async () => {
    fs.symlinkSync('/dev/full', path.join(root, 'journal.new'));
    const state = await StateFolder.open(root);
    expect(() => state.keep(identity, memories())).toThrow(/cannot be kept in .*journal: ENOSPC/);
    state.close();
  },
);
