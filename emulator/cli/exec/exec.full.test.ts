import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WIRING_NAMES } from '../../links/serial/wiring.ts';
import { has } from '../../test/host-tool.ts';
import { cliCommand, vstm32 } from '../../test/vstm32.ts';
import type { Finished } from '../../test/vstm32.ts';

const DEVICE = 'STM32F405';

/** What has the chip reset with BOOT0 high, as stm32flash -i takes it: a pulse on NRST for each wiring. */
const SEQUENCES: Readonly<Record<string, string>> = {
  ttl: 'dtr,-rts,-dtr',
  'ttl-swapped': 'rts,-dtr,-rts',
  transistors: 'rts,dtr,-dtr',
  mcuisp: '-dtr,dtr',
};

test.skipIf(!has('stm32flash') || !has('cc')).each(WIRING_NAMES)(
  'stm32flash starts the bootloader by the wiring %s',
  async (wire) => {
    const options = ['--boot0', '0', '--wire', wire, '--json'];
    const tool = ['stm32flash', '-i', SEQUENCES[wire]!, '{usart}'];
    const { code, stderr } = await vstm32(['exec', DEVICE, ...options, '--', ...tool]);
    expect(code).toBe(0);
    expect(JSON.parse(stderr)).toMatchObject({ state: 'bootloader', commands: { get: 1 } });
  },
);

test.skipIf(!has('cc'))(
  'what a killed run has left is removed by the next one, and not what a live one has',
  async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-exec-'));
    const env = { TMPDIR: folder };
    const ours = (): string[] =>
      fs.readdirSync(folder).filter((name) => name.startsWith('vstm32-'));
    try {
      const killed = await vstm32(['exec', DEVICE, '--', 'sh', '-c', 'kill -9 $PPID'], env);
      expect(killed.signal).toBe('SIGKILL');
      expect(ours()).toHaveLength(1);
      const next = cliCommand(['exec', DEVICE, '--', 'true']).join(' ');
      const tool = ['sh', '-c', `${next}; ls ${folder} | grep vstm32-`];
      const { stdout } = await vstm32(['exec', DEVICE, '--', ...tool], env);
      expect(stdout).toMatch(/^vstm32-\w{6}\n$/); // that of the tool itself, which the inner run leaves alone
      expect(ours()).toEqual([]);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  },
);

const BOARDS = `boards:
  left: { device: STM32F405 }
  right: { device: STM32G0B1RE, option: [nBOOT_SEL=0] }
`;

describe.skipIf(!has('dfu-util') || !has('stm32flash') || !has('cc'))(
  'two boards for one tool',
  () => {
    let folder: string;
    beforeAll(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-exec-'));
      fs.writeFileSync(path.join(folder, 'two.yaml'), BOARDS);
      fs.writeFileSync(path.join(folder, 'image.bin'), Buffer.alloc(4096, 0x5a));
    });
    afterAll(() => fs.rmSync(folder, { recursive: true }));

    const onBoth = async (script: string): Promise<Finished> => {
      const options = ['--boards', path.join(folder, 'two.yaml'), '--json'];
      return await vstm32(['exec', ...options, '--', 'sh', '-c', `cd ${folder}; ${script}`]);
    };

    test('dfu-util lists both, each in its place and with its serial number, and writes to one', async () => {
      const listed = await onBoth('dfu-util -l');
      const devices = [...listed.stdout.matchAll(/path="(.+)", alt=0, .* serial="(.+)"/g)];
      const serials = new Map(devices.map(([, place, serial]) => [place, serial!]));
      expect(new Set(serials.keys())).toEqual(new Set(['1-1', '2-1']));
      expect(new Set(serials.values()).size).toBe(2);
      const serial = serials.get('2-1')!;
      const { code, stderr } = await onBoth(
        `dfu-util -S ${serial} -a 0 -s 0x08000000 -D image.bin; exit $?`,
      );
      expect(code).toBe(0);
      expect(JSON.parse(stderr.trim().split('\n').at(-1)!)).toMatchObject({
        boards: { left: { programmedBytes: 0 }, right: { programmedBytes: 4096 } },
      });
    });

    test('each is at its own paths', async () => {
      const names = ['usart', 'usb', 'i2c', 'spi'].flatMap((port) => [
        `{left.${port}}`,
        `{right.${port}}`,
      ]);
      const { stdout } = await onBoth(`echo ${names.join(' ')} {left.can}`);
      expect(stdout).toMatch(
        /^(\/dev\/pts\/\d+) (?!\1 )\/dev\/pts\/\d+ 1-1 2-1 \/dev\/i2c-1 \/dev\/i2c-101 \/dev\/spidev1.0 \/dev\/spidev101.0 can0\n$/,
      );
    });

    test('stm32flash writes to each with its own 8E1', async () => {
      const flash = (board: string, image: string): string =>
        `head -c ${image} image.bin > ${board}.bin && stm32flash -w ${board}.bin -v {${board}.usart}`;
      const { code, stderr } = await onBoth(
        `${flash('left', '4096')} && ${flash('right', '1024')}`,
      );
      expect(code).toBe(0);
      const { boards } = JSON.parse(stderr.trim().split('\n').at(-1)!) as { boards: object };
      expect(boards).toMatchObject({
        left: { programmedBytes: 4096, device: 'STM32F405_407_415_417' },
        right: { programmedBytes: 1024 },
      });
    });
  },
);

/** Runs a command whose stderr is a socket that is full and that nobody reads. */
const UNREAD_SOCKET = `
import socket, subprocess, sys
near, far = socket.socketpair()
near.setblocking(False)
try:
    while True: near.send(bytes(4096))
except BlockingIOError: near.setblocking(True)
sys.exit(subprocess.run(sys.argv[1:], stderr=near, timeout=60).returncode)
`;

test.skipIf(!has('cc') || !has('python3'))(
  'nobody reads stderr, which is a socket as Node gives one to what it starts: it ends with the tool',
  () => {
    for (const trace of ['none', 'text']) {
      const command = cliCommand(['exec', DEVICE, '--trace', trace, '--', 'sh', '-c', 'exit 7']);
      const { status } = spawnSync('python3', ['-c', UNREAD_SOCKET, ...command]);
      expect({ trace, status }).toEqual({ trace, status: 7 });
    }
  },
);

test.skipIf(!has('cc'))(
  'nobody reads stderr, where trace and summary go: it obeys SIGTERM and ends with the tool',
  async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vstm32-exec-'));
    const { O_RDWR, O_NONBLOCK } = fs.constants;
    const fifo = path.join(folder, 'fifo');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    const reader = fs.openSync(fifo, O_RDWR | O_NONBLOCK);
    const stderr = fs.openSync(fifo, O_RDWR);
    try {
      const full = (): number => fs.writeSync(reader, Buffer.alloc(4096));
      expect(() => {
        for (;;) full();
      }).toThrow('EAGAIN');
      for (const trace of ['text', 'json:/dev/stderr']) {
        const tool = ['sh', '-c', 'kill -TERM $PPID; exec sleep 60'];
        const [program, ...words] = cliCommand(['exec', DEVICE, '--trace', trace, '--', ...tool]);
        const child = spawn(program!, words, {
          stdio: ['ignore', 'ignore', stderr],
          timeout: 60_000,
          killSignal: 'SIGKILL',
        });
        expect({ trace, end: await once(child, 'exit') }).toEqual({ trace, end: [143, null] });
      }
    } finally {
      fs.closeSync(reader);
      fs.closeSync(stderr);
      fs.rmSync(folder, { recursive: true });
    }
  },
);
