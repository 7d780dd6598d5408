import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBoard, type ConnectedBoard } from '../../index.ts';
import {
  CAN_SESSION,
  FDCAN_SESSION,
  hasCanUtils,
  pythonWithCan,
} from '../../test/hosts/can-python.ts';
import { Guest, HOST_ADDRESS } from '../../test/guest/guest.ts';
import { guestLacks } from '../../test/guest/guest-files.ts';
import { has } from '../../test/host-tool.ts';

const lacks =
  guestLacks() ??
  ['usbip', 'lsusb', 'stm32flash'].find((tool) => !has(tool) && !has(`/usr/sbin/${tool}`));
const START_MS = 120_000;
const PATIENCE = { timeout: 20_000, interval: 100 };
const SIZE = 64 * 1024;

describe.skipIf(lacks !== undefined)(
  `in a Linux guest${lacks === undefined ? '' : `, for which ${lacks} is missing`}`,
  () => {
    let guest: Guest;
    const folder = mkdtempSync(join(tmpdir(), 'vstm32-adapters-'));
    const firmware = join(folder, 'firmware.bin');
    const image = Buffer.from(Uint8Array.from({ length: SIZE }, (_, at) => at * 13 + (at >> 8)));

    beforeAll(async () => {
      writeFileSync(firmware, image);
      writeFileSync(join(folder, 'can-session.py'), CAN_SESSION);
      writeFileSync(join(folder, 'fdcan-session.py'), FDCAN_SESSION);
      guest = await Guest.start();
    }, START_MS);
    afterAll(async () => {
      await guest?.close();
      rmSync(folder, { recursive: true });
    });

    /** Attaches the adapter on `key` and waits until the guest has what its driver makes of it. */
    async function attach(board: ConnectedBoard, key: string, file: string): Promise<void> {
      const { port, path } = board.ports[key]!;
      const { code, output } = await guest.run(
        `usbip --tcp-port ${port} attach -r ${HOST_ADDRESS} -b ${path}`,
      );
      expect({ code, output }).toMatchObject({ code: 0 });
      await vi.waitUntil(async () => await exists(file), PATIENCE);
    }

    async function exists(file: string): Promise<boolean> {
      return (await guest.run(`[ -e ${file} ]`)).code === 0;
    }

    async function gone(file: string): Promise<void> {
      await vi.waitUntil(async () => !(await exists(file)), PATIENCE);
    }

    /** Runs `use` with the adapter of a board; when the board is gone, so is the device in the guest. */
    async function withAdapter(
      part: string,
      key: 'usart' | 'i2c' | 'can',
      file: string,
      use: (board: ConnectedBoard) => Promise<void>,
      options: object = {},
    ): Promise<void> {
      {
        await using board = await createBoard(part, { ...options, [key]: 'usbip:127.0.0.1:0' });
        await attach(board, key, file);
        await use(board);
      }
      await gone(file);
    }

    /** Has stm32flash write and verify the image. */
    async function write(how: string, port: string): Promise<void> {
      const { code, output } = await guest.run(
        `stm32flash ${how} -w ${firmware} -v ${port} > /tmp/said 2>&1; code=$?; tr '\\r' '\\n' < /tmp/said | tail -n 20; exit $code`,
        100_000,
      );
      expect(output).toMatch(/Wrote and verified address 0x08010000 \(100.00%\)/);
      expect(code).toBe(0);
    }

    test('stm32flash resets an F405 into its bootloader by DTR and RTS of ttyACM0, and writes it in 8E1', async () => {
      const options = { wire: 'dtr=nrst,rts=boot0', boot0: 0 };
      await withAdapter(
        'STM32F405RG',
        'usart',
        '/dev/ttyACM0',
        async (board) => {
          expect(board.boot).toMatchObject({ area: 'main-flash' });
          const lines: string[] = [];
          board.trace.listen((event) => event.kind === 'line' && lines.push(JSON.stringify(event)));
          // RTS raises BOOT0, a pulse of DTR resets; behind the colon the way back
          const sequence = 'rts,dtr,-dtr:-rts,dtr,-dtr';
          await write(`-b 115200 -i ${sequence}`, '/dev/ttyACM0');
          expect(Buffer.from(board.flashImage().subarray(0, SIZE)).equals(image)).toBe(true);
          expect(board.boot).toMatchObject({ area: 'main-flash' }); // the sequence after ':' again
          expect(lines.join('\n')).toMatch(/even/);
        },
        options,
      );
    });

    test.skipIf(!has('i2cdetect') && !has('/usr/sbin/i2cdetect')).each([
      ['STM32F446RE', '3c'],
      ['STM32L476RG', '43'],
    ])('i2c-tools find a %s at 0x%s of i2c-0, and stm32flash writes it', async (part, address) => {
      await withAdapter(part, 'i2c', '/dev/i2c-0', async (board) => {
        const detected = await guest.run('i2cdetect -y 0');
        expect(detected.code).toBe(0);
        const found = detected.output
          .split('\n')
          .slice(1)
          .flatMap((line) => line.slice(4).match(/[0-9a-f]{2}/g) ?? []);
        expect(found).toEqual([address]);
        const wrong = await guest.run('i2ctransfer -y 0 r1@0x20');
        expect(wrong.output).toContain('No such device or address');
        const { output } = await guest.run(
          `i2ctransfer -y 0 w2@0x${address} 0x02 0xfd; i2ctransfer -y 0 r1@0x${address}; i2ctransfer -y 0 r3@0x${address}; i2ctransfer -y 0 r1@0x${address}`,
        );
        expect(output).toMatch(/^0x79\n0x01 0x04 0x[0-9a-f]{2}\n0x79\n$/);
        await write(`-a 0x${address}`, '/dev/i2c-0');
        expect(Buffer.from(board.flashImage().subarray(0, SIZE)).equals(image)).toBe(true);
      });
    });

    const CAN0 = '/sys/class/net/can0';

    test.skipIf(!hasCanUtils)('cansend and candump talk to an F405 by can0', async () => {
      await withAdapter('STM32F405RG', 'can', CAN0, async () => {
        const { output } = await guest.run(`
/sbin/ip link set can0 up type can bitrate 125000 || exit
candump -L can0 > /tmp/log & dump=$!
send() {
  cansend can0 "$1"
  for each in $(seq 100); do grep -q "$2" /tmp/log && break; sleep 0.05; done
}
until grep -q can0 /proc/net/can/rcvlist_all; do sleep 0.05; done
send 079# 079#79
send 002# 002#0413
send 044# 044#1F
kill $dump
/sbin/ip link set can0 down
cut -d ' ' -f 3 /tmp/log`);
        const session = [
          '079#',
          '079#79',
          '002#',
          '002#79',
          '002#0413',
          '002#79',
          '044#',
          '044#1F',
        ];
        expect(output.trimEnd().split('\n')).toEqual(session);
      });
    });

    test.skipIf(pythonWithCan === undefined).each([
      ['STM32F405RG', {}, 'bitrate 125000', 'can-session.py', {}, ''],
      [
        'STM32H723ZG',
        {},
        'bitrate 250000 dbitrate 1000000 fd on',
        'fdcan-session.py',
        { fd: true },
        '483',
      ],
      [
        'STM32G0B1RE',
        { options: { nBOOT_SEL: 0 } },
        'bitrate 250000 dbitrate 1000000 fd on',
        'fdcan-session.py',
        { fd: true },
        '467',
      ],
    ] as const)(
      'python-can erases, writes, verifies and starts a %s by can0',
      async (part, options, rate, program, more, product) => {
        await withAdapter(
          part,
          'can',
          CAN0,
          async (board) => {
            const bus = JSON.stringify({ interface: 'socketcan', channel: 'can0', ...more });
            const { output } = await guest.run(
              `/sbin/ip link set can0 up type can ${rate} && ${pythonWithCan} ${join(folder, program)} '${bus}' ${product}; /sbin/ip link set can0 down`,
              100_000,
            );
            expect(output).toBe('started\n');
            const written = Uint8Array.from(
              { length: 1024 },
              (_, n) => 7 * n + Math.floor(n / 256),
            );
            expect(board.flashImage().subarray(0, 1024)).toEqual(written);
            expect(board.state).toBe('application');
          },
          options,
        );
      },
    );

    test('all of them at once are what their descriptors say, and go on when the chip has been reset', async () => {
      {
        await using board = await createBoard('STM32F405RG', {
          usart: 'usbip:127.0.0.1:0',
          usb: 'usbip',
          i2c: 'usbip',
          can: 'usbip',
        });
        await attach(board, 'usart', '/dev/ttyACM0');
        await attach(board, 'i2c', '/dev/i2c-0');
        await attach(board, 'can', CAN0);
        const get = async (): Promise<string> =>
          (await guest.run(`stm32flash -b 115200 /dev/ttyACM0`)).output;
        for (const id of ['0483:5740', '0403:c631', '1d50:606f']) {
          const { code, output } = await guest.run(`lsusb -v -d ${id}`);
          expect(code).toBe(0);
          expect(output).not.toMatch(/unrecognized|error|unavailable/i);
        }
        expect(await get()).toContain('Device ID    : 0x0413');
        board.reset();
        expect((await guest.run('stm32flash -a 0x3a /dev/i2c-0')).output).toContain('0x0413');
        expect(await get()).not.toContain('0x0413'); // I2C has locked the board
        board.reset();
        expect(await get()).toContain('Device ID    : 0x0413');
        const kernel = await guest.run('dmesg | grep -E "cdc_acm|i2c-tiny-usb|gs_usb"');
        expect(kernel.output).toContain('ttyACM0: USB ACM device');
        expect(kernel.output).not.toMatch(/error|fail/i);
      }
      for (const file of ['/dev/ttyACM0', '/dev/i2c-0', CAN0]) await gone(file);
    });
  },
);
