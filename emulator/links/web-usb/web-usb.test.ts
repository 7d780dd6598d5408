import { expect, test } from 'vitest';
import { createBoard, type WebUsbDevice, type WebUsbFilter } from '../../index.ts';

const DFU: { filters: WebUsbFilter[] } = { filters: [{ vendorId: 0x0483, classCode: 0xfe }] };
const DNLOAD = 1;
const UPLOAD = 2;
const GETSTATUS = 3;
const CLRSTATUS = 4;
const ABORT = 6;

const control = (request: number, value = 0) =>
  ({ requestType: 'class', recipient: 'interface', request, value, index: 0 }) as const;

async function status(device: WebUsbDevice): Promise<{ status: number; state: number }> {
  const { data } = await device.controlTransferIn(control(GETSTATUS), 6);
  return { status: data!.getUint8(0), state: data!.getUint8(4) };
}

async function opened(device: WebUsbDevice): Promise<WebUsbDevice> {
  await device.open();
  await device.selectConfiguration(1);
  await device.claimInterface(0);
  await device.selectAlternateInterface(0, 0);
  await device.controlTransferOut(control(CLRSTATUS));
  return device;
}

/** DfuSe: parks the payload, works at the first GETSTATUS, is done at the second. */
async function download(device: WebUsbDevice, block: number, ...bytes: readonly number[]) {
  const sent = await device.controlTransferOut(control(DNLOAD, block), Uint8Array.from(bytes));
  expect(sent).toEqual({ bytesWritten: bytes.length, status: 'ok' });
  expect(await status(device)).toEqual({ status: 0, state: 4 });
  expect(await status(device)).toEqual({ status: 0, state: 5 });
}

test('a page finds the chip with its names, its configuration and its memories', async () => {
  await using board = await createBoard('STM32F405');
  const device = await board.webUsb().requestDevice(DFU);
  expect(device.productName).toBe('STM32  BOOTLOADER');
  expect([device.vendorId, device.productId]).toEqual([0x0483, 0xdf11]);
  expect([device.deviceVersionMajor, device.deviceVersionMinor]).toEqual([0x22, 0]);
  const [alternate] = device.configuration!.interfaces[0]!.alternates;
  expect(alternate).toMatchObject({ interfaceClass: 0xfe, interfaceSubclass: 1, endpoints: [] });
  expect(alternate!.interfaceName).toMatch(/^@Internal Flash {2}\/0x08000000/);
});

test('a page flashes the chip and reads it back', async () => {
  await using board = await createBoard('STM32F405');
  const device = await opened(await board.webUsb().requestDevice(DFU));
  await download(device, 0, 0x41, 0, 0, 0, 0x08);
  await download(device, 0, 0x21, 0, 0, 0, 0x08);
  await download(device, 2, 1, 2, 3, 4);
  expect(board.flashImage().subarray(0, 5)).toEqual(Uint8Array.of(1, 2, 3, 4, 0xff));

  await device.controlTransferOut(control(ABORT));
  const { data } = await device.controlTransferIn(control(UPLOAD, 2), 4);
  expect(data!.getUint32(0)).toBe(0x01020304);
});

test('a request that the chip does not know is a stall and no exception', async () => {
  await using board = await createBoard('STM32F405');
  const device = await opened(await board.webUsb().requestDevice(DFU));
  expect(await device.controlTransferIn(control(0x55), 4)).toEqual({
    data: undefined,
    status: 'stall',
  });
  expect(await device.controlTransferOut(control(0x55))).toEqual({
    bytesWritten: 0,
    status: 'stall',
  });
});

test('a page that skips a step is told which', async () => {
  await using board = await createBoard('STM32F405');
  const device = await board.webUsb().requestDevice(DFU);
  await expect(device.claimInterface(0)).rejects.toMatchObject({ name: 'InvalidStateError' });
  await device.open();
  await expect(device.controlTransferIn(control(GETSTATUS), 6)).rejects.toMatchObject({
    name: 'InvalidStateError',
  });
  await expect(device.selectConfiguration(2)).rejects.toMatchObject({ name: 'NotFoundError' });
  await expect(device.claimInterface(1)).rejects.toMatchObject({ name: 'NotFoundError' });
});

test('a leave disconnects the device, and after a reset another one is connected', async () => {
  await using board = await createBoard('STM32F405');
  const usb = board.webUsb();
  const heard: string[] = [];
  for (const type of ['connect', 'disconnect'] as const) {
    usb.addEventListener(type, () => heard.push(type));
  }
  const device = await opened(await usb.requestDevice(DFU));
  await device.controlTransferOut(control(DNLOAD));
  expect((await status(device)).state).toBe(7);
  await expect.poll(() => heard).toEqual(['disconnect']);
  await expect(device.open()).rejects.toMatchObject({ name: 'NotFoundError' });
  expect(await usb.getDevices()).toEqual([]);

  board.reset();
  board.run();
  await expect.poll(() => heard).toEqual(['disconnect', 'connect']);
  const [again] = await usb.getDevices();
  expect(again).not.toBe(device);
  await opened(again!);
});

test('a host on the USART takes the device away from the page', async () => {
  await using board = await createBoard('STM32F405');
  const usb = board.webUsb();
  board.usart().receive(Uint8Array.of(0x7f));
  board.run();
  await expect(usb.requestDevice(DFU)).rejects.toMatchObject({ name: 'NotFoundError' });
});

test('a board without USB says so', async () => {
  await using board = await createBoard('STM32F103RB');
  expect(() => board.webUsb()).toThrow(/no USB/);
});
