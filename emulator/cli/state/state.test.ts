import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Cells } from '../../chip/cells.ts';
import { cliCommand, vstm32 } from '../../test/vstm32.ts';
import { commands } from '../index.ts';
import { encodeRecord } from './journal.ts';
import type { Identity } from './kept-chip.ts';
import { attempt } from '../program.ts';
import { StateFolder } from './state.ts';

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
        const whole = fs.readFileSync(file); // as a killed process leaves it
        state.close();

        const torn = fs.mkdtempSync(path.join(root, 'torn-'));
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
  const file = path.join(root, 'journal');
  const bytes = fs.readFileSync(file); // before the end makes a snapshot of it
  state.close();
  bytes[bytes.length - 100]! ^= 0xff;
  fs.writeFileSync(file, bytes);
  await expect(StateFolder.open(root)).rejects.toThrow(/damaged in the middle: restore a copy/);
  fs.writeFileSync(file, 'hello');
  await expect(StateFolder.open(root)).rejects.toThrow(/is not a vstm32 state: choose another/);
  fs.rmSync(file);
  const free = await StateFolder.open(root);
  free.close();
});

/** What `vstm32 run` says to a folder with such a journal. */
async function refusalOf(journal: Uint8Array): Promise<string | undefined> {
  fs.writeFileSync(path.join(root, 'journal'), journal);
  const failure = await attempt(['run', 'STM32F405', '--state', root], commands);
  return failure?.line;
}

test('a journal at rest that is cut anywhere is refused, not loaded with less flash', async () => {
  const state = await StateFolder.open(root);
  const cells = memories();
  state.keep(identity, cells);
  for (let offset = 0; offset < 16 * 1024; offset += 2048) {
    cells[0]!.set(offset, Uint8Array.of(offset >> 8));
    state.flush();
  }
  state.close();
  const file = path.join(root, 'journal');
  const whole = fs.readFileSync(file);
  expect(await contentIn(root)).toBe(contentOf(cells));
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
      fs.writeFileSync(file, whole.subarray(0, length));
      await expect(StateFolder.open(root)).rejects.toThrow(/is cut short|is not a vstm32 state/);
    }),
    { examples: [[whole.length - 1], [whole.length - 9]], numRuns: 30 },
  );
  expect(await refusalOf(whole.subarray(0, -9))).toMatch(
    /journal is cut short, and part of the memories is lost: restore a copy, or delete/,
  );
});

/** The records of a journal, each whole. */
function recordsOf(journal: Buffer): readonly Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < journal.length; at += records.at(-1)!.length) {
    records.push(journal.subarray(at, at + 8 + journal.readUInt32LE(at)));
  }
  return records;
}

test.each(['at rest', 'in use'])(
  'a journal %s of which a record is missing, doubled or in another place is refused',
  async (which) => {
    const state = await StateFolder.open(root);
    const cells = memories();
    state.keep(identity, cells);
    for (let offset = 0; offset < 16 * 1024; offset += 2048) {
      cells[0]!.set(offset, Uint8Array.of(offset >> 8));
      state.flush();
    }
    const file = path.join(root, 'journal');
    const inUse = fs.readFileSync(file);
    state.close();
    const records = recordsOf(which === 'in use' ? inUse : fs.readFileSync(file));
    for (let at = 1; at < records.length - 2; at++) {
      const [before, here, next, after] = [
        records.slice(0, at),
        records[at]!,
        records[at + 1]!,
        records.slice(at + 2),
      ];
      for (const wrong of [
        [...before, next, ...after],
        [...before, here, here, next, ...after],
        [...before, next, here, ...after],
      ]) {
        fs.writeFileSync(file, Buffer.concat(wrong));
        await expect(StateFolder.open(root)).rejects.toThrow(/damaged in the middle|is cut short/);
      }
    }
    expect(records.length).toBeGreaterThan(4);
  },
);

test("a removed lock lets nobody in; what is another's after all was removed is left alone", async () => {
  const mine = await StateFolder.open(root);
  const lost = memories();
  mine.keep(identity, lost);
  lost[0]!.set(0, Uint8Array.of(2));
  fs.rmSync(path.join(root, 'lock'));
  await expect(StateFolder.open(root)).rejects.toThrow(/another vstm32 is using the state folder/);
  fs.rmSync(path.join(root, 'journal'));
  const other = await StateFolder.open(root);
  const cells = memories();
  other.keep(identity, cells);
  cells[0]!.set(0, Uint8Array.of(1));
  expect(() => mine.close()).toThrow(/journal was removed, and is another's now/);
  other.close();
  expect(await contentIn(root)).toBe(contentOf(cells));
});

const HEAD = {
  vstm32: 2,
  ...identity,
  memories: { flash: { length: 16, blank: 0xff } },
} as const;
const record = (head: object): Buffer => encodeRecord(Buffer.from(JSON.stringify(head)));
const END = encodeRecord(Uint8Array.of(0));
const change = (name: string, kind: number, offset: number, length: number): Buffer => {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(kind, 0);
  bytes.writeUInt32LE(offset, 1);
  bytes.writeUInt32LE(length, 5);
  return Buffer.concat([Buffer.of(name.length), Buffer.from(name), bytes]);
};

test.each([
  [
    'of a newer format',
    [record({ vstm32: 4, anything: 1 })],
    /written by a newer vstm32 \(format 4; this one reads up to 3\): update vstm32/,
  ],
  ['that is no object', [encodeRecord(Buffer.from('7'))], /is not a vstm32 state/],
  ['of no chip', [record({ vstm32: 1 })], /does not say which chip it keeps \(device: /],
  [
    'of a chip with a terabyte',
    [record({ ...HEAD, memories: { flash: { length: 1e12, blank: 0xff } } })],
    /does not say which chip it keeps \(memories.flash.length: /,
  ],
  [
    'with a record that is no change',
    [record(HEAD), encodeRecord(Buffer.of(0x05, 0x66, 0x6c)), END],
    /holds what vstm32 does not write \(record 2 is not a list of changes\): restore a copy/,
  ],
  [
    'with a change that has less than it says',
    [record(HEAD), encodeRecord(change('flash', 1, 0, 4)), END],
    /record 2 is not a list of changes/,
  ],
  [
    'with a change of some other kind',
    [record(HEAD), encodeRecord(change('flash', 2, 0, 4)), END],
    /record 2 is not a list of changes/,
  ],
  [
    'with an unknown memory',
    [record(HEAD), encodeRecord(change('fl', 0, 0, 1)), END],
    /record 2 changes a memory that the chip does not have/,
  ],
  [
    'with a change beyond the memory',
    [record(HEAD), END, encodeRecord(change('flash', 0, 15, 2))],
    /record 3 changes byte 16 of flash, which ends before/,
  ],
  [
    'whose chip has other memories',
    [record({ ...HEAD, flashKiB: 1024 }), END],
    /STM32F405_407_415_417 has no memory flash of 16 bytes/,
  ],
  ['of a line that has no such flash', [record(HEAD), END], /has no 16 KiB part: use 512, 1024/],
])('a journal %s is refused in one line', async (_what, records, line) => {
  const said = await refusalOf(Buffer.concat(records));
  expect(said).toMatch(line);
  expect(said).not.toMatch(/\n|verbose/); // an error of ours
});

test('the folder of the first format is read, and is of the new one from then on', async () => {
  const flash = Buffer.from('hello');
  const first = [
    record({ ...HEAD, vstm32: 1 }),
    encodeRecord(Buffer.concat([change('flash', 1, 2, 5), flash])),
  ];
  fs.writeFileSync(path.join(root, 'journal'), Buffer.concat(first));
  const state = await StateFolder.open(root);
  const expected = Buffer.alloc(16, 0xff);
  expected.set(flash, 2);
  expect(Buffer.from(state.kept!.memories['flash']!)).toEqual(expected);
  state.keep(identity, memories());
  state.close();
  expect(fs.readFileSync(path.join(root, 'journal'), 'latin1')).toContain('"vstm32":3');
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

/** Words that run a program where it sees neither our network nor our processes, as in a container. */
const apart = [['unshare'], ['unshare', '-r']]
  .map((words) => [...words, '-n', '-p', '-f', '--kill-child'])
  .find(([program, ...words]) => spawnSync(program!, [...words, 'true']).status === 0);

test.skipIf(apart === undefined)(
  'a second user in another container is refused: it sees neither our network nor our processes',
  async () => {
    const mine = await StateFolder.open(root);
    const run = ['run', 'STM32F405', '--usart', 'tcp', '--state', root];
    const [program, ...words] = [...apart!, ...cliCommand(run)];
    const refused = spawnSync(program!, words, { encoding: 'utf8', timeout: 120_000 });
    mine.close();
    expect(refused.stderr).toMatch(/another vstm32 is using the state folder .*: end it first/);
    expect(refused.status).toBe(2);
  },
);

test('a folder that cannot be made or written to is an error of the environment', async () => {
  const file = path.join(root, 'file');
  fs.writeFileSync(file, '');
  await expect(StateFolder.open(path.join(file, 'sub'))).rejects.toMatchObject({
    message: expect.stringMatching(/^the chip cannot be kept in .*: ENOTDIR/) as string,
    exitCode: 3,
  });
});

test.skipIf(process.platform !== 'linux')(
  'a folder in /proc is refused, not waited for',
  async () => {
    const { code, stderr } = await vstm32(['run', 'STM32F405', '--state', '/proc/no/such']);
    expect(stderr).toMatch(/^vstm32: the chip cannot be kept in \/proc\/no\/such: ENOENT.*\n$/);
    expect(code).toBe(3);
  },
);

test.skipIf(!fs.existsSync('/dev/full'))(
  'a full disk is an error, not a chip that forgets',
  async () => {
    fs.symlinkSync('/dev/full', path.join(root, 'journal.new'));
    const state = await StateFolder.open(root);
    expect(() => state.keep(identity, memories())).toThrow(/cannot be kept in .*journal: ENOSPC/);
    state.close();
  },
);
