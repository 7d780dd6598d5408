import {
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openBench, PlainHost } from '../../test/hosts/pty-fixture.ts';

const NOWHERE = '/dev/pts/ptmx-that-is-not-there';

function bytesOf(length: number, seed = 0): Buffer {
  return Buffer.from(
    Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) + seed) & 0xff),
  );
}

test('every byte value passes unchanged, both ways', async () => {
  await using bench = await openBench();
  bench.usart.echo();
  await using host = await PlainHost.open(bench.link.path);
  const all = Uint8Array.from({ length: 256 }, (_, value) => value);
  await host.write(all);
  expect(await host.read(256)).toEqual(Buffer.from(all));
  expect(Buffer.from(bench.usart.text, 'latin1')).toEqual(Buffer.from(all));
});

test('hosts come and go any number of times', async () => {
  await using bench = await openBench();
  bench.usart.echo();
  for (let round = 0; round < 200; round++) {
    await using host = await PlainHost.open(bench.link.path);
    await host.write(Uint8Array.of(round));
    expect(await host.read(1)).toEqual(Buffer.of(round));
  }
});

test('two hosts may have the port open at once', async () => {
  await using bench = await openBench();
  await using first = await PlainHost.open(bench.link.path);
  {
    await using second = await PlainHost.open(bench.link.path);
    await second.write('a');
  }
  await first.write('b');
  await bench.usart.until(() => bench.usart.received === 2);
  expect(bench.usart.text).toBe('ab');
});

test('a reply leaves in one write, however the chip puts it together', async () => {
  await using bench = await openBench();
  bench.usart.answer = () => {
    bench.usart.send(Uint8Array.of(0x79));
    bench.usart.send(bytesOf(256));
    bench.usart.send(Uint8Array.of(0x79));
  };
  await using host = await PlainHost.open(bench.link.path);
  for (let round = 0; round < 20; round++) {
    await host.write('r');
    expect(await host.readSome()).toHaveLength(258);
  }
});

test('a host that does not read is held up, and nothing is lost', async () => {
  await using bench = await openBench();
  bench.usart.echo();
  await using host = await PlainHost.open(bench.link.path);
  const sent = bytesOf(1 << 20);
  const writing = host.write(sent);
  await bench.usart.until(() => bench.usart.received > 20_000);
  const parts: Buffer[] = [];
  for (let got = 0; got < sent.length; got += parts.at(-1)!.length) {
    expect(bench.usart.received - got).toBeLessThan(64 * 1024);
    parts.push(await host.readSome(4096));
  }
  await writing;
  expect(Buffer.concat(parts).equals(sent)).toBe(true);
  expect(bench.notes).toEqual([]);
});

test('output that nobody reads is dropped by whole bursts, which the trace says once', async () => {
  await using bench = await openBench();
  const burst = Buffer.from('0123456789abcdef'.repeat(63).slice(0, 999) + '\n');
  for (let index = 0; index < 500; index++) bench.usart.send(burst);
  expect(bench.notes).toEqual([`nobody reads ${bench.link.path}: output is dropped`]);
  await using host = await PlainHost.open(bench.link.path);
  const kept = await host.read(70 * burst.length);
  expect(kept.equals(Buffer.concat(Array.from({ length: 70 }, () => burst)))).toBe(true);
});

test('what a departed host has not read is discarded by the first byte after a while', async () => {
  await using bench = await openBench();
  bench.usart.echo();
  bench.usart.send(Buffer.alloc(200_000, 'old'));
  await using host = await PlainHost.open(bench.link.path);
  await host.write('new');
  await bench.usart.until(() => bench.usart.received === 3);
  expect(String(await host.readSome())).toBe('new');
});

test('what a host has not read yet is kept while it keeps sending', async () => {
  await using bench = await openBench();
  bench.usart.echo();
  await using host = await PlainHost.open(bench.link.path);
  for (const byte of 'abcde') {
    await host.write(byte);
    await bench.usart.until(() => bench.usart.text.endsWith(byte));
  }
  expect(String(await host.read(5))).toBe('abcde');
});

test('the rate of a host is known with its first byte, and again with every sync byte', async () => {
  await using bench = await openBench();
  bench.usart.echo();
  const port = new SerialPort({ path: bench.link.path, baudRate: 57_600, autoOpen: false });
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error ? reject(error) : resolve())),
  );
  port.write('a');
  await bench.usart.until(() => bench.usart.received === 1);
  await new Promise<void>((resolve, reject) =>
    port.update({ baudRate: 250_000 }, (error) => (error ? reject(error) : resolve())),
  );
  port.write(Uint8Array.of(0x7f));
  await bench.usart.until(() => bench.usart.received === 2);
  await new Promise((resolve) => port.close(resolve));
  expect(bench.usart.log).toEqual([
    'line {"baud":57600}',
    'rx a',
    'line {"baud":250000}',
    'rx \x7f',
  ]);
});

test('bytes that arrive while the rate is looked up keep their order', async () => {
  await using bench = await openBench();
  await using host = await PlainHost.open(bench.link.path);
  const sent = Array.from({ length: 300 }, (_, index) => `\x7f${index},`);
  for (const text of sent) await host.write(text);
  await bench.usart.until(() => bench.usart.received === sent.join('').length);
  expect(bench.usart.text).toBe(sent.join(''));
});

test('a closed port is gone', async () => {
  const bench = await openBench();
  const { path } = bench.link;
  await bench[Symbol.asyncDispose]();
  bench.usart.send(Uint8Array.of(1));
  expect(() => openSync(path, constants.O_RDWR | constants.O_NOCTTY)).toThrow(/ENOENT|EIO/);
});

test('without stty the error says what to do', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    await expect(openBench()).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/install coreutils.*tcp/) as string,
    });
  } finally {
    process.env['PATH'] = path;
  }
});

describe('the link', () => {
  let folder: string;
  let link: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vstm32-test-'));
    link = join(folder, 'port');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is a path that stays, and goes when the port does', async () => {
    {
      await using bench = await openBench({ link });
      expect(bench.link.path).toBe(link);
      expect(readlinkSync(link)).toBe(bench.link.slavePath);
      await using host = await PlainHost.open(link);
      await host.write('a');
      await bench.usart.until(() => bench.usart.received === 1);
    }
    expect(existsSync(link)).toBe(false);
    expect(() => readlinkSync(link)).toThrow('ENOENT');
  });

  test.each([NOWHERE, '/dev/null'])('takes the place of one that points at %s', async (target) => {
    symlinkSync(target, link);
    await using bench = await openBench({ link });
    expect(readlinkSync(link)).toBe(bench.link.slavePath);
  });

  test('does not take the place of a file', async () => {
    writeFileSync(link, 'precious');
    await expect(openBench({ link })).rejects.toMatchObject({
      exitCode: 2,
      message: `${link} exists and is not a symbolic link: choose another path`,
    });
  });

  test('does not take the place of a link to a file', async () => {
    writeFileSync(join(folder, 'file'), 'precious');
    symlinkSync('file', link);
    await expect(openBench({ link })).rejects.toMatchObject({ exitCode: 2 });
    expect(readlinkSync(link)).toBe('file');
  });

  test('in a folder that is not there says so', async () => {
    await expect(openBench({ link: join(folder, 'no', 'port') })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('there is no folder') as string,
    });
  });

  test('that another process has made its own is left alone', async () => {
    const bench = await openBench({ link });
    rmSync(link);
    symlinkSync(NOWHERE, link);
    await bench[Symbol.asyncDispose]();
    expect(readlinkSync(link)).toBe(NOWHERE);
  });
});
