import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asReceived,
  bootloaderFrame,
  charactersTake,
  fits,
  hostFrame,
  UartReceiver,
} from './line-model.ts';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });

test('ends that agree within 2.5 % pass every byte', () => {
  fc.assert(
    fc.property(bytes, fc.double({ min: 0.98, max: 1.02, noNaN: true }), (sent, ratio) => {
      const sender = bootloaderFrame(115_200 * ratio);
      expect(asReceived(sent, sender, bootloaderFrame(115_200))).toEqual(sent);
    }),
  );
});

test('sampling in the middle of the bits still reads a deviation of 4 %, byte for byte', () => {
  fc.assert(
    fc.property(fc.nat(0xff), fc.constantFrom(0.96, 1.04), (sent, ratio) => {
      const sender = bootloaderFrame(9600 * ratio);
      expect([...asReceived(Uint8Array.of(sent), sender, bootloaderFrame(9600))]).toEqual([sent]);
    }),
  );
});

test('0x79 sent at 9600 to a receiver at 115200 is what the waveform says, sampled twelve times too often', () => {
  // 0x79 LSB first behind the start bit: 0 1001 1110, one bit of the sender is twelve of the receiver
  const heard = asReceived(Uint8Array.of(0x79), bootloaderFrame(9600), bootloaderFrame(115_200));
  expect(heard[0]).toBe(0x00);
  expect([...heard]).not.toContain(0x79);
});

test('a host that is much too fast is not understood', () => {
  const heard = asReceived(
    Uint8Array.of(0x00, 0xff),
    bootloaderFrame(115_200),
    bootloaderFrame(9600),
  );
  expect([...heard]).not.toEqual([0x00, 0xff]);
  expect(heard.length).toBeLessThan(3);
});

test('garbling is deterministic and never longer than the line time allows', () => {
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1200, max: 921_600 }), (sent, baud) => {
      const sender = bootloaderFrame(baud);
      const receiver = bootloaderFrame(57_600);
      const heard = asReceived(sent, sender, receiver);
      expect(asReceived(sent, sender, receiver)).toEqual(heard);
      const room = charactersTake(sent.length, sender) / charactersTake(1, receiver);
      expect(heard.length).toBeLessThanOrEqual(Math.max(Math.ceil(room) + 1, sent.length));
    }),
  );
});

test('seven data bits are heard with the parity bit as the eighth', () => {
  const sender = { baud: 9600, dataBits: 7, parity: true, stopBits: 1 };
  expect([...asReceived(Uint8Array.of(0x41), sender, bootloaderFrame(9600))]).toEqual([0x41]);
  expect([...asReceived(Uint8Array.of(0x43), sender, bootloaderFrame(9600))]).toEqual([0xc3]);
});

describe('a host without parity, read by a UART that expects it', () => {
  const host = { baud: 9600, dataBits: 8, parity: false, stopBits: 1 };
  const character = charactersTake(1, host);

  function heard(bursts: readonly (readonly number[])[], pause: number): [number, boolean][] {
    const uart = new UartReceiver(bootloaderFrame(9600));
    let start = 0;
    for (const burst of bursts) {
      uart.hear(Uint8Array.from(burst), host, start);
      start += burst.length * character + pause;
    }
    return uart.read(Number.POSITIVE_INFINITY).map((each) => [each.byte, each.framingError]);
  }

  test('a byte that is followed by another at once has its start bit for a stop bit', () => {
    // 00: S 00000000 1, then S of FF, behind which the line does not fall again
    expect(heard([[0x00, 0xff]], 0)).toEqual([[0x00, true]]);
    expect(heard([[0x00], [0xff]], 0)).toEqual([[0x00, true]]);
    // FD: S 1 0 111111 1: behind the framing error the 0 is the start bit
    expect(heard([[0x02, 0xfd]], 0)).toEqual([
      [0x02, true],
      [0xff, false],
    ]);
  });

  test('with a pause between the bytes each is read', () => {
    const half = character / 20; // of a bit
    fc.assert(
      fc.property(bytes, (sent) => {
        const each = [...sent].map((byte) => [byte]);
        expect(heard(each, 1.1 * half)).toEqual([...sent].map((byte) => [byte, false]));
      }),
    );
    expect(heard([[0x00], [0xff]], 0.9 * half)).toEqual([[0x00, true]]);
  });

  test('two stop bits are as long as parity and one', () => {
    expect(fits({ ...host, stopBits: 2 }, bootloaderFrame(9600))).toBe(true);
    expect(fits({ ...host, stopBits: 1.5 }, bootloaderFrame(9600))).toBe(false);
    expect(fits(host, bootloaderFrame(9600))).toBe(false);
    expect(fits(bootloaderFrame(9600), host)).toBe(true);
  });
});

test('a line of unknown rate has no framing; an 8E1 character at 115200 takes 95 µs', () => {
  expect(hostFrame({})).toBeUndefined();
  expect(hostFrame({ baud: 115_200, parity: 'none' })).toEqual({
    baud: 115_200,
    dataBits: 8,
    parity: false,
    stopBits: 1,
  });
  expect(Math.round(charactersTake(1, bootloaderFrame(115_200)))).toBe(95);
});
