import { expect, test } from 'vitest';
import { createBoard } from '../index.ts';
import { boardOf } from '../test/boards.ts';
import { DfuHost } from '../test/hosts/dfu-host.ts';
import { has, runTool } from '../test/host-tool.ts';
import { UsbipHost } from '../test/hosts/usbip-host.ts';
import { RunningVstm32 } from '../test/vstm32.ts';
import { readyText } from './ready.ts';
import { parseUsbStrings } from './text/usb-string-text.ts';

const USBIP = '/usr/sbin/usbip';

test('run --usb says where the device is, and how it is attached and opened to everybody', async () => {
  await using board = await createBoard('STM32F405', {
    usart: 'tcp:127.0.0.1:0',
    usb: 'usbip:127.0.0.1:0',
  });
  const { port } = board.ports['usb']!;
  const text = readyText(board, 'STM32F405');
  expect(text).toContain(`sudo usbip --tcp-port ${port} attach -r 127.0.0.1 -b 1-1`);
  expect(text).toContain('ATTR{idVendor}=="0483", ATTR{idProduct}=="df11", MODE="0666"');
  expect(text).toContain('vstm32 exec STM32F405 -- dfu-util');
});

test('a device on every interface is attached by the address of this machine', async () => {
  await using board = await createBoard('STM32F405', {
    usart: 'tcp:127.0.0.1:0',
    usb: 'usbip:0.0.0.0:0',
  });
  expect(readyText(board, 'STM32F405')).toContain('attach -r ADDRESS -b 1-1');
});

test('for each adapter the text says how it is attached, and what it is good for', async () => {
  await using board = await createBoard('STM32H723ZG', {
    usart: 'usbip:127.0.0.1:0',
    i2c: 'usbip',
    can: 'usbip',
  });
  const text = readyText(board, 'STM32H723ZG');
  const busids = ['usart', 'i2c', 'can'].map((key) => board.ports[key]!.path);
  for (const busid of busids) expect(text).toContain(`attach -r 127.0.0.1 -b ${busid}\n`);
  expect(text).toContain('stm32flash -w firmware.bin -v /dev/ttyACM0');
  expect(text).toContain('i2cdetect -l');
  expect(text).toContain('can0 up type can bitrate 250000 dbitrate 1000000 fd on');
});

test('the USB strings of a chip that is not known here are told letter by letter', () => {
  const usbStrings = parseUsbStrings([
    'manufacturer=Somebody',
    'serial=A=B',
    'alt1=@Option Bytes   /0x1FFFF800/01*016 e',
    'alt4=@More/0x00000000/01*4 e',
    'alt5=@Most/0x00000010/01*4 e',
  ]);
  const host = new DfuHost(boardOf('STM32F405RG', { usbStrings })).enumerate();
  const texts = [1, 2, 3, 4, 5, 8, 9].map((index) => host.text(index));
  expect(texts).toEqual([
    'Somebody',
    'STM32  BOOTLOADER',
    'A=B',
    '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
    '@Option Bytes   /0x1FFFF800/01*016 e',
    '@More/0x00000000/01*4 e',
    '@Most/0x00000010/01*4 e',
  ]);
  const configuration = host.get(2) as Uint8Array;
  expect(configuration).toHaveLength(9 + 6 * 9 + 9);
  expect([...configuration.subarray(2, 4)]).toEqual([configuration.length, 0]);
  const select = { bmRequestType: 1, bRequest: 11, wIndex: 0, wLength: 0 };
  expect(host.control({ ...select, wValue: 5 })).toHaveLength(0);
  expect(host.control({ ...select, wValue: 6 })).toBe('stall');
});

test('they are told as given where a quirk changes those of the ROM', () => {
  const usbStrings = { alternates: { 1: '@Mine/0x08000000/01*1Kg' } };
  const board = boardOf('STM32G0B1RE', { usbStrings, options: { nBOOT_SEL: 0 } });
  expect(board.quirks.has('dfu-alternates-duplicated')).toBe(true);
  expect(new DfuHost(board).enumerate().text(7)).toBe('@Mine/0x08000000/01*1Kg');
});

test.each([
  ['STM32F405RG', ['alt5=@x'], 'USB string alt5: alternate settings are counted without a gap'],
  ['STM32F405RG', [`serial=${'9'.repeat(127)}`], 'a descriptor holds 126'],
  ['STM32F103C8', ['serial=1'], 'has no USB'],
  ['STM32F405RG', ['alt=@x'], 'the name is manufacturer, product, serial, alt0'],
  ['STM32F405RG', ['serial'], 'write it as NAME=VALUE'],
  ['STM32F405RG', ['serial=1', 'serial=2'], 'given twice'],
])('%s --usb-string %j is refused: %s', (part, texts, says) => {
  expect(() => boardOf(part, { usbStrings: parseUsbStrings(texts) })).toThrow(says);
});

test('run --usb serves the device until it ends', async () => {
  await using running = await RunningVstm32.start('STM32F405', '--usb', 'usbip:127.0.0.1:0');
  const { kind, path, port } = running.ready.ports['usb']!;
  expect({ kind, path }).toEqual({ kind: 'usbip', path: '1-1' });
  expect(await UsbipHost.list(port!)).toEqual(['1-1 0483:df11']);
  expect((await running.end()).code).toBe(0);
});

test.skipIf(!has(USBIP))('usbip list shows the device', async () => {
  await using board = await createBoard('STM32F405', {
    usart: 'tcp:127.0.0.1:0',
    usb: 'usbip:127.0.0.1:0',
  });
  const at = ['--tcp-port', String(board.ports['usb']!.port)];
  const { code, stdout } = await runTool(USBIP, ...at, 'list', '-r', '127.0.0.1');
  expect(stdout).toMatch(/1-1: STMicroelectronics : .*\(0483:df11\)/);
  expect(stdout).toContain('Device Firmware Update');
  expect(code).toBe(0);
});
