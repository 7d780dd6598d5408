import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createBoard } from '../../emulator/index.ts';
import type { ConnectedBoard } from '../../emulator/index.ts';
import { Guest, HOST_ADDRESS } from '../../emulator/test/guest/guest.ts';
import { guestLacks } from '../../emulator/test/guest/guest-files.ts';
import { has } from '../../emulator/test/host-tool.ts';
import { findPeerPackage } from './lines/peer-package.ts';

const lacks =
  guestLacks() ??
  (has('/usr/sbin/usbip') ? undefined : 'usbip') ??
  (findPeerPackage('usb') === undefined ? 'the npm package usb' : undefined);

/** One with little flash to read: the guest has no hardware to help it. */
const DEVICE = 'STM32F042K6';

/** Booting the guest for the first time, on a machine that is busy. */
const START_MS = 120_000;
/** For the command line in the guest, most of it until it has started. */
const RUN_MS = 900_000;

describe.skipIf(lacks !== undefined)(
  `a board on the USB of a Linux guest${lacks === undefined ? '' : `, for which ${lacks} is missing`}`,
  () => {
    let folder = '';
    let guest: Guest;
    let board: ConnectedBoard;
    let conform: (...args: readonly string[]) => Promise<{ code: number; output: string }>;
    const firmware = Uint8Array.from({ length: 8192 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
    const resets = createServer((socket) => {
      board.reset();
      socket.end();
    });

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'vstm32-usb-board-'));
      board = await createBoard(DEVICE, {
        usb: 'usbip:127.0.0.1:0',
        load: [{ address: 0x0800_0000, bytes: firmware }],
      });
      resets.listen(0, '127.0.0.1');
      await once(resets, 'listening');
      guest = await Guest.start();
      const { port, path } = board.ports['usb']!;
      // a chip that was reset is another device, which has to be attached again
      const reset = join(folder, 'reset');
      await writeFile(
        reset,
        `busybox nc ${HOST_ADDRESS} ${(resets.address() as AddressInfo).port} < /dev/null
exec usbip --tcp-port ${port} attach -r ${HOST_ADDRESS} -b ${path}
`,
      );
      conform = (...args) => {
        const words = ['conform', '--device', DEVICE, '--target', 'usb', '--interface', 'usb'];
        const all = [
          process.execPath,
          inject('builtCli'),
          ...words,
          '--reset-command',
          `sh ${reset}`,
          '--inputs',
          '1',
          ...args,
        ];
        const line = all.map((word) => `'${word}'`).join(' ');
        const run = `cd '${dirname(findPeerPackage('usb')!)}' && XDG_STATE_HOME=/tmp/state ${line}`;
        return guest.run(run, RUN_MS);
      };
    }, START_MS);

    afterAll(async () => {
      await guest?.close();
      await board?.[Symbol.asyncDispose]();
      resets.close();
      await rm(folder, { recursive: true });
    });

    test(
      'is saved, examined, and given its content back',
      async () => {
        const before = board.flashImage();
        const only = [
          'dfu/1/layout-strings@idle',
          'dfu/1/alternate-settings@idle',
          'dfu/1/unknown-requests@idle',
          'dfu/5.1/flash@idle',
          'dfu/5.3/one-page@idle',
        ];
        const { code, output } = await conform(
          '--allow',
          'options',
          ...only.flatMap((each) => ['--only', each]),
        );
        expect(output).toMatch(/its content is as before, verified: \d+ pages were written/);
        expect(output).toContain('5 pass');
        expect(code, output).toBe(0);
        expect(board.flashImage()).toEqual(before);
      },
      RUN_MS,
    );
  },
);
