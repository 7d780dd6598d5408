import { describe, expect, test } from 'vitest';
import { dfuOf, layoutRanges, usbStrings } from '../../../families/index.ts';
import type { Device } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import { bankLength, parts, pinDecides, runnable, USED } from './all-lines.ts';
import { DfuHost, le32 } from '../hosts/dfu-host.ts';

const hasUsb = (device: Device): boolean =>
  device.interfaces.some(({ protocol }) => protocol === 'USB');
const withUsb = parts.filter(([, , device]) => hasUsb(device));
const versions = runnable.filter(hasUsb).flatMap((device) =>
  device.bootloaders
    .slice(0, -1) // the newest is the default
    .filter(({ interfaces }) => interfaces.includes('USB'))
    .map(({ version }) => [device.id, version, device] as const),
);

/** Limitations of Go and of the start, which are shown elsewhere. */
const quirks = {
  'go-broken': false,
  'go-refuses-foreign-stack': false,
  'extra-reset-needed': false,
};

/** The ends of main flash hold something, so that an erase shows. */
function hostOn(device: Device, flashKiB: number, bootloader?: string): DfuHost {
  const banks = device.flash.layouts[flashKiB]!;
  const last = banks.at(-1)!;
  const bytes = new Uint8Array(4096).fill(USED);
  const options = {
    options: pinDecides(device),
    quirks,
    load: [banks[0]!.start, last.start + bankLength(last) - bytes.length].map((address) => ({
      address,
      bytes,
    })),
    ...(bootloader === undefined ? {} : { bootloader }),
  };
  return new DfuHost(new Board(device, flashKiB, options)).enumerate().idle();
}

/** Erases what an image at the start of flash needs, writes it in blocks, reads it back, leaves. */
function roundTrip(host: DfuHost): void {
  const { board } = host;
  const { device, chip } = board;
  const size = dfuOf(device).wTransferSize;
  const start = chip.flash.units[0]!.address;
  const ram = device.ram[0]!;
  const vector = [...le32(ram.start + ram.length / 2), ...le32(start + 0x101)];
  const image = Uint8Array.from({ length: size + 64 }, (_, at) => vector[at] ?? (at * 31) & 0xff);
  for (const { address } of chip.flash.units.filter(
    (each) => each.address < start + image.length,
  )) {
    expect(host.erase(address)[1]).toMatchObject({ status: 'OK', state: 'dfuDNLOAD-IDLE' });
  }
  expect(host.setAddress(start)[1]).toMatchObject({ status: 'OK' });
  for (let at = 0; at < image.length; at += size) {
    const [, then] = host.download(2 + at / size, image.subarray(at, at + size));
    expect(then).toMatchObject({ status: 'OK', state: 'dfuDNLOAD-IDLE' });
  }
  host.request('ABORT');
  const read = Buffer.concat([
    host.request('UPLOAD', { wValue: 2, wLength: size }) as Uint8Array,
    host.request('UPLOAD', { wValue: 3, wLength: 64 }) as Uint8Array,
  ]);
  expect(read.equals(image)).toBe(true);
  const { cells } = chip.flash;
  expect(Buffer.from(cells.read(0, image.length)).equals(image)).toBe(true);
  const others = chip.flash.units.at(-1)!.address >= start + image.length;
  if (others) expect(cells.byte(cells.length - 1)).toBe(USED); // they were not erased
  host.idle();
  host.setAddress(start);
  host.idle();
  const left = host.leave();
  if (device.dfuGeneration === 'A') expect(left).toMatchObject({ state: 'dfuMANIFEST' });
  else expect(left).toBe('none');
  expect(host.pins.attached).toBe(false);
  expect(board.state).toBe('application');
}

test('the tables have lines with USB', () => {
  expect(new Set(withUsb.map(([id]) => id)).size).toBeGreaterThan(40);
});

test.each(withUsb)('%s with %i KiB is flashed over DFU, and started', (_, flashKiB, device) => {
  roundTrip(hostOn(device, flashKiB));
});

test.each(versions)('%s V%s is flashed over DFU, and started', (_, version, device) => {
  const flashKiB = Math.max(...Object.keys(device.flash.layouts).map(Number));
  roundTrip(hostOn(device, flashKiB, version));
});

const lines = [...new Map(withUsb.map((part) => [part[0], part] as const)).values()];

test.each(lines)(
  '%s never cuts a block that is longer than it announces: it fails, and nothing is written',
  (_, flashKiB, device) => {
    const host = hostOn(device, flashKiB);
    const configuration = host.get(2) as Uint8Array;
    const [low, high] = configuration.subarray(-4);
    const announced = low! + 256 * high!;
    for (const length of [announced + 1, 2 * announced, 4096]) {
      const block = new Uint8Array(length).fill(USED ^ 0x0f);
      expect(host.request('DNLOAD', { wValue: 2, data: block })).toBe('stall');
      expect(host.status()).toMatchObject({ state: 'dfuERROR', status: 'errSTALLEDPKT' });
      host.idle();
    }
    expect(host.board.flashImage().includes(USED ^ 0x0f)).toBe(false);
    expect(host.download(2, new Uint8Array(announced))[1]).toMatchObject({ status: 'OK' });
  },
);

test.each(lines)('%s refuses block 1, or does nothing with it', (_, flashKiB, device) => {
  const host = hostOn(device, flashKiB);
  const before = Buffer.from(host.board.flashImage());
  const { wTransferSize } = dfuOf(device);
  // were it a data block, it would lie one transfer size below the pointer
  host.setAddress(0x0800_0000 + wTransferSize);
  const answers = host.download(1, new Uint8Array(64).fill(USED ^ 0xff));
  if (device.dfuGeneration === 'A') expect(answers).toEqual(['stall', 'stall']);
  else {
    expect(answers).toMatchObject([
      { status: 'OK', state: 'dfuDNBUSY' },
      { status: 'OK', state: 'dfuDNLOAD-IDLE', pollMs: 0 },
    ]);
  }
  expect(before.equals(host.board.flashImage())).toBe(true);
});

test.each(lines)(
  '%s: a host that asks for string after string until one is refused reaches the layouts',
  (_, flashKiB, device) => {
    const host = hostOn(device, flashKiB);
    const texts: string[] = [];
    for (let index = 1; index < 16; index++) {
      if (host.get(3, index, 255, 0x409) === 'stall') break;
      texts.push(host.text(index));
    }
    const layouts = texts.filter((text) => text.startsWith('@'));
    expect(layouts).toHaveLength(usbStrings(device, flashKiB).length);
  },
);

describe('the layout strings of every part', () => {
  test.each(withUsb)('%s with %i KiB: describe its memory', (_, flashKiB, device) => {
    const host = hostOn(device, flashKiB);
    const [flash, ...others] = usbStrings(device, flashKiB).map(({ text }) => layoutRanges(text));
    const { units } = host.board.chip.flash;
    const total = flash!.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(total).toBe(flashKiB * 1024);
    for (const { address } of units) {
      expect(flash!.some(({ start, end }) => address >= start && address < end)).toBe(true);
    }
    for (const { start, end } of others.flat()) {
      // its first and its last byte
      for (const address of [start, end - 1]) {
        expect(host.read(address, 1)).toHaveLength(1);
        host.idle();
      }
    }
  });

  test('say whether a log of a real part shows them', () => {
    const marks = (id: string, flashKiB: number): boolean[] =>
      usbStrings(
        runnable.find((each) => each.id === id)!,
        flashKiB,
      ).map(({ composed }) => composed);
    expect(marks('STM32F405_407_415_417', 1024)).toEqual([false, false, false, false]);
    expect(marks('STM32F405_407_415_417', 512)).toEqual([true, false, false, false]);
    expect(marks('STM32G0B1_0C1', 512)).toEqual([false, true, true]);
    expect(marks('STM32L552_562', 512)).toEqual([true, true, true]);
  });
});
