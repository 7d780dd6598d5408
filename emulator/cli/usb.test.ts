import { expect, test } from 'vitest';
import { createBoard } from '../index.ts';
import { has, runTool } from '../test/host-tool.ts';
import { UsbipHost } from '../test/usbip-host.ts';
import { RunningVstm32 } from '../test/vstm32.ts';
import { readyText } from './ready.ts';

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
