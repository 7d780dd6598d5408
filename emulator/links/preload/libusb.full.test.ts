import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPreload, openUsb, type Board, type BoardOptions } from '../../index.ts';
import { boardOf } from '../../test/boards.ts';
import { has } from '../../test/host-tool.ts';
import { LIBRARIES, preloadLibrary } from './compile.ts';

const run = promisify(execFile);
const hasCc = has('cc');
const pythonWithUsb = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import usb.core']).status === 0,
);
/** Path of the real libusb-1.0; empty where there is none. */
const realLibusb = spawnSync('sh', [
  '-c',
  'PATH=$PATH:/sbin:/usr/sbin; ldconfig -p | grep -o "/.*libusb-1.0.so.0$" | head -n 1',
])
  .stdout.toString()
  .trim();
const PART = 'STM32F405RG';
const SILENT: BoardOptions = { quirks: { 'dfu-functional-descriptor-silent': true } };

const folder = mkdtempSync(join(tmpdir(), 'vstm32-libusb-'));
const host = join(folder, 'usb-host');
afterAll(() => rmSync(folder, { recursive: true }));

function besideThis(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Runs a program with the stand-in library on a board; returns the lines that it prints. */
async function onBoard(
  board: Board,
  command: string,
  ...args: readonly string[]
): Promise<string[]> {
  await using port = openUsb(board);
  await using preload = await openPreload([port]);
  const env = { ...process.env, ...preload.env };
  const { stdout } = await run(command, args, { env, timeout: 60_000 });
  return stdout.trimEnd().split('\n');
}

describe.skipIf(!hasCc)('the stand-in for libusb-1.0', () => {
  beforeAll(async () => {
    const library = await preloadLibrary('libusb');
    const source = besideThis('../../test/hosts/usb-host.c');
    await run('cc', ['-std=c11', '-Wall', '-o', host, source, library, '-pthread']);
  });

  const usbHost = async (board: Board, ...verbs: readonly string[]): Promise<string[]> =>
    await onBoard(board, host, ...verbs);

  test('compiles without a warning', async () => {
    const sources = LIBRARIES.libusb.sources.map((name) => besideThis(name));
    const flags = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror', '-fPIC', '-shared'];
    const { stderr } = await run('cc', [...flags, '-o', join(folder, 'strict.so'), ...sources]);
    expect(stderr).toBe('');
  });

  test.skipIf(realLibusb === '')('has every function that the real one has', async () => {
    const functions = async (file: string): Promise<string[]> => {
      const { stdout } = await run('nm', ['-D', '--defined-only', file]);
      return [...stdout.matchAll(/ T (libusb_\w+)/g)].map(([, name]) => name!);
    };
    const wanted = await functions(realLibusb);
    expect(wanted.length).toBeGreaterThan(50);
    expect(await functions(await preloadLibrary('libusb'))).toEqual(expect.arrayContaining(wanted));
  });

  test('lists the chip as an operating system would', async () => {
    expect(await usbHost(boardOf(PART), 'list')).toEqual([
      'init 0',
      'described 0',
      '0483:df11 bus 1 address 2 port 1 speed 2',
      'configuration 0',
      '4 alternates, class fe, 9 extra bytes of type 21',
      '1 devices',
    ]);
  });

  test('lists nothing when another interface was selected', async () => {
    const board = boardOf(PART);
    board.run();
    board.usart().receive(Uint8Array.of(0x7f));
    board.run();
    expect(await usbHost(board, 'list', 'open')).toEqual(['init 0', '0 devices', 'open nothing']);
  });

  test('reads strings', async () => {
    expect(await usbHost(boardOf(PART), 'open', 'strings')).toEqual([
      'init 0',
      'open it',
      'STMicroelectronics',
      'STM32  BOOTLOADER',
      'D1E6D4E56220',
      'string 99 LIBUSB_ERROR_PIPE',
    ]);
  });

  test('keeps the rules of interfaces and configurations', async () => {
    expect((await usbHost(boardOf(PART), 'open', 'interfaces')).slice(2)).toEqual([
      'alternate of what is not claimed LIBUSB_ERROR_NOT_FOUND',
      'claim 7 LIBUSB_ERROR_NOT_FOUND',
      'claim 0 0',
      'claim 0 twice LIBUSB_ERROR_BUSY',
      'alternate 1 0',
      'alternate 9 LIBUSB_ERROR_NOT_FOUND',
      'configure while claimed LIBUSB_ERROR_BUSY',
      'release 0 0',
      'configure 0',
      'configuration 1',
      'driver 0',
      'detach LIBUSB_ERROR_NOT_FOUND',
    ]);
  });

  test('tells how a transfer ended, and takes back one that takes too long', async () => {
    expect((await usbHost(boardOf(PART, SILENT), 'open', 'endings')).slice(2)).toEqual([
      '18 bytes 18',
      'stall LIBUSB_ERROR_PIPE',
      'never answered LIBUSB_ERROR_TIMEOUT',
      'and then 18',
      'no endpoint LIBUSB_ERROR_PIPE',
    ]);
  });

  test('resets the bus', async () => {
    const board = boardOf(PART);
    let resets = 0;
    board.trace.listen(({ kind }) => {
      if (kind === 'bus-reset') resets++;
    });
    await using port = openUsb(board);
    await using preload = await openPreload([port]);
    const env = { ...process.env, ...preload.env };
    await run(host, ['open'], { env });
    expect(resets).toBe(1); // as it was plugged in
    await run(host, ['open'], { env });
    expect(resets).toBe(1);
    expect((await run(host, ['open', 'reset'], { env })).stdout).toContain('reset 0\nand then 18');
    expect(resets).toBe(2);
  });

  test('carries out many transfers at once, whoever waits for them', async () => {
    expect((await usbHost(boardOf(PART), 'open', 'at-once', 'own-loop')).slice(2)).toEqual([
      '20 at once',
      '20 in a loop of its own',
    ]);
  });

  test('cancels a transfer', async () => {
    expect((await usbHost(boardOf(PART, SILENT), 'open', 'cancel')).slice(2)).toEqual([
      'cancel 0',
      'status 3',
      'cancel again LIBUSB_ERROR_NOT_FOUND',
    ]);
  });

  test('serves several threads', async () => {
    expect((await usbHost(boardOf(PART), 'open', 'threads')).slice(2)).toEqual([
      'failures of threads 0',
    ]);
  });

  test('knows a device that has gone, and finds it again by its new address', async () => {
    const board = boardOf(PART);
    expect((await usbHost(board, 'open', 'leave', 'list')).slice(2)).toEqual([
      'last status 6',
      'gone LIBUSB_ERROR_NO_DEVICE',
      'No such device (it may have been disconnected)',
      'reset LIBUSB_ERROR_NOT_FOUND',
      '0 devices',
    ]);
    board.reset();
    board.run();
    expect(await usbHost(board, 'list')).toContain('0483:df11 bus 1 address 2 port 1 speed 2');
  });

  test('shows two boards as two buses', async () => {
    await using first = openUsb(boardOf(PART));
    await using second = openUsb(boardOf('STM32H743ZI'));
    await using preload = await openPreload([first, second]);
    const { stdout } = await run(host, ['list'], { env: { ...process.env, ...preload.env } });
    expect(stdout).toContain('0483:df11 bus 1 address 2');
    expect(stdout).toContain('0483:df11 bus 2 address 2');
  });

  test('takes a port away from under a program', async () => {
    await using port = openUsb(boardOf(PART));
    await using preload = await openPreload([port]);
    await port.unplug();
    const { stdout } = await run(host, ['list'], { env: { ...process.env, ...preload.env } });
    expect(stdout).toContain('0 devices');
  });
});

const PYUSB = `
import usb.core, usb.util
device = usb.core.find(idVendor=0x0483, idProduct=0xdf11)
print(device.bus, device.address, device.product, device.speed)
device.set_configuration()
interface = device.get_active_configuration()[(0, 1)]
print(usb.util.get_string(device, interface.iInterface), bytes(interface.extra_descriptors).hex())
device.set_interface_altsetting(0, 0)
print(bytes(device.ctrl_transfer(0xa1, 3, 0, 0, 6)).hex())
print(device.ctrl_transfer(0x21, 4, 0, 0), bytes(device.ctrl_transfer(0xa1, 5, 0, 0, 1)).hex())
try:
    device.ctrl_transfer(0xa1, 0x55, 0, 0, 1)
except usb.core.USBError as error:
    print(error.errno)
try:
    device.ctrl_transfer(0x80, 6, 0x2100, 0, 9, timeout=50)
except usb.core.USBTimeoutError as error:
    print(error.errno)
device.reset()
usb.util.dispose_resources(device)
`;

test.skipIf(!hasCc || pythonWithUsb === undefined)('pyusb uses the chip', async () => {
  expect(await onBoard(boardOf(PART, SILENT), pythonWithUsb!, '-c', PYUSB)).toEqual([
    '1 2 STM32  BOOTLOADER 2',
    '@Option Bytes  /0x1FFFC000/01*016 e ',
    expect.stringMatching(/^0a0000000a0[0-9a-f]$/),
    '0 02',
    '32',
    '110',
  ]);
});
