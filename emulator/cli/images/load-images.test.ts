import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDevice } from '../../../families/index.ts';
import { createBoard } from '../../index.ts';
import { elf, type ElfPart } from '../../test/elf.ts';
import { loadImage, loadImages } from './load-images.ts';

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

/** What an image puts where, as text: bytes in hex by address. */
async function loaded(text: string): Promise<Record<string, string>> {
  const segments = await loadImage(text, START);
  return Object.fromEntries(
    segments.map(({ address, bytes }) => [
      address.toString(16),
      Buffer.from(bytes).toString('hex'),
    ]),
  );
}

const record = (address: number, type: number, data: readonly number[]): string => {
  const bytes = [data.length, address >> 8, address & 0xff, type, ...data];
  const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff;
  return `:${Buffer.from([...bytes, sum])
    .toString('hex')
    .toUpperCase()}`;
};
const END = ':00000001FF';
const BASE = record(0, 4, [0x08, 0x00]);

test('a .bin goes to the start of flash, or to the address behind the @', async () => {
  const name = file('a.bin', Uint8Array.of(1, 2, 3));
  expect(await loaded(name)).toEqual({ '8000000': '010203' });
  expect(await loaded(`${name}@0x08004000`)).toEqual({ '8004000': '010203' });
  const at = file('fw@2.bin', Uint8Array.of(4));
  expect(await loaded(at)).toEqual({ '8000000': '04' });
});

test.each(['08000000', '134217728', '8004000'])(
  'an address without 0x, @%s, is not guessed at',
  async (at) => {
    await expect(loaded(`${file('a.bin', Uint8Array.of(1))}@${at}`)).rejects.toThrow(
      `a.bin@${at}: write the address in hexadecimal with 0x, as @0x`,
    );
  },
);

describe('Intel HEX', () => {
  test('is read in any of the line ends that tools write', async () => {
    const records = [BASE, record(0x10, 0, [1, 2, 3, 4]), END];
    for (const end of ['\n', '\r\n', '\n\n', '\r']) {
      expect(await loaded(file('a.hex', records.join(end) + end))).toEqual({
        '8000010': '01020304',
      });
    }
  });

  test('may hold a record without data, and the same bytes twice', async () => {
    const records = [BASE, record(0, 0, []), record(0, 0, [1, 2, 3]), record(2, 0, [3, 4])];
    expect(await loaded(file('a.hex', [...records, ...records, END].join('\n')))).toEqual({
      '8000000': '01020304',
    });
  });

  test('knows addresses up to the last one, and of segments', async () => {
    const records = [
      record(0, 4, [0xff, 0xff]),
      record(0xffff, 0, [1]),
      record(0, 2, [0x10, 0x01]),
    ];
    expect(await loaded(file('a.hex', [...records, record(1, 0, [2]), END].join('\n')))).toEqual({
      '10011': '02',
      ffffffff: '01',
    });
    const image = [record(0, 4, [0x90, 0]), record(0, 0, [1]), END].join('\n');
    await expect(load(file('high.hex', image))).rejects.toThrow(
      'content at 0x90000000 to 0x90000000 is outside main flash',
    );
  });

  test.each([
    ['empty', '', 'the file is empty'],
    ['text', 'hello\n', 'it does not hold Intel HEX'],
    ['a page', '<html>', 'it does not hold Intel HEX'],
    [
      'UTF-16',
      Buffer.from(`\ufeff${BASE}\n${END}\n`, 'utf16le'),
      'it is UTF-16 text, which no flashing tool reads',
    ],
    [
      'UTF-16, the other way',
      Buffer.from(`\ufeff${BASE}\n${END}\n`, 'utf16le').swap16(),
      'it is UTF-16 text',
    ],
    ['behind a byte order mark', `\ufeff${BASE}\n${END}\n`, 'it begins with a byte order mark'],
    ['cut', `${BASE}\n`, 'there is no record that ends the file (:00000001FF): it is cut'],
    [
      'of more lines than a flash has rows',
      `${BASE}${'\n'.repeat(2 ** 19)}${END}`,
      'it has more than 524288 lines',
    ],
    ['cut in a line', `${BASE}\n:0400`, 'line 2: :0400 is not a record of Intel HEX'],
    [
      'of a wrong checksum',
      `${BASE}\n${record(0, 0, [1, 2]).slice(0, -1)}0\n${END}`,
      'line 2: Checksum failed',
    ],
    [
      'of a wrong length',
      `${BASE}\n\n${record(0, 0, [1, 2]).replace(':02', ':03')}\n${END}`,
      'line 3: Mismatched record length',
    ],
    ['of an unknown type', `${record(0, 9, [])}\n${END}`, 'line 1: Invalid record type 0x09'],
    [
      'longer than it says',
      `${END}\n${BASE}`,
      'line 2: it is behind the record that ends the file',
    ],
    [
      'at odds with itself',
      [BASE, record(0, 0, [1, 2]), record(1, 0, [3]), END].join('\n'),
      '0x08000001 is loaded twice, as 0x02 and as 0x03',
    ],
  ])('that is %s is refused in words', async (_what, content, says) => {
    await expect(loaded(file('a.hex', content))).rejects.toThrow(`a.hex: ${says}`);
  });

  test('without data is whole, as a saved blank flash is', async () => {
    expect(await loaded(file('a.hex', `${END}\n`))).toEqual({});
  });
});

describe('ELF', () => {
  const code: ElfPart = { address: START, bytes: Uint8Array.of(9, 8, 7) };
  const data: ElfPart = { address: START + 0x100, runsAt: 0x2000_0000, bytes: Uint8Array.of(5) };

  test('gives what is allocated and has content, by load address, whatever it is called', async () => {
    const content = elf([
      code,
      data,
      { address: 0x2000_0100, bytes: new Uint8Array(64), kind: 'bss' },
    ]);
    const expected = { '8000000': '090807', '8000100': '05' };
    expect(await loaded(file('firmware.elf', content))).toEqual(expected);
    expect(await loaded(file('firmware', content))).toEqual(expected);
    expect(await loaded(file('firmware.bin', content))).toEqual(expected);
  });

  test('does not load its own header, which the first segment covers', async () => {
    const content = elf([{ address: START + 0x2000, bytes: Uint8Array.of(1, 2) }], {
      headerIn: 0x2000,
    });
    expect(await loaded(file('app.elf', content))).toEqual({ '8002000': '0102' });
    const boot = file('boot.bin', new Uint8Array(0x2000).fill(0x11));
    await expect(load(boot, path.join(root, 'app.elf'))).resolves.toHaveLength(1);
  });

  test('of which the sections are stripped gives its segments', async () => {
    const content = elf([code, data], { sections: false });
    expect(await loaded(file('a.elf', content))).toEqual({ '8000000': '090807', '8000100': '05' });
  });

  const damaged = (change: (content: Buffer) => void): Buffer => {
    const content = elf([code]);
    change(content);
    return content;
  };
  /** Three sections, of which the last two name what the first holds. */
  const sameBytes = (): Buffer => {
    const content = elf([{ ...code, bytes: new Uint8Array(1000) }, code, code]);
    const first = content.readUInt32LE(32) + 40;
    for (const row of [first + 40, first + 80]) content.copy(content, row, first, first + 40);
    return content;
  };
  test.each<[string, Buffer, string]>([
    ['cut in its header', elf([code]).subarray(0, 40), 'the file ends within its ELF header'],
    [
      'cut in its content',
      elf([code], { sections: false }).subarray(0, -1),
      'a segment ends behind the file',
    ],
    [
      'for 64 bits',
      damaged((each) => (each[4] = 2)),
      'not an ELF file for a 32-bit little-endian Arm',
    ],
    [
      'big-endian',
      damaged((each) => (each[5] = 2)),
      'not an ELF file for a 32-bit little-endian Arm',
    ],
    [
      'for RISC-V',
      damaged((each) => each.writeUInt16LE(243, 18)),
      'not an ELF file for a 32-bit little-endian Arm',
    ],
    [
      'an object file',
      damaged((each) => each.writeUInt16LE(1, 16)),
      'an ELF file of type 1 is not a linked program: link it first',
    ],
    [
      'of program headers without a size',
      damaged((each) => each.writeUInt16LE(0, 42)),
      'its program headers are 0 bytes each, not 32',
    ],
    [
      'of more program headers than it holds',
      damaged((each) => each.writeUInt16LE(0xffff, 44)),
      'it has no room for its 65535 program headers',
    ],
    [
      'of section headers without a size',
      damaged((each) => each.writeUInt16LE(0, 46)),
      'its section headers are 0 bytes each, not 40',
    ],
    [
      'of sections behind its end',
      damaged((each) => each.writeUInt32LE(0xffff_ffff, 32)),
      'it has no room for its 2 section headers',
    ],
    [
      'of more sections than a linker writes',
      elf(Array.from({ length: 4096 }, () => code)),
      'it has 4097 section headers: link it with at most 4096',
    ],
    [
      'of sections that all name the same bytes',
      sameBytes(),
      'its sections hold 3000 bytes, more than the file: it is damaged',
    ],
    ['without content', elf([]), 'no section of it holds anything to load'],
    [
      'at odds with itself',
      elf([code, { address: START + 2, bytes: Uint8Array.of(1) }]),
      '0x08000002 is loaded twice, as 0x07 and as 0x01',
    ],
  ])('that is %s is refused in words', async (_what, content, says) => {
    await expect(loaded(file('a.elf', content))).rejects.toThrow(`a.elf: ${says}`);
  });

  test('is never answered with an error of ours, whatever is damaged', async () => {
    const whole = elf([code, data]);
    for (let at = 4; at < 52 + 2 * 32; at++) {
      for (const byte of [0, 1, 0x7f, 0xff]) {
        const content = Buffer.from(whole);
        content[at] = byte;
        const end = await loaded(file('a.elf', content)).catch((error: Error) => error);
        const says = end instanceof Error ? end.message : '';
        expect(says).toMatch(/^$|^--load .*a\.elf: (?!.*out of range)/);
      }
    }
  });
});

test('what is no image of a flash is not taken for bytes, whatever it is called', async () => {
  const hex = file('a.bin', `${BASE}\n${record(0x10, 0, [1])}\n${END}\n`);
  expect(await loaded(hex)).toEqual({ '8000010': '01' });
  await expect(loaded(`${hex}@0x08000000`)).rejects.toThrow('only a .bin takes an address');
  for (const [begins, what] of [
    ['UF2\n\x57\x51', 'UF2'],
    ['DfuSe\x01', 'DfuSe'],
    ['S00F000068656C6C6F202020202000003C\n', 'S-records'],
  ]) {
    for (const name of ['b.bin', 'b.hex', 'b.uf2']) {
      await expect(loaded(file(name, begins!))).rejects.toThrow(
        `${name}: it holds ${what}: convert it to .bin, .hex or .elf first`,
      );
    }
  }
});

test('files that are not what they are called are refused in one line', async () => {
  await expect(loaded(path.join(root, 'no.bin'))).rejects.toThrow(
    /no\.bin: cannot be read: ENOENT/,
  );
  await expect(loaded(file('a.elf', 'text'))).rejects.toThrow(
    'a.elf: it does not hold an ELF file',
  );
  await expect(loaded(file('a.bin', ''))).rejects.toThrow('a.bin: the file is empty');
  await expect(loaded(file('a.txt', 'text'))).rejects.toThrow('must end in .bin, .hex or .elf');
});

const device = findDevice('STM32F405RE').devices[0]!;
const load = async (...texts: string[]): ReturnType<typeof loadImages> =>
  await loadImages(texts, device, 512);

test('content outside main flash is refused with its range', async () => {
  const name = file('a.bin', new Uint8Array(16));
  await load(`${name}@0x0807FFF0`);
  await expect(load(`${name}@0x0807FFF8`)).rejects.toThrow(
    'content at 0x0807FFF8 to 0x08080007 is outside main flash (0x08000000 to 0x0807FFFF)',
  );
  await expect(load(`${name}@0x20000000`)).rejects.toThrow(/0x20000000/);
});

test('several files may hold the same bytes, but not different ones', async () => {
  const [one, two] = [file('1.bin', Uint8Array.of(1, 2)), file('2.bin', Uint8Array.of(2, 3))];
  expect(await load(one, `${two}@0x08000001`)).toEqual([
    { address: START, bytes: Uint8Array.of(1, 2, 3) },
  ]);
  await expect(load(one, two)).rejects.toThrow(
    `0x08000000 is loaded twice, as 0x01 from ${one} and as 0x02 from ${two}`,
  );
});

test('a board is not made of content that contradicts itself', async () => {
  const [one, two] = [1, 2].map((byte) => ({ address: START, bytes: Uint8Array.of(byte) }));
  await using _same = await createBoard('STM32F405', { load: [one!, one!] });
  await expect(createBoard('STM32F405', { load: [one!, two!] })).rejects.toThrow(
    '0x08000000 is loaded twice, as 0x01 and as 0x02',
  );
});
