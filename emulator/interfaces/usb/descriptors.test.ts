import { describe, expect, test } from 'vitest';
import { boardOf } from '../../test/boards.ts';
import { DfuHost } from '../../test/hosts/dfu-host.ts';

/** Unique ID of an F4 whose serial number is public. */
const UID = Uint8Array.of(0x30, 0, 0x2d, 0, 0x0b, 0x51, 0x34, 0x33, 0x33, 0x35, 0x31, 0x32);

const DEVICE_A = '12 01 00 01 00 00 00 40 83 04 11 DF 00 22 01 02 03 01';
const DEVICE_B = '12 01 00 02 00 00 00 40 83 04 11 DF 00 02 01 02 03 01';
const FUNCTIONAL_A = '09 21 0B FF 00 00 08 1A 01';
const FUNCTIONAL_1024 = '09 21 0B FF 00 00 04 1A 01';

/** What a device of each kind answers to GET_DESCRIPTOR, byte by byte. */
const parts = {
  STM32F405RG: {
    device: DEVICE_A,
    configuration: `09 02 36 00 01 01 00 C0 32
      09 04 00 00 00 FE 01 02 04 09 04 00 01 00 FE 01 02 05
      09 04 00 02 00 FE 01 02 06 09 04 00 03 00 FE 01 02 07 ${FUNCTIONAL_A}`,
    strings: {
      1: 'STMicroelectronics',
      2: 'STM32  BOOTLOADER',
      3: '325E35633334',
      4: '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
      5: '@Option Bytes  /0x1FFFC000/01*016 e',
      6: '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
      7: '@Device Feature/0xFFFF0000/01*004 e',
    },
  },
  STM32F072CB: {
    device: DEVICE_A,
    configuration: `09 02 24 00 01 01 00 C0 32
      09 04 00 00 00 FE 01 02 04 09 04 00 01 00 FE 01 02 05 ${FUNCTIONAL_A}`,
    strings: {
      1: 'STMicroelectronics',
      2: 'STM32  BOOTLOADER',
      3: 'FFFFFFFEFFFF',
      4: '@Internal Flash  /0x08000000/064*0002Kg',
      5: '@Option Bytes  /0x1FFFF800/01*016 e',
    },
  },
  STM32L072CZ: {
    device: DEVICE_A,
    configuration: `09 02 2D 00 01 01 00 C0 32
      09 04 00 00 00 FE 01 02 04 09 04 00 01 00 FE 01 02 05 09 04 00 02 00 FE 01 02 06
      ${FUNCTIONAL_A}`,
    strings: {
      1: 'STMicroelectronics',
      2: 'STM32  BOOTLOADER',
      3: '325E35633334',
      4: '@Internal Flash  /0x08000000/1536*128g',
      5: '@Option Bytes  /0x1FF80000/01*032 e',
      6: '@DATA Memory /0x08080000/2*3Ke',
    },
  },
  STM32L432KC: {
    device: DEVICE_A,
    configuration: `09 02 36 00 01 01 00 C0 32
      09 04 00 00 00 FE 01 02 04 09 04 00 01 00 FE 01 02 05
      09 04 00 02 00 FE 01 02 06 09 04 00 03 00 FE 01 02 07 ${FUNCTIONAL_1024}`,
    strings: {
      1: 'STMicroelectronics',
      2: 'STM32  BOOTLOADER',
      3: '325E35633334',
      4: '@Internal Flash  /0x08000000/0128*0002Kg',
      5: '@Option Bytes  /0x1FFF7800/01*040 e',
      6: '@OTP Memory /0x1FFF7000/01*0001Ke',
      7: '@Device Feature/0xFFFF0000/01*004 e',
    },
  },
  STM32G474RE: {
    device: DEVICE_B,
    configuration: `09 02 2D 00 01 01 02 C0 32
      09 04 00 00 00 FE 01 02 06 09 04 00 01 00 FE 01 02 07 09 04 00 02 00 FE 01 02 08
      ${FUNCTIONAL_1024}`,
    strings: {
      1: 'STMicroelectronics',
      2: 'DFU in FS Mode',
      3: '325E35633334',
      4: 'DFU Config',
      5: 'DFU Interface',
      6: '@Internal Flash   /0x08000000/256*02Kg',
      7: '@Option Bytes   /0x1FFF7800/01*048 e/0x1FFFF800/01*048 e',
      8: '@OTP Memory   /0x1FFF7000/01*1024 e',
    },
  },
  STM32H743ZI: {
    device: DEVICE_B,
    configuration: `09 02 24 00 01 01 02 C0 32
      09 04 00 00 00 FE 01 02 06 09 04 00 01 00 FE 01 02 07 ${FUNCTIONAL_1024}`,
    strings: {
      1: 'STMicroelectronics',
      2: 'DFU in FS Mode',
      3: '200364500000',
      4: 'DFU Config',
      5: 'DFU Interface',
      6: '@Internal Flash   /0x08000000/16*128Kg',
      7: '@Option Bytes   /0x5200201C/01*128 e',
    },
  },
} as const;

const bytes = (text: string): number[] =>
  text.split(/\s+/).map((byte) => Number.parseInt(byte, 16));
const plain = (answer: unknown): unknown => (answer instanceof Uint8Array ? [...answer] : answer);

describe.each(Object.entries(parts))('%s', (part, { device, configuration, strings }) => {
  const host = (): DfuHost => new DfuHost(boardOf(part, { uid: UID })).enumerate();

  test('has the device descriptor of its generation', () => {
    expect(plain(host().get(1))).toEqual(bytes(device));
  });

  test('has one configuration: an alternate setting per memory, the functional descriptor last', () => {
    expect(plain(host().get(2))).toEqual(bytes(configuration));
  });

  test('has these strings and no others', () => {
    const found = Object.fromEntries(
      Array.from({ length: 16 }, (_, index) => [index + 1, host().text(index + 1)]),
    );
    const none = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [at + 1, 'stall']));
    expect(found).toEqual({ ...none, ...strings });
  });

  test('speaks English, has a functional descriptor alone, and no qualifier', () => {
    expect(plain(host().get(3, 0))).toEqual([4, 3, 0x09, 0x04]);
    expect(plain(host().get(0x21))).toEqual(bytes(configuration).slice(-9));
    expect(host().get(6)).toBe('stall');
    expect(host().get(3, 0xee)).toBe('stall'); // asked for by Windows
    expect(host().get(2, 1)).toBe('stall');
  });

  test('answers no more than the host asked for', () => {
    expect(plain(host().get(1, 0, 8))).toEqual(bytes(device).slice(0, 8));
    expect(plain(host().get(2, 0, 9))).toEqual(bytes(configuration).slice(0, 9));
    expect(plain(host().get(2, 0, 0))).toEqual([]);
  });
});

test.each([
  ['STM32F105RC', 3, 'STM32'],
  ['STM32F105RC', 2, 'STM32 0x418 DFU Bootloade'],
  ['STM32F723ZE', 3, 'STM32FxSTM32'],
  ['STM32F412RG', 3, '325E356D3334'],
  ['STM32F405RE', 4, '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,03*128Kg'],
  ['STM32F413ZH', 4, '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,011*128Kg'],
  [
    'STM32F429ZI',
    4,
    '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg,04*016Kg,01*064Kg,07*128Kg',
  ],
  ['STM32L452RE', 4, '@Internal Flash  /0x08000000/0256*0002Kg'],
  ['STM32U575ZG', 6, '@Internal Flash   /0x08000000/128*08Kg'],
  ['STM32H7A3ZI', 7, '@Option Bytes   /0x5200201C/01*297 e'],
])('%s has string %i: %s', (part, index, text) => {
  const host = new DfuHost(boardOf(part, { uid: UID }));
  expect(host.text(index)).toBe(text);
});

test('standard requests are those of USB 2.0 chapter 9', () => {
  const host = new DfuHost(boardOf('STM32F405RG')).enumerate();
  const ask = (bmRequestType: number, bRequest: number, wValue = 0, wIndex = 0, wLength = 0) =>
    plain(host.control({ bmRequestType, bRequest, wValue, wIndex, wLength }));
  expect(ask(0x80, 8, 0, 0, 1)).toEqual([1]); // GET_CONFIGURATION
  expect(ask(0x00, 9, 2)).toBe('stall'); // SET_CONFIGURATION
  expect(ask(0x81, 10, 0, 0, 1)).toEqual([0]); // GET_INTERFACE
  expect(ask(0x01, 11, 3)).toEqual([]); // SET_INTERFACE
  expect(ask(0x81, 10, 0, 0, 1)).toEqual([3]);
  expect(ask(0x01, 11, 4)).toBe('stall');
  expect(ask(0x01, 11, 0, 1)).toBe('stall');
  expect(ask(0x00, 9, 1)).toEqual([]); // back to alternate setting 0
  expect(ask(0x81, 10, 0, 0, 1)).toEqual([0]);
  expect(ask(0x80, 0, 0, 0, 2)).toEqual([1, 0]); // GET_STATUS: self-powered
  expect(ask(0x81, 0, 0, 0, 2)).toEqual([0, 0]);
  expect(ask(0x82, 0, 0, 0x80, 2)).toEqual([0, 0]);
  expect(ask(0x82, 0, 0, 0x81, 2)).toBe('stall'); // no endpoint 1
  expect(ask(0x02, 1, 0, 0)).toEqual([]); // CLEAR_FEATURE of a halt
  expect(ask(0x00, 3, 1)).toBe('stall'); // no remote wake-up
  expect(ask(0x00, 7)).toBe('stall'); // SET_DESCRIPTOR
  expect(ask(0x00, 5, 200)).toBe('stall');
  expect(ask(0x40, 1)).toBe('stall'); // vendor
  expect(ask(0xa1, 7, 0, 0, 6)).toBe('stall'); // no such class request
  expect(ask(0xa1, 3, 0, 1, 6)).toBe('stall'); // no interface 1
  expect(ask(0xa0, 3, 0, 0, 6)).toBe('stall'); // not to the interface
});
