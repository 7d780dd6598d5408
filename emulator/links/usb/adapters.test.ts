import { describe, expect, test } from 'vitest';
import { createBoard } from '../../index.ts';
import { attached, EPIPE, OK, setup } from '../../test/hosts/usb-adapter-host.ts';
import { GET_DEVICE_DESCRIPTOR, UsbipHost } from '../../test/hosts/usbip-host.ts';

test('a board has one server, with the chip in the first port and an adapter in each other', async () => {
  await using board = await createBoard('STM32F405', {
    usart: ['usbip', 'USART3=usbip'],
    usb: 'usbip:127.0.0.1:0',
    i2c: 'usbip',
    can: 'CAN2=usbip',
  });
  const { port } = board.ports['usb']!;
  await expect
    .poll(() => UsbipHost.list(port!))
    .toEqual(['1-1 0483:df11', '1-2 0483:5740', '1-3 0483:5740', '1-4 0403:c631', '1-5 1d50:606f']);
  const paths = Object.entries(board.ports).map(([key, each]) => [key, each.path, each.port]);
  expect(paths).toEqual([
    ['usb', '1-1', port],
    ['usart', '1-2', port],
    ['USART3', '1-3', port],
    ['i2c', '1-4', port],
    ['can', '1-5', port],
  ]);
});

test('a line without USB has adapters all the same', async () => {
  await using board = await createBoard('STM32F103RB', { usart: 'usbip:127.0.0.1:0' });
  expect(await UsbipHost.list(board.ports.usart.port!)).toEqual(['1-1 0483:5740']);
});

test('what cannot be linked is said so', async () => {
  const at = (port: number): string => `usbip:127.0.0.1:${port}`;
  const made = (options: object): Promise<unknown> => createBoard('STM32F405', options);
  await expect(made({ usart: at(0), i2c: at(1) })).rejects.toThrow(/one USB\/IP server/);
  await expect(made({ i2c: ['usbip', 'I2C1=buspirate'] })).rejects.toThrow(
    /I2C1 is given two links/,
  );
  await expect(made({ can: ['usbip', 'usbip'] })).rejects.toThrow(/two links/);
  await expect(made({ spi: 'usbip' })).rejects.toThrow(/write buspirate/);
  await expect(createBoard('STM32F103RB', { i2c: 'usbip' })).rejects.toThrow(/has no I2C/);
});

describe.each([
  ['usart', 'USB serial adapter', 67],
  ['i2c', 'i2c-tiny-usb', 18],
  ['can', 'candleLight', 32],
] as const)('the adapter of %s', (key, product, total) => {
  test('describes itself', async () => {
    await using board = await createBoard('STM32F405', { [key]: 'usbip:127.0.0.1:0' });
    await using host = await attached(board, key);
    const get = (wValue: number, wLength = 255): Promise<Buffer> =>
      host.control(setup(0x80, 6, { wValue, wLength })).then((reply) => reply!.data);
    expect(await get(0x0100)).toHaveLength(18);
    expect(await get(0x0100, 8)).toHaveLength(8);
    const configuration = await get(0x0200);
    expect([configuration.length, configuration.readUInt16LE(2)]).toEqual([total, total]);
    let at = 0;
    while (at < configuration.length) at += configuration[at]!; // descriptors fill it
    expect(at).toBe(total);
    expect(await get(0x0300)).toEqual(Buffer.of(4, 3, 0x09, 0x04));
    expect((await get(0x0302)).toString('utf16le', 2)).toContain(product);
    for (const wValue of [0x0303, 0x0600, 0x0201]) {
      expect(await host.control(setup(0x80, 6, { wValue, wLength: 9 }))).toMatchObject({
        status: EPIPE,
      });
    }
    expect((await host.control(setup(0x80, 8, { wLength: 1 })))!.data).toEqual(Buffer.of(1));
    expect(await host.control(setup(0x41, 0x77))).toMatchObject({ status: EPIPE });
    expect(await host.control(GET_DEVICE_DESCRIPTOR)).toMatchObject({ status: OK });
  });
});
