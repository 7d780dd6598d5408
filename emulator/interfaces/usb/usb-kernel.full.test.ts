import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBoard, type ConnectedBoard } from '../../index.ts';
import { Guest, HOST_ADDRESS } from '../../test/guest/guest.ts';
import { guestLacks } from '../../test/guest/guest-files.ts';
import { has } from '../../test/host-tool.ts';

const lacks =
  guestLacks() ??
  ['usbip', 'lsusb', 'dfu-util'].find((tool) => !has(tool) && !has(`/usr/sbin/${tool}`));
const EX_IOERR = 74;
/** Booting the guest for the first time, on a machine that is busy. */
const START_MS = 120_000;
/** For the kernel to notice a device that comes or goes. */
const PATIENCE = { timeout: 20_000, interval: 100 };

const parts = [
  {
    name: 'STM32F405RG',
    product: 'STM32  BOOTLOADER',
    bcdUSB: '1.00',
    bcdDevice: '22.00',
    flash: '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
    transferSize: 2048,
    leave: 0,
  },
  {
    name: 'STM32H743ZI',
    product: 'DFU in FS Mode',
    bcdUSB: '2.00',
    bcdDevice: '2.00',
    flash: '@Internal Flash   /0x08000000/16*128Kg',
    transferSize: 1024,
    leave: EX_IOERR,
  },
] as const;

describe.skipIf(lacks !== undefined)(
  `in a Linux guest${lacks === undefined ? '' : `, for which ${lacks} is missing`}`,
  () => {
    let guest: Guest;
    const folder = mkdtempSync(join(tmpdir(), 'vstm32-usb-'));
    const image = Buffer.alloc(64 * 1024);
    for (let at = 0; at < image.length; at += 4)
      image.writeUInt32LE((at * 2654435761 + 1) >>> 0, at);
    image.writeUInt32LE(0x2000_1000, 0);
    image.writeUInt32LE(0x0800_0101, 4);

    beforeAll(async () => {
      writeFileSync(join(folder, 'image'), image);
      guest = await Guest.start();
    }, START_MS);
    afterAll(async () => {
      await guest?.close();
      rmSync(folder, { recursive: true });
    });

    /** Attaches the board's device and waits until a program can open it. */
    async function attach(board: ConnectedBoard): Promise<void> {
      const { port, path } = board.ports['usb']!;
      const usbip = `usbip --tcp-port ${port} attach -r ${HOST_ADDRESS} -b ${path}`;
      expect(await guest.run(usbip)).toMatchObject({ code: 0 });
      await vi.waitUntil(plugged, PATIENCE);
    }

    async function gone(): Promise<void> {
      await vi.waitUntil(async () => !(await plugged()), PATIENCE);
    }

    async function plugged(): Promise<boolean> {
      return (await guest.run('lsusb -d 0483:df11')).code === 0;
    }

    describe.each(parts)('$name', (part) => {
      let board: ConnectedBoard;
      beforeAll(async () => {
        board = await createBoard(part.name, {
          usart: 'tcp:127.0.0.1:0',
          usb: 'usbip:127.0.0.1:0',
        });
      });
      afterAll(async () => {
        await board[Symbol.asyncDispose]();
        await gone();
      });

      test('usbip lists it, attaches it, and the kernel gives it its own address', async () => {
        const { port } = board.ports['usb']!;
        const listed = await guest.run(`usbip --tcp-port ${port} list -r ${HOST_ADDRESS}`);
        expect(listed.output).toContain(
          '1-1: STMicroelectronics : STM Device in DFU Mode (0483:df11)',
        );
        expect(listed.code).toBe(0);
        await attach(board);
        const kernel = await guest.run('dmesg | tail -n 20');
        expect(kernel.output).toMatch(
          /usb 1-1: new full-speed USB device number \d+ using vhci_hcd/,
        );
        expect(kernel.output).toContain(`usb 1-1: Product: ${part.product}`);
        expect(kernel.output).not.toMatch(/error|fail/i);
      });

      test('lsusb -v understands every descriptor', async () => {
        const { output, code } = await guest.run('lsusb -v -d 0483:df11');
        expect(code).toBe(0);
        const words = output.replaceAll(/ +/g, ' ');
        for (const line of [
          `bcdUSB ${part.bcdUSB}`,
          `bcdDevice ${part.bcdDevice}`,
          `iProduct 2 ${part.product.replaceAll(/ +/g, ' ')}`,
          'bInterfaceClass 254',
          `${part.flash.replaceAll(/ +/g, ' ')}`,
          'Manifestation Intolerant',
          `wTransferSize ${part.transferSize} bytes`,
          'bcdDFUVersion 1.1a',
        ]) {
          expect(words).toContain(line);
        }
        expect(output).not.toMatch(/unrecognized|error|unavailable/i);
      });

      test('dfu-util writes it and reads it back', async () => {
        const size = image.length;
        const { output, code } = await guest.run(
          `cd /tmp && rm -f copy
dfu-util -a 0 -s 0x08000000 -D ${folder}/image && dfu-util -a 0 -s 0x08000000:${size} -U copy && cmp copy ${folder}/image`,
        );
        expect(output).toContain('File downloaded successfully');
        expect(output).toContain('Upload done.');
        expect(code).toBe(0);
        expect(Buffer.from(board.flashImage().subarray(0, size)).equals(image)).toBe(true);
      });

      test('a leave unplugs it, and after a reset it can be attached again', async () => {
        const left = await guest.run(`dfu-util -a 0 -s 0x08000000:leave -D ${folder}/image`);
        expect(left.output).toContain('Submitting leave request...');
        expect(left.code).toBe(part.leave);
        expect(board.state).toBe('application');
        await gone();

        board.reset();
        await attach(board);
        const { output, code } = await guest.run('dfu-util -l');
        expect(output).toContain(`alt=0, name="${part.flash}"`);
        expect(code).toBe(0);
      });

      test('a bus reset leaves it usable', async () => {
        // dfu-util -R: DETACH, then libusb_reset_device
        const { output } = await guest.run(
          `cd /tmp && rm -f few; dfu-util -R -a 0 -s 0x08000000:256 -U few; cmp -n 256 few ${folder}/image && echo same`,
        );
        expect(output).toContain('Resetting USB to switch back to Run-Time mode');
        expect(output).toContain('same');
        await expect
          .poll(async () => (await guest.run('dfu-util -l')).output, { timeout: 20_000 })
          .toContain(`alt=0, name="${part.flash}"`);
      });
    });

    test('the drivers that other adapters need are loaded', async () => {
      const { output } = await guest.run('lsmod');
      for (const module of [
        'vhci_hcd',
        'cdc_acm',
        'i2c_dev',
        'i2c_tiny_usb',
        'can_raw',
        'vcan',
        'slcan',
        'gs_usb',
      ]) {
        expect(output).toMatch(new RegExp(`^${module} `, 'm'));
      }
    });
  },
);
