import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Speed } from '../../index.ts';
import { boardOf } from '../../test/boards.ts';
import { DfuUtil } from '../../test/hosts/dfu-util.ts';
import { has } from '../../test/host-tool.ts';
import { vstm32 } from '../../test/vstm32.ts';

const EX_IOERR = 74;

/** What a line shows to dfu-util, and where its option bytes are. */
interface Part {
  readonly name: string;
  readonly generation: 'A' | 'B';
  /** Bytes of the image that fills its flash, or 1 MiB of it. */
  readonly imageKiB: number;
  readonly serial: string;
  readonly alternates: readonly string[];
  readonly options: {
    readonly address: string;
    readonly length: number;
    /** Bits of nRST_STOP, and of its complement, by their bytes. */
    readonly flip: Readonly<Record<number, number>>;
  };
  readonly erased: 0x00 | 0xff;
  /** Exit code of a mass erase: the bootloaders of L0 know none. */
  readonly massErase: 0 | typeof EX_IOERR;
}

/** Of the UID that boards have unless told otherwise. */
const SERIAL = 'D1E6D4E56220';

const parts: readonly Part[] = [
  {
    name: 'STM32F405RG',
    generation: 'A',
    imageKiB: 1024,
    serial: SERIAL,
    alternates: [
      '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
      '@Option Bytes  /0x1FFFC000/01*016 e',
      '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
      '@Device Feature/0xFFFF0000/01*004 e',
    ],
    options: { address: '0x1FFFC000', length: 16, flip: { 0: 0x40 } },
    erased: 0xff,
    massErase: 0,
  },
  {
    name: 'STM32F072RB',
    generation: 'A',
    imageKiB: 128,
    serial: 'FFFFFFFEFFFF',
    alternates: ['@Internal Flash  /0x08000000/064*0002Kg', '@Option Bytes  /0x1FFFF800/01*016 e'],
    options: { address: '0x1FFFF800', length: 16, flip: { 2: 0x02, 3: 0x02 } },
    erased: 0xff,
    massErase: 0,
  },
  {
    name: 'STM32L432KC',
    generation: 'A',
    imageKiB: 256,
    serial: SERIAL,
    alternates: [
      '@Internal Flash  /0x08000000/0128*0002Kg',
      '@Option Bytes  /0x1FFF7800/01*040 e',
      '@OTP Memory /0x1FFF7000/01*0001Ke',
      '@Device Feature/0xFFFF0000/01*004 e',
    ],
    options: { address: '0x1FFF7800', length: 40, flip: { 1: 0x10, 5: 0x10 } },
    erased: 0xff,
    massErase: 0,
  },
  {
    name: 'STM32L072RZ',
    generation: 'A',
    imageKiB: 192,
    serial: SERIAL,
    alternates: [
      '@Internal Flash  /0x08000000/1536*128g',
      '@Option Bytes  /0x1FF80000/01*032 e',
      '@DATA Memory /0x08080000/2*3Ke',
    ],
    options: { address: '0x1FF80000', length: 32, flip: { 4: 0x20, 6: 0x20 } },
    erased: 0x00,
    massErase: EX_IOERR,
  },
  {
    name: 'STM32G474RE',
    generation: 'B',
    imageKiB: 512,
    serial: SERIAL,
    alternates: [
      '@Internal Flash   /0x08000000/256*02Kg',
      '@Option Bytes   /0x1FFF7800/01*048 e/0x1FFFF800/01*048 e',
      '@OTP Memory   /0x1FFF7000/01*1024 e',
    ],
    options: { address: '0x1FFF7800', length: 48, flip: { 1: 0x10, 5: 0x10 } },
    erased: 0xff,
    massErase: 0,
  },
  {
    name: 'STM32H743ZI',
    generation: 'B',
    imageKiB: 1024,
    serial: '200364500000',
    alternates: ['@Internal Flash   /0x08000000/16*128Kg', '@Option Bytes   /0x5200201C/01*128 e'],
    options: { address: '0x5200201C', length: 128, flip: { 0: 0x40, 4: 0x40 } },
    erased: 0xff,
    massErase: 0,
  },
];

/** Bytes that are no pattern of a page, and begin as a program does: stack pointer and reset vector. */
function imageOf(kiB: number): Buffer {
  const image = Buffer.alloc(kiB * 1024);
  for (let at = 0; at < image.length; at += 4) image.writeUInt32LE((at * 2654435761 + 1) >>> 0, at);
  image.writeUInt32LE(0x2000_1000, 0);
  image.writeUInt32LE(0x0800_0101, 4);
  return image;
}

describe.skipIf(!has('dfu-util')).each(parts)('dfu-util on $name', (part) => {
  const { generation, options } = part;
  const leave = generation === 'A' ? 0 : EX_IOERR;

  test('lists the memories, the highest alternate setting first', async () => {
    await using dfu = await DfuUtil.on(boardOf(part.name));
    const { code, output } = await dfu.run('-l');
    const version = generation === 'A' ? '2200' : '0200';
    const found = part.alternates.map(
      (name, alt) =>
        `Found DFU: [0483:df11] ver=${version}, devnum=2, cfg=1, intf=0, path="1-1", alt=${alt}, name="${name}", serial="${part.serial}"`,
    );
    expect(output.split('\n').filter((line) => line.startsWith('Found'))).toEqual(
      found.toReversed(),
    );
    expect(code).toBe(0);
  });

  test(`writes, leaves with exit code ${leave}, and reads back the same`, async () => {
    const board = boardOf(part.name);
    await using dfu = await DfuUtil.on(board);
    const image = imageOf(part.imageKiB);
    dfu.write('image', image);
    const written = await dfu.run('-a', '0', '-s', '0x08000000:leave', '-D', '{image}');
    expect(written.output).toContain('File downloaded successfully\nSubmitting leave request...');
    expect(written.output).toContain(
      generation === 'A'
        ? 'Transitioning to dfuMANIFEST state'
        : 'Error during download get_status',
    );
    expect(written.code).toBe(leave);
    expect(board.state).toBe('application');
    expect((await dfu.run('-l')).output).not.toContain('Found DFU');

    board.reset();
    board.run();
    const length = image.length;
    const read = await dfu.run('-a', '0', '-s', `0x08000000:${length}`, '-U', '{copy}');
    expect(read.code).toBe(0);
    expect(dfu.read('copy').equals(image)).toBe(true);
  });

  test(`erases everything by force with exit code ${part.massErase}`, async () => {
    const load = [{ address: 0x0800_0000, bytes: Uint8Array.of(0x55, 0xaa, 0x55, 0xaa) }];
    // dfu-util 0.11 takes a poll time of exactly 100 ms for a broken F405 and sleeps for 35 s
    const board = boardOf(part.name, { load, quirks: { 'mass-erase-poll': false } });
    await using dfu = await DfuUtil.on(board);
    const { code } = await dfu.run('-a', '0', '-s', ':mass-erase:force');
    expect(code).toBe(part.massErase);
    const erased = board.flashImage().every((byte) => byte === part.erased);
    expect(erased).toBe(part.massErase === 0);
  });

  test('finds a protected chip closed, and opens it by force', async () => {
    const load = [{ address: 0x0800_0000, bytes: Uint8Array.of(0x55, 0xaa, 0x55, 0xaa) }];
    const board = boardOf(part.name, { load, rdp: 1 });
    await using dfu = await DfuUtil.on(board);
    const read = await dfu.run('-a', '0', '-s', '0x08000000:4096', '-U', '{secret}');
    expect(read.output).toContain('SET_ADDRESS not correctly executed');
    expect(read.code).toBe(EX_IOERR);

    const opened = await dfu.run('-a', '0', '-s', ':unprotect:force');
    expect(opened.output).toContain('Device disconnects, erases flash and resets now');
    expect(opened.code).toBe(0);
    await expect.poll(() => board.chip.level).toBe(0);
    expect(board.flashImage().every((byte) => byte === part.erased)).toBe(true);
    expect((await dfu.run('-l')).output).toContain('devnum=3');
  });

  test('writes option bytes, which resets the chip under it', async () => {
    const board = boardOf(part.name);
    await using dfu = await DfuUtil.on(board);
    const { address, length, flip } = options;
    const place = `${address}:${length}`;
    expect(await dfu.run('-a', '1', '-s', place, '-U', '{before}')).toMatchObject({ code: 0 });
    const bytes = dfu.read('before');
    for (const [at, bits] of Object.entries(flip)) bytes[Number(at)]! ^= bits;
    dfu.write('wanted', bytes);
    const written = await dfu.run('-a', '1', '-s', address, '-D', '{wanted}');
    expect(written.output).toContain('Error during download get_status');
    expect(written.code).toBe(EX_IOERR);

    expect(await dfu.run('-a', '1', '-s', place, '-U', '{after}')).toMatchObject({ code: 0 });
    const after = dfu.read('after');
    const [first] = Object.keys(flip);
    expect(after[Number(first)]).toBe(bytes[Number(first)]);
    expect(board.chip.options?.field('nRST_STOP') ?? 0).toBe(0);
  });

  test('writes both elements of a DfuSe file', async () => {
    const board = boardOf(part.name);
    await using dfu = await DfuUtil.on(board);
    const last = 0x0800_0000 + board.flashKiB * 1024 - 4096;
    const [head, tail] = [imageOf(3), imageOf(4)];
    dfu.write('two.dfu', dfuseFile([0x0800_0000, head], [last, tail]));
    const { code, output } = await dfu.run('-a', '0', '-D', '{two.dfu}');
    expect(output).toContain('Done parsing DfuSe file');
    expect(code).toBe(0);
    for (const [address, bytes] of [
      [0x0800_0000, head],
      [last, tail],
    ] as const) {
      expect(Buffer.from(board.chip.read(address, bytes.length)).equals(bytes)).toBe(true);
    }
  });
});

test.skipIf(!has('dfu-util'))('vstm32 exec needs no flag for dfu-util', async () => {
  const listed = await vstm32(['exec', 'STM32F405', '--', 'dfu-util', '-l']);
  expect(listed.stdout).toContain('path="1-1", alt=0, name="@Internal Flash  /0x08000000');
  expect(listed.code).toBe(0);

  const folder = mkdtempSync(join(tmpdir(), 'vstm32-dfu-'));
  try {
    const [file, saved] = [join(folder, 'image.bin'), join(folder, 'saved.bin')];
    const image = imageOf(1024);
    writeFileSync(file, image);
    const tool = ['dfu-util', '-a', '0', '-s', '0x08000000:leave', '-D', file];
    const written = await vstm32(['exec', 'STM32F405', '--save', saved, '--', ...tool]);
    expect(written.stderr).toContain('write 512, leave 1');
    expect(written.code).toBe(0);
    expect(readFileSync(saved).equals(image)).toBe(true);
    const silent = await vstm32(['exec', 'STM32H743', '--', ...tool]);
    expect(silent.code).toBe(EX_IOERR);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe.skipIf(!has('dfu-util'))('what real chips do to dfu-util', () => {
  test.each(['STM32G431CB', 'STM32L432KC'])(
    '%s: blocks of 2048 bytes fail, and no second KiB is left blank behind a success',
    async (part) => {
      const board = boardOf(part);
      await using dfu = await DfuUtil.on(board);
      const image = imageOf(8);
      dfu.write('image', image);
      const write = ['-a', '0', '-s', '0x08000000', '-D', '{image}'];
      const long = await dfu.run('-t', '2048', ...write);
      expect(long.code).toBe(EX_IOERR);
      expect(board.flashImage().every((byte) => byte === 0xff)).toBe(true);

      expect((await dfu.run(...write)).code).toBe(0);
      expect(Buffer.from(board.chip.read(0x0800_0000, image.length)).equals(image)).toBe(true);
    },
  );

  test('F429 with 1 MiB: 0.11 copes with the characters behind the layout of the flash', async () => {
    const board = boardOf('STM32F429ZG');
    await using dfu = await DfuUtil.on(board);
    dfu.write('image', imageOf(8));
    const { code } = await dfu.run('-a', '0', '-s', '0x08000000', '-D', '{image}');
    expect(code).toBe(0);
    expect(Buffer.from(board.chip.read(0x0800_0000, 8192)).equals(imageOf(8))).toBe(true);
  });

  test('H743: a program is written to ITCM RAM', async () => {
    const board = boardOf('STM32H743ZI');
    await using dfu = await DfuUtil.on(board);
    dfu.write('image', imageOf(4));
    const { code } = await dfu.run('-a', '0', '-s', '0x1000:force', '-D', '{image}');
    expect(code).toBe(0);
    expect(Buffer.from(board.chip.read(0x1000, 4096)).equals(imageOf(4))).toBe(true);
  });

  test('a chip that is not known here says what --usb-string gives', async () => {
    const given = [
      'alt0=@Internal Flash  /0x08000000/04*016Kg',
      'alt4=@Box/0x0/01*4 e',
      'serial=42',
    ];
    const { stdout, code } = await vstm32([
      'exec',
      'STM32F405',
      ...given.flatMap((text) => ['--usb-string', text]),
      '--',
      'dfu-util',
      '-l',
    ]);
    expect(stdout).toContain('alt=0, name="@Internal Flash  /0x08000000/04*016Kg", serial="42"');
    expect(stdout).toContain('alt=4, name="@Box/0x0/01*4 e", serial="42"');
    expect(code).toBe(0);
  });
});

describe.skipIf(!has('dfu-util'))('what a GETSTATUS asks dfu-util to wait', () => {
  const KIB = 64;
  /** Four sectors are erased, and for each block its address is set and it is written. */
  const askedMs = 4 * 100 + 32 * 5 + 32 * 104;

  async function timeOf(speed: Speed): Promise<number> {
    await using dfu = await DfuUtil.on(boardOf('STM32F405RG'), speed);
    dfu.write('image', imageOf(KIB));
    const start = performance.now();
    const { code } = await dfu.run('-a', '0', '-s', '0x08000000', '-D', '{image}');
    expect(code).toBe(0);
    return performance.now() - start;
  }

  test('costs no time where the work costs none', async () => {
    expect(await timeOf('instant')).toBeLessThan(askedMs);
  });

  test('is waited for where the chip is as slow as a real one', async () => {
    expect(await timeOf('real')).toBeGreaterThan(askedMs);
  });
});

test.skipIf(!has('dfu-util') || !has('stm32flash'))(
  'the first interface that a tool selects switches the others off',
  async () => {
    const both = async (...tools: readonly string[]): Promise<string> =>
      (await vstm32(['exec', 'STM32F405', '--', 'sh', '-c', tools.join('; ')])).stdout;
    const dfuLast = await both('stm32flash {usart}', 'dfu-util -l');
    expect(dfuLast).toContain('Device ID    : 0x0413');
    expect(dfuLast).not.toContain('Found DFU');
    const usartLast = await both('dfu-util -l', 'stm32flash {usart}');
    expect(usartLast).toContain('Found DFU');
    expect(usartLast).not.toContain('Device ID');
  },
);

/** A DfuSe file with one target, alternate setting 0 (ST UM0391). */
function dfuseFile(...elements: readonly (readonly [address: number, bytes: Buffer])[]): Buffer {
  const body = elements.map(([address, bytes]) =>
    Buffer.concat([le32(address), le32(bytes.length), bytes]),
  );
  const size = body.reduce((sum, { length }) => sum + length, 0);
  const target = Buffer.alloc(274);
  target.write('Target');
  target.writeUInt32LE(size, 266);
  target.writeUInt32LE(elements.length, 270);
  const prefix = Buffer.concat([
    Buffer.from('DfuSe\x01'),
    le32(11 + target.length + size),
    Buffer.of(1),
  ]);
  const suffix = Buffer.from('000011df83041a0155464410', 'hex');
  const all = Buffer.concat([prefix, target, ...body, suffix]);
  return Buffer.concat([all, le32(crc32(all))]);
}

function le32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** DFU 1.1 appendix B: no final inversion. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0xedb8_8320);
  }
  return crc >>> 0;
}
