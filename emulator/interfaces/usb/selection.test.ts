import { describe, expect, test } from 'vitest';
import { devices, findDevice } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import { EmulatorError } from '../../errors.ts';
import type { TraceEvent } from '../../trace/trace.ts';
import { boardOf } from '../../test/boards.ts';
import { DfuHost } from '../../test/hosts/dfu-host.ts';
import { ACK, UsartHost } from '../../test/hosts/usart-host.ts';

const FLASH = 0x0800_0000;

test('the device is on the bus when the bootloader is up, and off it in an application', () => {
  const board = boardOf('STM32F405RG');
  const seen: boolean[] = [];
  board.usb().onAttach((attached) => seen.push(attached));
  expect(board.usb().attached).toBe(false);
  board.run();
  expect(board.usb().attached).toBe(true);
  board.drive('BOOT0', 0);
  board.reset();
  board.run();
  expect(board.usb().attached).toBe(false);
  expect(board.state).not.toBe('bootloader');
  board.drive('BOOT0', 1);
  board.reset();
  board.run();
  expect(seen).toEqual([true, false, true]);
  board.power(false);
  expect(seen).toEqual([true, false, true, false]);
});

test('a version without USB says so', () => {
  const board = new Board(findDevice('STM32F2xx').devices[0]!, 1024, { bootloader: '2.0' });
  expect(() => board.usb()).toThrow(EmulatorError);
  expect(() => board.usb()).toThrow('bootloader 2.0 of STM32F2xx has no USB');
});

test('a GET_DESCRIPTOR selects USB: the others fall silent until reset', () => {
  const board = boardOf('STM32F405RG');
  const host = new DfuHost(board);
  host.enumerate();
  const usart = new UsartHost(board);
  expect(usart.sync()).toEqual([]);
  board.reset();
  board.run();
  expect(usart.sync()).toEqual([ACK]);
});

test('another request does not select it', () => {
  const board = boardOf('STM32F405RG');
  const host = new DfuHost(board);
  host.control({ bmRequestType: 0, bRequest: 5, wValue: 1, wIndex: 0, wLength: 0 });
  expect(new UsartHost(board).sync()).toEqual([ACK]);
});

test('a host that answers the attachment at once selects USB as well', () => {
  const board = boardOf('STM32F405RG');
  const getDevice = { bmRequestType: 0x80, bRequest: 6, wValue: 0x100, wIndex: 0, wLength: 18 };
  const answers: unknown[] = [];
  board.usb().onAttach((attached) => {
    if (attached) answers.push(board.usb().control(getDevice, new Uint8Array()));
  });
  board.run();
  expect(answers).toMatchObject([{ length: 18 }]);
  expect(new UsartHost(board).sync()).toEqual([]);
});

test('a USART sync takes the device off the bus until reset', () => {
  const board = boardOf('STM32F405RG');
  const host = new DfuHost(board);
  expect(new UsartHost(board).sync()).toEqual([ACK]);
  expect(host.pins.attached).toBe(false);
  expect(host.get(1)).toBe('none');
  expect(board.waiting('USB')).toBeUndefined();
  board.reset();
  board.run();
  expect(host.get(1)).toHaveLength(18);
});

describe('a bus reset', () => {
  test('takes the state machine back to its start', () => {
    const host = new DfuHost(boardOf('STM32G474RE')).enumerate();
    host.request('UPLOAD', { wValue: 1, wLength: 1 });
    expect(host.status()).toMatchObject({ state: 'dfuERROR', status: 'errSTALLEDPKT' });
    host.pins.busReset();
    expect(host.pins.attached).toBe(true);
    expect(host.enumerate().status()).toMatchObject({ state: 'dfuIDLE', status: 'OK' });
  });

  test('during an erase is seen when the erase is done', () => {
    const load = [{ address: FLASH, bytes: new Uint8Array(16) }];
    const host = new DfuHost(boardOf('STM32F405RG', { load })).enumerate().idle();
    host.request('DNLOAD', { data: [0x41, 0, 0, 0, 8] });
    expect(host.status()).toMatchObject({ state: 'dfuDNBUSY' });
    host.pins.busReset();
    expect(host.status()).toMatchObject({ state: 'dfuERROR', status: 'errFIRMWARE' });
    expect(host.board.flashImage()[0]).toBe(0xff);
  });
});

test('while the chip works each transfer is held, once in the trace, and answered when it is done', () => {
  const events: TraceEvent[] = [];
  const board = boardOf('STM32F405RG', { onTrace: (event) => events.push(event) });
  const host = new DfuHost(board).enumerate().idle();
  host.request('DNLOAD', { data: [0x41, 0, 0, 0, 8] });
  host.status();
  const getStatus = { bmRequestType: 0xa1, bRequest: 3, wValue: 0, wIndex: 0, wLength: 6 };
  const getDevice = { bmRequestType: 0x80, bRequest: 6, wValue: 0x100, wIndex: 0, wLength: 18 };
  const nothing = new Uint8Array();
  let retried = 0;
  host.pins.onRetry(() => retried++);
  events.length = 0;
  expect(host.pins.control(getDevice, nothing)).toEqual({ hold: true });
  expect(host.pins.control(getStatus, nothing)).toEqual({ hold: true });
  expect(host.pins.control(getStatus, nothing)).toEqual({ hold: true });
  expect(retried).toBe(0);
  expect(board.waiting('USB')).toMatchObject({ for: 'operation' });
  board.run();
  expect(retried).toBe(1);
  expect(host.pins.control(getStatus, nothing)).toEqual(Uint8Array.of(0, 0, 0, 0, 5, 0));
  const transfers = events.filter(({ kind }) => kind === 'setup' || kind === 'answer');
  expect(transfers).toMatchObject([
    { kind: 'setup', request: 'GET_DESCRIPTOR' },
    { kind: 'answer', answer: 'none', reason: 'the host began another transfer' },
    { kind: 'setup', request: 'GETSTATUS' },
    { kind: 'answer', answer: 'done' },
  ]);
});

test('power loss in the middle of an erase takes the device off the bus and back', () => {
  const faults = [{ at: 'flash', do: 'power-cut', operation: 1 }] as const;
  const board = boardOf('STM32F405RG', { faults });
  const host = new DfuHost(board).enumerate().idle();
  const seen: boolean[] = [];
  host.pins.onAttach((attached) => seen.push(attached));
  expect(host.erase(FLASH)[1]).toBe('none');
  board.run();
  expect(seen).toEqual([false, true]);
  expect(host.enumerate().status()).toMatchObject({ state: 'dfuERROR', status: 'errFIRMWARE' });
});

test('every version with USB in the tables has it on the board, and no other', () => {
  for (const device of devices.filter(({ incomplete }) => incomplete === undefined)) {
    const flashKiB = Number(Object.keys(device.flash.layouts)[0]);
    for (const { version, interfaces } of device.bootloaders) {
      const board = new Board(device, flashKiB, { bootloader: version });
      if (interfaces.includes('USB')) expect(board.usb().attached).toBe(false);
      else expect(() => board.usb()).toThrow(EmulatorError);
    }
  }
});
